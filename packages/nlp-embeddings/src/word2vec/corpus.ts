import { DataError, shown } from '@kasane/tensor-core';
import { requireEach } from '../given.ts';
import type { Turns } from '@kasane/tensor-core/turns';

/** Sentences of words: an array, a generator, lines that are read and split one after the other. */
export type Sentences = Iterable<readonly string[]> | AsyncIterable<readonly string[]>;

/** A corpus as numbers, every word by its place in `words`. */
export interface Corpus {
  readonly words: readonly string[];
  /** How often each of them occurs. */
  readonly counts: readonly number[];
  readonly ids: Int32Array;
  /** Where in `ids` each sentence ends. */
  readonly ends: Int32Array;
}

/** Numbers that become more and more. */
class Growing {
  #values = new Int32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const more = new Int32Array(2 * this.#length);
      more.set(this.#values);
      this.#values = more;
    }
    this.#values[this.#length++] = value;
  }

  done(): Int32Array {
    return this.#values.slice(0, this.#length);
  }
}

/** Goes through the sentences once; words are numbered as they first occur. */
export async function readCorpus(
  owner: string,
  sentences: Sentences,
  turns: Turns,
): Promise<Corpus> {
  requireEach(owner, 'sentences, each an array of words', sentences, 'later');
  const known = new Map<string, number>();
  const counts: number[] = [];
  const [ids, ends] = [new Growing(), new Growing()];
  for await (const sentence of sentences) {
    if (!Array.isArray(sentence)) {
      throw new DataError(
        `${owner}: sentence ${ends.length + 1} must be an array of words, got ${shown(sentence)}. Split it, as by sentence.split(' ').`,
      );
    }
    for (const word of sentence) {
      let id = known.get(word);
      if (id === undefined) {
        if (typeof word !== 'string') {
          throw new DataError(
            `${owner}: sentence ${ends.length + 1} has ${shown(word)} where a word must stand. Turn its words into strings.`,
          );
        }
        known.set(word, (id = known.size));
        counts.push(0);
      }
      counts[id]!++;
      ids.push(id);
    }
    ends.push(ids.length);
    if (ends.length % 256 === 0 && turns.due) await turns.give();
  }
  return { words: [...known.keys()], counts, ids: ids.done(), ends: ends.done() };
}

/** The same corpus with other numbers, `to[id]` of each word; those whose number is negative are left out. */
export function renumbered(corpus: Corpus, to: Int32Array): Pick<Corpus, 'ids' | 'ends'> {
  const ids = new Int32Array(corpus.ids.length);
  const ends = new Int32Array(corpus.ends.length);
  let [length, at] = [0, 0];
  corpus.ends.forEach((end, sentence) => {
    for (; at < end; at++) {
      const id = to[corpus.ids[at]!]!;
      if (id >= 0) ids[length++] = id;
    }
    ends[sentence] = length;
  });
  return { ids: ids.subarray(0, length), ends };
}
