import { describe, expect, it } from 'vitest';
import { packTrees } from './packed-trees.ts';
import type { Tree } from './tree.ts';

describe('packTrees', () => {
  it('numbers nodes level by level, those with a value first, and finds their children', () => {
    const trees = packTrees([
      { value: 7, children: [{ left: 1, right: 2 }, 3] },
      { children: [4, { value: 5, children: [6] }] },
    ]);
    expect(trees.size).toBe(9);
    expect(trees.values.toArray()).toEqual([1, 2, 3, 4, 6, 5, 7]);
    expect(trees.levels.map(({ size, valued }) => [size, valued])).toEqual([[5, 5], [2, 1], [2, 1]]); // prettier-ignore
    expect(trees.roots.toArray()).toEqual([7, 8]);
    const [, first, second] = trees.levels;
    expect(first!.child.toArray()).toEqual([5, 1, 2]); // of the node with a value, then of the other
    expect(first!.parent.toArray()).toEqual([0, 1, 1]);
    expect(first!.slots.toArray()).toEqual([5, 0, 1, 2]);
    expect(second!.child.toArray()).toEqual([7, 3, 4, 6]);
  });

  it('packs leaves, and no trees at all', () => {
    expect(packTrees([4, { value: 2 }]).roots.toArray()).toEqual([0, 1]);
    const none = packTrees([]);
    expect([none.size, none.values.shape, none.roots.shape]).toEqual([0, [0], [0]]);
  });

  it('computes a subtree that stands in two places twice', () => {
    const shared = { left: 1, right: 2 };
    expect(packTrees([{ left: shared, right: shared }]).size).toBe(7);
  });

  const endless = { left: 1 } as { left: number; right: Tree<number> };
  endless.right = endless;
  it.each<[string, unknown, string]>([
    ['a node without its right child', { left: 1 }, 'got an object with left'],
    ['a node of both kinds', { left: 1, right: 2, children: [3] }, 'got an object with left, right, children'],
    ['an empty node', {}, 'got an object with nothing'],
    ['a node with neither value nor children', { children: [] }, 'got an object with children'],
    ['nothing', null, 'got null'],
    ['a fraction', 1.5, 'a value must be a whole number ≥ 0, such as that of a word, got 1.5'],
    ['a negative number', { left: -1, right: 2 }, 'got -1'],
    ['a word', { left: 'good', right: 2 }, "got 'good'"],
    ['a tree that holds itself', endless, 'at most 1000 nodes deep'],
  ])('refuses %s', (_, tree, message) => {
    expect(() => packTrees([tree as Tree<number>])).toThrow(message);
  }); // prettier-ignore
});
