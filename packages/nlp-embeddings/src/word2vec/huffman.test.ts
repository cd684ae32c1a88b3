import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { huffmanPaths } from './huffman.ts';

const pathsOf = (counts: readonly number[]): number[][] => {
  const { starts, nodes } = huffmanPaths(counts);
  return counts.map((_, i) => [...nodes.subarray(starts[i]!, starts[i + 1]!)]);
};

describe('huffmanPaths', () => {
  it('joins the rarest two again and again', () => {
    // 1 + 1 = 2, 2 + 2 = 4, 4 + 5 = 9: the root, node 0, is of 4 and 5.
    expect(pathsOf([5, 2, 1, 1])).toEqual([[~0], [0, ~1], [0, 1, ~2], [0, 1, 2]]);
  });

  it('gives a single word the empty path', () => {
    expect(pathsOf([3])).toEqual([[]]);
  });

  it('has no path that another begins with, and none shorter in all', () => {
    const lists = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(lists, (counts) => {
        const paths = pathsOf(counts);
        const texts = paths.map((path) => path.join());
        for (const [i, a] of texts.entries()) {
          for (const [j, b] of texts.entries())
            expect(i !== j && `${b},`.startsWith(`${a},`)).toBe(false);
        }
        // The sum of count × length is that of all joins of the two smallest.
        const heap = [...counts];
        let joins = 0;
        while (heap.length > 1) {
          heap.sort((a, b) => a - b);
          const sum = heap.shift()! + heap.shift()!;
          joins += sum;
          heap.push(sum);
        }
        expect(counts.reduce((sum, count, i) => sum + count * paths[i]!.length, 0)).toBe(joins);
        // Every node is left in both ways.
        const ways = new Set(paths.flat());
        expect(ways.size).toBe(2 * (counts.length - 1));
      }),
    );
  });
});
