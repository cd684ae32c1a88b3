import {
  requireFunction,
  requireWhole,
  scope,
  shown,
  tensor,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import type { Turns } from '@kasane/tensor-core/turns';
import type { Env } from '../env.ts';
import { Tally } from '../learning.ts';
import { requireRow } from '../rows.ts';
import type { GaeInput } from './gae.ts';

/** An environment whose observations are vectors, and whose actions are a category or a vector. */
export type VectorEnvOf<Action extends number | Float32Array> = Env<ArrayLike<number>, Action>;

/** Actions as numbers in a row: one for a category, several for a vector. */
export interface ActionKind<Action> {
  readonly continuous: boolean;
  /** Outputs of the policy's network. */
  readonly outputs: number;
  /** Numbers that one action takes. */
  readonly width: number;
  /** The action that stands in a row of numbers, such as the environment takes it. */
  read(numbers: ArrayLike<number>, row: number): Action;
}

/** Which actions a space holds; throws TypeError unless it is a Discrete or a bounded Box. */
export function actionKind<Action extends number | Float32Array>(
  owner: string,
  space: unknown,
): ActionKind<Action> {
  const { n, start = 0, low, high } = Object(space) as Record<string, unknown>; // null has none
  if (typeof n === 'number') {
    const first = Number(start);
    // An environment with a Discrete space takes numbers.
    const read = (numbers: ArrayLike<number>, row: number) => (first + numbers[row]!) as Action;
    return { continuous: false, outputs: n, width: 1, read };
  }
  if (!(low instanceof Float32Array) || !(high instanceof Float32Array)) {
    throw new TypeError(`${owner}: the action space must be a Discrete or a Box, got ${shown(space)}.`); // prettier-ignore
  }
  const width = low.length;
  const read = (numbers: ArrayLike<number>, row: number): Action => {
    const action = new Float32Array(width);
    for (let j = 0; j < width; j++) {
      action[j] = Math.min(high[j]!, Math.max(low[j]!, numbers[row * width + j]!));
    }
    return action as Action; // an environment with a Box takes arrays
  };
  return { continuous: true, outputs: width, width, read };
}

/** Draws actions: they, their log probabilities and the values of where they are taken. */
export type Act = (observations: Tensor) => readonly [Tensor, Tensor, Tensor];
/** V of observations. */
export type Value = (observations: Tensor) => Tensor;

/** What happened in `steps` steps of `envs` environments, of environment e at step t at t · envs + e. */
export interface Rollout extends GaeInput {
  /** (steps · envs, width of an observation) */
  readonly observations: Float32Array;
  /** (steps · envs, width of an action), as drawn, unclipped */
  readonly actions: Float32Array;
  /** log π(a | s) of when it was drawn */
  readonly logProbs: Float32Array;
}

/** Acts in environments with a policy, and writes down what happens. */
export class Runner<Action extends number | Float32Array> {
  readonly envs: readonly VectorEnvOf<Action>[];
  readonly kind: ActionKind<Action>;
  /** Width of an observation. */
  readonly inputs: number;
  readonly #owner: string;
  readonly #generator: Generator;
  readonly #current: Float32Array; // observations that are to be acted on
  #tally: Tally;

  constructor(
    owner: string,
    makeEnv: () => VectorEnvOf<Action>,
    count: number,
    generator: Generator,
  ) {
    requireFunction(owner, makeEnv);
    requireWhole(owner, 'envs', count, 1);
    this.envs = Array.from({ length: count }, () => makeEnv());
    // Only to see what they look like: each training begins new episodes.
    const starts = this.envs.map((env) => {
      if (typeof env?.reset !== 'function' || typeof env.step !== 'function') {
        throw new TypeError(`${owner}: the function must make an environment, with reset and step, got ${shown(env)}.`); // prettier-ignore
      }
      return env.reset({ seed: 0 }).observation;
    });
    const width: unknown = starts[0]!.length;
    if (typeof width !== 'number' || width < 1) {
      throw new TypeError(`${owner}: observations must be arrays of numbers, got ${shown(starts[0])}. FlattenObservation makes them of others.`); // prettier-ignore
    }
    this.kind = actionKind(owner, this.envs[0]!.actionSpace);
    this.inputs = width;
    this.#owner = owner;
    this.#generator = generator;
    this.#current = new Float32Array(count * width);
    this.#tally = new Tally(owner, count, 0);
  }

  /** Begins new episodes, after so many steps. Gives what counts them from then on. */
  begin(steps: number): Tally {
    for (const [e, env] of this.envs.entries()) {
      const { observation } = env.reset({ seed: this.#generator.below(2 ** 31) });
      this.#current.set(this.seen(observation), e * this.inputs);
    }
    this.#tally = new Tally(this.#owner, this.envs.length, steps);
    return this.#tally;
  }

  /** Takes `steps` steps in each environment. */
  async collect(steps: number, act: Act, value: Value, turns: Turns): Promise<Rollout> {
    const { inputs, kind } = this;
    const current = this.#current;
    const count = this.envs.length;
    const observations = new Float32Array(steps * count * inputs);
    const actions = new Float32Array(steps * count * kind.width);
    const logProbs = new Float32Array(steps * count);
    const values = new Float32Array(steps * count);
    const rewards = new Float32Array(steps * count);
    const terminated = new Uint8Array(steps * count);
    const truncated = new Uint8Array(steps * count);
    const cutOff: number[] = []; // where in the arrays
    const finals: ArrayLike<number>[] = []; // what was seen last there
    const tally = this.#tally;
    for (let t = 0; t < steps; t++) {
      if (turns.due) await turns.give();
      const at = t * count;
      observations.set(current, at * inputs);
      scope(() => {
        const [drawn, logProb, v] = act(tensor(current, [count, inputs]));
        actions.set(drawn.dataSync(), at * kind.width);
        logProbs.set(logProb.dataSync(), at);
        values.set(v.dataSync(), at);
      });
      for (let e = 0; e < count; e++) {
        const env = this.envs[e]!;
        const step = env.step(kind.read(actions, at + e));
        let next = this.seen(step.observation);
        rewards[at + e] = step.reward;
        tally.stepped(e, step.reward);
        if (step.terminated || step.truncated) {
          if (step.terminated) {
            terminated[at + e] = 1;
          } else {
            truncated[at + e] = 1;
            cutOff.push(at + e);
            finals.push(Float32Array.from(next)); // the environment may write into it
          }
          tally.ended(e);
          next = this.seen(env.reset().observation);
        }
        current.set(next, e * inputs);
      }
    }
    // V of what a step led to is V where the next begins, except at the end.
    const nextValues = new Float32Array(steps * count);
    nextValues.set(values.subarray(count));
    nextValues.set(this.#valuesOf(value, current), (steps - 1) * count);
    const block = new Float32Array(count * inputs); // of one shape, which is compiled once
    for (let i = 0; i < finals.length; i += count) {
      const some = finals.slice(i, i + count);
      some.forEach((final, j) => block.set(final, j * inputs));
      const found = this.#valuesOf(value, block);
      some.forEach((_, j) => (nextValues[cutOff[i + j]!] = found[j]!));
    }
    return { observations, actions, logProbs, values, nextValues, rewards, terminated, truncated };
  }

  /** What an environment showed. Throws unless it is a row of finite numbers, as many as at first. */
  seen(observation: ArrayLike<number>): ArrayLike<number> {
    requireRow(this.#owner, 'an observation', observation, this.inputs);
    return observation;
  }

  #valuesOf(value: Value, observations: Float32Array): ArrayLike<number> {
    return scope(() => value(tensor(observations, [this.envs.length, this.inputs])).dataSync());
  }
}
