import { Rewriter, type AlignedText } from '../aligned-text.ts';
import type { Json } from '../fields.ts';
import { Normalizer } from './normalizer.ts';

type Form = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

// A character and all behind it that may be reordered or composed with it: marks, parts of Hangul syllables, halfwidth sound marks.
const cluster = /[^][\p{M}\u1160-\u11ff\u3131-\u318e\ud7b0-\ud7ff\uff9e\uff9f\uffa0-\uffdc]*/gu;

/** A text in one of Unicode's forms. A character comes from the first of those that it was composed of. */
function inForm(source: AlignedText, form: Form): AlignedText {
  const { text } = source;
  if (text.normalize(form) === text) return source;
  const decomposed = form === 'NFC' || form === 'NFD' ? 'NFD' : 'NFKD';
  const rewriter = new Rewriter(source);
  for (const { 0: all, index } of text.matchAll(cluster)) {
    const changed = all.normalize(form);
    if (changed === all) {
      rewriter.copy(index, index + all.length);
      continue;
    }
    // Where each part of the decomposed characters stands. Marks that change places are taken for each other, as in HF's.
    const parts: (readonly [from: number, to: number])[] = [];
    let from = index;
    for (const char of all) {
      const to = from + char.length;
      for (const _ of char.normalize(decomposed)) parts.push([from, to]);
      from = to;
    }
    let next = 0;
    for (const char of changed) {
      rewriter.put(char, ...parts[next]!);
      next += [...char.normalize(decomposed)].length;
    }
  }
  return rewriter.done();
}

abstract class UnicodeForm extends Normalizer {
  readonly #form: Form;

  constructor(form: Form) {
    super();
    this.#form = form;
  }

  normalize(text: AlignedText): AlignedText {
    return inForm(text, this.#form);
  }

  override toJSON(): Json {
    return { type: this.#form };
  }
}

/**
 * Composes characters: `e` and a combining accent become `é`.
 *
 * @example
 * import { normalizers } from '@kasane/nlp-embeddings/tokenizers';
 * new normalizers.NFC().normalizeStr('e\u0301'); // => é
 */
export class NFC extends UnicodeForm {
  constructor() {
    super('NFC');
  }
}

/**
 * Decomposes characters: `é` becomes `e` and a combining accent.
 *
 * @example
 * import { normalizers } from '@kasane/nlp-embeddings/tokenizers';
 * new normalizers.NFD().normalizeStr('é').length; // => 2
 */
export class NFD extends UnicodeForm {
  constructor() {
    super('NFD');
  }
}

/**
 * Composes characters and makes those alike that only look different: `ﬁ` becomes `fi`, `ｶﾞ` becomes `ガ`.
 *
 * @example
 * import { normalizers } from '@kasane/nlp-embeddings/tokenizers';
 * new normalizers.NFKC().normalizeStr('ﬁｶﾞ①'); // => fiガ1
 */
export class NFKC extends UnicodeForm {
  constructor() {
    super('NFKC');
  }
}

/**
 * Decomposes characters and makes those alike that only look different.
 *
 * @example
 * import { normalizers } from '@kasane/nlp-embeddings/tokenizers';
 * new normalizers.NFKD().normalizeStr('ﬁ²'); // => fi2
 */
export class NFKD extends UnicodeForm {
  constructor() {
    super('NFKD');
  }
}
