import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SumTree } from './sum-tree.ts';

describe('SumTree', () => {
  it('finds what a walk along the weights finds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (weights, part) => {
          const tree = new SumTree(weights.length);
          for (const [i, weight] of weights.entries()) tree.set(i, weight);
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          expect(tree.total).toBe(total);
          if (total === 0) return;
          const share = part * total;
          let before = 0;
          const walked = weights.findIndex((weight) => (before += weight) > share);
          expect(tree.find(share)).toBe(walked);
        },
      ),
    );
  });

  it('never finds a weight of 0, whatever rounding does', () => {
    const tree = new SumTree(3);
    tree.set(0, 0.1);
    tree.set(1, 0.2);
    expect(tree.find(tree.total * (1 - 2 ** -53))).toBe(1);
  });

  it('keeps no rounding of what was there before', () => {
    const tree = new SumTree(2);
    tree.set(0, 1e20);
    tree.set(1, 1);
    tree.set(0, 0);
    expect(tree.total).toBe(1);
  });

  it('names what is no weight, index, share or capacity', () => {
    const tree = new SumTree(2);
    expect(() => tree.set(0, NaN)).toThrow('SumTree: the weight must be finite and ≥ 0, got NaN.');
    expect(() => tree.set(2, 1)).toThrow(
      'SumTree: the index must be a whole number from 0 to 1, got 2.',
    );
    expect(() => tree.find(0)).toThrow('SumTree: the share must be from 0 to below 0, got 0.');
    expect(() => new SumTree(0)).toThrow('SumTree: the capacity must be');
  });
});
