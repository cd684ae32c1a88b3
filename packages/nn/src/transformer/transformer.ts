import { full, optionsOf, requireTensors, requireWhole, type Tensor } from '@kasane/tensor-core';
import { initOptions } from '../init/basic.ts';
import { xavierUniform } from '../init/scaled.ts';
import { LayerNorm } from '../layer-norm.ts';
import { layerOptions } from '../layer-options.ts';
import { Module } from '../module.ts';
import {
  TransformerDecoder,
  TransformerDecoderLayer,
  type TransformerDecoderCall,
} from './decoder.ts';
import { TransformerEncoder, TransformerEncoderLayer } from './encoder.ts';
import { transformerLayerNames, type TransformerLayerOptions } from './layer-parts.ts';

/** Options of `Transformer`. */
export interface TransformerOptions extends TransformerLayerOptions {
  /** Default 6. */
  readonly numEncoderLayers?: number;
  /** Default 6. */
  readonly numDecoderLayers?: number;
}

/**
 * The names of TransformerOptions.
 * @internal
 */
export const transformerNames: readonly (keyof TransformerOptions)[] = [
  'numEncoderLayers',
  'numDecoderLayers',
  ...transformerLayerNames,
];

/** Options of a call of `Transformer`. */
export interface TransformerCall extends TransformerDecoderCall {
  /** Which tokens of the source a token of it may not see, true for those, or numbers; (S, S) or (N·H, S, S). */
  readonly srcMask?: Tensor;
  /** Which tokens of the source are padding, likewise; (N, S). */
  readonly srcKeyPaddingMask?: Tensor;
  /** Token s of the source sees tokens 0 to s only. Default false. */
  readonly srcIsCausal?: boolean;
}

/**
 * An encoder and a decoder that attends to what the encoder made of the source; both end in a `LayerNorm`.
 *
 * $$ y = \mathrm{decoder}(\mathrm{tgt}, \mathrm{encoder}(\mathrm{src})) $$
 *
 * | tensor                                   | shape                                        |
 * | ---------------------------------------- | -------------------------------------------- |
 * | src                                      | (S, N, E); (N, S, E) with batchFirst; (S, E) |
 * | tgt                                      | (T, N, E); (N, T, E); (T, E)                 |
 * | srcMask, tgtMask, memoryMask             | (S, S), (T, T), (T, S); true is blocked      |
 * | srcKeyPaddingMask, memoryKeyPaddingMask  | (N, S); true is padding                      |
 * | tgtKeyPaddingMask                        | (N, T)                                       |
 * | output                                   | as tgt                                       |
 *
 * with E = dModel. Tokens' vectors and positions are up to the caller. Matrices start from Glorot's uniform distribution. Same
 * as `torch.nn.Transformer`, except: no custom encoders, no `bias: false`; what `TransformerDecoderLayer` says.
 *
 * @throws RangeError unless the numbers of layers are whole and ≥ 1, and what `MultiheadAttention` throws.
 *
 * @example
 * import { Transformer } from '@kasane/nn/transformer';
 * import { randn } from '@kasane/tensor-core';
 * const model = new Transformer(16, 4, { numEncoderLayers: 2, numDecoderLayers: 1, dimFeedforward: 32 });
 * model.forward(randn([7, 2, 16]), randn([5, 2, 16]), { tgtIsCausal: true }).shape; // => [5,2,16]
 *
 * @see Vaswani et al. (2017), Attention Is All You Need.
 * @category Transformers
 */
export class Transformer extends Module {
  readonly encoder: TransformerEncoder;
  readonly decoder: TransformerDecoder;
  /** The size of a token's vector. */
  readonly dModel: number;
  /** The number of heads. */
  readonly nhead: number;
  /** The batch is the first dimension. */
  readonly batchFirst: boolean;

  constructor(dModel: number = 512, nhead: number = 8, options: TransformerOptions = {}) {
    super();
    const given = optionsOf('Transformer', options, transformerNames);
    const { numEncoderLayers = 6, numDecoderLayers = 6, ...each } = given;
    requireWhole('Transformer', 'numEncoderLayers', numEncoderLayers, 1);
    requireWhole('Transformer', 'numDecoderLayers', numDecoderLayers, 1);
    const { layerNormEps: eps = 1e-5 } = each;
    const norm = (): LayerNorm => new LayerNorm(dModel, { ...layerOptions(each), eps });
    this.encoder = new TransformerEncoder(
      () => new TransformerEncoderLayer(dModel, nhead, each),
      numEncoderLayers,
      { norm: norm() },
    );
    this.decoder = new TransformerDecoder(
      () => new TransformerDecoderLayer(dModel, nhead, each),
      numDecoderLayers,
      { norm: norm() },
    );
    this.dModel = dModel;
    this.nhead = nhead;
    this.batchFirst = each.batchFirst ?? false;
    for (const p of this.parameters()) if (p.ndim > 1) xavierUniform(p, initOptions(each));
  }

  forward(src: Tensor, tgt: Tensor, options: TransformerCall = {}): Tensor {
    const names = ['srcMask', 'srcKeyPaddingMask', 'srcIsCausal', 'tgtMask', 'memoryMask', 'tgtKeyPaddingMask', 'memoryKeyPaddingMask', 'tgtIsCausal', 'memoryIsCausal'] as const; // prettier-ignore
    const given = optionsOf('Transformer', options, names);
    const { srcMask, srcKeyPaddingMask, srcIsCausal = false, ...decoding } = given;
    requireTensors('Transformer', [src, tgt]);
    const memory = this.encoder.forward(src, {
      ...(srcMask !== undefined && { mask: srcMask }),
      ...(srcKeyPaddingMask !== undefined && { keyPaddingMask: srcKeyPaddingMask }),
      isCausal: srcIsCausal,
    });
    return this.decoder.forward(tgt, memory, decoding);
  }

  /**
   * The mask (size, size) of numbers, -Infinity behind each token, that hides from it what follows. `isCausal` does the same
   * and is faster.
   *
   * @throws RangeError unless the size is a whole number.
   */
  static generateSquareSubsequentMask(size: number): Tensor {
    requireWhole('Transformer.generateSquareSubsequentMask', 'size', size);
    const behind = full([size, size], 1, { dtype: 'bool' }).triu(1);
    return behind.where(full([], -Infinity), 0);
  }
}
