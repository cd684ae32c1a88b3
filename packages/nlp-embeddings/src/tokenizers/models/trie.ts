import { PairTable } from './pair-table.ts';

/** Finds which tokens begin at a place of a text. Nodes are numbers, the root 0; edges are UTF-16 code units. */
export class Trie {
  readonly #children: PairTable;
  /** The token that ends at a node, or -1. */
  readonly #values: number[] = [-1];

  constructor(tokens: Iterable<readonly [string, number]>) {
    this.#children = new PairTable(1024);
    for (const [token, id] of tokens) {
      let node = 0;
      for (let i = 0; i < token.length; i++) {
        const unit = token.charCodeAt(i);
        let child = this.#children.get(node, unit);
        if (child < 0) {
          child = this.#values.push(-1) - 1;
          this.#children.set(node, unit, child);
        }
        node = child;
      }
      if (node !== 0) this.#values[node] = id;
    }
  }

  /** The node behind a unit, or -1. */
  child(node: number, unit: number): number {
    return this.#children.get(node, unit);
  }

  value(node: number): number {
    return this.#values[node]!;
  }
}
