import { optionsOf, requireTensor, type Tensor } from '@kasane/tensor-core';
import type { Dropout } from '../dropout.ts';
import type { LayerNorm } from '../layer-norm.ts';
import type { Linear } from '../linear.ts';
import type { ModuleList } from '../module-list.ts';
import { Module, type Layer } from '../module.ts';
import {
  LayerParts,
  layersOf,
  transformerLayerNames,
  type TransformerLayerOptions,
} from './layer-parts.ts';
import type { MultiheadAttention } from './multihead-attention.ts';

/** Options of a call of `TransformerEncoder` and its layers. */
export interface TransformerEncoderCall {
  /** Which tokens a token may not see, true for those, or numbers added to the scores; (T, T) or (N·H, T, T). */
  readonly mask?: Tensor;
  /** Which tokens are padding, likewise; (N, T). */
  readonly keyPaddingMask?: Tensor;
  /** Token t sees tokens 0 to t only. Default false. */
  readonly isCausal?: boolean;
}

const callNames = ['mask', 'keyPaddingMask', 'isCausal'] as const;

/**
 * Self-attention and a feed-forward network, each with a way around it.
 *
 * $$ \begin{aligned}
 * a &= \mathrm{LN}_1(x + \mathrm{attention}(x)) \\
 * y &= \mathrm{LN}_2(a + W_2\, f(W_1 a + b_1) + b_2)
 * \end{aligned} $$
 *
 * With normFirst, a = x + attention(LN₁(x)) and y = a + W₂ f(W₁ LN₂(a) + b₁) + b₂.
 *
 * | tensor         | shape                                         |
 * | -------------- | --------------------------------------------- |
 * | src            | (T, N, E); (N, T, E) with batchFirst; (T, E)  |
 * | mask           | (T, T) or (N·H, T, T); true is blocked        |
 * | keyPaddingMask | (N, T); true is padding                       |
 * | output         | as src                                        |
 *
 * Same as `torch.nn.TransformerEncoderLayer`, which calls the masks src_mask and src_key_padding_mask, except: a token that sees none
 * gets zeros from its attention, not NaN; no `bias: false`. Throws what `MultiheadAttention` throws.
 *
 * @example
 * import { TransformerEncoderLayer } from '@kasane/nn/transformer';
 * import { randn } from '@kasane/tensor-core';
 * const layer = new TransformerEncoderLayer(8, 2, { dimFeedforward: 16, batchFirst: true });
 * layer.forward(randn([2, 5, 8])).shape; // => [2,5,8]
 *
 * @see Vaswani et al. (2017), Attention Is All You Need.
 * @category Transformers
 */
export class TransformerEncoderLayer extends Module {
  readonly selfAttn: MultiheadAttention;
  readonly linear1: Linear;
  /** Between the two linear maps. */
  readonly dropout: Dropout;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  /** Behind the attention. */
  readonly dropout1: Dropout;
  /** Behind the feed-forward network. */
  readonly dropout2: Dropout;
  /** Normalises what goes into each part. */
  readonly normFirst: boolean;
  readonly #activation: (x: Tensor) => Tensor;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super();
    const given = optionsOf('TransformerEncoderLayer', options, transformerLayerNames);
    const make = new LayerParts('TransformerEncoderLayer', dModel, given);
    this.selfAttn = make.attention(nhead);
    [this.linear1, this.linear2] = make.feedforward();
    this.dropout = make.dropout();
    this.norm1 = make.norm();
    this.norm2 = make.norm();
    this.dropout1 = make.dropout();
    this.dropout2 = make.dropout();
    this.normFirst = given.normFirst ?? false;
    this.#activation = make.activation();
  }

  forward(src: Tensor, options: TransformerEncoderCall = {}): Tensor {
    const { mask, keyPaddingMask, isCausal = false } = optionsOf('TransformerEncoderLayer', options, callNames); // prettier-ignore
    requireTensor('TransformerEncoderLayer', 'src', src);
    const attention = (x: Tensor): Tensor => {
      const { output } = this.selfAttn.forward(x, x, x, {
        ...(mask !== undefined && { attnMask: mask }),
        ...(keyPaddingMask !== undefined && { keyPaddingMask }),
        isCausal,
        needWeights: false,
      });
      return this.dropout1.forward(output);
    };
    const feedforward = (x: Tensor): Tensor => {
      const wide = this.dropout.forward(this.#activation(this.linear1.forward(x)));
      return this.dropout2.forward(this.linear2.forward(wide));
    };
    const x = around(this, src, attention, this.norm1);
    return around(this, x, feedforward, this.norm2);
  }
}

/** x and what a part makes of it, normalised before the part or behind the sum. */
export function around(
  { normFirst }: { readonly normFirst: boolean },
  x: Tensor,
  part: (x: Tensor) => Tensor,
  norm: LayerNorm,
): Tensor {
  return normFirst ? x.add(part(norm.forward(x))) : norm.forward(x.add(part(x)));
}

/** Options of `TransformerEncoder` and `TransformerDecoder`. */
export interface TransformerStackOptions {
  /** What the last layer's output goes through, such as `LayerNorm` where normFirst is true. Default none. */
  readonly norm?: Layer;
}

/**
 * Layers of a Transformer's encoder on each other.
 *
 * $$ y = \mathrm{norm}(f_n(\cdots f_2(f_1(x)))) $$
 *
 * Shapes and options of a call are those of `TransformerEncoderLayer`. Same as `torch.nn.TransformerEncoder`, except that it
 * takes a function that makes a layer, where PyTorch copies one: so no two start from the same values. Parameters:
 * `layers.{i}.…`, `norm.…`.
 *
 * @throws RangeError unless numLayers is a whole number, and what its layers throw.
 *
 * @example
 * import { TransformerEncoder, TransformerEncoderLayer } from '@kasane/nn/transformer';
 * import { randn } from '@kasane/tensor-core';
 * const encoder = new TransformerEncoder(() => new TransformerEncoderLayer(8, 2), 3);
 * encoder.forward(randn([5, 2, 8]), { isCausal: true }).shape; // => [5,2,8]
 *
 * @category Transformers
 */
export class TransformerEncoder extends Module {
  readonly layers: ModuleList<TransformerEncoderLayer>;
  /** What the last layer's output goes through, or null. */
  readonly norm: Layer | null;

  constructor(
    makeLayer: (index: number) => TransformerEncoderLayer,
    numLayers: number,
    options: TransformerStackOptions = {},
  ) {
    super();
    const { norm = null } = optionsOf('TransformerEncoder', options, ['norm']);
    this.layers = layersOf('TransformerEncoder', makeLayer, numLayers);
    this.norm = norm;
  }

  forward(src: Tensor, options: TransformerEncoderCall = {}): Tensor {
    const given = optionsOf('TransformerEncoder', options, callNames);
    requireTensor('TransformerEncoder', 'src', src);
    let x = src;
    for (const layer of this.layers) x = layer.forward(x, given);
    return this.norm === null ? x : this.norm.forward(x);
  }
}
