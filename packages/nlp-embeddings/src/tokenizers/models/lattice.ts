import type { Generator } from '@kasane/tensor-core';
import { unitsAt } from '../aligned-text.ts';
import type { Trie } from './trie.ts';

/** A way through a text: where each token ends and its id, -1 for a character that no token has. */
export interface Path {
  readonly ends: readonly number[];
  readonly ids: readonly number[];
  /** The sum of the scores. */
  readonly score: number;
}

/** All ways to write a text with tokens: an edge for each token at each place where it stands. */
export class Lattice {
  readonly #trie: Trie;
  readonly #scores: Float64Array;
  readonly #unkScore: number;
  #length = 0;
  #size = 0;
  // Of each edge, in the order of where they begin.
  #from = new Int32Array(256);
  #to = new Int32Array(256);
  #ids = new Int32Array(256);
  // By place in the text.
  #best = new Float64Array(64);
  #edge = new Int32Array(64);

  constructor(trie: Trie, scores: Float64Array, unkScore: number) {
    this.#trie = trie;
    this.#scores = scores;
    this.#unkScore = unkScore;
  }

  /** Finds the edges of a text. */
  set(text: string): this {
    const trie = this.#trie;
    this.#length = text.length;
    this.#size = 0;
    if (this.#best.length <= text.length) {
      this.#best = new Float64Array(2 * text.length + 1);
      this.#edge = new Int32Array(2 * text.length + 1);
    }
    for (let from = 0; from < text.length;) {
      const next = from + unitsAt(text, from);
      let hasCharacter = false;
      for (let to = from, node = 0; to < text.length;) {
        node = trie.child(node, text.charCodeAt(to++));
        if (node < 0) break;
        const id = trie.value(node);
        if (id < 0) continue;
        this.#add(from, to, id);
        if (to === next) hasCharacter = true;
      }
      if (!hasCharacter) this.#add(from, next, -1);
      from = next;
    }
    return this;
  }

  #add(from: number, to: number, id: number): void {
    if (this.#size === this.#from.length) {
      const grown = (old: Int32Array): Int32Array<ArrayBuffer> => {
        const array = new Int32Array(2 * old.length);
        array.set(old);
        return array;
      };
      [this.#from, this.#to, this.#ids] = [grown(this.#from), grown(this.#to), grown(this.#ids)];
    }
    this.#from[this.#size] = from;
    this.#to[this.#size] = to;
    this.#ids[this.#size++] = id;
  }

  #score(edge: number): number {
    const id = this.#ids[edge]!;
    return id < 0 ? this.#unkScore : this.#scores[id]!;
  }

  /** The best way (Viterbi); of equal ones that whose last token is the longest. */
  viterbi(): Path {
    const best = this.#best.fill(-Infinity, 0, this.#length + 1);
    best[0] = 0;
    for (let edge = 0; edge < this.#size; edge++) {
      const to = this.#to[edge]!;
      const score = best[this.#from[edge]!]! + this.#score(edge);
      if (score > best[to]!) {
        best[to] = score;
        this.#edge[to] = edge;
      }
    }
    return this.#path((at) => this.#edge[at]!, best[this.#length]!);
  }

  /** Follows edges from the end to the beginning. */
  #path(edgeAt: (at: number) => number, score: number): Path {
    const ends: number[] = [];
    const ids: number[] = [];
    for (let at = this.#length; at > 0;) {
      const edge = edgeAt(at);
      ends.push(at);
      ids.push(this.#ids[edge]!);
      at = this.#from[edge]!;
    }
    return { ends: ends.reverse(), ids: ids.reverse(), score };
  }

  /** The n best ways, the best first; fewer if there are no more. */
  nBest(n: number): Path[] {
    // Of each place the best ways to it: the last edge, and which of the ways to its beginning.
    type Way = { readonly score: number; readonly edge: number; readonly before: Way | null };
    const ways: Way[][] = Array.from({ length: this.#length + 1 }, () => []);
    ways[0]!.push({ score: 0, edge: -1, before: null });
    for (let edge = 0; edge < this.#size; edge++) {
      const from = this.#from[edge]!;
      const to = this.#to[edge]!;
      // All edges to a place come before those from it.
      if (edge === 0 || from !== this.#from[edge - 1]) {
        ways[from] = ways[from]!.sort((a, b) => b.score - a.score).slice(0, n);
      }
      for (const before of ways[from]!) {
        ways[to]!.push({ score: before.score + this.#score(edge), edge, before });
      }
    }
    const last = ways[this.#length]!.sort((a, b) => b.score - a.score).slice(0, n);
    return last.map((way) => {
      let now = way;
      return this.#path(() => {
        const { edge } = now;
        now = now.before!;
        return edge;
      }, way.score);
    });
  }

  /** By place, the logarithm of the sum of exp(theta * score) of all ways to it. */
  #forward(theta: number): Float64Array {
    const sums = this.#best.fill(-Infinity, 0, this.#length + 1);
    sums[0] = 0;
    for (let edge = 0; edge < this.#size; edge++) {
      const to = this.#to[edge]!;
      sums[to] = logSum(sums[to]!, sums[this.#from[edge]!]! + theta * this.#score(edge));
    }
    return sums;
  }

  /** A way drawn with the probability exp(theta * score) / sum. */
  sample(theta: number, generator: Generator): Path {
    const sums = this.#forward(theta);
    const into: number[][] = Array.from({ length: this.#length + 1 }, () => []);
    for (let edge = 0; edge < this.#size; edge++) into[this.#to[edge]!]!.push(edge);
    let score = 0;
    const drawn = this.#path((at) => {
      const edges = into[at]!;
      let rest = generator.random();
      let chosen = edges.at(-1)!;
      for (const edge of edges) {
        rest -= Math.exp(sums[this.#from[edge]!]! + theta * this.#score(edge) - sums[at]!);
        if (rest >= 0) continue;
        chosen = edge;
        break;
      }
      score += this.#score(chosen);
      return chosen;
    }, 0);
    return { ...drawn, score };
  }

  /**
   * Adds to `expected`, by id, how often each token is expected in the text, times `count`. Gives the logarithm of the text's
   * probability.
   */
  expect(count: number, expected: Float64Array): number {
    const alpha = this.#forward(1);
    const length = this.#length;
    const beta = new Float64Array(length + 1).fill(-Infinity);
    beta[length] = 0;
    for (let edge = this.#size - 1; edge >= 0; edge--) {
      const from = this.#from[edge]!;
      beta[from] = logSum(beta[from]!, beta[this.#to[edge]!]! + this.#score(edge));
    }
    const total = alpha[length]!;
    for (let edge = 0; edge < this.#size; edge++) {
      const id = this.#ids[edge]!;
      if (id < 0) continue;
      const log = alpha[this.#from[edge]!]! + this.#score(edge) + beta[this.#to[edge]!]! - total;
      expected[id]! += count * Math.exp(log);
    }
    return total;
  }
}

/** log(exp(a) + exp(b)) */
function logSum(a: number, b: number): number {
  if (a === -Infinity) return b;
  return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));
}
