import { requireThat, requireWhole } from '@kasane/tensor-core';

/**
 * Weights whose sum is known at any time, and among which one is found by a share of the sum: each in about log₂ of their
 * number of steps. A binary tree in an array; each node is the sum of its two children.
 *
 * $$ \text{node}_i = \text{node}_{2i} + \text{node}_{2i + 1}, \qquad \text{find}(x) = k \text{ with } \sum_{j < k} w_j \le x < \sum_{j \le k} w_j $$
 *
 * @throws RangeError if the capacity is not a whole number from 1 to 2³¹, an index is none, a weight not finite and ≥ 0, or a share not
 * from 0 to below the sum.
 *
 * @example
 * import { SumTree } from '@kasane/rl';
 * const tree = new SumTree(4);
 * tree.set(0, 1);
 * tree.set(2, 3);
 * tree.total; // => 4
 * [tree.find(0.5), tree.find(1), tree.find(3.9)]; // => [0,2,2]
 */
export class SumTree {
  /** How many weights there are. */
  readonly capacity: number;
  /** Where the leaves begin: a power of two, so that all of them are equally deep. */
  readonly #leaves: number;
  readonly #nodes: Float64Array;

  /** All weights are 0 at first. */
  constructor(capacity: number) {
    requireWhole('SumTree', 'the capacity', capacity, 1, 2 ** 31);
    this.capacity = capacity;
    this.#leaves = 2 ** Math.ceil(Math.log2(capacity));
    this.#nodes = new Float64Array(2 * this.#leaves);
  }

  /** The sum of all weights. */
  get total(): number {
    return this.#nodes[1]!;
  }

  /** The weight at a place. */
  get(index: number): number {
    requireWhole('SumTree', 'the index', index, 0, this.capacity - 1);
    return this.#nodes[this.#leaves + index]!;
  }

  /** Changes a weight. Throws RangeError unless it is finite and at least 0. */
  set(index: number, weight: number): void {
    requireWhole('SumTree', 'the index', index, 0, this.capacity - 1);
    const finite = Number.isFinite(weight) && weight >= 0;
    requireThat(finite, 'SumTree', 'the weight', weight, 'finite and ≥ 0');
    const nodes = this.#nodes;
    let i = this.#leaves + index;
    nodes[i] = weight;
    // Summed anew rather than changed by the difference, whose rounding would add up.
    for (i >>= 1; i >= 1; i >>= 1) nodes[i] = nodes[2 * i]! + nodes[2 * i + 1]!;
  }

  /** The place where the sum of all weights before it is at most `share`, and with it above: never one of weight 0. */
  find(share: number): number {
    const inside = share >= 0 && share < this.total;
    requireThat(inside, 'SumTree', 'the share', share, `from 0 to below ${this.total}`);
    const nodes = this.#nodes;
    let rest = share;
    let i = 1;
    while (i < this.#leaves) {
      const left = 2 * i;
      // Rounding may leave a rest that the right side does not have.
      if (rest < nodes[left]! || nodes[left + 1] === 0) {
        i = left;
      } else {
        rest -= nodes[left]!;
        i = left + 1;
      }
    }
    return i - this.#leaves;
  }
}
