import {
  concat,
  optionsOf,
  requireTensor,
  requireTensors,
  requireWhole,
  shown,
  type Tensor,
} from '@kasane/tensor-core';
import type { Dropout } from '../dropout.ts';
import type { LayerNorm } from '../layer-norm.ts';
import type { Linear } from '../linear.ts';
import type { ModuleList } from '../module-list.ts';
import { Module, type Layer } from '../module.ts';
import { around, type TransformerStackOptions } from './encoder.ts';
import {
  LayerParts,
  layersOf,
  transformerLayerNames,
  type TransformerLayerOptions,
} from './layer-parts.ts';
import type { KeysAndValues, MultiheadAttention, MultiheadOutput } from './multihead-attention.ts';

/** Options of a call of `TransformerDecoder` and its layers. */
export interface TransformerDecoderCall {
  /** Which tokens a token may not see, true for those, or numbers added to the scores; (T, T) or (N·H, T, T). */
  readonly tgtMask?: Tensor;
  /** Which places of the memory a token may not see, likewise; (T, S) or (N·H, T, S). */
  readonly memoryMask?: Tensor;
  /** Which tokens are padding, likewise; (N, T). */
  readonly tgtKeyPaddingMask?: Tensor;
  /** Which places of the memory are padding, likewise; (N, S). */
  readonly memoryKeyPaddingMask?: Tensor;
  /** Token t sees tokens 0 to t only. Default false. */
  readonly tgtIsCausal?: boolean;
  /** Token t sees places 0 to t of the memory only. Default false. */
  readonly memoryIsCausal?: boolean;
}

const callNames = [
  'tgtMask',
  'memoryMask',
  'tgtKeyPaddingMask',
  'memoryKeyPaddingMask',
  'tgtIsCausal',
  'memoryIsCausal',
] as const;

/** What a decoder's layer keeps from token to token. */
export interface TransformerLayerCache {
  /** Of the tokens there were. */
  readonly self: KeysAndValues;
  /** Of the memory. */
  readonly memory: KeysAndValues;
}

/** Options of a step of `TransformerDecoder` and its layers. */
export type TransformerStep = Pick<TransformerDecoderCall, 'memoryKeyPaddingMask'>;

/** What a step of a decoder's layer gives. */
export interface TransformerLayerStep {
  /** For the new tokens, (T, N, E) or (N, T, E). */
  readonly output: Tensor;
  /** How much of each place of the memory went into it, the mean of the heads; (N, T, S). */
  readonly weights: Tensor;
  /** What the next step needs. */
  readonly cache: TransformerLayerCache;
}

/**
 * Self-attention, attention to a memory and a feed-forward network, each with a way around it.
 *
 * $$ \begin{aligned}
 * a &= \mathrm{LN}_1(x + \mathrm{attention}(x)) \\
 * b &= \mathrm{LN}_2(a + \mathrm{attention}(a, \mathrm{memory})) \\
 * y &= \mathrm{LN}_3(b + W_2\, f(W_1 b + b_1) + b_2)
 * \end{aligned} $$
 *
 * | tensor               | shape                                         |
 * | -------------------- | --------------------------------------------- |
 * | tgt                  | (T, N, E); (N, T, E) with batchFirst; (T, E)  |
 * | memory               | (S, N, E); (N, S, E); (S, E)                  |
 * | tgtMask              | (T, T) or (N·H, T, T); true is blocked        |
 * | memoryMask           | (T, S) or (N·H, T, S); true is blocked        |
 * | tgtKeyPaddingMask    | (N, T); true is padding                       |
 * | memoryKeyPaddingMask | (N, S); true is padding                       |
 * | output               | as tgt                                        |
 *
 * Same as `torch.nn.TransformerDecoderLayer`, except: a token that sees none gets zeros from its attention, not NaN; no `bias: false`.
 * `start` and `step` compute the same token by token, without doing again what was done for those before: PyTorch does not have them. Throws what
 * `MultiheadAttention` throws.
 *
 * @example
 * import { TransformerDecoderLayer } from '@kasane/nn/transformer';
 * import { randn } from '@kasane/tensor-core';
 * const layer = new TransformerDecoderLayer(8, 2, { dropout: 0, batchFirst: true });
 * const [tgt, memory] = [randn([2, 5, 8]), randn([2, 3, 8])];
 * const all = layer.forward(tgt, memory, { tgtIsCausal: true });
 * let cache = layer.start(memory);
 * for (let t = 0; t < 5; t++) {
 *   const step = layer.step(tgt.slice(1, t, t + 1), cache);
 *   step.output.sub(all.slice(1, t, t + 1)).abs().max().item() < 1e-5; // => true
 *   cache = step.cache;
 * }
 *
 * @see Vaswani et al. (2017), Attention Is All You Need.
 * @category Transformers
 */
export class TransformerDecoderLayer extends Module {
  readonly selfAttn: MultiheadAttention;
  /** To the memory. */
  readonly multiheadAttn: MultiheadAttention;
  readonly linear1: Linear;
  /** Between the two linear maps. */
  readonly dropout: Dropout;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly norm3: LayerNorm;
  /** Behind the self-attention. */
  readonly dropout1: Dropout;
  /** Behind the attention to the memory. */
  readonly dropout2: Dropout;
  /** Behind the feed-forward network. */
  readonly dropout3: Dropout;
  /** Normalises what goes into each part. */
  readonly normFirst: boolean;
  readonly #activation: (x: Tensor) => Tensor;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super();
    const given = optionsOf('TransformerDecoderLayer', options, transformerLayerNames);
    const make = new LayerParts('TransformerDecoderLayer', dModel, given);
    this.selfAttn = make.attention(nhead);
    this.multiheadAttn = make.attention(nhead);
    [this.linear1, this.linear2] = make.feedforward();
    this.dropout = make.dropout();
    this.norm1 = make.norm();
    this.norm2 = make.norm();
    this.norm3 = make.norm();
    this.dropout1 = make.dropout();
    this.dropout2 = make.dropout();
    this.dropout3 = make.dropout();
    this.normFirst = given.normFirst ?? false;
    this.#activation = make.activation();
  }

  forward(tgt: Tensor, memory: Tensor, options: TransformerDecoderCall = {}): Tensor {
    const given = optionsOf('TransformerDecoderLayer', options, callNames);
    requireTensors('TransformerDecoderLayer', [tgt, memory]);
    const { tgtMask, tgtKeyPaddingMask, memoryMask, memoryKeyPaddingMask } = given;
    const { tgtIsCausal = false, memoryIsCausal = false } = given;
    const masks = (
      attnMask: Tensor | undefined,
      keyPaddingMask: Tensor | undefined,
      isCausal: boolean,
    ) => ({
      ...(attnMask !== undefined && { attnMask }),
      ...(keyPaddingMask !== undefined && { keyPaddingMask }),
      isCausal,
      needWeights: false,
    });
    const self = masks(tgtMask, tgtKeyPaddingMask, tgtIsCausal);
    const across = masks(memoryMask, memoryKeyPaddingMask, memoryIsCausal);
    return this.#through(
      tgt,
      (x) => this.selfAttn.forward(x, x, x, self),
      (x) => this.multiheadAttn.forward(x, memory, memory, across),
    );
  }

  /** What the first step needs: the memory, projected, and no tokens. */
  start(memory: Tensor): TransformerLayerCache {
    requireTensor('TransformerDecoderLayer', 'memory', memory);
    const known = this.multiheadAttn.keysAndValues(memory);
    const [N, H, , d] = known.keys.shape as [number, number, number, number]; // heads
    const none = known.keys.newFull([N, H, 0, d], 0);
    return { self: { keys: none, values: none }, memory: known };
  }

  /** The output for tokens that follow those of the cache: each sees these, itself and those between. */
  step(tgt: Tensor, cache: TransformerLayerCache, options?: TransformerStep): TransformerLayerStep {
    const given = optionsOf('TransformerDecoderLayer', options, ['memoryKeyPaddingMask']);
    requireTensor('TransformerDecoderLayer', 'tgt', tgt);
    requireCache('TransformerDecoderLayer', cache);
    let known = cache.self;
    let weights: Tensor | null = null;
    const output = this.#through(
      tgt,
      (x) => {
        const { keys, values } = this.selfAttn.keysAndValues(x);
        const before = known.keys.shape[2]!;
        const T = keys.shape[2]!;
        known = {
          keys: concat([known.keys, keys], 2),
          values: concat([known.values, values], 2),
        };
        const behind = keys.newFull([T, before + T], 1, 'bool').triu(before + 1);
        const mask = T === 1 ? {} : { attnMask: behind };
        return this.selfAttn.attendTo(x, known, { ...mask, needWeights: false });
      },
      (x) => {
        const found = this.multiheadAttn.attendTo(x, cache.memory, {
          ...(given.memoryKeyPaddingMask !== undefined && {
            keyPaddingMask: given.memoryKeyPaddingMask,
          }),
        });
        ({ weights } = found);
        return found;
      },
    );
    return { output, weights: weights!, cache: { self: known, memory: cache.memory } };
  }

  #through(
    tgt: Tensor,
    self: (x: Tensor) => MultiheadOutput,
    across: (x: Tensor) => MultiheadOutput,
  ): Tensor {
    let x = around(this, tgt, (y) => this.dropout1.forward(self(y).output), this.norm1);
    x = around(this, x, (y) => this.dropout2.forward(across(y).output), this.norm2);
    const feedforward = (y: Tensor): Tensor => {
      const wide = this.dropout.forward(this.#activation(this.linear1.forward(y)));
      return this.dropout3.forward(this.linear2.forward(wide));
    };
    return around(this, x, feedforward, this.norm3);
  }
}

/** What a step of `TransformerDecoder` gives. */
export interface TransformerDecoderStep {
  /** For the new tokens, (T, N, E) or (N, T, E). */
  readonly output: Tensor;
  /** How much of each place of the memory went into it, in the last layer, the mean of the heads; (N, T, S). */
  readonly weights: Tensor;
  /** What the next step needs, layer by layer. */
  readonly cache: readonly TransformerLayerCache[];
}

/**
 * Layers of a Transformer's decoder on each other.
 *
 * $$ y = \mathrm{norm}(f_n(\cdots f_2(f_1(x, \mathrm{memory}), \mathrm{memory}) \cdots, \mathrm{memory})) $$
 *
 * Shapes and options of a call are those of `TransformerDecoderLayer`. Same as `torch.nn.TransformerDecoder`, except that it
 * takes a function that makes a layer, where PyTorch copies one, and that `start` and `step` compute token by token.
 * Parameters: `layers.{i}.…`, `norm.…`.
 *
 * @throws RangeError unless numLayers is a whole number ≥ 1, and what its layers throw.
 *
 * @example
 * import { TransformerDecoder, TransformerDecoderLayer } from '@kasane/nn/transformer';
 * import { randn } from '@kasane/tensor-core';
 * const decoder = new TransformerDecoder(() => new TransformerDecoderLayer(8, 2), 3);
 * decoder.forward(randn([5, 2, 8]), randn([4, 2, 8]), { tgtIsCausal: true }).shape; // => [5,2,8]
 *
 * @category Transformers
 */
export class TransformerDecoder extends Module {
  readonly layers: ModuleList<TransformerDecoderLayer>;
  /** What the last layer's output goes through, or null. */
  readonly norm: Layer | null;

  constructor(
    makeLayer: (index: number) => TransformerDecoderLayer,
    numLayers: number,
    options: TransformerStackOptions = {},
  ) {
    super();
    const { norm = null } = optionsOf('TransformerDecoder', options, ['norm']);
    requireWhole('TransformerDecoder', 'numLayers', numLayers, 1); // the last has the weights of a step
    this.layers = layersOf('TransformerDecoder', makeLayer, numLayers);
    this.norm = norm;
  }

  forward(tgt: Tensor, memory: Tensor, options: TransformerDecoderCall = {}): Tensor {
    const given = optionsOf('TransformerDecoder', options, callNames);
    requireTensors('TransformerDecoder', [tgt, memory]);
    let x = tgt;
    for (const layer of this.layers) x = layer.forward(x, memory, given);
    return this.norm === null ? x : this.norm.forward(x);
  }

  /** What the first step needs. */
  start(memory: Tensor): readonly TransformerLayerCache[] {
    requireTensor('TransformerDecoder', 'memory', memory);
    return [...this.layers].map((layer) => layer.start(memory));
  }

  /** The output for tokens that follow those of the cache. */
  step(
    tgt: Tensor,
    cache: readonly TransformerLayerCache[],
    options?: TransformerStep,
  ): TransformerDecoderStep {
    const given = optionsOf('TransformerDecoder', options, ['memoryKeyPaddingMask']);
    requireTensor('TransformerDecoder', 'tgt', tgt);
    if (!Array.isArray(cache)) requireCache('TransformerDecoder', cache); // throws
    let x = tgt;
    let weights: Tensor | null = null;
    const next = [...this.layers].map((layer, i) => {
      const step = layer.step(x, cache[i]!, given);
      x = step.output;
      ({ weights } = step);
      return step.cache;
    });
    return {
      output: this.norm === null ? x : this.norm.forward(x),
      weights: weights!,
      cache: next,
    };
  }
}

/** Throws TypeError for what is no cache of a layer. */
function requireCache(owner: string, cache: unknown): void {
  const { self, memory } = Object(cache) as Partial<TransformerLayerCache>;
  if (self === undefined || memory === undefined) {
    throw new TypeError(
      `${owner}: needs the cache that start or the last step gave, got ${shown(cache)}.`,
    );
  }
}
