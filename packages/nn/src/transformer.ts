/**
 * Attention in several heads, and the Transformers that are made of it, which models that need them load as
 * `@kasane/nn/transformer`.
 *
 * @packageDocumentation
 */
export {
  MultiheadAttention,
  type KeysAndValues,
  type MultiheadAttentionOptions,
  type MultiheadOptions,
  type MultiheadOutput,
} from './transformer/multihead-attention.ts';
export type { AttentionMasks } from './transformer/masks.ts';
export type { TransformerLayerOptions } from './transformer/layer-parts.ts';
export {
  TransformerEncoder,
  TransformerEncoderLayer,
  type TransformerEncoderCall,
  type TransformerStackOptions,
} from './transformer/encoder.ts';
export {
  TransformerDecoder,
  TransformerDecoderLayer,
  type TransformerDecoderCall,
  type TransformerDecoderStep,
  type TransformerLayerCache,
  type TransformerLayerStep,
  type TransformerStep,
} from './transformer/decoder.ts';
export {
  Transformer,
  transformerNames,
  type TransformerCall,
  type TransformerOptions,
} from './transformer/transformer.ts';
export {
  PositionalEncoding,
  type PositionalEncodingOptions,
  type PositionOptions,
} from './transformer/positional-encoding.ts';
