/** Text on its way through a tokenizer, which knows where in the original each of its parts comes from. */

import type { Model, Tokens } from './models/model.ts';

/** What a model made of a text; kept with the text by a stage that gives it again and again. */
export interface Memo {
  model: Model | null;
  tokens: Tokens | null;
}

/** From where to where in the original text, in UTF-16 code units. */
export type Offsets = readonly [start: number, end: number];

/** Is given pieces of text, one after the other. */
export type Emit = (piece: AlignedText) => void;

/**
 * A stretch of text, perhaps changed, and what each of its UTF-16 code units was in the original.
 *
 * What normalizers and pre-tokenizers take and give. Never changed: what alters the text makes another with a `Rewriter`.
 *
 * @example
 * import { AlignedText } from '@kasane/nlp-embeddings/tokenizers';
 * const text = new AlignedText('one two');
 * const word = text.slice(4, 7);
 * word.text; // => two
 * word.span(0, 3); // => [4,7]
 */
export class AlignedText {
  readonly text: string;
  /** Where the part of the original begins that this was made of. */
  readonly origin: number;
  // Unit i was starts[base + i] + offset up to ends[base + i] + offset; without arrays it is the original's unit i + offset.
  readonly #offset: number;
  readonly #base: number;
  readonly #starts: Int32Array | null;
  readonly #ends: Int32Array | null;
  /** @internal */
  readonly memo: Memo | null;

  constructor(
    text: string,
    offset: number = 0,
    origin: number = offset,
    base: number = 0,
    starts: Int32Array | null = null,
    ends: Int32Array | null = null,
    memo: Memo | null = null,
  ) {
    this.text = text;
    this.origin = origin;
    this.#offset = offset;
    this.#base = base;
    this.#starts = starts;
    this.#ends = ends;
    this.memo = memo;
  }

  /** Where units in the original begin that became those from here on. */
  startOf(from: number): number {
    return this.#offset + (this.#starts === null ? from : this.#starts[this.#base + from]!);
  }

  /** Where those end that became the units up to here. */
  endOf(to: number): number {
    return this.#offset + (this.#ends === null ? to : this.#ends[this.#base + to - 1]!);
  }

  /** Where the units from `from` to `to` come from; those of an empty stretch from no unit. */
  span(from: number, to: number): Offsets {
    if (from < to) return [this.startOf(from), this.endOf(to)];
    const at = this.text === '' ? this.origin : from > 0 ? this.endOf(from) : this.startOf(from);
    return [at, at];
  }

  /** A part of it, by UTF-16 units. */
  slice(from: number, to: number): AlignedText {
    if (from === 0 && to === this.text.length) return this;
    const text = this.text.slice(from, to);
    if (this.#starts === null) return new AlignedText(text, this.#offset + from);
    const origin = this.span(from, to)[0];
    const base = this.#base + from;
    return new AlignedText(text, this.#offset, origin, base, this.#starts, this.#ends);
  }

  /** A text whose units come from those of this one that `starts` and `ends` say. */
  rewritten(
    text: string,
    starts: Int32Array,
    ends: Int32Array,
    memo: Memo | null = null,
  ): AlignedText {
    if (this.#starts === null) {
      return new AlignedText(text, this.#offset, this.origin, 0, starts, ends, memo);
    }
    const composed = [new Int32Array(text.length), new Int32Array(text.length)] as const;
    for (let i = 0; i < text.length; i++) {
      composed[0][i] = this.startOf(starts[i]!);
      composed[1][i] = this.endOf(ends[i]!);
    }
    return new AlignedText(text, 0, this.origin, 0, ...composed, memo);
  }

  /** The same length of text, unit for unit. */
  replaced(text: string, memo: Memo | null = null): AlignedText {
    const { origin } = this;
    return new AlignedText(text, this.#offset, origin, this.#base, this.#starts, this.#ends, memo);
  }
}

/**
 * Makes a changed text, from its beginning to its end.
 *
 * @example
 * import { AlignedText, Rewriter } from '@kasane/nlp-embeddings/tokenizers';
 * const rewriter = new Rewriter(new AlignedText('a & b'));
 * rewriter.copy(0, 2);
 * rewriter.put('and', 2, 3);
 * rewriter.copy(3, 5);
 * const text = rewriter.done();
 * text.text; // => a and b
 * text.span(2, 5); // => [2,3]
 */
export class Rewriter {
  readonly #source: AlignedText;
  #text = '';
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(source: AlignedText) {
    this.#source = source;
  }

  /** What stands in the source from `from` to `to`. */
  copy(from: number, to: number): void {
    const { text } = this.#source;
    for (let at = from; at < to;) {
      const next = at + unitsAt(text, at);
      this.put(text.slice(at, next), at, next);
      at = next;
    }
  }

  /** Text in the place of the source's units from `from` to `to`. */
  put(text: string, from: number, to: number): void {
    this.#text += text;
    for (let i = 0; i < text.length; i++) {
      this.#starts.push(from);
      this.#ends.push(to);
    }
  }

  /** The text that was put together. */
  done(): AlignedText {
    return this.#source.rewritten(
      this.#text,
      Int32Array.from(this.#starts),
      Int32Array.from(this.#ends),
    );
  }
}

/** How many units the character takes that begins here. */
export function unitsAt(text: string, at: number): number {
  return text.codePointAt(at)! > 0xffff ? 2 : 1;
}
