import { run, tensor, wasm, zeros, type OpDef, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { profile } from '@kasane/tensor-core/profile';
import { describe, expect, it } from 'vitest';
import { guarded } from './guard.ts';

const backend = guarded(wasm({ relaxed: false }));

/** Fills what it should, and `beyond` elements more, from `from` on. */
const careless = (from: number, beyond: number): OpDef => ({
  name: 'careless',
  infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  vjp: null,
  wasm(k, _, __, out) {
    k.fill(out.pointer + 4 * from, out.size - from + beyond, 3);
    return true;
  },
});

describe('guards around blocks of the wasm backend', () => {
  for (const size of [1, 3, 16, 1000]) {
    it(`let an op be that stays within its ${size} elements, and its memory used again`, () => {
      for (let i = 0; i < 50; i++) {
        const x = zeros([size], { backend });
        expect(run(careless(0, 0), [x], undefined).sum().item()).toBe(3 * size);
        if (i % 2 === 0) x.dispose();
      }
    });

    it(`name an op that writes after its ${size} elements`, () => {
      const x = zeros([size], { backend });
      expect(() => run(careless(0, 1), [x], undefined)).toThrow(
        `careless wrote after a block of ${4 * size} bytes, 0 bytes away.`,
      );
    });

    it(`name an op that writes before its ${size} elements`, () => {
      const x = zeros([size], { backend });
      expect(() => run(careless(-2, 0), [x], undefined)).toThrow(
        `careless wrote before a block of ${4 * size} bytes, 0 bytes away.`,
      );
    });
  }

  it('show what an op leaves unwritten as NaN', () => {
    const x = zeros([4], { backend });
    expect(run(careless(2, 0), [x], undefined).toArray()).toEqual([NaN, NaN, 3, 3]);
  });

  it('leave compiled calls and profiles as they are', () => {
    const f = compile((x: Tensor) => x.mul(2).add(1));
    for (let i = 0; i < 4; i++) {
      expect(f(tensor([1, i], { backend })).toArray()).toEqual([3, 2 * i + 1]);
    }
    expect(f.inspect()).toContain('2 calls replayed');
    const { ops } = profile(() => tensor([1], { backend }).mul(2));
    expect(ops.map(({ op }) => op)).toContain('mul');
  });
});
