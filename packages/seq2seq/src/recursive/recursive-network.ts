import {
  init,
  layerNames,
  linear,
  newParameter,
  type LayerOptions,
  type Parameter,
} from '@kasane/nn';
import {
  concat,
  formatShape,
  optionsOf,
  requireTensor,
  requireWhole,
  ShapeError,
  type Tensor,
} from '@kasane/tensor-core';
import { requirePacked, type PackedTrees } from './packed-trees.ts';
import { TreeNetwork, type Children, type TreeOutput } from './tree-network.ts';
import { partsOf, type Tree } from './tree.ts';

const nonlinearities = {
  tanh: (x: Tensor): Tensor => x.tanh(),
  relu: (x: Tensor): Tensor => x.relu(),
  sigmoid: (x: Tensor): Tensor => x.sigmoid(),
  identity: (x: Tensor): Tensor => x,
};

/** Options of `RecursiveNetwork`. */
export interface RecursiveNetworkOptions extends LayerOptions {
  /** Add b. Default false. */
  readonly bias?: boolean;
  /** What a node's sum goes through. Default `'tanh'`. */
  readonly nonlinearity?: 'tanh' | 'relu' | 'sigmoid' | 'identity';
}

/**
 * A recursive network over binary trees: the same weights join two neighbours, words or phrases, to a vector of the
 * same size, from the leaves up to the whole.
 *
 * $$ p = \tanh(W [l; r] + b) $$
 *
 * | tensor | shape                                     |
 * | ------ | ----------------------------------------- |
 * | leaves | (d) each, in a tree; (K, d) when packed   |
 * | weight | (d, 2·d)                                  |
 * | bias   | (d), or null                              |
 * | output | (d); nodes (M, d) and roots (B, d) packed |
 *
 * A leaf comes out as it is. Left and right meet weights of their own, so (a b) is not (b a). Weights start from U(-1/√(2d), 1/√(2d)). PyTorch has no
 * such layer.
 *
 * @throws {@link ShapeError} for leaves of another size, and for nodes that have one child or more than two, or a value beside children.
 * @throws RangeError unless the size is a whole number ≥ 1, and for trees deeper than 1000 nodes.
 *
 * @example
 * import { RecursiveNetwork } from '@kasane/seq2seq';
 * import { tensor } from '@kasane/tensor-core';
 * const network = new RecursiveNetwork(1, { nonlinearity: 'identity' });
 * network.loadStateDict({ weight: tensor([[1, 10]]) });
 * const [a, b] = [tensor([2]), tensor([3])];
 * network.forward({ left: a, right: b }).item(); // => 32
 * network.forward({ left: { left: a, right: b }, right: a }).item(); // => 52
 *
 * @see Socher et al. (2011), Parsing Natural Scenes and Natural Language with Recursive Neural Networks.
 * @category Trees
 */
export class RecursiveNetwork extends TreeNetwork {
  /** The size d of all vectors. */
  readonly inputSize: number;
  /** The same d. */
  readonly hiddenSize: number;
  /** What a node's sum goes through. */
  readonly nonlinearity: 'tanh' | 'relu' | 'sigmoid' | 'identity';
  /** (d, 2·d) */
  readonly weight: Parameter;
  /** (d), or null without a bias. */
  readonly bias: Parameter | null;

  constructor(size: number, options: RecursiveNetworkOptions = {}) {
    super();
    const names = ['bias', 'nonlinearity', ...layerNames] as const;
    const { bias = false, nonlinearity = 'tanh' } = optionsOf('RecursiveNetwork', options, names);
    requireWhole('RecursiveNetwork', 'size', size, 1);
    if (!Object.hasOwn(nonlinearities, nonlinearity)) {
      throw new RangeError(
        `RecursiveNetwork: nonlinearity must be one of ${Object.keys(nonlinearities).join(', ')}, got '${nonlinearity}'.`,
      );
    }
    this.inputSize = size;
    this.hiddenSize = size;
    this.nonlinearity = nonlinearity;
    const bound = 1 / Math.sqrt(2 * size);
    const draw = (shape: readonly number[]): Parameter =>
      newParameter(shape, (w, how) => init.uniform(w, -bound, bound, how), options);
    this.weight = draw([size, 2 * size]);
    this.bias = bias ? draw([size]) : null;
  }

  protected get stateSize(): number {
    return this.hiddenSize;
  }

  protected get arity(): number {
    return 2;
  }

  override forward(tree: Tree<Tensor>): Tensor {
    return this.#read(tree, 0);
  }

  #read(tree: Tree<Tensor>, depth: number): Tensor {
    const { value, children } = partsOf('RecursiveNetwork', tree, depth);
    this.#check(children.length, value !== undefined);
    if (value !== undefined) {
      requireTensor('RecursiveNetwork', 'a leaf', value);
      if (value.ndim === 1 && value.size === this.inputSize) return value;
      throw new ShapeError(
        `RecursiveNetwork: a leaf must be a vector of size ${this.inputSize}, got shape ${formatShape(value.shape)}. Look numbers up in an Embedding, or use packTrees and forwardPacked.`,
      );
    }
    const [left, right] = children.map((child) => this.#read(child, depth + 1)) as [Tensor, Tensor]; // checked
    return this.#join(concat([left, right]));
  }

  override forwardPacked(inputs: Tensor, trees: PackedTrees): TreeOutput {
    requirePacked('RecursiveNetwork', trees);
    for (const { size, valued, child } of trees.levels.slice(1)) {
      if (trees.arity === 2) this.#check(child.size === 2 * size ? 2 : 1, valued > 0);
      else this.#check(trees.arity, valued > 0);
    }
    return super.forwardPacked(inputs, trees);
  }

  protected combine(n: number, input: Tensor | null, children: Children | null): Tensor {
    // Checked: nodes have values or children.
    return children === null
      ? input!
      : this.#join(children.states.reshape([n, 2 * this.hiddenSize]));
  }

  /** Pairs (..., 2·d) to (..., d). */
  #join(pairs: Tensor): Tensor {
    return nonlinearities[this.nonlinearity](linear(pairs, this.weight, this.bias));
  }

  #check(children: number, hasValue: boolean): void {
    if (children === (hasValue ? 0 : 2)) return;
    const got = hasValue && children > 0 ? 'a value beside its children' : `${children} children`;
    throw new ShapeError(
      `RecursiveNetwork: a node must have two children, or a value and none, got ${got}. Use NaryTreeLSTM for other trees.`,
    );
  }
}
