import { noGrad, scope, tensor, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import type { Game } from '../game.ts';
import type { PolicyValueModel } from './policy-value-net.ts';

/** Answers that are remembered; more, and all are forgotten. */
const MOST_ROWS = 2 ** 18;

/** Asks a network about states, and remembers what it said until it is told to forget it. */
export class Evaluator<State> {
  readonly #game: Game<State>;
  readonly #pictures: Float32Array;
  readonly #forward: (pictures: Tensor) => readonly [Tensor, Tensor];
  /** States asked about at once, at most. */
  readonly batch: number;
  /** Where in `answers` the answer for the state of a key stands. */
  readonly #places = new Map<number, number>();
  /** One after the other: the softmax over all actions, and the value. */
  answers: Float32Array;

  constructor(game: Game<State>, net: PolicyValueModel, batch: number) {
    const [planes, rows, columns] = game.shape;
    this.#game = game;
    this.batch = batch;
    this.#pictures = new Float32Array(batch * planes * rows * columns);
    this.answers = new Float32Array(batch * (game.actions + 1));
    const pass = (pictures: Tensor): [Tensor, Tensor] =>
      noGrad(() => {
        const [policy, value] = net.forward(pictures);
        return [policy.softmax(1), value];
      });
    // On other backends it runs as it is.
    this.#forward = compile(pass, { onFallback: () => {} });
  }

  /** Forgets all answers, as the network has changed. */
  forget(): void {
    this.#places.clear();
  }

  /** Where in `answers` that of a state begins, -1 if it is not known. */
  find(state: State): number {
    return this.#places.get(this.#game.key(state)) ?? -1;
  }

  /** Has the network answer for states that `find` does not know, at most `batch` of them; of the same state there may be several. */
  ask(states: readonly State[]): void {
    const { actions, shape } = this.#game;
    const [planes, rows, columns] = shape;
    if (this.#places.size + states.length > MOST_ROWS) this.forget();
    const width = actions + 1;
    const first = this.#places.size;
    for (const state of states) {
      const key = this.#game.key(state);
      if (this.#places.has(key)) continue;
      const place = this.#places.size;
      this.#game.encode(state, this.#pictures, (place - first) * planes * rows * columns);
      this.#places.set(key, place * width);
    }
    const count = this.#places.size - first;
    if (this.#places.size * width > this.answers.length) {
      const longer = new Float32Array(2 * this.#places.size * width);
      longer.set(this.answers);
      this.answers = longer;
    }
    // Few sizes, for each is compiled; what is too much is of what stood there before.
    const size = Math.min(this.batch, 2 ** Math.ceil(Math.log2(count)));
    scope(() => {
      const pictures = this.#pictures.subarray(0, size * planes * rows * columns);
      const [policy, value] = this.#forward(tensor(pictures, [size, ...shape]));
      const policies = policy.dataSync();
      const values = value.dataSync();
      for (let i = 0; i < count; i++) {
        const place = (first + i) * width;
        for (let a = 0; a < actions; a++) this.answers[place + a] = policies[i * actions + a]!;
        this.answers[place + actions] = values[i]!;
      }
    });
  }
}
