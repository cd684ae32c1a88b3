/** Arguments by name of environments, their spaces and what stands around them. */
import {
  Box,
  CartPole,
  ClipAction,
  Discrete,
  FlattenObservation,
  FrozenLake,
  MaxAndSkipObservation,
  MountainCar,
  NormalizeReward,
  Pendulum,
  RepeatAction,
  TimeLimit,
  TransformReward,
  type Env,
} from '@kasane/rl';

const cart = (): CartPole => new CartPole();
const pendulum = (): Pendulum => new Pendulum();
const choice = new Discrete(2);
const transitions = [[[[1, 0, 0, false]]]];
const taxi = { row: 0, column: 0, passenger: 0, destination: 1 };

/** Arguments of calls that work; where two packages have a name, with that of the package. */
export const environmentRows: Readonly<Record<string, () => readonly unknown[]>> = {
  make: () => ['CartPole-v1'],
  makeVec: () => ['CartPole-v1', 1],
  spec: () => ['CartPole-v1'],
  register: () => ['tests/Mistakes-v0', { create: cart }],
  checkEnv: () => [cart(), { steps: 5 }],
  unwrapped: () => [cart()],
  flatten: () => [choice, 1],
  flattenSpace: () => [choice],
  'rl/Dict': () => [{ one: choice }],
  'rl/Tuple': () => [[choice]],
  MultiDiscrete: () => [[2, 3]],
  TabularEnv: () => [transitions, [1]],
  'Taxi.encode': () => [taxi],
  'Blackjack.encode': () => [[12, 1, 0]],
  SyncVectorEnv: () => [[cart]],
  'SyncVectorEnv.step': () => [[0]],
  Wrapper: () => [cart()],
  ObservationWrapper: () => [cart()],
  ActionWrapper: () => [cart()],
  'rl/TimeLimit': () => [cart(), 5],
  PassiveEnvChecker: () => [cart()],
  ClipAction: () => [pendulum()],
  ClipReward: () => [cart(), 0, 1],
  DelayObservation: () => [cart(), 1],
  DiscretizeAction: () => [pendulum(), 2],
  DiscretizeObservation: () => [new MountainCar(), 2],
  RepeatAction: () => [cart(), 2],
  TimeAwareObservation: () => [new TimeLimit(cart(), 5)],
  FlattenObservation: () => [new FrozenLake()],
  FrameStackObservation: () => [cart(), 2],
  MaxAndSkipObservation: () => [cart()],
  NormalizeObservation: () => [cart()],
  NormalizeReward: () => [cart()],
  RecordEpisodeStatistics: () => [cart()],
  RescaleAction: () => [pendulum(), -1, 1],
  RescaleObservation: () => [new MountainCar(), -1, 1],
  StickyAction: () => [cart(), 0.5],
  TransformAction: () => [cart(), (action: number) => action, choice],
  TransformObservation: () => [
    cart(),
    (seen: Float32Array) => seen,
    new Box(-5, 5, { shape: [4] }),
  ],
  TransformReward: () => [cart(), (reward: number) => reward],
  'RunningMeanStd.update': () => [[1, 2]],
};

function begun<O, A>(env: Env<O, A>): Env<O, A> {
  env.reset({ seed: 1 });
  return env;
}

/** Instances of classes that do not do by themselves. */
export const environmentInstances: Readonly<Record<string, () => object>> = {
  SeededEnv: () => begun(cart()),
  ObservationWrapper: () => begun(new FlattenObservation(new FrozenLake())),
  ActionWrapper: () => begun(new ClipAction(pendulum())),
  RepeatAction: () => begun(new RepeatAction(cart(), 2)),
  MaxAndSkipObservation: () => begun(new MaxAndSkipObservation(cart())),
  NormalizeReward: () => begun(new NormalizeReward(cart())),
  TransformReward: () => begun(new TransformReward(cart(), (reward) => reward)),
};
