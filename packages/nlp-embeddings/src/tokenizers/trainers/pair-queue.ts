import { PairTable } from '../models/pair-table.ts';

/** A pair of neighbours, how often it was seen when it was queued, and the words that it may stand in. */
export interface QueuedPair {
  readonly pair: number;
  readonly first: number;
  readonly second: number;
  readonly words: readonly number[];
  count: number;
}

/** Counts pairs of neighbours and gives the most frequent. Counts are brought up to date when a pair comes to the top. */
export class PairQueue {
  readonly #byIds: boolean;
  readonly #numbers = new PairTable(1024);
  readonly #first: number[] = [];
  readonly #second: number[] = [];
  readonly #counts: number[] = [];
  /** The words of pairs that are to be queued. */
  #fresh = new Map<number, number[]>();
  readonly #heap: QueuedPair[] = [];

  constructor(ties: 'ids' | 'firstSeen') {
    this.#byIds = ties === 'ids';
  }

  /** Changes the count of a pair because of a word; one that is seen more often is queued. */
  add(first: number, second: number, by: number, word: number): void {
    let pair = this.#numbers.get(first, second);
    if (pair < 0) {
      pair = this.#counts.push(0) - 1;
      this.#numbers.set(first, second, pair);
      this.#first.push(first);
      this.#second.push(second);
    }
    this.#counts[pair]! += by;
    if (by <= 0) return;
    const words = this.#fresh.get(pair);
    if (words === undefined) this.#fresh.set(pair, [word]);
    else if (words.at(-1) !== word) words.push(word);
  }

  /** Queues what was added. */
  flush(): void {
    for (const [pair, words] of this.#fresh) {
      const count = this.#counts[pair]!;
      const [first, second] = [this.#first[pair]!, this.#second[pair]!];
      if (count > 0) this.#push({ pair, first, second, words, count });
    }
    this.#fresh = new Map();
  }

  /** The most frequent pair, taken out. */
  pop(): QueuedPair | null {
    for (;;) {
      const top = this.#take();
      if (top === null) return null;
      const count = this.#counts[top.pair]!;
      if (count === top.count) return top;
      top.count = count;
      this.#push(top);
    }
  }

  #isBefore(a: QueuedPair, b: QueuedPair): boolean {
    if (a.count !== b.count) return a.count > b.count;
    if (!this.#byIds) return a.pair < b.pair;
    return a.first < b.first || (a.first === b.first && a.second < b.second);
  }

  #push(item: QueuedPair): void {
    const heap = this.#heap;
    let at = heap.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(item, heap[above]!)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = item;
  }

  #take(): QueuedPair | null {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined) return null;
    if (heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && this.#isBefore(heap[below + 1]!, heap[below]!)) below++;
      if (!this.#isBefore(heap[below]!, last)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
    return top;
  }
}
