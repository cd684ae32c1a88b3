/** How many entries a cache has at most, in each of its two halves. */
const LIMIT = 65_536;

/** Longer words are not kept: they hardly come again. */
const LONGEST = 64;

/** From so many units on, V8 keeps the whole text of which a string is a part. */
const SLICED = 13;

/**
 * What was worked out for words, as long as they are seen now and then. When half of the room is full, what was not asked for since
 * the other half began is forgotten.
 */
export class RecentMap<V> {
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  get(word: string): V | undefined {
    const value = this.#young.get(word);
    if (value !== undefined) return value;
    const old = this.#old.get(word);
    return old === undefined ? undefined : this.#put(word, old);
  }

  /** Keeps and gives the value. */
  set(word: string, value: V): V {
    return word.length > LONGEST ? value : this.#put(word, value);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }

  #put(word: string, value: V): V {
    if (this.#young.size >= LIMIT) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(word.length < SLICED ? word : copied(word), value);
    return value;
  }
}

/** A string that is not part of a longer one. */
function copied(text: string): string {
  const units = Array.from(text, (_, i) => text.charCodeAt(i));
  return String.fromCharCode(...units);
}
