import { noGrad, scope, tensor, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import type { Game } from '../game.ts';
import type { PolicyValueModel } from './policy-value-net.ts';

/** Asks a network about a batch of states, always of one size, so that the pass is compiled once. */
export class Evaluator<State> {
  readonly #game: Game<State>;
  readonly #pictures: Float32Array;
  readonly #forward: (pictures: Tensor) => readonly [Tensor, Tensor];
  readonly batch: number;
  /** Softmax over the actions, (batch, actions). */
  policies: ArrayLike<number> = [];
  /** (batch) */
  values: ArrayLike<number> = [];

  constructor(game: Game<State>, net: PolicyValueModel, batch: number) {
    const [planes, rows, columns] = game.shape;
    this.#game = game;
    this.batch = batch;
    this.#pictures = new Float32Array(batch * planes * rows * columns);
    const pass = (pictures: Tensor): [Tensor, Tensor] =>
      noGrad(() => {
        const [policy, value] = net.forward(pictures);
        return [policy.softmax(1), value];
      });
    // On other backends it runs as it is.
    this.#forward = compile(pass, { onFallback: () => {} });
  }

  /** Fills `policies` and `values`; those beyond the states given are of what stood there before. */
  evaluate(states: readonly State[]): void {
    const { shape } = this.#game;
    const size = this.#pictures.length / this.batch;
    states.forEach((state, i) => this.#game.encode(state, this.#pictures, i * size));
    scope(() => {
      const [policy, value] = this.#forward(tensor(this.#pictures, [this.batch, ...shape]));
      this.policies = policy.dataSync();
      this.values = value.dataSync();
    });
  }
}
