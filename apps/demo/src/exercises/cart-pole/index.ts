/**
 * A pole stands on a cart, and an agent keeps it up by pushing the cart to the left or to the right.
 *
 *     state          position and velocity of the cart, angle and angular velocity of the pole
 *     action         0: push to the left, 1: push to the right
 *     reward         1 for every step; an episode ends where the pole falls, or after 500 steps
 *     policy π(a|s)  the probability of a push: what is learned
 *     value V(s)     the rewards, discounted, that π will get from there: learned, too
 *
 * Nobody tells the agent which push is right: it tries, and makes pushes likelier after which more came than V said (PPO). A push
 * that is not the likeliest is an attempt; as the policy gets surer, it tries less.
 */
import { CartPole, evaluatePolicy, linearSchedule, make, PPO } from '@kasane/rl';
import { Generator, scope, tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import { defineExercise } from '../../exercise.ts';
import type { Exercise } from '../../exercise.ts';
import { learning } from '../../learning.ts';
import { drawnRun } from './drawing.ts';
import type { Moment } from './drawing.ts';

const DEGREE = Math.PI / 180;
const LEANS = [-10, -8, -6, -4, -2, 0, 2, 4, 6, 8, 10]; // degrees
const SPEEDS = [2, 1.5, 1, 0.5, 0, -0.5, -1, -1.5, -2]; // radians per second

/** Lets an agent balance until the pole falls, or as long as an episode is. */
function balance(
  act: (observation: Float32Array) => number,
  start: readonly [position: number, angle: number],
): Moment[] {
  const cart = new CartPole();
  cart.reset();
  cart.state.set([start[0], 0, start[1], 0]);
  let observation = new Float32Array(cart.state);
  const moments: Moment[] = [];
  for (let hasFallen = false; !hasFallen && moments.length < 500;) {
    const action = act(observation);
    moments.push({ position: observation[0]!, angle: observation[2]!, push: 2 * action - 1 });
    const step = cart.step(action);
    observation = new Float32Array(step.observation);
    hasFallen = step.terminated;
  }
  return moments;
}

/** The policy and the value at rest in the middle, but for how the pole leans (columns) and turns (rows). */
function seenBy({ policy }: PPO): { right: number[][]; values: number[][]; sums: number[] } {
  return scope(() => {
    const states = SPEEDS.flatMap((speed) => LEANS.map((lean) => [0, 0, lean * DEGREE, speed]));
    const [distribution, value] = policy.forward(tensor(states));
    // log π(a|s) for both actions, (2, N)
    const [left, right] = [0, 1].map((action) => [
      ...distribution.logProb(action).exp().dataSync(),
    ]);
    const values = [...value.dataSync()];
    const rows = (numbers: readonly number[]): number[][] =>
      SPEEDS.map((_, i) => numbers.slice(i * LEANS.length, (i + 1) * LEANS.length));
    return { right: rows(right!), values: rows(values), sums: left!.map((p, i) => p + right![i]!) };
  });
}

export const cartPole: Exercise = defineExercise({
  id: 'cart-pole',
  title: { en: 'Balancing a pole', ja: '倒立振子（強化学習・PPO）' },
  summary: 'Learns to balance a pole on a cart by trying, with PPO.',
  rows: [132, 137, 138, 139, 150],
  parameters: {
    steps: { type: 'integer', default: 100_000, quick: 60_000, min: 1000, max: 10_000_000, description: 'steps of the cart' },
    envs: { type: 'integer', default: 8, min: 1, max: 256, description: 'carts side by side' },
    lr: { type: 'number', default: 0.001, min: 1e-6, max: 1, description: 'learning rate at first; it falls to 0' },
    gamma: { type: 'number', default: 0.98, min: 0, max: 1, description: 'discount of a step' },
    lambda: { type: 'number', default: 0.8, min: 0, max: 1, description: 'how far advantages look: 0 one step, 1 to the end' },
    clip: { type: 'number', default: 0.2, min: 0.01, max: 1, description: 'how far the policy may move from the one that acted' },
    epochs: { type: 'integer', default: 20, min: 1, max: 100, description: 'how often each step is learned from' },
  }, // prettier-ignore
  charts: { return: { x: 'step', y: 'mean return of the last 100 episodes' } },
  async *run({ parameters: { steps, envs, lr, gamma, lambda, clip, epochs }, seed }) {
    // #region lesson
    const generator = new Generator(seed);
    const agent = new PPO(() => make('CartPole-v1'), {
      envs,
      steps: 32,
      batchSize: 32 * envs,
      epochs,
      gamma,
      gaeLambda: lambda,
      lr: linearSchedule(lr),
      clipRange: linearSchedule(clip),
      generator,
    });
    const env = make('CartPole-v1');
    const tossing = await evaluatePolicy(() => generator.below(2), env, { seed, generator });
    const before = balance((observation) => agent.act(observation), [0, 0.03]);

    for await (const report of learning((options) => agent.learn(steps, options))) {
      yield { type: 'progress', step: Math.min(report.steps, steps), total: steps };
      const { steps: x, meanReturn: y } = report;
      if (report.episodes > 0) yield { type: 'series', chart: 'return', name: 'PPO', x, y };
    }

    const act = (observation: Float32Array): number => agent.act(observation);
    const learnt = await evaluatePolicy(act, env, { seed, generator });
    // #endregion
    yield {
      type: 'table',
      name: 'returns of 100 episodes, with 95 % intervals of their mean',
      columns: ['policy', 'mean', 'at least', 'at most', 'least'],
      rows: Object.entries({ 'a coin': tossing, 'PPO, its likeliest push': learnt }).map(
        ([name, { mean, low, high, returns }]) => [name, mean, low, high, Math.min(...returns)],
      ),
    };
    yield drawnRun('before learning: the pole falls', before);
    yield drawnRun('after learning', balance(act, [0, 0.03]));
    const { right, values, sums } = seenBy(agent);
    const axes = { x: 'the pole leans, degrees', y: 'it turns, radians per second' };
    const labels = { rows: SPEEDS.map(String), columns: LEANS.map(String) };
    yield {
      type: 'heatmap',
      name: 'π(push to the right | s)',
      ...labels,
      ...axes,
      values: right,
      range: [0, 1],
    };
    yield { type: 'heatmap', name: 'V(s)', ...labels, ...axes, values }; // prettier-ignore

    const [above, upright, below] = [right[0]!.at(-1)!, values[4]![5]!, right.at(-1)![0]!];
    const fallen = Math.max(values[0]!.at(-1)!, values.at(-1)![0]!);
    return {
      checks: [
        check(132, 'mean return after learning, of 100 episodes', learnt.mean).on('return').atLeast(475),
        check([132, 138], 'lower bound of it less the mean of a coin', learnt.low - tossing.mean).above(300),
        check([137, 139, 150], 'largest |1 − Σ π(a|s)| of 99 states', Math.max(...sums.map((s) => Math.abs(1 - s)))).below(1e-5),
        check([139, 150], 'least probability', Math.min(...right.flat().flatMap((p) => [p, 1 - p]))).atLeast(0),
        check(139, 'π(right) where the pole falls to the right', above).above(0.5),
        check(139, 'π(right) where the pole falls to the left', below).below(0.5),
        check(137, 'V of a pole that stands, less V of one that falls', upright - fallen).above(0),
      ],
      trained: agent,
    }; // prettier-ignore
  },
  tries: {
    balance: {
      title: { en: 'Let it balance from a start of your own', ja: '好きな状態から立て直させる' },
      parameters: {
        lean: { type: 'number', default: 5, min: -11, max: 11, description: 'how the pole leans at first, degrees' },
        position: { type: 'number', default: 1, min: -2.3, max: 2.3, description: 'where the cart is at first, metres' },
      }, // prettier-ignore
      *run(agent, { lean, position }) {
        const moments = balance((observation) => agent.act(observation), [position, lean * DEGREE]);
        yield { type: 'metric', name: 'steps', value: moments.length };
        yield drawnRun(`from ${lean}° at ${position} m`, moments);
        const x = moments.map((_, i) => i);
        yield {
          type: 'scatter',
          name: 'how it went',
          x: 'step',
          y: 'degrees and metres',
          groups: [
            { name: 'lean', x, y: moments.map(({ angle }) => angle / DEGREE), line: true },
            { name: 'position', x, y: moments.map((m) => m.position), line: true },
          ],
        };
      },
    },
  },
});
