import { optionsOf, shown } from '@kasane/tensor-core';
import { charOfByte } from '../byte-chars.ts';
import type { Encoding } from '../encoding.ts';
import type { Json } from '../fields.ts';
import {
  byteLevelJSON,
  byteLevelOptionNames,
  type ByteLevelOptions,
} from '../pre-tokenizers/byte-level.ts';
import { joined, PostProcessor } from './post-processor.ts';
import { TemplateProcessing } from './template.ts';
import { stagesOf } from '../given.ts';

/** A special token and its id. */
export type TokenAndId = readonly [token: string, id: number];

/**
 * BERT's: `[CLS] A [SEP]`, `[CLS] A [SEP] B [SEP]`, where the tokens from B on have type 1.
 *
 * @example
 * import { postProcessors } from '@kasane/nlp-embeddings/tokenizers';
 * new postProcessors.BertProcessing(['[SEP]', 102], ['[CLS]', 101]).addedTokens(true); // => 3
 */
export class BertProcessing extends PostProcessor {
  readonly sep: TokenAndId;
  readonly cls: TokenAndId;
  readonly #template: TemplateProcessing;

  constructor(sep: TokenAndId, cls: TokenAndId) {
    super();
    requireToken('BertProcessing', 'sep', sep);
    requireToken('BertProcessing', 'cls', cls);
    this.sep = sep;
    this.cls = cls;
    const [end, begin] = [{ token: sep[0] }, { token: cls[0] }];
    const first = [
      { ...begin, typeId: 0 },
      { sequence: 0, typeId: 0 },
      { ...end, typeId: 0 },
    ] as const;
    this.#template = new TemplateProcessing({
      single: first,
      pair: [...first, { sequence: 1, typeId: 1 }, { ...end, typeId: 1 }],
      specialTokens: [sep, cls],
    });
  }

  addedTokens(isPair: boolean): number {
    return this.#template.addedTokens(isPair);
  }

  process(encodings: readonly Encoding[], addSpecialTokens: boolean): Encoding {
    return addSpecialTokens ? this.#template.process(encodings, true) : joined(encodings);
  }

  override toJSON(): Json {
    return { type: 'BertProcessing', sep: this.sep, cls: this.cls };
  }
}

/** Options of `RobertaProcessing`. */
export interface RobertaProcessingOptions {
  /** Leave spaces out of offsets. Default true. */
  readonly trimOffsets?: boolean;
  /** The pre-tokenizer put a space in front, which the offsets do not have. Default true. */
  readonly addPrefixSpace?: boolean;
}

/**
 * RoBERTa's: `<s> A </s>`, `<s> A </s> </s> B </s>`, all of type 0.
 *
 * @example
 * import { postProcessors } from '@kasane/nlp-embeddings/tokenizers';
 * new postProcessors.RobertaProcessing(['</s>', 2], ['<s>', 0]).addedTokens(true); // => 4
 */
export class RobertaProcessing extends PostProcessor {
  readonly sep: TokenAndId;
  readonly cls: TokenAndId;
  readonly trimOffsets: boolean;
  readonly addPrefixSpace: boolean;
  readonly #template: TemplateProcessing;

  constructor(sep: TokenAndId, cls: TokenAndId, options?: RobertaProcessingOptions) {
    super();
    const { trimOffsets = true, addPrefixSpace = true } = optionsOf('RobertaProcessing', options, [
      'trimOffsets',
      'addPrefixSpace',
    ]);
    requireToken('RobertaProcessing', 'sep', sep);
    requireToken('RobertaProcessing', 'cls', cls);
    this.sep = sep;
    this.cls = cls;
    this.trimOffsets = trimOffsets;
    this.addPrefixSpace = addPrefixSpace;
    const end = { token: sep[0], typeId: 0 };
    const first = [{ token: cls[0], typeId: 0 }, { sequence: 0, typeId: 0 }, end] as const;
    this.#template = new TemplateProcessing({
      single: first,
      pair: [...first, end, { sequence: 1, typeId: 0 }, end],
      specialTokens: [sep, cls],
    });
  }

  addedTokens(isPair: boolean): number {
    return this.#template.addedTokens(isPair);
  }

  process(encodings: readonly Encoding[], addSpecialTokens: boolean): Encoding {
    const texts = this.trimOffsets
      ? encodings.map((one) => trimmed(one, this.addPrefixSpace))
      : encodings;
    return this.#template.process(texts, addSpecialTokens);
  }

  override toJSON(): Json {
    return {
      type: 'RobertaProcessing',
      sep: this.sep,
      cls: this.cls,
      trim_offsets: this.trimOffsets,
      add_prefix_space: this.addPrefixSpace,
    };
  }
}

/**
 * Leaves the spaces of byte-level tokens out of their offsets.
 *
 * @example
 * import { postProcessors } from '@kasane/nlp-embeddings/tokenizers';
 * new postProcessors.ByteLevel().trimOffsets; // => true
 */
export class ByteLevel extends PostProcessor {
  readonly addPrefixSpace: boolean;
  readonly trimOffsets: boolean;
  readonly useRegex: boolean;

  constructor(options?: ByteLevelOptions) {
    super();
    const {
      addPrefixSpace = true,
      trimOffsets = true,
      useRegex = true,
    } = optionsOf('ByteLevel', options, byteLevelOptionNames);
    this.addPrefixSpace = addPrefixSpace;
    this.trimOffsets = trimOffsets;
    this.useRegex = useRegex;
  }

  addedTokens(): number {
    return 0;
  }

  process(encodings: readonly Encoding[]): Encoding {
    return joined(
      this.trimOffsets ? encodings.map((one) => trimmed(one, this.addPrefixSpace)) : encodings,
    );
  }

  override toJSON(): Json {
    return byteLevelJSON(this);
  }
}

const space = charOfByte[0x20]!;
const leading = new RegExp(`^[${space}\\p{White_Space}]+`, 'u');
const trailing = new RegExp(`[${space}\\p{White_Space}]+$`, 'u');

/** The offsets without spaces; of one in front of the whole text, which may have been put there, nothing is taken off. */
function trimmed(encoding: Encoding, addPrefixSpace: boolean): Encoding {
  const starts = [...encoding.starts];
  const ends = [...encoding.ends];
  for (const [i, token] of encoding.tokens.entries()) {
    if (!isSpace(token.charCodeAt(0)) && !isSpace(token.charCodeAt(token.length - 1))) continue;
    let front = leading.exec(token)?.[0].length ?? 0;
    const back = trailing.exec(token)?.[0].length ?? 0;
    if (front > 0 && addPrefixSpace && (i === 0 || starts[i] === 0)) front--;
    starts[i] = Math.min(starts[i]! + front, ends[i]!);
    // Nothing is left of spaces alone; one that was put in front of a character of two units seems to have two.
    if (back === token.length) ends[i] = starts[i]!;
    else if (back > 0 && ends[i]! >= back) ends[i] = Math.max(ends[i]! - back, starts[i]!);
  }
  const overflowing = encoding.overflowing.map((one) => trimmed(one, addPrefixSpace));
  return encoding.with({ starts, ends }, overflowing);
}

/** May be one; no letter of ASCII is. */
function isSpace(code: number): boolean {
  return code <= 0x20 || code > 0x7e;
}

/**
 * One post-processor after the other.
 *
 * @example
 * import { postProcessors } from '@kasane/nlp-embeddings/tokenizers';
 * const { ByteLevel, Sequence, TemplateProcessing } = postProcessors;
 * const template = new TemplateProcessing({ single: '<s> $A', specialTokens: [['<s>', 0]] });
 * new Sequence([new ByteLevel(), template]).addedTokens(false); // => 1
 */
export class Sequence extends PostProcessor {
  readonly processors: readonly PostProcessor[];

  constructor(processors: readonly PostProcessor[]) {
    super();
    this.processors = stagesOf('Sequence', 'processors', processors, 'process');
  }

  addedTokens(isPair: boolean): number {
    return this.processors.reduce((count, one) => count + one.addedTokens(isPair), 0);
  }

  process(encodings: readonly Encoding[], addSpecialTokens: boolean): Encoding {
    // Only one of them joins the texts; those before it are given each by itself.
    let now = encodings;
    for (const one of this.processors) {
      now =
        one.addedTokens(false) + one.addedTokens(true) > 0
          ? [one.process(now, addSpecialTokens)]
          : now.map((text) => one.process([text], addSpecialTokens));
    }
    return joined(now);
  }

  override toJSON(): Json {
    return { type: 'Sequence', processors: this.processors.map((one) => one.toJSON()) };
  }
}

function requireToken(owner: string, what: string, given: TokenAndId): void {
  if (Array.isArray(given) && typeof given[0] === 'string' && typeof given[1] === 'number') return;
  throw new TypeError(`${owner}: ${what} must be a token and its id, got ${shown(given)}.`);
}
