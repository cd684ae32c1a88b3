import { Module } from '@kasane/nn';
import { concat, formatShape, requireTensor, ShapeError, type Tensor } from '@kasane/tensor-core';
import { requirePacked, type PackedTrees, type TreeLevel } from './packed-trees.ts';
import { partsOf, type Tree } from './tree.ts';

/** What a network of trees gives. */
export interface TreeOutput {
  /** A vector for every node, in the order of the nodes; (M, H). */
  readonly nodes: Tensor;
  /** Those at the top of each tree; (B, H). */
  readonly roots: Tensor;
}

/** What the nodes of a level have below them. */
export interface Children {
  /** The states of their children; (E, S). For a network with an arity N there are N for each node, zeros for absent ones; (n·N, S). */
  readonly states: Tensor;
  /** The place of the node that each child belongs to; int32, (E). Not for a network with an arity. */
  readonly parent: Tensor;
}

/**
 * The base class of networks that read trees from the leaves up: what a node is follows from what its children are.
 *
 * A subclass writes `combine` for the n nodes of a level at once. `forward` reads one tree of vectors by plain recursion, `forwardPacked` many trees
 * of one or several shapes, level by level, with the same result.
 *
 * @throws {@link ShapeError} unless there is a vector of the right size for every value.
 *
 * @example
 * import { ChildSumTreeLSTM, TreeNetwork } from '@kasane/seq2seq';
 * new ChildSumTreeLSTM(2, 3) instanceof TreeNetwork; // => true
 */
export abstract class TreeNetwork extends Module {
  /** The size I of the vector at a node. */
  abstract readonly inputSize: number;
  /** The size H of what comes out for a node. */
  abstract readonly hiddenSize: number;
  /** The size S of a node's state, which begins with what comes out. */
  protected abstract readonly stateSize: number;
  /** How many children a node has at most, in their order; null for any number. */
  protected abstract readonly arity: number | null;

  /**
   * The states (n, S) of n nodes. `input` (n, I) is what stands at them, null for nothing; `children` what is below
   * them, null for nothing.
   */
  protected abstract combine(n: number, input: Tensor | null, children: Children | null): Tensor;

  /** What comes out at the top of one tree of vectors (I); (H). */
  forward(tree: Tree<Tensor>): Tensor {
    return this.#stateOf(tree, 0).slice(1, 0, this.hiddenSize).squeeze(0);
  }

  /** What comes out for many trees; `inputs` (K, I) has a vector for each of their `values`. */
  forwardPacked(inputs: Tensor, trees: PackedTrees): TreeOutput {
    const { name } = this.constructor;
    const { inputSize, hiddenSize, arity } = this;
    requireTensor(name, 'the inputs', inputs);
    requirePacked(name, trees);
    if (
      inputs.ndim !== 2 ||
      inputs.shape[0] !== trees.values.size ||
      inputs.shape[1] !== inputSize
    ) {
      throw new ShapeError(
        `${name}: needs a vector of inputSize ${inputSize} for each of the ${trees.values.size} values of the trees, got shape ${formatShape(inputs.shape)}. Look values up in an Embedding.`,
      );
    }
    this.#checkArity(trees.arity);
    const given = pieces(inputs, trees.levels.map(({ valued }) => valued)); // prettier-ignore
    let states = inputs.newFull([1, this.stateSize], 0); // row 0 is nobody's, row j + 1 that of node j
    for (const [i, level] of trees.levels.entries()) {
      const children = i === 0 ? null : childrenOf(states, level, trees.arity, arity);
      states = concat([states, this.combine(level.size, inputOf(given[i]!, level), children)]);
    }
    const nodes = states.slice(0, 1).slice(1, 0, hiddenSize);
    return { nodes, roots: nodes.indexSelect(0, trees.roots) };
  }

  #stateOf(tree: Tree<Tensor>, depth: number): Tensor {
    const { name } = this.constructor;
    const { value = null, children } = partsOf(name, tree, depth);
    if (value !== null) requireTensor(name, 'what stands at a node', value);
    if (value !== null && (value.ndim !== 1 || value.size !== this.inputSize)) {
      throw new ShapeError(
        `${name}: what stands at a node must be a vector of inputSize ${this.inputSize}, got shape ${formatShape(value.shape)}. Look numbers up in an Embedding, or use packTrees and forwardPacked.`,
      );
    }
    this.#checkArity(children.length);
    const input = value?.unsqueeze(0) ?? null;
    if (children.length === 0) return this.combine(1, input, null);
    const below = children.map((child) => this.#stateOf(child, depth + 1)); // (1, S) each
    const [first] = below as [Tensor];
    const absent = (this.arity ?? 0) - below.length;
    if (absent > 0) below.push(first.newFull([absent, this.stateSize], 0));
    const parent = first.newFull([below.length], 0, 'int32');
    return this.combine(1, input, { states: concat(below), parent });
  }

  #checkArity(count: number): void {
    if (this.arity === null || count <= this.arity) return;
    throw new ShapeError(
      `${this.constructor.name}: a node has at most ${this.arity} children, got one with ${count}. Make the trees binary, or use ChildSumTreeLSTM.`,
    );
  }
}

/** What the vectors of a level's nodes are: zeros for those without a value, null if none has one. */
function inputOf(given: Tensor, { size, valued }: TreeLevel): Tensor | null {
  if (valued === 0) return null;
  return valued === size
    ? given
    : concat([given, given.newFull([size - valued, given.shape[1]!], 0)]);
}

function childrenOf(states: Tensor, level: TreeLevel, had: number, arity: number | null): Children {
  const { size, child, parent, slots } = level;
  if (arity === null) return { states: states.indexSelect(0, child), parent };
  const found = states.indexSelect(0, slots); // (n·had, S)
  if (had === arity) return { states: found, parent };
  const S = states.shape[1]!;
  const absent = found.newFull([size, arity - had, S], 0);
  return { states: concat([found.reshape([size, had, S]), absent], 1).reshape([size * arity, S]), parent }; // prettier-ignore
}

/**
 * Rows cut into pieces of these sizes. A slice's gradient is as large as what it was cut from, so the rows are cut in
 * halves, and halves again.
 */
function pieces(rows: Tensor, sizes: readonly number[]): Tensor[] {
  if (sizes.length <= 1) return sizes.map(() => rows);
  const middle = sizes.length >> 1;
  const [first, second] = [sizes.slice(0, middle), sizes.slice(middle)];
  const sum = (parts: readonly number[]): number => parts.reduce((a, b) => a + b, 0);
  if (sum(second) === 0) return [...pieces(rows, first), ...second.map(() => rows)]; // a level without values reads none
  const [a, b] = rows.split([sum(first), sum(second)], 0) as [Tensor, Tensor];
  return [...pieces(a, first), ...pieces(b, second)];
}
