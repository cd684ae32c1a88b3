import {
  init,
  layerNames,
  linear,
  newParameter,
  type LayerOptions,
  type Parameter,
} from '@kasane/nn';
import { concat, optionsOf, requireWhole, type Tensor } from '@kasane/tensor-core';
import { TreeNetwork, type Children } from './tree-network.ts';

/** What both have in common: what goes into a node, and what comes out. */
abstract class TreeLSTM extends TreeNetwork {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** (3·H, I), the rows of i, o and u. */
  readonly wIou: Parameter;
  /** (3·H, H) or (3·H, N·H) */
  readonly uIou: Parameter;
  /** (3·H) */
  readonly bIou: Parameter;
  /** (H, I) */
  readonly wF: Parameter;
  /** (H, H) or (N·H, N·H) */
  readonly uF: Parameter;
  /** (H) */
  readonly bF: Parameter;

  /** `parts` is how many children have weights of their own. */
  constructor(inputSize: number, hiddenSize: number, parts: number, options: LayerOptions) {
    super();
    requireWhole(new.target.name, 'inputSize', inputSize, 1);
    requireWhole(new.target.name, 'hiddenSize', hiddenSize, 1);
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    const [I, H, NH] = [inputSize, hiddenSize, parts * hiddenSize];
    const bound = 1 / Math.sqrt(H);
    const draw = (...shape: number[]): Parameter =>
      newParameter(shape, (w, how) => init.uniform(w, -bound, bound, how), options);
    this.wIou = draw(3 * H, I);
    this.uIou = draw(3 * H, NH);
    this.bIou = draw(3 * H);
    this.wF = draw(H, I);
    this.uF = draw(NH, NH);
    this.bF = draw(H);
  }

  /** h, then c. */
  protected get stateSize(): number {
    return 2 * this.hiddenSize;
  }

  protected combine(n: number, input: Tensor | null, children: Children | null): Tensor {
    const { hiddenSize: H, wIou, bIou, wF, bF } = this;
    // W x + b for nodes without a value is b.
    const affine = (w: Tensor, b: Tensor): Tensor =>
      input === null ? b.broadcastTo([n, b.size]) : linear(input, w, b);
    let iou = affine(wIou, bIou); // (n, 3·H)
    if (children !== null) iou = iou.add(linear(this.below(n, children), this.uIou));
    const [i, o, u] = iou.chunk(3, 1) as [Tensor, Tensor, Tensor];
    let c = i.sigmoid().mul(u.tanh()); // (n, H)
    if (children !== null) {
      const h = children.states.slice(1, 0, H); // (E, H)
      c = this.remember(c, affine(wF, bF), h, children);
    }
    return concat([o.sigmoid().mul(c.tanh()), c], 1); // (n, 2·H)
  }

  /** What of the children meets uIou; (n, H) or (n, N·H). */
  protected abstract below(n: number, children: Children): Tensor;

  /** c and what the forget gates keep of the children's; `f` (n, H) is W_f x + b_f, `h` (E, H) the children's. */
  protected abstract remember(c: Tensor, f: Tensor, h: Tensor, children: Children): Tensor;
}

/**
 * A long short-term memory over trees whose nodes have any number of children in no order, such as trees of
 * dependencies: the children's outputs are added up, and each has a forget gate of its own.
 *
 * $$ \begin{aligned}
 * \tilde h &= \sum_k h_k \\
 * i, o &= \sigma(W x + U \tilde h + b) \qquad u = \tanh(W_u x + U_u \tilde h + b_u) \\
 * f_k &= \sigma(W_f x + U_f h_k + b_f) \\
 * c &= i \odot u + \sum_k f_k \odot c_k \qquad h = o \odot \tanh(c)
 * \end{aligned} $$
 *
 * | tensor | shape                                     |
 * | ------ | ----------------------------------------- |
 * | inputs | (I) each, in a tree; (K, I) when packed   |
 * | wIou   | (3·H, I), the rows of i, o and u          |
 * | uIou   | (3·H, H)                                  |
 * | wF, uF | (H, I), (H, H)                            |
 * | output | (H); nodes (M, H) and roots (B, H) packed |
 *
 * Nodes without a value have x = 0. All parameters start from U(-1/√H, 1/√H), as PyTorch's LSTM; PyTorch has no such layer.
 *
 * @throws {@link ShapeError} for inputs of another size.
 * @throws RangeError unless sizes are whole numbers ≥ 1, and for trees deeper than 1000 nodes.
 *
 * @example
 * import { Embedding } from '@kasane/nn';
 * import { ChildSumTreeLSTM, packTrees } from '@kasane/seq2seq';
 * const trees = packTrees([{ value: 3, children: [1, 2, { value: 5, children: [4] }] }, { value: 3, children: [4] }]);
 * const words = new Embedding(6, 8).forward(trees.values);
 * const { nodes, roots } = new ChildSumTreeLSTM(8, 16).forwardPacked(words, trees);
 * nodes.shape; // => [7,16]
 * roots.shape; // => [2,16]
 *
 * @see Tai, Socher and Manning (2015), Improved Semantic Representations From Tree-Structured Long Short-Term
 * Memory Networks.
 * @category Trees
 */
export class ChildSumTreeLSTM extends TreeLSTM {
  constructor(inputSize: number, hiddenSize: number, options: LayerOptions = {}) {
    super(inputSize, hiddenSize, 1, optionsOf('ChildSumTreeLSTM', options, layerNames));
  }

  protected get arity(): null {
    return null;
  }

  protected below(n: number, { states, parent }: Children): Tensor {
    const h = states.slice(1, 0, this.hiddenSize);
    return h.newFull([n, this.hiddenSize], 0).indexAdd(0, parent, h);
  }

  protected remember(c: Tensor, f: Tensor, h: Tensor, { states, parent }: Children): Tensor {
    const gates = linear(h, this.uF).add(f.indexSelect(0, parent)).sigmoid(); // (E, H)
    return c.indexAdd(0, parent, gates.mul(states.slice(1, this.hiddenSize)));
  }
}

/**
 * A long short-term memory over trees whose nodes have at most N children in their order, such as binary parse trees:
 * each place has weights of its own.
 *
 * $$ \begin{aligned}
 * i, o &= \sigma(W x + \textstyle\sum_l U_l h_l + b) \qquad u = \tanh(W_u x + \textstyle\sum_l U_{u,l} h_l + b_u) \\
 * f_k &= \sigma(W_f x + \textstyle\sum_l U_{f,kl} h_l + b_f) \\
 * c &= i \odot u + \sum_k f_k \odot c_k \qquad h = o \odot \tanh(c)
 * \end{aligned} $$
 *
 * | tensor | shape                                                     |
 * | ------ | --------------------------------------------------------- |
 * | inputs | (I) each, in a tree; (K, I) when packed                   |
 * | wIou   | (3·H, I), the rows of i, o and u                          |
 * | uIou   | (3·H, N·H), the columns of child 1, child 2, ...          |
 * | wF, uF | (H, I), (N·H, N·H): rows of f_1, f_2, ..., columns as above |
 * | output | (H); nodes (M, H) and roots (B, H) packed                 |
 *
 * Nodes without a value have x = 0, absent children h = c = 0: those at the end of the list are absent. All parameters start from U(-1/√H, 1/√H), as
 * PyTorch's LSTM; PyTorch has no such layer. The forget gates share one bias, as in the paper, where DGL's have one for each place.
 *
 * @throws {@link ShapeError} for inputs of another size, and for nodes with more children.
 * @throws RangeError as `ChildSumTreeLSTM`.
 *
 * @example
 * import { Embedding } from '@kasane/nn';
 * import { NaryTreeLSTM, packTrees } from '@kasane/seq2seq';
 * const trees = packTrees([{ left: 1, right: { left: 0, right: 2 } }, { left: 2, right: 1 }]);
 * const words = new Embedding(3, 8).forward(trees.values);
 * new NaryTreeLSTM(8, 16, 2).forwardPacked(words, trees).roots.shape; // => [2,16]
 *
 * @see Tai, Socher and Manning (2015), Improved Semantic Representations From Tree-Structured Long Short-Term
 * Memory Networks.
 * @category Trees
 */
export class NaryTreeLSTM extends TreeLSTM {
  protected readonly arity: number;

  /** `n` is how many children a node has at most. */
  constructor(inputSize: number, hiddenSize: number, n: number, options: LayerOptions = {}) {
    requireWhole('NaryTreeLSTM', 'n', n, 1);
    super(inputSize, hiddenSize, n, optionsOf('NaryTreeLSTM', options, layerNames));
    this.arity = n;
  }

  protected below(n: number, { states }: Children): Tensor {
    const { hiddenSize: H, arity: N } = this;
    return states.slice(1, 0, H).reshape([n, N * H]); // [h_1, h_2, ...]
  }

  protected remember(c: Tensor, f: Tensor, h: Tensor, { states }: Children): Tensor {
    const { hiddenSize: H, arity: N } = this;
    const n = c.shape[0]!;
    const kept = linear(h.reshape([n, N * H]), this.uF).reshape([n, N, H]);
    const gates = kept.add(f.unsqueeze(1)).sigmoid(); // (n, N, H)
    return c.add(gates.mul(states.slice(1, H).reshape([n, N, H])).sum(1));
  }
}
