import { layerNames, layerOptions, Linear, Module, type LayerOptions } from '@kasane/nn';
import {
  formatShape,
  isTensor,
  optionsOf,
  requireTensor,
  requireWhole,
  sameShape,
  ShapeError,
  type Tensor,
} from '@kasane/tensor-core';
import { requirePart } from './given.ts';

/** What an attention looks at: the outputs of an encoder, made ready once for all queries. */
export interface Memory {
  /** What is averaged, zeros in padding; (N, S, K). */
  readonly values: Tensor;
  /** What queries are compared with; (N, S, A). */
  readonly keys: Tensor;
  /** True for padding, (N, S); null if there is none. */
  readonly padding: Tensor | null;
}

/** What an attention gives. */
export interface Attended {
  /** The averaged values, (N, T, K). */
  readonly context: Tensor;
  /** How much of each value that is, (N, T, S): from 0 to 1, in sum 1, or 0 where all is padding. */
  readonly weights: Tensor;
}

/** Options of a call of an attention. */
export interface AttentionCall {
  /** True for padding, which gets no weight; (N, S). */
  readonly keyPaddingMask?: Tensor;
}

/**
 * What attentions share: for each query the average of values, by weights that a softmax makes of scores.
 *
 * $$ a_{ts} = \frac{\exp e(q_t, v_s)}{\sum_{s'} \exp e(q_t, v_{s'})}, \quad c_t = \sum_s a_{ts} v_s $$
 *
 * | tensor         | shape                                        |
 * | -------------- | -------------------------------------------- |
 * | query          | (N, T, querySize)                            |
 * | values         | (N, S, valueSize)                            |
 * | keyPaddingMask | (N, S), true is padding                      |
 * | context        | (N, T, valueSize)                            |
 * | weights        | (N, T, S)                                    |
 *
 * A subclass says what the score e is. `prepare` does once for a source what does not depend on the query; `read` asks. Where all of a source is
 * padding, weights and context are zeros, with gradients of 0; what padding holds counts for nothing.
 *
 * @throws {@link ShapeError} if the shapes do not fit.
 * @throws RangeError unless sizes are whole numbers ≥ 1.
 *
 * @example
 * import { Attention, DotAttention } from '@kasane/seq2seq';
 * new DotAttention(4) instanceof Attention; // => true
 *
 * @category Attention
 */
export abstract class Attention extends Module {
  /** The size of a query. */
  readonly querySize: number;
  /** The size of a value. */
  readonly valueSize: number;

  constructor(querySize: number, valueSize: number) {
    super();
    requireWhole(this.constructor.name, 'querySize', querySize, 1);
    requireWhole(this.constructor.name, 'valueSize', valueSize, 1);
    this.querySize = querySize;
    this.valueSize = valueSize;
  }

  /** What queries are compared with: (N, S, valueSize) to (N, S, A). */
  protected abstract project(values: Tensor): Tensor;

  /** How well queries (N, T, querySize) and keys (N, S, A) fit; (N, T, S). */
  protected abstract scores(query: Tensor, keys: Tensor): Tensor;

  /** Makes values ready to be asked; `padding` (N, S) is true where there are none. */
  prepare(values: Tensor, padding: Tensor | null = null): Memory {
    requireTensor(this.constructor.name, 'values', values);
    const [N, S, K] = values.shape;
    if (values.ndim !== 3 || K !== this.valueSize) {
      throw new ShapeError(
        `${this.constructor.name}: values must have shape (N, S, ${this.valueSize}), got ${formatShape(values.shape)}.`,
      );
    }
    if (padding === null) return { values, keys: this.project(values), padding };
    if (!sameShape(padding.shape, [N!, S!])) {
      throw new ShapeError(
        `${this.constructor.name}: keyPaddingMask must have shape ${formatShape([N!, S!])} for these values, got ${formatShape(padding.shape)}.`,
      );
    }
    // 0 times NaN is NaN, and padding may hold anything.
    const known = padding.unsqueeze(-1).where(0, values);
    return { values: known, keys: this.project(known), padding };
  }

  /** The averages for queries (N, T, querySize). */
  read(query: Tensor, memory: Memory): Attended {
    requireTensor(this.constructor.name, 'query', query);
    requirePart(this.constructor.name, 'the memory that prepare gave', memory, ({ values }) =>
      isTensor(values),
    );
    const { values, keys, padding } = memory;
    const [N, , Q] = query.shape;
    if (query.ndim !== 3 || Q !== this.querySize || N !== values.shape[0]) {
      throw new ShapeError(
        `${this.constructor.name}: queries must have shape (${values.shape[0]}, T, ${this.querySize}) for these values, got ${formatShape(query.shape)}.`,
      );
    }
    const scores = this.scores(query, keys); // (N, T, S)
    const weights = padding === null ? scores.softmax(-1) : within(scores, padding.unsqueeze(1));
    return { context: weights.matmul(values), weights };
  }

  forward(query: Tensor, values: Tensor, options?: AttentionCall): Attended {
    const { keyPaddingMask = null } = optionsOf(this.constructor.name, options, ['keyPaddingMask']);
    return this.read(query, this.prepare(values, keyPaddingMask));
  }
}

/** The softmax of what is no padding. Where all is, it is taken of all and forgotten: that of nothing is NaN, in gradients too. */
function within(scores: Tensor, padding: Tensor): Tensor {
  const hidden = padding.logicalAnd(padding.all(-1, { keepdim: true }).logicalNot());
  return padding.where(0, hidden.where(-Infinity, scores).softmax(-1));
}

/**
 * Luong's dot attention: the score is the product of query and value.
 *
 * $$ e(q, v) = q^\top v $$
 *
 * Queries and values have one size, and there is nothing to learn. Shapes are those of `Attention`. As Keras' `Attention`, which gives the weights on
 * demand only.
 *
 * @throws {@link ShapeError} if the shapes do not fit.
 * @throws RangeError unless sizes are whole numbers ≥ 1.
 *
 * @example
 * import { DotAttention } from '@kasane/seq2seq';
 * import { tensor } from '@kasane/tensor-core';
 * const attention = new DotAttention(1);
 * const values = tensor([[[0], [Math.log(3)]]]);
 * const { weights } = attention.forward(tensor([[[1]]]), values); // scores 0 and ln 3
 * weights.mul(100).round().toArray(); // => [[[25,75]]]
 *
 * @see Luong, Pham and Manning (2015), Effective Approaches to Attention-based Neural Machine Translation.
 * @category Attention
 */
export class DotAttention extends Attention {
  constructor(size: number) {
    super(size, size);
  }

  protected override project(values: Tensor): Tensor {
    return values;
  }

  protected override scores(query: Tensor, keys: Tensor): Tensor {
    return query.matmul(keys, { transposeB: true });
  }
}

/**
 * Luong's general attention: the product of query and value, with a matrix between them.
 *
 * $$ e(q, v) = q^\top W v $$
 *
 * Parameters: `project_values.weight` (querySize, valueSize). Shapes are those of `Attention`.
 *
 * @throws {@link ShapeError} if the shapes do not fit.
 * @throws RangeError unless sizes are whole numbers ≥ 1.
 *
 * @example
 * import { GeneralAttention } from '@kasane/seq2seq';
 * import { randn } from '@kasane/tensor-core';
 * const attention = new GeneralAttention(4, 6);
 * attention.forward(randn([2, 3, 4]), randn([2, 5, 6])).context.shape; // => [2,3,6]
 *
 * @see Luong, Pham and Manning (2015), Effective Approaches to Attention-based Neural Machine Translation.
 * @category Attention
 */
export class GeneralAttention extends Attention {
  /** W */
  readonly projectValues: Linear;

  constructor(querySize: number, valueSize: number, options?: LayerOptions) {
    super(querySize, valueSize);
    const how = layerOptions(optionsOf('GeneralAttention', options, layerNames));
    this.projectValues = new Linear(valueSize, querySize, { ...how, bias: false });
  }

  protected override project(values: Tensor): Tensor {
    return this.projectValues.forward(values);
  }

  protected override scores(query: Tensor, keys: Tensor): Tensor {
    return query.matmul(keys, { transposeB: true });
  }
}

/** Options of `AdditiveAttention` and `ConcatAttention`. */
export interface AdditiveAttentionOptions extends LayerOptions {
  /** The size in which query and value meet. Default querySize. */
  readonly hiddenSize?: number;
}

/** vᵀ tanh(q + k) for all pairs of queries (N, T, A) and keys (N, S, A). */
function additiveScores(query: Tensor, keys: Tensor, energy: Linear): Tensor {
  return energy.forward(query.unsqueeze(2).add(keys.unsqueeze(1)).tanh()).squeeze(-1); // (N, T, S)
}

/**
 * Bahdanau's additive attention: a network with one hidden layer scores query and value.
 *
 * $$ e(q, v) = w^\top \tanh(W q + U v + b) $$
 *
 * Parameters: `project_query.weight` (A, querySize), `project_query.bias` (A), `project_values.weight` (A, valueSize), `energy.weight` (1, A), with A
 * = hiddenSize. Shapes are those of `Attention`. Keras' `AdditiveAttention` leaves W, U and b to other layers.
 *
 * @throws {@link ShapeError} if the shapes do not fit.
 * @throws RangeError unless sizes are whole numbers ≥ 1.
 *
 * @example
 * import { AdditiveAttention } from '@kasane/seq2seq';
 * import { randn } from '@kasane/tensor-core';
 * const attention = new AdditiveAttention(4, 6, { hiddenSize: 8 });
 * attention.forward(randn([2, 3, 4]), randn([2, 5, 6])).weights.shape; // => [2,3,5]
 *
 * @see Bahdanau, Cho and Bengio (2015), Neural Machine Translation by Jointly Learning to Align and Translate.
 * @category Attention
 */
export class AdditiveAttention extends Attention {
  /** W and b */
  readonly projectQuery: Linear;
  /** U */
  readonly projectValues: Linear;
  /** w */
  readonly energy: Linear;

  constructor(querySize: number, valueSize: number, options?: AdditiveAttentionOptions) {
    super(querySize, valueSize);
    const given = optionsOf('AdditiveAttention', options, ['hiddenSize', ...layerNames]);
    const { hiddenSize = querySize } = given;
    requireWhole('AdditiveAttention', 'hiddenSize', hiddenSize, 1);
    const how = layerOptions(given);
    this.projectQuery = new Linear(querySize, hiddenSize, how);
    this.projectValues = new Linear(valueSize, hiddenSize, { ...how, bias: false });
    this.energy = new Linear(hiddenSize, 1, { ...how, bias: false });
  }

  protected override project(values: Tensor): Tensor {
    return this.projectValues.forward(values);
  }

  protected override scores(query: Tensor, keys: Tensor): Tensor {
    return additiveScores(this.projectQuery.forward(query), keys, this.energy);
  }
}

/**
 * Luong's concat attention: one matrix for query and value together.
 *
 * $$ e(q, v) = w^\top \tanh(W [q; v]) $$
 *
 * Parameters: `combined.weight` (A, querySize + valueSize), `energy.weight` (1, A), with A = hiddenSize. Shapes are those of `Attention`.
 *
 * @throws {@link ShapeError} if the shapes do not fit.
 * @throws RangeError unless sizes are whole numbers ≥ 1.
 *
 * @example
 * import { ConcatAttention } from '@kasane/seq2seq';
 * import { randn } from '@kasane/tensor-core';
 * const attention = new ConcatAttention(4, 6);
 * attention.forward(randn([2, 3, 4]), randn([2, 5, 6])).weights.shape; // => [2,3,5]
 *
 * @see Luong, Pham and Manning (2015), Effective Approaches to Attention-based Neural Machine Translation.
 * @category Attention
 */
export class ConcatAttention extends Attention {
  /** W */
  readonly combined: Linear;
  /** w */
  readonly energy: Linear;

  constructor(querySize: number, valueSize: number, options?: AdditiveAttentionOptions) {
    super(querySize, valueSize);
    const given = optionsOf('ConcatAttention', options, ['hiddenSize', ...layerNames]);
    const { hiddenSize = querySize } = given;
    requireWhole('ConcatAttention', 'hiddenSize', hiddenSize, 1);
    const how = layerOptions(given);
    this.combined = new Linear(querySize + valueSize, hiddenSize, { ...how, bias: false });
    this.energy = new Linear(hiddenSize, 1, { ...how, bias: false });
  }

  // W [q; v] is the sum of what its columns for q and those for v make: so keys are made once.
  protected override project(values: Tensor): Tensor {
    return values.matmul(this.combined.weight.slice(1, this.querySize), { transposeB: true });
  }

  protected override scores(query: Tensor, keys: Tensor): Tensor {
    const weight = this.combined.weight.slice(1, 0, this.querySize);
    return additiveScores(query.matmul(weight, { transposeB: true }), keys, this.energy);
  }
}
