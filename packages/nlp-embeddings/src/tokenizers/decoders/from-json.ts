import { made, type Makers } from '../fields.ts';
import { patternField } from '../pattern.ts';
import { byteLevelFields } from '../pre-tokenizers/from-json.ts';
import { metaspaceFields } from '../pre-tokenizers/metaspace.ts';
import type { Decoder } from './decoder.ts';
import {
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
} from './decoders.ts';

const makers: Makers<Decoder> = {
  ByteLevel: (fields) => new ByteLevel(byteLevelFields(fields)),
  WordPiece: (fields) =>
    new WordPiece({ prefix: fields.string('prefix'), cleanup: fields.boolean('cleanup') }),
  Metaspace: (fields) => new Metaspace(metaspaceFields(fields)),
  BPEDecoder: (fields) => new BPEDecoder(fields.string('suffix')),
  ByteFallback: () => new ByteFallback(),
  Fuse: () => new Fuse(),
  Strip: (fields) =>
    new Strip(fields.string('content'), {
      left: fields.number('start'),
      right: fields.number('stop'),
    }),
  Replace: (fields) => new Replace(patternField(fields, 'pattern'), fields.string('content')),
  CTC: (fields) =>
    new CTC({
      padToken: fields.string('pad_token'),
      wordDelimiterToken: fields.string('word_delimiter_token'),
      cleanup: fields.boolean('cleanup'),
    }),
  Sequence: (fields) =>
    new Sequence(
      fields.array('decoders').map((one, i) => decoderFrom(one, `${fields.at('decoders')}[${i}]`)),
    ),
};

/** The decoder that tokenizer.json describes at a place. */
export function decoderFrom(value: unknown, place: string): Decoder {
  return made(value, place, makers);
}
