import { made, type Fields, type Makers } from '../fields.ts';
import { behaviors, patternField, type SplitBehavior } from '../pattern.ts';
import { ByteLevel, type ByteLevelOptions } from './byte-level.ts';
import { Metaspace, metaspaceFields } from './metaspace.ts';
import type { PreTokenizer } from './pre-tokenizer.ts';
import { Sequence } from './sequence.ts';
import {
  behaviorName,
  BertPreTokenizer,
  CharDelimiterSplit,
  Digits,
  FixedLength,
  Punctuation,
  Split,
  Whitespace,
  WhitespaceSplit,
} from './split.ts';

const names = behaviors.map(behaviorName);

function behaviorField(fields: Fields, fallback?: SplitBehavior): SplitBehavior {
  const name = fields.word('behavior', names, fallback && behaviorName(fallback));
  return behaviors[names.indexOf(name)]!;
}

/** The options of ByteLevel in a file. */
export function byteLevelFields(fields: Fields): ByteLevelOptions {
  return {
    addPrefixSpace: fields.boolean('add_prefix_space', true),
    trimOffsets: fields.boolean('trim_offsets', true),
    useRegex: fields.boolean('use_regex', true),
  };
}

const makers: Makers<PreTokenizer> = {
  Whitespace: () => new Whitespace(),
  WhitespaceSplit: () => new WhitespaceSplit(),
  BertPreTokenizer: () => new BertPreTokenizer(),
  Split: (fields) =>
    new Split(patternField(fields, 'pattern'), behaviorField(fields), {
      invert: fields.boolean('invert', false),
    }),
  Punctuation: (fields) => new Punctuation(behaviorField(fields, 'isolated')),
  Digits: (fields) => new Digits({ individualDigits: fields.boolean('individual_digits', false) }),
  CharDelimiterSplit: (fields) => new CharDelimiterSplit(fields.string('delimiter')),
  FixedLength: (fields) => new FixedLength(fields.number('length', 5)),
  ByteLevel: (fields) => new ByteLevel(byteLevelFields(fields)),
  Metaspace: (fields) => new Metaspace(metaspaceFields(fields)),
  Sequence: (fields) =>
    new Sequence(
      fields
        .array('pretokenizers')
        .map((one, i) => preTokenizerFrom(one, `${fields.at('pretokenizers')}[${i}]`)),
    ),
};

/** The pre-tokenizer that tokenizer.json describes at a place. */
export function preTokenizerFrom(value: unknown, place: string): PreTokenizer {
  return made(value, place, makers);
}
