import { DataError, optionsOf, requireWhole } from '@kasane/tensor-core';
import { AlignedText } from './aligned-text.ts';
import { Fields, type Json } from './fields.ts';
import type { Model } from './models/model.ts';
import type { Normalizer } from './normalizers/normalizer.ts';
import { listOf } from './given.ts';

/** A token that is found in the text before anything else is done, and never split. */
export interface AddedToken {
  readonly content: string;
  /** Only as a word of its own. Default false. */
  readonly singleWord?: boolean;
  /** Takes white space in front with it. Default false. */
  readonly lstrip?: boolean;
  /** Takes white space behind with it. Default false. */
  readonly rstrip?: boolean;
  /** Look for it in the normalized text. Default: unless it is special. */
  readonly normalized?: boolean;
  /** Decoding may leave it out. Default false, of `addSpecialTokens` true. */
  readonly special?: boolean;
}

/** An added token with its id. */
export interface IdentifiedToken extends Required<AddedToken> {
  readonly id: number;
}

const names = ['content', 'singleWord', 'lstrip', 'rstrip', 'normalized', 'special'] as const;

/** A part of a text: what the model is to look at, or an added token. */
export interface Section {
  readonly text: AlignedText;
  readonly added: IdentifiedToken | null;
}

/** Finds tokens in a text. */
interface Finder {
  readonly regexp: RegExp;
  readonly tokens: ReadonlyMap<string, IdentifiedToken>;
}

/** The tokens that a tokenizer has beside its model's, and those of the model's that are special. */
export class AddedTokens {
  readonly #byContent = new Map<string, IdentifiedToken>();
  readonly #byId = new Map<number, IdentifiedToken>();
  #raw: Finder | null = null;
  #normalized: Finder | null = null;

  get all(): readonly IdentifiedToken[] {
    return [...this.#byId.values()].sort((a, b) => a.id - b.id);
  }

  byContent(content: string): IdentifiedToken | undefined {
    return this.#byContent.get(content);
  }

  byId(id: number): IdentifiedToken | undefined {
    return this.#byId.get(id);
  }

  /** Adds tokens, with the ids that the model has for them or the next ones; gives how many are new. */
  add(given: readonly (string | AddedToken)[], isSpecial: boolean, model: Model): number {
    let count = 0;
    for (const one of listOf('addTokens', 'tokens', given)) {
      const token = typeof one === 'string' ? { content: one } : optionsOf('addTokens', one, names);
      const own = completed(token, isSpecial);
      const { content } = own;
      const before = this.#byContent.get(content);
      const id = before?.id ?? model.tokenToId(content) ?? this.#nextId(model);
      this.#put({ id, ...own });
      if (before === undefined) count++;
    }
    this.refresh();
    return count;
  }

  #put(token: IdentifiedToken): void {
    this.#byContent.set(token.content, token);
    this.#byId.set(token.id, token);
  }

  #nextId(model: Model): number {
    let next = model.size;
    for (const id of this.#byId.keys()) next = Math.max(next, id + 1);
    return next;
  }

  /** Takes tokens with the ids that they have. */
  identify(
    tokens: readonly (AddedToken & { readonly id: number })[],
    place: string,
    model: Model,
  ): void {
    for (const { id, content, ...given } of tokens) {
      requireWhole(place, `the id of ${JSON.stringify(content)}`, id);
      const known = model.tokenToId(content) ?? id;
      const others = [model.idToToken(id), this.#byId.get(id)?.content];
      const other = others.find((one) => one !== undefined && one !== content);
      if (known !== id || other !== undefined) {
        throw new DataError(
          `${place}: ${JSON.stringify(content)} has the id ${id}, but ${known === id ? `that is the id of ${JSON.stringify(other)}` : `the model has it as ${known}`}.`,
        );
      }
      this.#put({ id, ...completed({ content, ...given }, false) });
    }
    this.refresh();
  }

  /** Takes the tokens of a file. */
  load(values: readonly unknown[], place: string, model: Model): void {
    const tokens = values.map((value, i) => {
      const fields = new Fields(value, `${place}[${i}]`);
      const special = fields.boolean('special', false);
      const token = {
        id: fields.number('id'),
        content: fields.string('content'),
        singleWord: fields.boolean('single_word', false),
        lstrip: fields.boolean('lstrip', false),
        rstrip: fields.boolean('rstrip', false),
        normalized: fields.boolean('normalized', !special),
        special,
      };
      fields.done();
      return token;
    });
    this.identify(tokens, place, model);
  }

  toJSON(): Json {
    return this.all.map((token) => ({
      id: token.id,
      content: token.content,
      single_word: token.singleWord,
      lstrip: token.lstrip,
      rstrip: token.rstrip,
      normalized: token.normalized,
      special: token.special,
    }));
  }

  /** The sections of a text: added tokens, and the rest normalized. */
  sections(text: string, normalizer: Normalizer | null): Section[] {
    if (this.#byId.size === 0) {
      const whole = new AlignedText(text);
      return [{ text: normalizer?.normalize(whole) ?? whole, added: null }];
    }
    this.#raw ??= finder(
      this.all.filter((token) => !token.normalized),
      null,
    );
    this.#normalized ??= finder(
      this.all.filter((token) => token.normalized),
      normalizer,
    );
    const sections: Section[] = [];
    for (const section of split(new AlignedText(text), this.#raw)) {
      if (section.added !== null) {
        sections.push(section);
        continue;
      }
      const changed = normalizer?.normalize(section.text) ?? section.text;
      for (const part of split(changed, this.#normalized)) sections.push(part);
    }
    return sections;
  }

  /** To be called when the normalizer is another. */
  refresh(): void {
    this.#raw = this.#normalized = null;
  }
}

/** A token with its defaults. Throws DataError for one without text. */
function completed(token: AddedToken, isSpecial: boolean): Required<AddedToken> {
  const { content, singleWord = false, lstrip = false, rstrip = false } = token;
  const { special = isSpecial, normalized = !special } = token;
  if (typeof content !== 'string' || content === '') {
    throw new DataError('addTokens: a token must be a string that is not empty.');
  }
  return { content, singleWord, lstrip, rstrip, normalized, special };
}

/** What finds the longest of some tokens that begins first. */
function finder(tokens: readonly IdentifiedToken[], normalizer: Normalizer | null): Finder {
  const found = new Map<string, IdentifiedToken>();
  for (const token of tokens) {
    const content = normalizer?.normalizeStr(token.content) ?? token.content;
    if (content !== '') found.set(content, token);
  }
  const longest = [...found.keys()].sort((a, b) => b.length - a.length);
  const quoted = longest.map((content) => content.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return { regexp: new RegExp(quoted.join('|') || '(?!)', 'gu'), tokens: found };
}

const word = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}';
const wordBehind = new RegExp(`[${word}]$`, 'u');
const wordAhead = new RegExp(`^[${word}]`, 'u');

function split(source: AlignedText, { regexp, tokens }: Finder): Section[] {
  const { text } = source;
  const sections: Section[] = [];
  let start = 0; // of what is not in a section yet
  const cut = (from: number, to: number, added: IdentifiedToken | null): void => {
    if (from < to) sections.push({ text: source.slice(from, to), added });
  };
  for (const { 0: content, index } of text.matchAll(regexp)) {
    const added = tokens.get(content)!;
    let from = index;
    let to = from + content.length;
    if (added.singleWord) {
      // Two units have the character next to it.
      const isInWord =
        wordBehind.test(text.slice(Math.max(0, from - 2), from)) ||
        wordAhead.test(text.slice(to, to + 2));
      if (isInWord) continue;
    }
    if (added.lstrip) while (from > start && isSpace(text, from - 1)) from--;
    if (added.rstrip) while (to < text.length && isSpace(text, to)) to++;
    cut(start, from, null);
    cut(from, to, added);
    start = to;
  }
  cut(start, text.length, null);
  return sections;
}

function isSpace(text: string, at: number): boolean {
  return /\p{White_Space}/u.test(text[at]!);
}
