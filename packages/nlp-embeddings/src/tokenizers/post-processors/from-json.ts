import { DataError, shown } from '@kasane/tensor-core';
import { made, type Fields, type Makers } from '../fields.ts';
import { byteLevelFields } from '../pre-tokenizers/from-json.ts';
import type { PostProcessor } from './post-processor.ts';
import {
  BertProcessing,
  ByteLevel,
  RobertaProcessing,
  Sequence,
  type TokenAndId,
} from './processors.ts';
import { TemplateProcessing } from './template.ts';

function token(fields: Fields, name: string): TokenAndId {
  const pair = fields.array(name);
  const [text, id, ...others] = pair;
  if (typeof text === 'string' && typeof id === 'number' && others.length === 0) return [text, id];
  throw new DataError(`${fields.at(name)}: expected a token and its id, got ${shown(pair)}.`);
}

const makers: Makers<PostProcessor> = {
  TemplateProcessing: (fields) => TemplateProcessing.fromFields(fields),
  BertProcessing: (fields) => new BertProcessing(token(fields, 'sep'), token(fields, 'cls')),
  RobertaProcessing: (fields) =>
    new RobertaProcessing(token(fields, 'sep'), token(fields, 'cls'), {
      trimOffsets: fields.boolean('trim_offsets'),
      addPrefixSpace: fields.boolean('add_prefix_space'),
    }),
  ByteLevel: (fields) => new ByteLevel(byteLevelFields(fields)),
  Sequence: (fields) =>
    new Sequence(
      fields
        .array('processors')
        .map((one, i) => postProcessorFrom(one, `${fields.at('processors')}[${i}]`)),
    ),
};

/** The post-processor that tokenizer.json describes at a place. */
export function postProcessorFrom(value: unknown, place: string): PostProcessor {
  return made(value, place, makers);
}
