/** Reads an object of a file whose fields are known: what is missing, of another kind or not known is named. */
import { DataError, shown } from '@kasane/tensor-core';

/** Whatever JSON has. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

/** The fields of an object, read one by one; `done` then names those that nobody asked for. */
export class Fields {
  /** Where in the file the object stands. */
  readonly place: string;
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #unread: Set<string>;

  constructor(value: unknown, place: string) {
    if (Object(value) !== value || Array.isArray(value)) {
      throw new DataError(`${place}: expected an object, got ${shownOr(value)}.`);
    }
    this.place = place;
    this.#object = value as Readonly<Record<string, unknown>>; // an object, as was looked at
    this.#unread = new Set(Object.keys(this.#object));
  }

  /** What a field has, whatever it is; undefined if it is missing or null. */
  raw(name: string): unknown {
    this.#unread.delete(name);
    const value = Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
    return value ?? undefined;
  }

  /** Where a field stands. */
  at(name: string): string {
    return `${this.place}.${name}`;
  }

  string(name: string, fallback?: string): string {
    return this.#of(name, 'a string', (value) => typeof value === 'string', fallback);
  }

  number(name: string, fallback?: number): number {
    return this.#of(name, 'a number', (value) => typeof value === 'number', fallback);
  }

  boolean(name: string, fallback?: boolean): boolean {
    return this.#of(name, 'true or false', (value) => typeof value === 'boolean', fallback);
  }

  array(name: string, fallback?: readonly unknown[]): readonly unknown[] {
    return this.#of(name, 'an array', (value) => Array.isArray(value), fallback);
  }

  strings(name: string, fallback?: readonly string[]): readonly string[] {
    const areStrings = (value: unknown): value is readonly string[] =>
      Array.isArray(value) && value.every((one) => typeof one === 'string');
    return this.#of(name, 'an array of strings', areStrings, fallback);
  }

  /** One of some words. */
  word<W extends string>(name: string, words: readonly W[], fallback?: W): W {
    const isOne = (value: unknown): value is W => words.some((word) => word === value);
    return this.#of(name, words.map((word) => `"${word}"`).join(' or '), isOne, fallback);
  }

  /** A string, or null. */
  optionalString(name: string): string | null {
    return this.raw(name) === undefined ? null : this.string(name);
  }

  optionalNumber(name: string): number | null {
    return this.raw(name) === undefined ? null : this.number(name);
  }

  optionalBoolean(name: string): boolean | null {
    return this.raw(name) === undefined ? null : this.boolean(name);
  }

  object(name: string): Fields {
    return new Fields(this.raw(name), this.at(name));
  }

  /** Pairs of names and numbers, such as a vocabulary. */
  numbers(name: string): Map<string, number> {
    const value = this.raw(name);
    const entries = Object.entries(Object(value)); // of none, none
    const wrong = entries.find(([, id]) => !Number.isSafeInteger(id) || (id as number) < 0);
    if (Object(value) !== value || wrong !== undefined) {
      throw new DataError(
        `${this.at(name)}: expected an object of whole numbers, got ${wrong === undefined ? shownOr(value) : `${shown(wrong[1])} for ${JSON.stringify(wrong[0])}`}.`,
      );
    }
    return new Map(entries as [string, number][]); // as was looked at
  }

  /** Throws DataError for a field that was not asked for. */
  done(): void {
    const [unknown] = this.#unread;
    if (unknown === undefined) return;
    throw new DataError(
      `${this.place}: there is a field ${JSON.stringify(unknown)} (${shown(this.#object[unknown])}), which is not known here.`,
    );
  }

  #of<T>(name: string, kind: string, fits: (value: unknown) => value is T, fallback?: T): T {
    const value = this.raw(name) ?? fallback;
    if (fits(value)) return value;
    throw new DataError(`${this.at(name)}: expected ${kind}, got ${shownOr(value)}.`);
  }
}

/** A value, or that there is none. */
function shownOr(value: unknown): string {
  return value === undefined ? 'nothing' : shown(value);
}

/** Makes what a file describes, by its field `type`. */
export type Makers<T> = Readonly<Record<string, (fields: Fields) => T>>;

/** The stage of a pipeline that stands at a place of a file. Throws DataError for a type that no maker is there for. */
export function made<T>(value: unknown, place: string, makers: Makers<T>): T {
  const fields = new Fields(value, place);
  const type = fields.string('type');
  const make = Object.hasOwn(makers, type) ? makers[type] : undefined;
  if (make === undefined) {
    throw new DataError(
      `${place}: the type ${JSON.stringify(type)} is not supported; there are ${Object.keys(makers).join(', ')}.`,
    );
  }
  return placed(place, () => {
    const one = make(fields);
    fields.done();
    return one;
  });
}

/** What is made of a place in a file; what constructors refuse is a DataError that names the place. */
export function placed<T>(place: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const isPlaced = message.startsWith(place);
    if (isPlaced && cause instanceof DataError) throw cause;
    throw new DataError(isPlaced ? message : `${place}: ${message}`, { cause });
  }
}

/** What a text of JSON says. Throws DataError for another. */
export function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Engines say where they stopped, each in its way; if they do not, it is at the end.
    const at = /(?:position \d+|line \d+ column \d+)/.exec(String(cause))?.[0] ?? 'its end';
    throw new DataError(
      `${name}: expected JSON, but at ${at} it does not go on as such; the file is cut off or of another kind.`,
      { cause },
    );
  }
}
