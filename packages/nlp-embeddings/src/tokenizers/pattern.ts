import { DataError, shown } from '@kasane/tensor-core';
import type { AlignedText, Emit } from './aligned-text.ts';
import type { Fields, Json } from './fields.ts';
import { translated } from './regex.ts';
import { requireText } from './given.ts';

/**
 * A regular expression in the syntax of Hugging Face's files (Oniguruma's), made one of JavaScript's.
 *
 * `\s`, `\w`, `\d` know all of Unicode, `^` and `$` are ends of lines, `(?i:…)` and `++` work on engines that lack them.
 *
 * @throws {@link DataError} for what has no counterpart, such as `\G` and `&&`.
 *
 * @example
 * import { preTokenizers, Regex } from '@kasane/nlp-embeddings/tokenizers';
 * const split = new preTokenizers.Split(new Regex("(?i:n't)|\\w+"), 'isolated');
 * split.preTokenizeStr("DON'T!").map(([text]) => text); // => ["DON","'","T","!"]
 */
export class Regex {
  /** As it was written. */
  readonly source: string;
  /** What it is in JavaScript. */
  readonly regexp: RegExp;

  constructor(source: string, place: string = 'Regex') {
    requireText(place, 'the expression', source);
    this.source = source;
    const own = translated(source, place);
    try {
      this.regexp = new RegExp(own, 'u');
    } catch (cause) {
      throw new DataError(
        `${place}: ${JSON.stringify(source)} is no regular expression that can be understood.`,
        { cause },
      );
    }
  }
}

/** What patterns are given as: text that stands for itself, or an expression. */
export type PatternLike = string | RegExp | Regex;

/** What becomes of the parts that a pattern matches: each is removed, stands alone, goes with the part in front of it or behind it, or with its like. */
export type SplitBehavior =
  | 'removed'
  | 'isolated'
  | 'mergedWithPrevious'
  | 'mergedWithNext'
  | 'contiguous';

/** All behaviours. */
export const behaviors: readonly SplitBehavior[] = [
  'removed',
  'isolated',
  'mergedWithPrevious',
  'mergedWithNext',
  'contiguous',
];

/** Finds a pattern in texts, and splits them. */
export class Pattern {
  readonly given: PatternLike;
  readonly #sticky: RegExp;
  readonly #global: RegExp;

  constructor(owner: string, given: PatternLike) {
    if (typeof given !== 'string' && !(given instanceof RegExp) && !(given instanceof Regex)) {
      throw new TypeError(
        `${owner}: pattern must be a string, a RegExp or a Regex, got ${shown(given)}.`,
      );
    }
    this.given = given;
    const regexp = given instanceof Regex ? given.regexp : regexpOf(given);
    const flags = regexp.flags.replace(/[gy]/g, '');
    this.#sticky = new RegExp(regexp.source, `${flags}y`);
    this.#global = new RegExp(regexp.source, `${flags}g`);
  }

  /** Visits the parts of a text, one after the other: from where to where they go, and whether the pattern matches them. */
  scan(text: string, visit: (from: number, to: number, matches: boolean) => void): void {
    const sticky = this.#sticky;
    for (let at = 0; at < text.length;) {
      // Most patterns of tokenizers match everywhere: a test then says where, and makes no array.
      sticky.lastIndex = at;
      if (sticky.test(text) && sticky.lastIndex > at) {
        const to = sticky.lastIndex;
        visit(at, to, true);
        at = to;
        continue;
      }
      const found = this.#next(text, at);
      const from = found?.index ?? text.length;
      if (from > at) visit(at, from, false);
      if (found === null) return;
      at = from + found[0].length;
      visit(from, at, true);
    }
  }

  /** The next match; one without characters only behind `at`, where it parts something. */
  #next(text: string, at: number): RegExpExecArray | null {
    if (this.given === '') return null;
    const global = this.#global;
    global.lastIndex = at;
    const found = global.exec(text);
    if (found === null || found.index > at || found[0] !== '') return found;
    global.lastIndex = at + 1;
    return global.exec(text);
  }

  /** Gives the parts of a text one after the other, without empty ones. */
  split(text: AlignedText, behavior: SplitBehavior, invert: boolean, emit: Emit): void {
    let start = 0; // of the piece that is not cut yet
    let end = 0;
    let was: boolean | null = null; // whether the part that ends there matches
    this.scan(text.text, (from, to, found) => {
      const matches = found !== invert;
      if (was !== null && !joins(behavior, was, matches)) {
        if (start < end && (behavior !== 'removed' || !was)) emit(text.slice(start, end));
        start = from;
      }
      end = to;
      was = matches;
    });
    if (start < end && (behavior !== 'removed' || was !== true)) emit(text.slice(start, end));
  }

  /** As files have it. */
  toJSON(): Json {
    const { given } = this;
    if (typeof given === 'string') return { String: given };
    if (given instanceof Regex) return { Regex: given.source };
    const lost = given.flags.replace(/[dguvy]/g, '');
    if (lost === '') return { Regex: given.source };
    throw new DataError(
      `tokenizer.json has no flags: the pattern ${String(given)} has "${lost}"; write it as new Regex('(?i:…)').`,
    );
  }
}

/** Whether a part goes with the one in front of it. */
function joins(behavior: SplitBehavior, was: boolean, matches: boolean): boolean {
  if (behavior === 'contiguous') return was === matches;
  if (behavior === 'mergedWithPrevious') return matches && !was;
  if (behavior === 'mergedWithNext') return was && !matches;
  return false;
}

function regexpOf(given: string | RegExp): RegExp {
  if (typeof given !== 'string') return given;
  return new RegExp(given.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'u');
}

/** The pattern of a field: `{ "String": … }` or `{ "Regex": … }`. */
export function patternField(fields: Fields, name: string): PatternLike {
  const one = fields.object(name);
  const text = one.optionalString('String');
  const pattern = text ?? new Regex(one.string('Regex'), one.at('Regex'));
  one.done();
  return pattern;
}
