import {
  concat,
  formatShape,
  guardedOptions,
  isFloatingPoint,
  isTensor,
  optionsOf,
  requireTensor,
  requireTensors,
  requireThat,
  requireWhole,
  type Shape,
  ShapeError,
  shown,
  type Tensor,
} from '@kasane/tensor-core';
import { attend } from '../attention.ts';
import { initOptions, zeros, type InitOptions } from '../init/basic.ts';
import { xavierNormal, xavierUniform } from '../init/scaled.ts';
import { layerNames, layerOptions, type LayerOptions } from '../layer-options.ts';
import { Linear, linear } from '../linear.ts';
import { Module } from '../module.ts';
import { newParameter } from '../new-parameter.ts';
import type { Parameter } from '../parameter.ts';
import { biasOf, checkMasks, type AttentionMasks } from './masks.ts';

/** Options of `MultiheadAttention`. */
export interface MultiheadAttentionOptions extends LayerOptions {
  /** The probability of dropping a weight while training. Default 0. */
  readonly dropout?: number;
  /** Add biases to the projections. Default true. */
  readonly bias?: boolean;
  /** Append a learned key and its value to those of each sequence. Default false. */
  readonly addBiasKv?: boolean;
  /** Append a key and a value of zeros to those of each sequence. Default false. */
  readonly addZeroAttn?: boolean;
  /** The size of a key. Default embedDim. */
  readonly kdim?: number;
  /** The size of a value. Default embedDim. */
  readonly vdim?: number;
  /** The batch is the first dimension. Default false. */
  readonly batchFirst?: boolean;
}

/** Options of a call of `MultiheadAttention`. */
export interface MultiheadOptions extends AttentionMasks {
  /** Give the weights, too. Default true. */
  readonly needWeights?: boolean;
  /** Give the mean of the heads' weights, not each head's. Default true. */
  readonly averageAttnWeights?: boolean;
}

/** What `MultiheadAttention` gives. */
export interface MultiheadOutput {
  /** (T, N, E), (N, T, E) with batchFirst, (T, E) without a batch. */
  readonly output: Tensor;
  /** (N, T, S), (T, S) without a batch; with the heads before T unless they are averaged. Null if not needed. */
  readonly weights: Tensor | null;
}

/** Keys and values of all heads, projected: what later queries can be asked of once more. */
export interface KeysAndValues {
  /** (N, H, S, E / H) */
  readonly keys: Tensor;
  /** (N, H, S, E / H) */
  readonly values: Tensor;
}

/**
 * Attention in several heads, each with projections of its own.
 *
 * $$ \mathrm{head}_i = \mathrm{softmax}\left(\frac{Q_i K_i^\top}{\sqrt{E / H}} + M\right) V_i, \quad
 * y = [\mathrm{head}_1; \ldots; \mathrm{head}_H]\, W_O^\top + b_O $$
 *
 * | tensor           | shape                                                   |
 * | ---------------- | ------------------------------------------------------- |
 * | query            | (T, N, E); (N, T, E) with batchFirst; (T, E)            |
 * | key              | (S, N, kdim); (N, S, kdim); (S, kdim)                   |
 * | value            | (S, N, vdim); (N, S, vdim); (S, vdim)                   |
 * | attnMask         | (T, S) or (N·H, T, S); true is blocked, numbers are added |
 * | keyPaddingMask   | (N, S); (S) without a batch; likewise                   |
 * | output           | as the query                                            |
 * | weights          | (N, T, S), (T, S); (N, H, T, S), (H, T, S)              |
 *
 * with E = embedDim, H = numHeads. Parameters: `in_proj_weight` (3·E, E), or `q_proj_weight` (E, E), `k_proj_weight` (E, kdim) and
 * `v_proj_weight` (E, vdim) where these sizes differ, `in_proj_bias` (3·E), `out_proj.weight` (E, E), `out_proj.bias`, and
 * `bias_k`, `bias_v` (1, 1, E) with addBiasKv. Key and value are the query by default.
 *
 * Same as `torch.nn.MultiheadAttention`, except: a query all of whose keys are blocked gets zeros, and its gradient is 0, where
 * PyTorch gives NaN; `isCausal` needs no mask beside it.
 *
 * @throws {@link ShapeError} if the shapes do not fit.
 * @throws {@link DTypeError} for masks of whole numbers.
 * @throws RangeError unless numHeads divides embedDim and dropout is a probability.
 *
 * @example
 * import { MultiheadAttention } from '@kasane/nn/transformer';
 * import { randn, tensor } from '@kasane/tensor-core';
 * const attention = new MultiheadAttention(8, 2, { batchFirst: true });
 * const [x, memory] = [randn([1, 3, 8]), randn([1, 2, 8])];
 * const keyPaddingMask = tensor([[false, true]]);
 * const { output, weights } = attention.forward(x, memory, memory, { keyPaddingMask });
 * output.shape; // => [1,3,8]
 * weights!.toArray(); // => [[[1,0],[1,0],[1,0]]]
 *
 * @see Vaswani et al. (2017), Attention Is All You Need.
 * @category Transformers
 */
export class MultiheadAttention extends Module {
  /** The size of a query and of the output. */
  readonly embedDim: number;
  /** The number of heads. */
  readonly numHeads: number;
  /** The size of a key. */
  readonly kdim: number;
  /** The size of a value. */
  readonly vdim: number;
  /** The probability of dropping a weight. */
  dropout: number;
  /** The batch is the first dimension. */
  readonly batchFirst: boolean;
  /** Appends a key and a value of zeros. */
  readonly addZeroAttn: boolean;
  /** (3·E, E), or null where keys or values are of another size. */
  readonly inProjWeight: Parameter | null = null;
  /** (E, E), or null. */
  readonly qProjWeight: Parameter | null = null;
  /** (E, kdim), or null. */
  readonly kProjWeight: Parameter | null = null;
  /** (E, vdim), or null. */
  readonly vProjWeight: Parameter | null = null;
  /** (3·E), or null without biases. */
  readonly inProjBias: Parameter | null;
  /** (1, 1, E), or null. */
  readonly biasK: Parameter | null;
  /** (1, 1, E), or null. */
  readonly biasV: Parameter | null;
  /** From the heads to the output. */
  readonly outProj: Linear;
  readonly #random: InitOptions;

  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    const names = ['dropout', 'bias', 'addBiasKv', 'addZeroAttn', 'kdim', 'vdim', 'batchFirst', ...layerNames] as const; // prettier-ignore
    const given = optionsOf('MultiheadAttention', options, names);
    const { dropout = 0, bias = true, addBiasKv = false, addZeroAttn = false } = given;
    const { kdim = embedDim, vdim = embedDim, batchFirst = false } = given;
    for (const [name, size] of Object.entries({ embedDim, numHeads, kdim, vdim })) {
      requireWhole('MultiheadAttention', name, size, 1);
    }
    if (embedDim % numHeads !== 0) {
      throw new RangeError(
        `MultiheadAttention: numHeads must divide embedDim, got ${numHeads} heads for ${embedDim} numbers.`,
      );
    }
    requireThat(dropout >= 0 && dropout <= 1, 'MultiheadAttention', 'dropout', dropout, 'from 0 to 1'); // prettier-ignore
    this.embedDim = embedDim;
    this.numHeads = numHeads;
    this.kdim = kdim;
    this.vdim = vdim;
    this.dropout = dropout;
    this.batchFirst = batchFirst;
    this.addZeroAttn = addZeroAttn;
    const how = layerOptions(given);
    const glorot = (...shape: number[]): Parameter => newParameter(shape, xavierUniform, how);
    if (kdim === embedDim && vdim === embedDim) this.inProjWeight = glorot(3 * embedDim, embedDim);
    else {
      this.qProjWeight = glorot(embedDim, embedDim);
      this.kProjWeight = glorot(embedDim, kdim);
      this.vProjWeight = glorot(embedDim, vdim);
    }
    this.inProjBias = bias ? newParameter([3 * embedDim], 0, how) : null;
    const appended = (): Parameter | null =>
      addBiasKv ? newParameter([1, 1, embedDim], xavierNormal, how) : null;
    this.biasK = appended();
    this.biasV = appended();
    this.outProj = new Linear(embedDim, embedDim, { ...how, bias });
    const { bias: shift } = this.outProj;
    if (shift !== null) zeros(shift);
    this.#random = initOptions(given);
  }

  forward(
    query: Tensor,
    key: Tensor = query,
    value: Tensor = key,
    options: MultiheadOptions = {},
  ): MultiheadOutput {
    requireTensors('MultiheadAttention', [query, key, value]);
    this.#check(query, key, value);
    const q = this.#batched(query);
    const k = key === query ? q : this.#batched(key);
    const v = value === key ? k : this.#batched(value);
    if (q === k && k === v && this.inProjWeight !== null) {
      const [queries, keys, values] = this.#project(q, 0, 3) as [Tensor, Tensor, Tensor]; // so many
      return this.#attend(query, queries, { keys, values }, options);
    }
    const [queries] = this.#project(q, 0, 1);
    return this.#attend(query, queries!, this.#keysAndValues(k, v), options);
  }

  /**
   * The projected keys and values: what `attendTo` takes, as often as queries come.
   *
   * @throws {@link ShapeError} if they do not fit.
   */
  keysAndValues(key: Tensor, value: Tensor = key): KeysAndValues {
    requireTensors('MultiheadAttention', [key, value]);
    this.#check(null, key, value);
    const k = this.#batched(key);
    return this.#keysAndValues(k, value === key ? k : this.#batched(value));
  }

  /** As `forward`, of keys and values that were projected already. Throws ShapeError if query or masks do not fit. */
  attendTo(query: Tensor, known: KeysAndValues, options: MultiheadOptions = {}): MultiheadOutput {
    requireTensor('MultiheadAttention', 'query', query);
    if (!isTensor(Object(known).keys)) {
      throw new TypeError(
        `MultiheadAttention: needs what keysAndValues gave, got ${shown(known)}.`,
      );
    }
    this.#check(query, null, null);
    return this.#attend(query, this.#project(this.#batched(query), 0, 1)[0]!, known, options);
  }

  #keysAndValues(key: Tensor, value: Tensor): KeysAndValues {
    const [keys, values] =
      key === value && this.inProjWeight !== null
        ? this.#project(key, 1, 2)
        : [...this.#project(key, 1, 1), ...this.#project(value, 2, 1)];
    return { keys: keys!, values: values! };
  }

  /** `count` of the three projections of (N, L, size), from `first` on; each (N, H, L, E / H). */
  #project(input: Tensor, first: number, count: number): Tensor[] {
    const { embedDim: E, numHeads: H, inProjBias, inProjWeight } = this;
    const part = (p: Parameter): Tensor =>
      count === 3 ? p : p.slice(0, first * E, (first + count) * E);
    const weight =
      inProjWeight === null
        ? [this.qProjWeight, this.kProjWeight, this.vProjWeight][first]!
        : part(inProjWeight);
    const y = linear(input, weight, inProjBias === null ? null : part(inProjBias)); // (N, L, count·E)
    const [N, L] = input.shape as [number, number]; // checked
    if (count === 1) return [y.reshape([N, L, H, E / H]).transpose(1, 2)];
    return y
      .reshape([N, L, count, H, E / H])
      .permute(2, 0, 3, 1, 4)
      .unbind(0);
  }

  #attend(
    query: Tensor,
    queries: Tensor,
    known: KeysAndValues,
    options: MultiheadOptions,
  ): MultiheadOutput {
    const names = ['attnMask', 'keyPaddingMask', 'isCausal', 'needWeights', 'averageAttnWeights'] as const; // prettier-ignore
    const given = optionsOf('MultiheadAttention', options, names);
    const { needWeights = true, averageAttnWeights = true, isCausal = false } = given;
    const { embedDim: E, numHeads: H } = this;
    const single = query.ndim === 2;
    const [N, , T] = queries.shape as [number, number, number]; // (N, H, T, E / H)
    const S = known.keys.shape[2]!;
    checkMasks('MultiheadAttention', given, { N, H, T, S, single });
    const { keys, values } = this.#appended(known);
    const extra = keys.shape[2]! - S;
    // What was appended is seen by all.
    const mask = biasOf(given, queries, { N, H, T, S }, extra);
    const dropoutP = this.training ? guardedOptions(this).dropout : 0;
    const { output, weights } = attend(queries, keys, values, {
      ...this.#random,
      ...(mask !== undefined && { mask }),
      isCausal: isCausal && extra === 0,
      dropoutP,
    });
    const y = this.outProj.forward(output.transpose(1, 2).reshape([N, T, E]));
    const shown = averageAttnWeights ? weights.mean(1) : weights;
    return {
      output: single ? y.squeeze(0) : this.batchFirst ? y : y.transpose(0, 1),
      weights: !needWeights ? null : single ? shown.squeeze(0) : shown,
    };
  }

  /** Keys and values with those that belong to no token behind them. */
  #appended({ keys, values }: KeysAndValues): KeysAndValues {
    const { biasK, biasV, addZeroAttn, numHeads: H } = this;
    if (biasK === null && !addZeroAttn) return { keys, values };
    const [N, , , d] = keys.shape as [number, number, number, number]; // heads
    const join = (x: Tensor, learned: Parameter | null): Tensor => {
      const more =
        learned === null ? [] : [learned.reshape([1, H, 1, d]).broadcastTo([N, H, 1, d])];
      return concat([x, ...more, ...(addZeroAttn ? [x.newFull([N, H, 1, d], 0)] : [])], 2);
    };
    return { keys: join(keys, biasK), values: join(values, biasV) };
  }

  /** (N, L, size) of any input. */
  #batched(input: Tensor): Tensor {
    if (input.ndim === 2) return input.unsqueeze(0);
    return this.batchFirst ? input : input.transpose(0, 1);
  }

  #check(query: Tensor | null, key: Tensor | null, value: Tensor | null): void {
    const { embedDim, kdim, vdim, batchFirst } = this;
    const given = [query, key, value].filter((x) => x !== null);
    const { ndim } = given[0]!;
    const sizes = [query && embedDim, key && kdim, value && vdim].filter((size) => size !== null);
    const batch = ({ shape }: Tensor): number | undefined =>
      ndim === 2 ? 1 : shape[batchFirst ? 0 : 1];
    const fits =
      (ndim === 2 || ndim === 3) &&
      given.every((x, i) => x.ndim === ndim && x.shape.at(-1) === sizes[i]) &&
      given.every((x) => batch(x) === batch(given[0]!)) &&
      (key === null || value === null || sameLead(key, value));
    if (fits) return;
    const lead = (length: string): string => (batchFirst ? `N, ${length}` : `${length}, N`);
    throw new ShapeError(
      `MultiheadAttention: needs query (${lead('T')}, ${embedDim}), key (${lead('S')}, ${kdim}) and value (${lead('S')}, ${vdim}), or all without N, got ${given.map((x) => formatShape(x.shape)).join(', ')}.`,
    );
  }

  override multiplyAdds(inputs: readonly Tensor[]): number {
    const [query, key = query!, value = key] = inputs.filter(
      (x) => isFloatingPoint(x.dtype) && x.ndim === inputs[0]!.ndim,
    );
    const { embedDim: E } = this;
    const N = query!.ndim === 2 ? 1 : query!.shape[this.batchFirst ? 0 : 1]!;
    const rows = (x: Tensor): number => x.size / x.shape.at(-1)!; // N·T or N·S
    const attention = (2 * rows(query!) * rows(key) * E) / Math.max(N, 1);
    return query!.size * E + key.size * E + value.size * E + attention;
  }

  override extraRepr(): string {
    const { kdim, vdim, embedDim, batchFirst, dropout } = this;
    const parts = Object.entries({
      ...(kdim !== embedDim && { kdim }),
      ...(vdim !== embedDim && { vdim }),
      ...(dropout > 0 && { dropout }),
      ...(batchFirst && { batchFirst }),
    }).map(([name, value]) => `, ${name}=${value}`);
    return `${embedDim}, ${this.numHeads}${parts.join('')}`;
  }
}

function sameLead(a: Tensor, b: Tensor): boolean {
  const lead = (shape: Shape): string => shape.slice(0, -1).join();
  return lead(a.shape) === lead(b.shape);
}
