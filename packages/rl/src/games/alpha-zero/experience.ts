import { tensor, type Generator, type Tensor } from '@kasane/tensor-core';
import type { Game } from '../game.ts';

/** What self-play leaves behind of one move. */
export interface Sample {
  readonly picture: Float32Array;
  /** Share of visits of each action. */
  readonly policy: Float32Array;
  /** How the game ended for whoever was to move. */
  value: number;
}

/** The last moves played, up to a number of them; new ones take the place of the oldest. */
export class Experience<State> {
  readonly #game: Game<State>;
  readonly #capacity: number;
  readonly #samples: Sample[] = [];
  #next = 0;

  constructor(game: Game<State>, capacity: number) {
    this.#game = game;
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#samples.length;
  }

  push(samples: readonly Sample[]): void {
    for (const sample of samples) {
      this.#samples[this.#next] = sample;
      this.#next = (this.#next + 1) % this.#capacity;
    }
  }

  /** A batch drawn with replacement, each state turned or mirrored at random. */
  draw(batch: number, generator: Generator): [pictures: Tensor, policies: Tensor, values: Tensor] {
    const { shape, actions, symmetries } = this.#game;
    const [planes, rows, columns] = shape;
    const cells = rows * columns;
    const pictures = new Float32Array(batch * planes * cells);
    const policies = new Float32Array(batch * actions);
    const values = new Float32Array(batch);
    for (let b = 0; b < batch; b++) {
      const { picture, policy, value } = this.#samples[generator.below(this.#samples.length)]!;
      const turn = symmetries[generator.below(symmetries.length)]!;
      for (let p = 0; p < planes; p++) {
        const from = p * cells;
        const to = (b * planes + p) * cells;
        for (let i = 0; i < cells; i++) pictures[to + i] = picture[from + turn.cells[i]!]!;
      }
      for (let a = 0; a < actions; a++) policies[b * actions + a] = policy[turn.actions[a]!]!;
      values[b] = value;
    }
    return [
      tensor(pictures, [batch, ...shape]),
      tensor(policies, [batch, actions]),
      tensor(values, [batch]),
    ];
  }
}
