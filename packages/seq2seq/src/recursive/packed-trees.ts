import { optionsOf, shown, tensor, type Backend, type Tensor } from '@kasane/tensor-core';
import { partsOf, type Tree } from './tree.ts';

/** The nodes that are computed together: those whose children, if they have any, are all known. */
export interface TreeLevel {
  /** How many nodes. */
  readonly size: number;
  /** How many of them have a value: those come first. */
  readonly valued: number;
  /** The children of all of its nodes, node by node: row j + 1 for node j; int32, (E). */
  readonly child: Tensor;
  /** The place in this level of the node that each child belongs to; int32, (E). */
  readonly parent: Tensor;
  /** As `child`, with row 0 for each of the `arity` children that a node does not have; int32, (size · arity). */
  readonly slots: Tensor;
}

/**
 * Many trees, laid out so that all nodes of one height are computed at once: leaves first, then their parents
 * as soon as all of their children are there. `packTrees` makes it.
 *
 * @example
 * import { packTrees, PackedTrees } from '@kasane/seq2seq';
 * const trees = packTrees([{ left: 4, right: { left: 7, right: 2 } }, 9]);
 * trees instanceof PackedTrees; // => true
 * trees.levels.map(({ size }) => size); // => [4,1,1]
 */
export class PackedTrees {
  /** The number of all nodes, M. */
  readonly size: number;
  /** The greatest number of children that a node has. */
  readonly arity: number;
  /** What stands at those nodes that have a value, in the order of the nodes; int32, (K). */
  readonly values: Tensor;
  /** The node at the top of each tree; int32, (B). */
  readonly roots: Tensor;
  /** From the leaves up. Nodes are numbered level by level. */
  readonly levels: readonly TreeLevel[];

  /** @internal */
  constructor(layout: Pick<PackedTrees, 'size' | 'arity' | 'values' | 'roots' | 'levels'>) {
    this.size = layout.size;
    this.arity = layout.arity;
    this.values = layout.values;
    this.roots = layout.roots;
    this.levels = layout.levels;
  }
}

/** Options of `packTrees`. */
export interface PackTreesOptions {
  /** Where the numbers of nodes live: that of the network. Default: `defaultBackend()`. */
  readonly backend?: Backend;
}

interface Found {
  readonly value: number | undefined;
  readonly children: readonly Found[];
  /** 0 for a leaf, else one more than the highest child. */
  readonly height: number;
  /** The number among all nodes. */
  at: number;
}

/**
 * Packs trees of numbers, such as those of words, for networks that read many trees at once.
 *
 * The networks want a vector for each of `values`: those are what an `Embedding` is given. Nodes are numbered level by level, those with a value
 * first; a subtree that stands in two places is computed twice.
 *
 * @throws TypeError for what is no tree or has a value that is no whole number ≥ 0.
 * @throws RangeError for one deeper than 1000 nodes.
 *
 * @example
 * import { packTrees } from '@kasane/seq2seq';
 * const trees = packTrees([{ left: 4, right: { left: 7, right: 2 } }, 9]);
 * trees.values.toArray(); // => [4,7,2,9]
 * trees.roots.toArray(); // => [5,3]
 *
 * @see Tai, Socher and Manning (2015), Improved Semantic Representations From Tree-Structured Long Short-Term
 * Memory Networks.
 */
export function packTrees(trees: readonly Tree<number>[], options?: PackTreesOptions): PackedTrees {
  const how = { ...optionsOf('packTrees', options, ['backend']), dtype: 'int32' } as const;
  if (!Array.isArray(trees)) {
    throw new TypeError(
      `packTrees: the trees must be an array, got ${shown(trees)}. Write [tree].`,
    );
  }
  const byHeight: Found[][] = [];
  const tops = trees.map((tree) => find(tree, 0, byHeight));
  let size = 0;
  for (const [height, nodes] of byHeight.entries()) {
    const has = nodes.filter(({ value }) => value !== undefined);
    const none = nodes.filter(({ value }) => value === undefined);
    byHeight[height] = [...has, ...none];
    for (const node of byHeight[height]) node.at = size++;
  }
  const all = byHeight.flat();
  const arity = Math.max(0, ...all.map(({ children }) => children.length));
  const values = all.flatMap(({ value }) => (value === undefined ? [] : [value]));
  return new PackedTrees({
    size,
    arity,
    values: tensor(values, how),
    roots: tensor(tops.map(({ at }) => at), how), // prettier-ignore
    levels: byHeight.map((nodes) => {
      const rows = nodes.map(({ children }) => children.map(({ at }) => at + 1));
      const slots = rows.flatMap((row) => [...row, ...Array<number>(arity - row.length).fill(0)]);
      return {
        size: nodes.length,
        valued: nodes.filter(({ value }) => value !== undefined).length,
        child: tensor(rows.flat(), how),
        parent: tensor(rows.flatMap((row, place) => row.map(() => place)), how), // prettier-ignore
        slots: tensor(slots, how),
      };
    }),
  });
}

/** Throws TypeError for what `packTrees` did not make. */
export function requirePacked(owner: string, trees: unknown): void {
  if (trees instanceof PackedTrees) return;
  throw new TypeError(`${owner}: the trees must be packed, got ${shown(trees)}. Use packTrees.`);
}

/** The nodes of a tree, each entered under its height. */
function find(tree: Tree<number>, depth: number, byHeight: Found[][]): Found {
  const { value, children: below } = partsOf('packTrees', tree, depth);
  if (value !== undefined && !(Number.isInteger(value) && value >= 0)) {
    throw new TypeError(
      `packTrees: a value must be a whole number ≥ 0, such as that of a word, got ${shown(value)}. For vectors use forward, which takes one tree.`,
    );
  }
  const children = below.map((child) => find(child, depth + 1, byHeight));
  const height = Math.max(-1, ...children.map((child) => child.height)) + 1;
  const found = { value, children, height, at: -1 };
  (byHeight[height] ??= []).push(found);
  return found;
}
