/** Which parameters a training moves: those that it leaves alone by mistake are told, and the gradients of the others kept if they are wanted. */
import type { Module } from '@kasane/nn';
import {
  formatShape,
  noGrad,
  scope,
  SparseGradient,
  zerosLike,
  type Tensor,
} from '@kasane/tensor-core';
import { tensorsIn } from './batches.ts';
import type { FitOptimizer } from './train-step.ts';

export class Moved {
  /** The optimizer, which notes the parameters that have a gradient when it steps. */
  readonly watched: FitOptimizer;
  readonly #optimizer: FitOptimizer;
  readonly #named: readonly (readonly [name: string, parameter: Tensor])[];
  readonly #seen = new Set<Tensor>();
  /** Where the last step's gradients lie, if they are wanted. */
  readonly #gradients = new Map<Tensor, Tensor>();
  #hasStepped = false;
  #stray: readonly Tensor[] | null = null;
  #isTold = false;

  /** Throws RangeError if the optimizer has parameters and none is the model's. */
  constructor(model: Module, optimizer: FitOptimizer, keepsGradients: boolean) {
    this.#optimizer = optimizer;
    this.#named = [...model.namedParameters()];
    const held = this.#held();
    if (held.size > 0 && !this.#named.some(([, parameter]) => held.has(parameter))) {
      throw new RangeError(
        `fit: none of the optimizer's ${held.size} parameters is one of the model's ${this.#named.length}. Make it of model.parameters().`,
      );
    }
    if (keepsGradients) {
      for (const [, one] of this.#named) {
        if (held.has(one))
          this.#gradients.set(
            one,
            noGrad(() => zerosLike(one)),
          );
      }
    }
    this.watched = {
      get paramGroups() {
        return optimizer.paramGroups;
      },
      step: () => {
        this.#hasStepped = true;
        for (const { params } of optimizer.paramGroups) {
          for (const one of params) {
            const grad = one.heldGrad();
            if (grad === null) continue;
            this.#seen.add(one);
            const kept = this.#gradients.get(one);
            if (kept === undefined) continue;
            // A compiled step does it again each time, for they are tensors of the outside.
            noGrad(() =>
              scope(() => kept.assign(grad instanceof SparseGradient ? grad.dense() : grad)),
            );
          }
        }
        optimizer.step();
      },
      zeroGrad: () => optimizer.zeroGrad(),
      stateDict: () => optimizer.stateDict(),
      loadStateDict: (state) => optimizer.loadStateDict(state),
    };
  }

  /** The gradients of the last step, by the names of the parameters that have one. */
  gradients(): Readonly<Record<string, Tensor>> {
    const found = this.#named.filter(([, one]) => this.#gradients.has(one) && this.#seen.has(one));
    return Object.fromEntries(found.map(([name, one]) => [name, this.#gradients.get(one)!]));
  }

  /** Frees the gradients. */
  dispose(): void {
    for (const kept of this.#gradients.values()) kept.dispose();
    this.#gradients.clear();
  }

  /** Looks in the history of the first output for what learns and is neither the model's nor the optimizer's. */
  look(input: unknown, output: unknown): void {
    if (this.#stray !== null) return;
    const known = new Set([
      ...this.#held(),
      ...this.#named.map(([, one]) => one),
      ...tensorsIn(input),
    ]);
    this.#stray = leavesOf(tensorsIn(output)).filter((leaf) => !known.has(leaf));
  }

  /** Once, after a step: what was found, in a sentence. */
  stray(): string | null {
    const stray = this.#stray ?? [];
    if (stray.length === 0) return null;
    this.#stray = [];
    const shapes = stray.slice(0, 5).map(({ shape }) => formatShape(shape));
    return `fit: forward uses what requires gradients and is no parameter of the model or the optimizer, of shapes ${shapes.join(', ')}${stray.length > 5 ? ' and more' : ''}: nothing trains or saves it. What is in #private fields cannot be found; take plain fields that hold modules or Parameter.`;
  }

  /** What the optimizer has beside the model's parameters, and what it lacks of them, in sentences. */
  apart(): string[] {
    const held = this.#held();
    const own = new Set(this.#named.map(([, parameter]) => parameter));
    const others = [...held].filter((parameter) => !own.has(parameter)).length;
    const left = this.#named.filter(
      ([, parameter]) => parameter.requiresGrad && !held.has(parameter),
    );
    return [
      others === 0
        ? []
        : `fit: ${others} of the optimizer's ${held.size} parameters are not the model's. They are trained with it, and no checkpoint of the model has them.`,
      left.length === 0
        ? []
        : `fit: the optimizer does not have ${listed(left)} of the model, which stay as they are. Freeze them if that is wanted.`,
    ].flat();
  }

  /** Once, after an epoch: which of the optimizer's parameters have had no gradient, in a sentence. */
  still(): string | null {
    // A training that goes on at an epoch's end takes no step in it.
    if (this.#isTold || !this.#hasStepped) return null;
    this.#isTold = true;
    const held = this.#held();
    const still = this.#named.filter(
      ([, parameter]) =>
        parameter.requiresGrad && held.has(parameter) && !this.#seen.has(parameter),
    );
    if (still.length === 0) return null;
    return `fit: the loss does not depend on ${listed(still)}: no gradient in a whole epoch. Look at forward, or freeze them.`;
  }

  #held(): Set<Tensor> {
    return new Set(this.#optimizer.paramGroups.flatMap(({ params }) => params));
  }
}

/** The tensors that learn at the beginning of the history of some. */
function leavesOf(outputs: readonly Tensor[]): Tensor[] {
  const seen = new Set<Tensor>();
  const waiting = [...outputs];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (!one.requiresGrad || seen.has(one)) continue;
    seen.add(one);
    waiting.push(...(one.provenance?.inputs ?? []));
  }
  return [...seen].filter(({ provenance }) => provenance === null).toReversed();
}

function listed(named: readonly (readonly [name: string, parameter: Tensor])[]): string {
  const names = named.slice(0, 5).map(([name]) => name);
  return `${names.join(', ')}${named.length > 5 ? ` and ${named.length - 5} more` : ''}`;
}
