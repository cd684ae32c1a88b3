import type { Generator } from '@kasane/tensor-core';
import { NumberHeap } from './number-heap.ts';
import type { PairTable } from './pair-table.ts';

/** A pair's rank and its place are one number: rank * PLACES + place. */
const PLACES = 2 ** 31;

/**
 * Joins the symbols of a word, always the pair of the lowest rank, of equal ones the first. A linked list and a heap: n symbols
 * take time n log n.
 */
export class Merger {
  readonly #pairs: PairTable;
  readonly #merged: Int32Array;
  readonly #ranks: Int32Array;
  readonly #heap = new NumberHeap();
  #room = 0;
  /** The symbols of a word: their ids, where each begins and ends, and the one behind it. Joined ones have gone to the one in front. */
  ids: Int32Array = new Int32Array(0);
  starts: Int32Array = new Int32Array(0);
  ends: Int32Array = new Int32Array(0);
  next: Int32Array = new Int32Array(0);
  #before: Int32Array = new Int32Array(0);
  size = 0;

  /** Numbers of pairs of ids, and by number the id of what they become and their rank. */
  constructor(pairs: PairTable, merged: Int32Array, ranks: Int32Array) {
    this.#pairs = pairs;
    this.#merged = merged;
    this.#ranks = ranks;
  }

  /** Begins a word of at most so many symbols. */
  begin(room: number): void {
    this.size = 0;
    if (room <= this.#room) return;
    this.#room = 2 * room;
    const made = (): Int32Array => new Int32Array(this.#room);
    [this.ids, this.starts, this.ends, this.next, this.#before] = [
      made(),
      made(),
      made(),
      made(),
      made(),
    ];
  }

  push(id: number, start: number, end: number): void {
    const at = this.size++;
    this.ids[at] = id;
    this.starts[at] = start;
    this.ends[at] = end;
  }

  /** Joins all that can be joined; with dropout each time with that probability only. */
  merge(dropout: number, generator: Generator | null): void {
    const { ids, next, ends, size } = this;
    const before = this.#before;
    const heap = this.#heap;
    heap.clear();
    for (let at = 0; at < size; at++) {
      next[at] = at + 1 < size ? at + 1 : -1;
      before[at] = at - 1;
      this.#offer(at); // the symbol behind it has been pushed already
    }
    const skipped: number[] = [];
    while (heap.size > 0) {
      const item = heap.pop();
      if (generator !== null && generator.random() < dropout) {
        skipped.push(item);
        continue;
      }
      for (const one of skipped) heap.push(one);
      skipped.length = 0;
      const rank = Math.floor(item / PLACES);
      const at = item % PLACES;
      const right = ids[at]! < 0 ? -1 : next[at]!;
      if (right < 0) continue;
      // The pair may have become another since it was put there.
      const pair = this.#pairs.get(ids[at]!, ids[right]!);
      if (pair < 0 || this.#ranks[pair] !== rank) continue;
      ids[at] = this.#merged[pair]!;
      ends[at] = ends[right]!;
      ids[right] = -1;
      const after = next[right]!;
      next[at] = after;
      if (after >= 0) before[after] = at;
      if (before[at]! >= 0) this.#offer(before[at]!);
      this.#offer(at);
    }
  }

  /** Puts the pair that begins at a place onto the heap. */
  #offer(at: number): void {
    const right = this.next[at]!;
    if (right < 0) return;
    const pair = this.#pairs.get(this.ids[at]!, this.ids[right]!);
    if (pair >= 0) this.#heap.push(this.#ranks[pair]! * PLACES + at);
  }
}
