import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makePatch } from '../../../scripts/make-patch.ts';
import { patched } from './patch.ts';

it('makes bytes of what they share with others', () => {
  const bytes = fc.uint8Array({ max: 3, maxLength: 200 }); // of few values, so that much repeats
  fc.assert(
    fc.property(bytes, bytes, bytes, bytes, (a, b, c, d) => {
      const from = Uint8Array.from([...a, ...b, ...c]);
      const to = Uint8Array.from([...c, ...d, ...a, ...b]);
      expect(patched(from, makePatch(from, to))).toEqual(to);
    }),
  );
});

it('says in few bytes what is nearly the same', () => {
  const from = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) >> 3);
  const to = Uint8Array.from([...from.subarray(0, 500), 1, 2, 3, ...from.subarray(520), 9]);
  const changes = makePatch(from, to);
  expect(patched(from, changes)).toEqual(to);
  expect(changes.length).toBeLessThan(40);
});
