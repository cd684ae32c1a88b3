import { readFileSync } from 'node:fs';
import { backward } from '@kasane/autograd';
import { Linear, Sequential, Tanh } from '@kasane/nn';
import { Adam, RMSprop } from '@kasane/optim';
import { tensor, type Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { describe, expect, it } from 'vitest';
import { a2cLoss } from './a2c.ts';
import { ActorCritic } from './actor-critic.ts';
import { ppoLoss } from './ppo.ts';
import { reinforceLoss } from './reinforce.ts';

type Arrays = Readonly<Record<string, readonly number[]>>;
interface Update {
  readonly algorithm: 'PPO' | 'A2C';
  readonly continuous: boolean;
  readonly entropy: number;
  readonly state: Arrays;
  readonly batch: Arrays;
  readonly loss: number;
  readonly kl: number;
  readonly grads: Arrays;
  readonly after: Arrays;
}
const fixture = new URL('../../test/fixtures/policy.json', import.meta.url);
interface ReinforceUpdate {
  readonly baseline: boolean;
  readonly state: Arrays;
  readonly batch: Arrays;
  readonly loss: number;
  readonly grads: Arrays;
  readonly after: Arrays;
}
const { updates, reinforces } = JSON.parse(readFileSync(fixture, 'utf8')) as {
  updates: Update[];
  reinforces: ReinforceUpdate[];
};

/** The policy of the fixture, and how its loss is computed from the fixture's batch. */
function prepare({ algorithm, continuous, entropy: entCoef, state, batch }: Update) {
  const policy = new ActorCritic(3, 2, { continuous, hidden: [4] });
  for (const [name, parameter] of policy.namedParameters()) {
    parameter.assign(tensor(state[name]!, parameter.shape));
  }
  const actions = continuous
    ? tensor(batch['actions']!, [6, 2])
    : tensor(batch['actions']!, { dtype: 'int32' });
  const observations = tensor(batch['observations']!, [6, 3]);
  const [logProbs, advantages, returns] = ['logProbs', 'advantages', 'returns'].map((name) =>
    tensor(batch[name]!),
  ) as [Tensor, Tensor, Tensor]; // as many as names
  const ppo = ppoLoss(policy, { entCoef });
  const a2c = a2cLoss(policy, { entCoef });
  const clip = tensor(0.2);
  const compute = (): readonly [Tensor, Tensor?] =>
    algorithm === 'PPO'
      ? ppo({ observations, actions, logProbs, advantages, returns }, clip)
      : [a2c(observations, actions, advantages, returns)];
  return { policy, compute };
}

const kinds = (row: Update): string =>
  `${row.algorithm} of ${row.continuous ? 'vectors' : 'categories'}, entropy's weight ${row.entropy}`;

describe('losses of policies, and steps down them, are PyTorch’s', () => {
  it.each(updates.map((row) => [kinds(row), row] as const))('%s', (_, row) => {
    const { policy, compute } = prepare(row);
    const [loss, kl] = compute();
    expect(loss.item()).toBeCloseTo(row.loss, 5);
    if (kl !== undefined) expect(kl.item()).toBeCloseTo(row.kl, 5);
    backward(loss);
    for (const [name, parameter] of policy.namedParameters()) {
      parameter.grad!.dataSync().forEach((v, j) => expect(v).toBeCloseTo(row.grads[name]![j]!, 5));
    }
    policy.zeroGrad();

    const optimizer =
      row.algorithm === 'PPO'
        ? new Adam(policy.parameters(), { lr: 1e-2, eps: 1e-5 })
        : new RMSprop(policy.parameters(), { lr: 1e-2, alpha: 0.99, eps: 1e-5 });
    trainStep(() => compute()[0], optimizer, { clipGradNorm: 0.5 })();
    for (const [name, parameter] of policy.namedParameters()) {
      parameter.dataSync().forEach((v, j) => expect(v).toBeCloseTo(row.after[name]![j]!, 4));
    }
  });
});

it.each(reinforces)('an update of REINFORCE is PyTorch’s, baseline $baseline', (row) => {
  const policy = new ActorCritic(3, 2, { hidden: [4] });
  for (const [name, parameter] of policy.namedParameters()) {
    parameter.assign(tensor(row.state[name]!, parameter.shape));
  }
  const { batch } = row;
  const compute = reinforceLoss(policy, row.baseline);
  const loss = () =>
    compute(
      tensor(batch['observations']!, [6, 3]),
      tensor(batch['actions']!, { dtype: 'int32' }),
      tensor(batch['returns']!),
      tensor(batch['weights']!),
    );
  backward(loss());
  for (const [name, parameter] of policy.namedParameters()) {
    const wanted = row.grads[name] ?? []; // V has none where it is no baseline
    const grad = parameter.grad === null ? [] : [...parameter.grad.dataSync()];
    expect(grad).toHaveLength(wanted.length);
    grad.forEach((v, j) => expect(v).toBeCloseTo(wanted[j]!, 5));
  }
  policy.zeroGrad();
  const found = trainStep(loss, new Adam(policy.parameters(), { lr: 1e-2 }))();
  expect(found.item()).toBeCloseTo(row.loss, 5);
  for (const [name, parameter] of policy.namedParameters()) {
    parameter.dataSync().forEach((v, j) => expect(v).toBeCloseTo(row.after[name]![j]!, 4));
  }
});

describe('ActorCritic', () => {
  it('starts with actions nearly as likely, and V of all states near 0', () => {
    const policy = new ActorCritic(4, 2);
    const [distribution, value] = policy.forward(tensor([[1, -1, 2, 0.5]]));
    for (const p of distribution.entropy().dataSync()) expect(p).toBeCloseTo(Math.log(2), 3);
    expect(value.shape).toEqual([1]);
    expect(policy.actor).toBeInstanceOf(Sequential);
    expect([...policy.actor].map((layer) => layer.constructor)).toEqual([Linear, Tanh, Linear, Tanh, Linear]); // prettier-ignore
  });
});
