/** Arguments by name of what learns in environments. */
import {
  A2C,
  C51,
  CartPole,
  DDPG,
  DQN,
  Pendulum,
  PPO,
  PrioritizedReplayBuffer,
  REINFORCE,
  ReplayBuffer,
  SAC,
  TD3,
} from '@kasane/rl';
import { ones, tensor } from '@kasane/tensor-core';

const state = [0, 0, 0, 0]; // of a cart
const angle = [1, 0, 0]; // of a pendulum
const quick = { hidden: [2], bufferSize: 10 };
const carts = (): CartPole => new CartPole();
const transition = { observation: [0], action: 0, reward: 0, nextObservation: [0], discount: 1 };
const sizes = { observationSize: 1 };

function filled<B extends ReplayBuffer>(buffer: B): B {
  buffer.add(transition);
  return buffer;
}

/** Arguments of calls that work. */
export const agentRows: Readonly<Record<string, () => readonly unknown[]>> = {
  PPO: () => [carts, { steps: 4, batchSize: 4, hidden: [2] }],
  A2C: () => [carts, { hidden: [2] }],
  REINFORCE: () => [carts, { hidden: [2] }],
  DQN: () => [carts(), quick],
  C51: () => [carts(), quick],
  DDPG: () => [new Pendulum(), quick],
  TD3: () => [new Pendulum(), quick],
  SAC: () => [new Pendulum(), quick],
  'PPO.act': () => [state],
  'A2C.act': () => [state],
  'REINFORCE.act': () => [state],
  'DQN.act': () => [state],
  'C51.act': () => [state],
  'C51.distribution': () => [state],
  'DDPG.act': () => [angle],
  'TD3.act': () => [angle],
  'SAC.act': () => [angle],
  ReplayBuffer: () => [4, sizes],
  PrioritizedReplayBuffer: () => [4, sizes],
  'ReplayBuffer.add': () => [transition],
  'PrioritizedReplayBuffer.add': () => [transition],
  'ReplayBuffer.loadStateDict': () => [filled(new ReplayBuffer(4, sizes)).stateDict()],
  'PrioritizedReplayBuffer.loadStateDict': () => [
    filled(new PrioritizedReplayBuffer(4, sizes)).stateDict(),
  ],
  'PrioritizedReplayBuffer.updatePriorities': () => [[0], [1]],
  'PPO.loadStateDict': () => [new PPO(carts, { steps: 4, batchSize: 4, hidden: [2] }).stateDict()],
  'A2C.loadStateDict': () => [new A2C(carts, { hidden: [2] }).stateDict()],
  'REINFORCE.loadStateDict': () => [new REINFORCE(carts, { hidden: [2] }).stateDict()],
  'DQN.loadStateDict': () => [new DQN(carts(), quick).stateDict()],
  'C51.loadStateDict': () => [new C51(carts(), quick).stateDict()],
  'DDPG.loadStateDict': () => [new DDPG(new Pendulum(), quick).stateDict()],
  'TD3.loadStateDict': () => [new TD3(new Pendulum(), quick).stateDict()],
  'SAC.loadStateDict': () => [new SAC(new Pendulum(), quick).stateDict()],
  NStep: () => [2, 0.9],
  'NStep.add': () => [{ ...transition, terminated: true, truncated: false }],
  'SumTree.find': () => [0],
  DuelingQNetwork: () => [2, 2, { hidden: [2] }],
  DeterministicActor: () => [[2, 2]],
  Critic: () => [1, 1, [2]],
  TwinCritic: () => [1, 1, [2]],
  'Critic.forward': () => [ones([2, 1]), ones([2, 1])],
  'TwinCritic.forward': () => [ones([2, 1]), ones([2, 1])],
  'TwinCritic.least': () => [ones([2, 1]), ones([2, 1])],
  projectDistribution: () => [ones([1, 2]), tensor([0, 1]), ones([1]), ones([1])],
  ActorCritic: () => [2, 2, { hidden: [2] }],
  gae: () => [{ rewards: [1], values: [1], nextValues: [1], terminated: [0], truncated: [0] }],
  discountedReturns: () => [[1, 2], 0.9],
  evaluatePolicy: () => [() => 0, carts(), { episodes: 1 }],
  linearSchedule: () => [1],
  exponentialSchedule: () => [1, 2],
};
