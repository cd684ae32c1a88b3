import { shown, Tensor } from '@kasane/tensor-core';

/** A node with two children in their order. */
export interface BinaryNode<T> {
  readonly left: Tree<T>;
  readonly right: Tree<T>;
  /** What stands at the node itself. Default: nothing. */
  readonly value?: T;
}

/** A node with any number of children. */
export interface TreeNode<T> {
  /** In their order. Default: none. */
  readonly children?: readonly Tree<T>[];
  /** What stands at the node itself. Default: nothing. */
  readonly value?: T;
}

/**
 * A tree of plain objects: a value alone is a leaf, `{ left, right }` a node with two children, and
 * `{ value, children }` a node with any number, at which something may stand too.
 *
 * @example
 * import { packTrees, type Tree } from '@kasane/seq2seq';
 * const phrase: Tree<number> = { left: 4, right: { left: 7, right: 2 } };
 * const sentence: Tree<number> = { value: 5, children: [3, { value: 1, children: [phrase] }] };
 * packTrees([phrase, sentence]).size; // => 13
 */
export type Tree<T> = T | BinaryNode<T> | TreeNode<T>;

/** What every node amounts to. */
export interface TreeParts<T> {
  readonly value: T | undefined;
  readonly children: readonly Tree<T>[];
}

// A tree that holds itself has no end; a real one is never this deep.
const DEEPEST = 1000;

/** Value and children of a node that has `depth` others above it. */
export function partsOf<T>(owner: string, tree: Tree<T>, depth: number): TreeParts<T> {
  if (depth > DEEPEST) {
    throw new RangeError(
      `${owner}: a tree must be at most ${DEEPEST} nodes deep, and this one is deeper, or a node holds itself. Balance it.`,
    );
  }
  if (tree === null || tree === undefined) throw noNode(owner, tree);
  if (typeof tree !== 'object' || tree instanceof Tensor) return { value: tree as T, children: [] };
  // An object that is no tensor is a node: values are numbers and tensors.
  const { value, left, right, children } = tree as Partial<BinaryNode<T> & TreeNode<T>>;
  const hasPair = left !== undefined && right !== undefined;
  const hasOne = left !== undefined || right !== undefined;
  if (hasOne !== hasPair || (hasOne && children !== undefined)) throw noNode(owner, tree);
  const found = hasPair ? [left, right] : (children ?? []);
  if (!Array.isArray(found) || (found.length === 0 && value === undefined)) {
    throw noNode(owner, tree);
  }
  return { value, children: found };
}

function noNode(owner: string, got: unknown): TypeError {
  const what =
    got instanceof Object
      ? `an object with ${Object.keys(got).join(', ') || 'nothing'}`
      : shown(got);
  return new TypeError(
    `${owner}: a node must be a value, { left, right } or { value, children }, got ${what}. Give a node both children, or list them in children.`,
  );
}
