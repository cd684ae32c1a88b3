import { nearest, optionsOf, requireFunction, requireWhole, shown } from '@kasane/tensor-core';
import type { Env } from '../env.ts';
import type { Box } from '../spaces/box.ts';
import type { Discrete } from '../spaces/discrete.ts';
import type { Space } from '../spaces/space.ts';
import { AcrobotVectorEnv } from '../vector/acrobot-vector-env.ts';
import { CartPoleVectorEnv } from '../vector/cart-pole-vector-env.ts';
import { MountainCarContinuousVectorEnv } from '../vector/mountain-car-continuous-vector-env.ts';
import { MountainCarVectorEnv } from '../vector/mountain-car-vector-env.ts';
import { PendulumVectorEnv } from '../vector/pendulum-vector-env.ts';
import type { VectorEnv } from '../vector/vector-env.ts';
import { TimeLimit } from '../wrappers/time-limit.ts';
import { requireEnv } from '../wrappers/around.ts';
import { Acrobot, type AcrobotOptions } from './acrobot.ts';
import { Blackjack, type BlackjackObservation, type BlackjackOptions } from './blackjack.ts';
import { CartPole, type CartPoleOptions } from './cart-pole.ts';
import { CliffWalking, type CliffWalkingOptions } from './cliff-walking.ts';
import { FrozenLake, type FrozenLakeOptions } from './frozen-lake.ts';
import { GridWorld, type GridWorldOptions } from './grid-world.ts';
import { MailCampaign, type MailCampaignOptions } from './mail-campaign.ts';
import { MountainCar, MountainCarContinuous, type MountainCarOptions } from './mountain-car.ts';
import { Pendulum, type PendulumOptions } from './pendulum.ts';
import { Taxi, type TaxiOptions } from './taxi.ts';

/** How an environment is made: `register` takes it, `spec` tells it. */
export interface EnvSpec {
  /** Makes one from its own options. */
  readonly create: (options?: never) => Env<never, never>;
  /** Makes many that are moved together, for `makeVec`; it is given `BatchedOptions` with the environment's own. Default: one after another. */
  readonly createVector?: (numEnvs: number, options?: never) => VectorEnv<never, never>;
  /** After how many steps an episode is cut off. Default: never. */
  readonly maxEpisodeSteps?: number;
  /** The mean return from which on the task counts as solved. */
  readonly rewardThreshold?: number;
}

/** What `make` makes for an id: the kinds of observations and actions, and the options of its own. */
export interface Registered {
  'CartPole-v0': [Float32Array, number, CartPoleOptions];
  'CartPole-v1': [Float32Array, number, CartPoleOptions];
  'MountainCar-v0': [Float32Array, number, MountainCarOptions];
  'MountainCarContinuous-v0': [Float32Array, Float32Array, MountainCarOptions];
  'Pendulum-v1': [Float32Array, Float32Array, PendulumOptions];
  'Acrobot-v1': [Float32Array, number, AcrobotOptions];
  'Blackjack-v1': [BlackjackObservation, number, BlackjackOptions];
  'FrozenLake-v1': [number, number, FrozenLakeOptions];
  'FrozenLake8x8-v1': [number, number, FrozenLakeOptions];
  'CliffWalking-v1': [number, number, CliffWalkingOptions];
  'CliffWalkingSlippery-v1': [number, number, CliffWalkingOptions];
  'Taxi-v4': [number, number, TaxiOptions];
  'GridWorld-v0': [number, number, GridWorldOptions];
  'MailCampaign-v0': [number, number, MailCampaignOptions];
}

/** The kind of space that an environment of `Registered` has for numbers, lists of numbers and others. */
export type SpaceOf<T> = T extends number ? Discrete : T extends Float32Array ? Box : Space<T>;

/** What `make` makes for an id of `Registered`: an environment of which the kinds of its spaces are known, too. */
export type MadeEnv<Observation, Action> = Env<Observation, Action> & {
  readonly observationSpace: SpaceOf<Observation>;
  readonly actionSpace: SpaceOf<Action>;
};

/** What `make` itself takes beside the options of the environment. */
export interface MakeOptions {
  /** After how many steps an episode is cut off; Infinity for never. Default: as registered. */
  readonly maxEpisodeSteps?: number;
}

const batchedCartPole = (n: number, o?: object) => new CartPoleVectorEnv(n, o);

const specs = new Map<string, EnvSpec>(
  Object.entries({
    'CartPole-v0': entry({
      create: (o?: CartPoleOptions) => new CartPole(o),
      createVector: batchedCartPole,
      maxEpisodeSteps: 200,
      rewardThreshold: 195,
    }),
    'CartPole-v1': entry({
      create: (o?: CartPoleOptions) => new CartPole(o),
      createVector: batchedCartPole,
      maxEpisodeSteps: 500,
      rewardThreshold: 475,
    }),
    'MountainCar-v0': entry({
      create: (o?: MountainCarOptions) => new MountainCar(o),
      createVector: (n, o?: object) => new MountainCarVectorEnv(n, o),
      maxEpisodeSteps: 200,
      rewardThreshold: -110,
    }),
    'MountainCarContinuous-v0': entry({
      create: (o?: MountainCarOptions) => new MountainCarContinuous(o),
      createVector: (n, o?: object) => new MountainCarContinuousVectorEnv(n, o),
      maxEpisodeSteps: 999,
      rewardThreshold: 90,
    }),
    'Pendulum-v1': entry({
      create: (o?: PendulumOptions) => new Pendulum(o),
      createVector: (n, o?: object) => new PendulumVectorEnv(n, o),
      maxEpisodeSteps: 200,
    }),
    'Acrobot-v1': entry({
      create: (o?: AcrobotOptions) => new Acrobot(o),
      createVector: (n, o?: object) => new AcrobotVectorEnv(n, o),
      maxEpisodeSteps: 500,
      rewardThreshold: -100,
    }),
    'Blackjack-v1': entry({
      create: (o?: BlackjackOptions) => new Blackjack({ sab: true, ...o }),
    }),
    'FrozenLake-v1': entry({
      create: (o?: FrozenLakeOptions) => new FrozenLake(o),
      maxEpisodeSteps: 100,
      rewardThreshold: 0.7,
    }),
    'FrozenLake8x8-v1': entry({
      create: (o?: FrozenLakeOptions) => new FrozenLake({ mapName: '8x8', ...o }),
      maxEpisodeSteps: 200,
      rewardThreshold: 0.85,
    }),
    'CliffWalking-v1': entry({
      create: (o?: CliffWalkingOptions) => new CliffWalking(o),
    }),
    'CliffWalkingSlippery-v1': entry({
      create: (o?: CliffWalkingOptions) => new CliffWalking({ isSlippery: true, ...o }),
    }),
    'Taxi-v4': entry({
      create: (o?: TaxiOptions) => new Taxi(o),
      maxEpisodeSteps: 200,
      rewardThreshold: 8,
    }),
    'GridWorld-v0': entry({
      create: (o?: GridWorldOptions) => new GridWorld(o),
      maxEpisodeSteps: 100,
    }),
    'MailCampaign-v0': entry({
      create: (o?: MailCampaignOptions) => new MailCampaign(o),
      maxEpisodeSteps: 24,
    }),
  }),
);

/** What `register` takes. */
export interface NewEnvSpec<O, A> {
  /** Makes one from its own options. */
  readonly create: (options?: never) => Env<O, A>;
  /** Makes many that are moved together. Default: `makeVec` steps one after another. */
  readonly createVector?: (numEnvs: number, options?: never) => VectorEnv<O, A>;
  /** After how many steps an episode is cut off. Default: never. */
  readonly maxEpisodeSteps?: number;
  /** The mean return from which on the task counts as solved. Default: none is known. */
  readonly rewardThreshold?: number;
}

function entry<O, A>(spec: NewEnvSpec<O, A>): EnvSpec {
  return spec as unknown as EnvSpec; // The kinds are those of `Registered`; a map of them all cannot tell.
}

const idRule = /^(?:[\w:-]+\/)?[\w:.-]+-v\d+$/;

/**
 * Makes `make` know an environment under an id, a name and a version: 'Maze-v0', or 'mine/Maze-v0'.
 *
 * TypeScript learns its kinds by an entry in the interface `Registered`. As `gymnasium.register`, except that an id that is taken throws.
 *
 * @throws RangeError if the id is no name with a version such as 'Maze-v0', or is taken, or `maxEpisodeSteps` is not a whole number of at
 * least 1.
 *
 * @example
 * import { CliffWalking, make, register } from '@kasane/rl';
 * register('docs/ShortCliff-v0', { create: () => new CliffWalking(), maxEpisodeSteps: 20 });
 * make('docs/ShortCliff-v0').reset().observation; // => 36
 * @category Environments
 */
export function register<O, A>(id: string, spec: NewEnvSpec<O, A>): void {
  if (typeof id !== 'string' || !idRule.test(id)) {
    throw new RangeError(
      `register: an id must be a name and a version such as 'Maze-v0', got ${shown(id)}.`,
    );
  }
  const { create, createVector, maxEpisodeSteps } = optionsOf('register', spec, [
    'create',
    'createVector',
    'maxEpisodeSteps',
    'rewardThreshold',
  ]);
  requireFunction('register', create);
  if (createVector !== undefined) requireFunction('register', createVector);
  if (maxEpisodeSteps !== undefined) {
    requireWhole('register', 'maxEpisodeSteps', maxEpisodeSteps, 1);
  }
  if (specs.has(id)) {
    throw new RangeError(`register: '${id}' is taken; give it another version or name.`);
  }
  specs.set(id, entry({ ...spec }));
}

/**
 * The ids that `make` knows.
 *
 * Gymnasium has them as the keys of `gymnasium.registry`.
 *
 * @example
 * import { registeredIds } from '@kasane/rl';
 * registeredIds().includes('CartPole-v1'); // => true
 * @category Environments
 */
export function registeredIds(): string[] {
  return [...specs.keys()];
}

/**
 * How an id is made. A name without a version is its newest.
 *
 * @throws RangeError if there is no such id, with the one that was probably meant.
 *
 * @example
 * import { spec } from '@kasane/rl';
 * spec('CartPole').maxEpisodeSteps; // => 500
 * @category Environments
 */
export function spec(id: string): EnvSpec & { readonly id: string } {
  return findSpec('spec', id);
}

/** How an id is made, for one who calls itself owner. @internal */
export function findSpec(owner: string, id: string): EnvSpec & { readonly id: string } {
  if (typeof id !== 'string') {
    throw new TypeError(`${owner}: an id must be text such as 'CartPole-v1', got ${shown(id)}.`);
  }
  const version = (one: string): number => Number(/\d+$/.exec(one)![0]);
  const named = registeredIds().filter((one) => one.replace(/-v\d+$/, '') === id);
  const full = specs.has(id) ? id : named.sort((a, b) => version(b) - version(a))[0];
  if (full !== undefined) return { id: full, ...specs.get(full)! };
  const near = nearest(id, registeredIds());
  const way =
    near === undefined ? `known are ${registeredIds().join(', ')}` : `the nearest is ${near}`;
  throw new RangeError(`${owner}: there is no environment ${shown(id)}; ${way}.`);
}

/**
 * Makes an environment by its id, with the limit of steps that goes with it. A name without a version is its newest.
 *
 * The options are `maxEpisodeSteps` and those of the environment. As `gymnasium.make`; what it returns is in a `TimeLimit` if there is a
 * limit, and `unwrapped` takes it out.
 *
 * @throws RangeError if there is no such id, with the one that was probably meant, and what the environment throws for its options.
 *
 * @example
 * import { make } from '@kasane/rl';
 * const env = make('CartPole-v1');
 * const { observation } = env.reset({ seed: 1 });
 * observation.length; // => 4
 * make('FrozenLake-v1', { mapName: '8x8', isSlippery: false }).observationSpace.n; // => 64
 * @category Environments
 */
export function make<Id extends keyof Registered>(
  id: Id,
  options?: MakeOptions & Registered[Id][2],
): MadeEnv<Registered[Id][0], Registered[Id][1]>;
export function make(
  id: string,
  options?: MakeOptions & Readonly<Record<string, unknown>>,
): Env<unknown, unknown>;
export function make(
  id: string,
  options?: MakeOptions & Readonly<Record<string, unknown>>,
): Env<unknown, unknown> {
  const { create, maxEpisodeSteps: usual = Infinity } = findSpec('make', id);
  if (options !== undefined && (Object(options) !== options || Array.isArray(options))) {
    throw new TypeError(`make: options must be an object, got ${shown(options)}.`);
  }
  const { maxEpisodeSteps = usual, ...own } = options ?? {};
  // Which kinds these are stands in `Registered`.
  const made = (create as (options: unknown) => Env<unknown, unknown>)(own);
  const env = requireEnv('make', made);
  return maxEpisodeSteps === Infinity ? env : new TimeLimit(env, maxEpisodeSteps);
}
