import fc from 'fast-check';
import { Generator } from '@kasane/tensor-core';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { Box } from './box.ts';
import { Dict } from './dict.ts';
import { Discrete } from './discrete.ts';
import { MultiBinary } from './multi-binary.ts';
import { MultiDiscrete } from './multi-discrete.ts';
import type { Space } from './space.ts';
import { Text } from './text.ts';
import { Tuple } from './tuple.ts';

const spaces: readonly Space<unknown>[] = [
  new MultiDiscrete([3, 2, 5], { start: [0, -1, 10] }),
  new MultiBinary(6),
  new Text(5, { minLength: 0, charset: 'aé𝄞' }),
  new Tuple<[number, Float32Array]>([new Discrete(2), new Box(-1, 1, { shape: [3] })]),
  new Dict({ a: new Text(2), b: new Tuple<[Uint8Array]>([new MultiBinary(2)]) }),
];

for (const space of spaces) {
  describe(String(space), () => {
    test('holds what it draws, the same from the same seed', () => {
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const value = space.sample({ generator: new Generator(seed) });
          expect(space.contains(value)).toBe(true);
          expect(space.sample({ generator: new Generator(seed) })).toEqual(value);
        }),
        { numRuns: 50 },
      );
    });
    test('holds nothing of other kinds', () => {
      for (const wrong of [undefined, null, Number.NaN, 'ä', [], {}, 0, [0], () => 1]) {
        expect(space.contains(wrong)).toBe(false);
      }
    });
    test('names what is no mask', () => {
      for (const mask of [null, 3, 'a', [7], () => 1]) {
        expect(() => space.sample({ mask })).toThrow(/^[A-Z]\w+: .*\.$/);
      }
    });
  });
}

describe('masks', () => {
  test('of a Dict reach into what it holds', () => {
    const space = new Dict({ move: new Discrete(3), pair: new MultiDiscrete([2, 2]) });
    expectTypeOf(space.sample()).toEqualTypeOf<{ move: number; pair: Int32Array }>();
    const mask = {
      move: [0, 0, 1],
      pair: [
        [0, 1],
        [1, 0],
      ],
    };
    expect(space.sample({ mask })).toEqual({ move: 2, pair: Int32Array.of(1, 0) });
    expect(() => space.sample({ mask: { mov: [1, 1, 1] } as never })).toThrow(
      'Dict: there is no option "mov"; did you mean move?',
    );
  });
  test('of a Text give its length and letters', () => {
    expect(new Text(4, { charset: 'xy' }).sample({ mask: { length: 3, charset: [1, 0] } })).toBe(
      'xxx',
    );
  });
  test('of a MultiBinary fix some', () => {
    const value = new MultiBinary(3).sample({ mask: [1, 0, 1] });
    expect([...value]).toEqual([1, 0, 1]);
    expect(() => new MultiBinary(1).sample({ mask: [3] })).toThrow(
      'a mask must have 0, 1 or 2, got 3 at 0.',
    );
  });
});

test('spaces that cannot be are named', () => {
  expect(() => new MultiDiscrete([])).toThrow('MultiDiscrete: nvec must have entries, got 0.');
  expect(() => new MultiDiscrete([2, 0])).toThrow('MultiDiscrete: nvec[1] must be a whole number');
  expect(() => new MultiBinary(0)).toThrow('MultiBinary: n must be a whole number');
  expect(() => new Text(2, { minLength: 3 })).toThrow(
    'Text: minLength must be a whole number from 0 to 2, got 3.',
  );
  expect(() => new Text(2, { charset: '' })).toThrow(
    "Text: charset must be text with a letter, got ''.",
  );
  expect(() => new Tuple([3 as never])).toThrow(
    'Tuple: needs spaces, objects with sample and contains, got 3.',
  );
  expect(() => new Dict(null as never)).toThrow(
    'Dict: spaces must be an object of spaces, got null.',
  );
});
