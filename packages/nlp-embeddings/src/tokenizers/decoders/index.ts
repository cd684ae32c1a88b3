/** Make text of tokens. */
export { Decoder } from './decoder.ts';
export {
  BPEDecoder,
  ByteFallback,
  ByteLevel,
  CTC,
  Fuse,
  Metaspace,
  Replace,
  Sequence,
  Strip,
  WordPiece,
  type CTCOptions,
  type StripDecoderOptions,
  type WordPieceDecoderOptions,
} from './decoders.ts';
