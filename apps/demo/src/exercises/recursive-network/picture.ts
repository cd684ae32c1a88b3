import { packTrees } from '@kasane/seq2seq';
import type { Tree } from '@kasane/seq2seq';
import { noGrad, scope } from '@kasane/tensor-core';
import type { GridCell, GridEvent } from '../../events/event.ts';
import { formatNumber } from '../../number-format.ts';
import type { TreeReader } from './network.ts';
import { textOf, WORDS, wordsOf } from './sentences.ts';

/** A tree and all below it, each before its children. */
function* subtrees(tree: Tree<number>): Iterable<Tree<number>> {
  yield tree;
  if (typeof tree === 'object' && 'left' in tree) {
    yield* subtrees(tree.left);
    yield* subtrees(tree.right);
  }
}

/** For each of some trees the probability that it is good. */
export async function chancesOf(
  reader: TreeReader,
  trees: readonly Tree<number>[],
): Promise<number[]> {
  const chances = scope(() => noGrad(() => reader.forward(packTrees(trees)).sigmoid()));
  const values = [...(await chances.data())];
  chances.dispose();
  return values;
}

/**
 * A tree with the top above and a column for each word; at every node the probability that what is below it is good. Of "not", "but" or "(but bad)" by
 * themselves nothing was learnt, and what their vectors come to is chance.
 */
export async function drawn(reader: TreeReader, tree: Tree<number>): Promise<GridEvent> {
  const all = [...subtrees(tree)];
  const chances = await chancesOf(reader, all);
  const columns = wordsOf(tree).length;
  const cells: GridCell[][] = [];
  let next = 0;
  const place = (node: Tree<number>, row: number, column: number): void => {
    const chance = chances[next++]!;
    const width = wordsOf(node).length;
    const cell: GridCell = {
      shade: Math.abs(2 * chance - 1),
      tone: chance > 0.5 ? 'good' : 'bad',
    };
    cells[row] ??= Array.from({ length: columns }, () => ({}));
    for (let i = 0; i < width; i++) cells[row][column + i] = cell;
    const text = typeof node === 'number' ? WORDS[node]! : formatNumber(chance, 2);
    cells[row][column + (width >> 1)] = { ...cell, text };
    if (typeof node === 'number' || !('left' in node)) return;
    place(node.left, row + 1, column);
    place(node.right, row + 1, column + wordsOf(node.left).length);
  };
  place(tree, 0, 0);
  return { type: 'grid', name: textOf(tree), cells };
}
