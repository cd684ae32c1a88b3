import { DataError, shown } from '@kasane/tensor-core';
import { made, type Fields, type Makers } from '../fields.ts';
import { BPE, type Merge } from './bpe.ts';
import type { Model } from './model.ts';
import { Unigram } from './unigram.ts';
import { WordLevel, WordPiece } from './word-level.ts';

/** Merges as pairs, or as files of earlier times have them: with a space between. */
function merges(fields: Fields): Merge[] {
  return fields.array('merges').map((merge, rank) => {
    const pair: unknown = typeof merge === 'string' ? merge.split(' ') : merge;
    if (Array.isArray(pair) && pair.length === 2 && pair.every((one) => typeof one === 'string')) {
      return [pair[0], pair[1]] as Merge; // strings, as was looked at
    }
    throw new DataError(
      `${fields.at('merges')}[${rank}]: expected two tokens, got ${shown(merge)}.`,
    );
  });
}

function scored(fields: Fields): [string, number][] {
  return fields.array('vocab').map((one, id) => {
    if (Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'number') {
      return [one[0], one[1]];
    }
    throw new DataError(
      `${fields.at('vocab')}[${id}]: expected a token and its score, got ${shown(one)}.`,
    );
  });
}

const makers: Makers<Model> = {
  BPE: (fields) =>
    new BPE(fields.numbers('vocab'), merges(fields), {
      dropout: fields.optionalNumber('dropout'),
      unkToken: fields.optionalString('unk_token'),
      continuingSubwordPrefix: fields.optionalString('continuing_subword_prefix') || null,
      endOfWordSuffix: fields.optionalString('end_of_word_suffix') || null,
      fuseUnk: fields.boolean('fuse_unk', false),
      byteFallback: fields.boolean('byte_fallback', false),
      ignoreMerges: fields.boolean('ignore_merges', false),
    }),
  WordLevel: (fields) =>
    new WordLevel(fields.numbers('vocab'), { unkToken: fields.string('unk_token') }),
  WordPiece: (fields) =>
    new WordPiece(fields.numbers('vocab'), {
      unkToken: fields.string('unk_token'),
      continuingSubwordPrefix: fields.string('continuing_subword_prefix'),
      maxInputCharsPerWord: fields.number('max_input_chars_per_word'),
    }),
  Unigram: (fields) =>
    new Unigram(scored(fields), {
      unkId: fields.optionalNumber('unk_id'),
      byteFallback: fields.boolean('byte_fallback', false),
    }),
};

/** What has no type, in files of earlier times, by the fields that only it has. */
function typed(value: unknown): unknown {
  const model = Object(value) as Record<string, unknown>; // whatever was parsed
  if (model['type'] !== undefined || Array.isArray(value)) return value;
  if (model['merges'] !== undefined) return { ...model, type: 'BPE' };
  if (Array.isArray(model['vocab'])) return { ...model, type: 'Unigram' };
  if (model['max_input_chars_per_word'] !== undefined) return { ...model, type: 'WordPiece' };
  return value;
}

/** The model that tokenizer.json describes at a place. */
export function modelFrom(value: unknown, place: string): Model {
  return made(typed(value), place, makers);
}
