import { encodeCheckpoint, decodeCheckpoint, restoreCheckpoint } from '@kasane/trainer';
import { Generator } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { aim } from '../test/aim.ts';
import { corridor } from '../test/corridor.ts';
import type { ReplayBuffer } from './buffers/replay-buffer.ts';
import type { LearnOptions, LearningReport } from './learning.ts';
import { A2C } from './policy/a2c.ts';
import { PPO } from './policy/ppo.ts';
import { REINFORCE } from './policy/reinforce.ts';
import { linearSchedule } from './schedule.ts';
import { C51 } from './value/c51.ts';
import { DDPG } from './value/ddpg.ts';
import { DQN } from './value/dqn.ts';
import { SAC } from './value/sac.ts';
import { TD3 } from './value/td3.ts';

interface Agent {
  readonly buffer?: ReplayBuffer;
  learn(total: number, options?: LearnOptions): Promise<unknown>;
  stateDict(): object;
  loadStateDict(state: never): void;
}

const quick = { hidden: [8], lr: 0.01 };
const remembering = { ...quick, bufferSize: 60, learningStarts: 20, batchSize: 8, nSteps: 2 };
const makers: Readonly<Record<string, (generator: Generator) => Agent>> = {
  DQN: (generator) =>
    new DQN(corridor(), { ...remembering, trainFreq: 1, prioritized: true, generator }),
  C51: (generator) => new C51(corridor(), { ...remembering, numAtoms: 5, trainFreq: 2, generator }),
  DDPG: (generator) => new DDPG(aim(), { ...remembering, generator }),
  TD3: (generator) => new TD3(aim(), { ...remembering, policyDelay: 3, generator }),
  SAC: (generator) => new SAC(aim(), { ...remembering, generator }),
  PPO: (generator) =>
    new PPO(() => corridor(), {
      ...quick,
      lr: linearSchedule(0.01),
      envs: 2,
      steps: 8,
      batchSize: 8,
      generator,
    }),
  A2C: (generator) => new A2C(() => corridor(), { ...quick, envs: 2, generator }),
  REINFORCE: (generator) => new REINFORCE(() => corridor(), { ...quick, generator }),
};

/** All that a checkpoint of an agent has, in bytes. */
const saved = (agent: Agent, generator: Generator): Promise<Uint8Array> =>
  encodeCheckpoint({ agent, generator, ...(agent.buffer && { buffer: agent.buffer }) });

async function restored(bytes: Uint8Array, name: string): Promise<[Agent, Generator]> {
  const generator = new Generator(99);
  const agent = makers[name]!(generator);
  const live = { agent, generator, ...(agent.buffer && { buffer: agent.buffer }) };
  restoreCheckpoint(live, await decodeCheckpoint<object>(bytes));
  return [agent, generator];
}

const stepsOf = (agent: Agent): number =>
  (agent.stateDict() as { counts: { steps: number } }).counts.steps; // all have it

/** Learns until so many steps are done, then ends with the signal. */
async function interrupted(agent: Agent, total: number, after: number): Promise<void> {
  const controller = new AbortController();
  const onProgress = ({ steps }: LearningReport) => {
    if (steps >= after) controller.abort(new Error('interrupted'));
  };
  const learning = agent.learn(total, { onProgress, signal: controller.signal });
  await expect(learning).rejects.toThrow('interrupted');
}

describe.each(Object.entries(makers))('%s', (name, make) => {
  it('goes on from a checkpoint to the same bits, whose steps count', async () => {
    const generator = new Generator(1);
    const agent = make(generator);
    await interrupted(agent, 1e9, 40);
    const [other, itsGenerator] = await restored(await saved(agent, generator), name);
    const start = stepsOf(agent);
    const total = start + 80;
    const reports: LearningReport[][] = [[], []];
    for (const [i, one] of [agent, other].entries()) {
      await one.learn(total, { resume: true, onProgress: (report) => reports[i]!.push(report) });
    }
    expect(reports[1]).toEqual(reports[0]);
    expect(reports[0]![0]!.steps).toBeGreaterThan(start);
    expect(await saved(other, itsGenerator)).toEqual(await saved(agent, generator));
    expect(stepsOf(agent)).toBeGreaterThanOrEqual(total);
    await agent.learn(total, { resume: true }); // of which nothing is left
    expect(stepsOf(agent)).toBe(stepsOf(other));
    await agent.learn(1); // a training of its own
    expect(stepsOf(agent)).toBeLessThan(start);
  });

  it('names what is no state of it, and is then as it was', async () => {
    const generator = new Generator(1);
    const agent = make(generator);
    const before = await saved(agent, generator);
    const load = (state: unknown) => () => Reflect.apply(agent.loadStateDict, agent, [state]);
    for (const wrong of [undefined, null, 7, 'state']) {
      expect(load(wrong)).toThrow(`${name}.loadStateDict: needs what stateDict gave, got `);
    }
    expect(load({})).toThrow('restoreCheckpoint: the checkpoint has no ');
    const state = agent.stateDict();
    for (const steps of [-1, NaN, '7', undefined]) {
      expect(load({ ...state, counts: { steps, updates: 1 } })).toThrow('steps');
    }
    const other = name === 'DQN' ? 'C51' : 'DQN';
    expect(load(makers[other]!(new Generator(2)).stateDict())).toThrow(/loadStateDict|checkpoint/);
    expect(await saved(agent, generator)).toEqual(before);
  });
});

it('an agent without its buffer fills it before it learns again', async () => {
  const agent = makers['DQN']!(new Generator(1)) as DQN;
  await agent.learn(50);
  const other = makers['DQN']!(new Generator(2)) as DQN;
  other.loadStateDict(agent.stateDict());
  const weights = () => other.network.parameters().map((p) => p.toArray());
  const before = weights();
  await other.learn(60, { resume: true });
  expect(other.buffer.size).toBeGreaterThan(5);
  expect(weights()).toEqual(before);
  await other.learn(90, { resume: true });
  expect(weights()).not.toEqual(before);
});
