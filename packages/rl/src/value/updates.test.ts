import { readFileSync } from 'node:fs';
import { Parameter, type Module } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { tensor, type Tensor } from '@kasane/tensor-core';
import { trainStep, type StepResult } from '@kasane/trainer';
import { expect, it } from 'vitest';
import type { TransitionBatch } from '../buffers/transition.ts';
import { c51Loss } from './c51.ts';
import { Critic, DeterministicActor, TwinCritic } from './continuous.ts';
import { ddpgLosses } from './ddpg.ts';
import { dqnLoss } from './dqn.ts';
import { DuelingQNetwork, mlp } from './networks.ts';
import { sacLosses } from './sac.ts';
import { softUpdate } from './soft-update.ts';
import { td3Losses } from './td3.ts';

type Arrays = Readonly<Record<string, readonly number[]>>;
interface Update {
  readonly algorithm: 'DQN' | 'C51' | 'DDPG' | 'TD3' | 'SAC';
  readonly double?: boolean;
  readonly dueling?: boolean;
  readonly atoms?: readonly number[];
  readonly batch: Arrays;
  /** What N(0, 1) gave, in the order of the draws. */
  readonly noises?: readonly (readonly number[])[];
  readonly before: Readonly<Record<string, Arrays>>;
  readonly losses: Readonly<Record<string, number>>;
  /** By how much DQN's values are wrong. */
  readonly errors?: readonly number[];
  readonly logProbs?: readonly number[];
  readonly after: Readonly<Record<string, Arrays>>;
}
const fixture = new URL('../../test/fixtures/value.json', import.meta.url);
const { updates } = JSON.parse(readFileSync(fixture, 'utf8')) as { updates: Update[] };
const recorded = (algorithm: string): Update[] =>
  updates.filter((row) => row.algorithm === algorithm);

const [N, SIZE, ACTIONS, WIDTH, HIDDEN] = [5, 3, 3, 2, 4] as const;
const [LR, TAU] = [1e-2, 0.1] as const;

function batchOf({ batch, noises }: Update): TransitionBatch {
  const continuous = noises !== undefined;
  return {
    observations: tensor(batch['observations']!, [N, SIZE]),
    actions: continuous
      ? tensor(batch['actions']!, [N, WIDTH])
      : tensor(batch['actions']!, { dtype: 'int32' }),
    rewards: tensor(batch['rewards']!),
    nextObservations: tensor(batch['nextObservations']!, [N, SIZE]),
    discounts: tensor(batch['discounts']!),
    weights: tensor(batch['weights']!),
  };
}

/** Draws from N(0, 1) as PyTorch did. */
function drawsOf({ noises = [] }: Update): () => Tensor {
  let next = 0;
  return () => tensor(noises[next++]!, [N, WIDTH]);
}

function close(values: ArrayLike<number>, wanted: readonly number[], digits: number): void {
  expect(values.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) expect(values[i]).toBeCloseTo(value, digits);
}

/** Gives the networks the parameters that PyTorch's had before the update. */
function prepare(networks: Readonly<Record<string, Module>>, { before }: Update): void {
  for (const [name, network] of Object.entries(networks)) {
    const state = network.namedParameters().map(([key, { shape }]) => {
      return [key, tensor(before[name]![key]!, shape)] as const;
    });
    expect(state.map(([key]) => key)).toEqual(Object.keys(before[name]!));
    network.loadStateDict(Object.fromEntries(state));
  }
}

/** The parameters are those that PyTorch's had afterwards. */
function compare(networks: Readonly<Record<string, Module>>, { after }: Update): void {
  for (const [name, network] of Object.entries(networks)) {
    for (const [key, parameter] of network.namedParameters()) {
      close(parameter.dataSync(), after[name]![key]!, 4);
    }
  }
}

function learn<R extends StepResult>(
  compute: () => R,
  parameters: Parameter[],
  options: { eps?: number; clipGradNorm?: number } = {},
): R {
  const { clipGradNorm, ...adam } = options;
  const optimizer = new Adam(parameters, { lr: LR, ...adam });
  return trainStep(compute, optimizer, clipGradNorm === undefined ? {} : { clipGradNorm })();
}

const nameOf = ({ double, dueling }: Update): string =>
  ['DQN', double === true ? 'double' : '', dueling === true ? 'dueling' : ''].join(' ').trim();

it.each(recorded('DQN').map((row) => [nameOf(row), row] as const))(
  'an update of %s is PyTorch’s',
  (_, row) => {
    const make = () =>
      row.dueling === true
        ? new DuelingQNetwork(SIZE, ACTIONS, { hidden: [HIDDEN, HIDDEN] })
        : mlp([SIZE, HIDDEN, ACTIONS]);
    const [network, target] = [make(), make()];
    prepare({ network, target }, row);
    const compute = dqnLoss(network, target, row.double === true);
    const batch = batchOf(row);
    const [loss, errors] = learn(() => compute(batch), network.parameters(), { clipGradNorm: 0.1 });
    expect(loss.item()).toBeCloseTo(row.losses['network']!, 5);
    close(errors.dataSync(), row.errors!, 5);
    softUpdate(network, target, TAU)();
    compare({ network, target }, row);
  },
);

it('an update of C51 is PyTorch’s', () => {
  const [row] = recorded('C51') as [Update];
  const make = () => mlp([SIZE, HIDDEN, ACTIONS * row.atoms!.length]);
  const [network, target] = [make(), make()];
  prepare({ network, target }, row);
  const compute = c51Loss(network, target, tensor(row.atoms!), ACTIONS);
  const batch = batchOf(row);
  const loss = learn(() => compute(batch), network.parameters(), { eps: 0.01 / N });
  expect(loss.item()).toBeCloseTo(row.losses['network']!, 5);
  softUpdate(network, target, TAU)();
  compare({ network, target }, row);
});

it.each([...recorded('DDPG'), ...recorded('TD3')].map((row) => [row.algorithm, row] as const))(
  'an update of %s is PyTorch’s',
  (algorithm, row) => {
    const newActor = () => new DeterministicActor([SIZE, HIDDEN, WIDTH]);
    const [actor, actorTarget] = [newActor(), newActor()];
    const batch = batchOf(row);
    const check = <C extends Critic | TwinCritic>(
      critics: { critic: C; criticTarget: C },
      losses: ReturnType<typeof ddpgLosses>,
    ): void => {
      const { critic, criticTarget } = critics;
      const networks = { actor, critic, actorTarget, criticTarget };
      prepare(networks, row);
      const critical = learn(() => losses.critic(batch), critic.parameters());
      const acting = learn(() => losses.actor(batch.observations), actor.parameters());
      expect(critical.item()).toBeCloseTo(row.losses['critic']!, 4);
      expect(acting.item()).toBeCloseTo(row.losses['actor']!, 4);
      softUpdate(critic, criticTarget, TAU)();
      softUpdate(actor, actorTarget, TAU)();
      compare(networks, row);
    };
    if (algorithm === 'DDPG') {
      const newCritic = () => new Critic(SIZE, WIDTH, [HIDDEN]);
      const critics = { critic: newCritic(), criticTarget: newCritic() };
      check(critics, ddpgLosses({ actor, actorTarget, ...critics }));
    } else {
      const newCritic = () => new TwinCritic(SIZE, WIDTH, [HIDDEN]);
      const critics = { critic: newCritic(), criticTarget: newCritic() };
      const noise = { targetPolicyNoise: 0.2, targetNoiseClip: 0.25 };
      check(critics, td3Losses({ actor, actorTarget, ...critics }, noise, drawsOf(row)));
    }
  },
);

it('an update of SAC is PyTorch’s, with densities of its tanh of a normal distribution', () => {
  const [row] = recorded('SAC') as [Update];
  const actor = mlp([SIZE, HIDDEN, 2 * WIDTH]);
  const newCritic = () => new TwinCritic(SIZE, WIDTH, [HIDDEN]);
  const [critic, criticTarget] = [newCritic(), newCritic()];
  // Before and after, it is one number beside the networks.
  const only = (state: Readonly<Record<string, unknown>>): number =>
    (state['logEntCoef'] as number[])[0]!;
  const logEntCoef = new Parameter(tensor([only(row.before)]));
  const networks = { actor, critic, criticTarget };
  prepare(networks, row);
  const losses = sacLosses({ ...networks, logEntCoef }, -WIDTH, drawsOf(row));
  const batch = batchOf(row);

  const critical = learn(() => losses.critic(batch), critic.parameters());
  const [acting, logProbs] = learn(() => losses.actor(batch.observations), actor.parameters());
  const entropic = learn(() => losses.entCoef(logProbs), [logEntCoef]);
  close(logProbs.dataSync(), row.logProbs!, 4);
  expect(critical.item()).toBeCloseTo(row.losses['critic']!, 4);
  expect(acting.item()).toBeCloseTo(row.losses['actor']!, 4);
  expect(entropic.item()).toBeCloseTo(row.losses['entCoef']!, 4);
  expect(logEntCoef.item()).toBeCloseTo(only(row.after), 5);
  softUpdate(critic, criticTarget, TAU)();
  compare(networks, row);
});
