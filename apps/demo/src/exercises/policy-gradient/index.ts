/**
 * The policy gradient: how to turn a policy so that more reward comes, without knowing where reward comes from.
 *
 *     π(a) = exp(θ_a) / Σ_b exp(θ_b)        the policy, of preferences θ
 *     J(θ) = Σ_a π(a) Q(a)                  what it gets on average
 *     ∇J   = E[∇log π(a) · Q(a)]            the theorem: a mean over what the policy itself does
 *          = E[∇log π(a) · (Q(a) − b)]      any b changes the variance and not the mean
 *
 * With two arms that pay 1 and 0 and θ = 0 it is (¼, −¼): the first arm becomes likelier. A mean of draws comes as near to it as chance lets it,
 * with b = V much sooner. REINFORCE is these draws from whole episodes; in a corridor where only tossing a coin helps it finds the coin's best odds, 2 − √2.
 */
import { gradients } from '@kasane/autograd';
import { REINFORCE, softmaxPolicy } from '@kasane/rl';
import { Generator, scope, tensor, type Tensor } from '@kasane/tensor-core';
import { check, type Check } from '../../check.ts';
import { defineExercise, type Exercise } from '../../exercise.ts';
import { learning } from '../../learning.ts';
import { largestDifference, mean, standardDeviation, sum } from '../../statistics.ts';
import { Corridor, corridorValue } from './corridor.ts';

const BEST = 2 - Math.SQRT2; // of the corridor, where J'(p) = 0
const AT_MOST = 1000; // draws whose gradients autograd looks at

/** Actions of a policy, and what each of them brought. */
interface Draws {
  readonly actions: readonly number[];
  readonly rewards: readonly number[];
}

// #region lesson
/** Pulls the arms as the policy of θ says; their rewards are Q(a), and noise. */
function pull(
  theta: readonly number[],
  Q: readonly number[],
  { draws, noise }: { draws: number; noise: number },
  generator: Generator,
): Draws {
  const [pi] = softmaxPolicy([theta]);
  const actions = Array.from({ length: draws }, () => Number(generator.random() >= pi![0]!));
  return { actions, rewards: actions.map((a) => Q[a]! + noise * generator.normal()) };
}

/** ∇log π(a) · (reward − b) of each draw, for the first arm: ∂ log π(a) / ∂θ₀ = 1[a = 0] − π(0). The second arm's is the same with a minus. */
function terms(theta: readonly number[], { actions, rewards }: Draws, b: number): number[] {
  const [pi] = softmaxPolicy([theta]);
  return actions.map((a, i) => (Number(a === 0) - pi![0]!) * (rewards[i]! - b));
}

/** The same mean as the slope of a loss, for any network in the place of θ: mean of log π(a) · (reward − b). */
function byAutograd(theta: readonly number[], { actions, rewards }: Draws, b: number): number[] {
  return scope(() => {
    const preferences = tensor([...theta], { requiresGrad: true });
    const logProbs = preferences.logSoftmax(0).indexSelect(0, tensor(Int32Array.from(actions))); // (draws)
    const gain = logProbs.mul(tensor(rewards.map((reward) => reward - b))).mean();
    return numbers(gradients([gain], [preferences])[0]!);
  });
}

/** ∇J without any draw, for Q is known here. */
function exact(theta: readonly number[], Q: readonly number[]): number[] {
  return scope(() => {
    const preferences = tensor([...theta], { requiresGrad: true });
    const J = preferences
      .softmax(0)
      .mul(tensor([...Q]))
      .sum();
    return numbers(gradients([J], [preferences])[0]!);
  });
}
// #endregion

const numbers = (t: Tensor): number[] => Array.from(t.dataSync(), Number);
const errorOf = (values: readonly number[]): number =>
  standardDeviation(values) / Math.sqrt(values.length - 1);

/** The means of the first so many values, at some of the counts. */
function running(values: readonly number[]): { x: number[]; y: number[] } {
  const x: number[] = [];
  const y: number[] = [];
  let total = 0;
  for (const [i, value] of values.entries()) {
    total += value;
    if (i + 1 < 10 || (i + 1) % Math.ceil(values.length / 300) > 0) continue;
    x.push(i + 1);
    y.push(total / (i + 1));
  }
  return { x, y };
}

export const policyGradient: Exercise = defineExercise({
  id: 'policy-gradient',
  title: { en: 'The policy gradient', ja: '方策勾配定理・REINFORCE' },
  summary:
    'Estimates the policy gradient of two arms from draws, and learns the odds of a coin with REINFORCE.',
  rows: [150, 153],
  parameters: {
    draws: { type: 'integer', default: 10_000, min: 100, max: 1_000_000, description: 'pulls of the estimate' },
    noise: { type: 'number', default: 0.5, min: 0, max: 10, description: 'standard deviation of what an arm pays' },
    steps: { type: 'integer', default: 60_000, quick: 30_000, min: 1000, max: 10_000_000, description: 'steps in the corridor' },
    lr: { type: 'number', default: 0.02, min: 1e-5, max: 1, description: 'learning rate of REINFORCE' },
  }, // prettier-ignore
  charts: {
    estimate: { x: 'draws', y: '∂J / ∂θ₀, mean so far' },
    odds: { x: 'step', y: 'probability of right' },
  },
  async *run({ parameters, seed }) {
    const { draws, steps, lr } = parameters;
    const generator = new Generator(seed);
    const [theta, Q] = [[0, 0], [1, 0]]; // prettier-ignore
    const truth = exact(theta, Q);
    const pulled = pull(theta, Q, parameters, generator);
    const baselines = { 'b = 0': 0, 'b = V = ½': 0.5, 'b = 3': 3 };
    const estimates = Object.entries(baselines).map(([name, b]) => {
      const values = terms(theta, pulled, b);
      return { name, b, values, mean: mean(values), error: errorOf(values) };
    });
    for (const { name, values } of estimates) {
      yield { type: 'series', chart: 'estimate', name, ...running(values) };
    }
    yield { type: 'series', chart: 'estimate', name: 'exactly', x: [10, draws], y: [truth[0]!, truth[0]!] }; // prettier-ignore
    yield {
      type: 'table',
      name: `∇J of two arms from ${draws} draws`,
      columns: ['baseline', 'first arm', 'second arm', 'standard error', 'away, in standard errors'],
      rows: [
        ['exactly', truth[0]!, truth[1]!, '', ''],
        ...estimates.map((e) => [e.name, e.mean, -e.mean, e.error, Math.abs(e.mean - truth[0]!) / e.error]),
      ],
    }; // prettier-ignore

    const policies = new Map<string, REINFORCE>();
    for (const [name, baseline] of Object.entries({ 'without baseline': false, 'with baseline': true })) {
      // What is seen is always 1: the one layer that is there gives it two preferences.
      const agent = new REINFORCE(() => new Corridor(), { hidden: [], episodes: 4, gamma: 1, lr, baseline, generator: generator.fork(name) });
      let told = 0;
      for await (const report of learning((options) => agent.learn(steps, options))) {
        const done = policies.size * steps + Math.min(report.steps, steps);
        yield { type: 'progress', step: done, total: 2 * steps };
        if (report.steps < told) continue;
        told += steps / 100;
        yield { type: 'series', chart: 'odds', name, x: report.steps, y: oddsOf(agent)[1]! };
      }
      policies.set(name, agent);
    } // prettier-ignore
    const learnt = [...policies].map(([name, agent]) => ({ name, odds: oddsOf(agent) }));
    const places = Array.from({ length: 61 }, (_, i) => 0.2 + i / 100);
    yield {
      type: 'scatter',
      name: 'J of the corridor, and where REINFORCE has come to',
      x: 'probability of right',
      y: 'J',
      groups: [
        { name: 'J', x: places, y: places.map(corridorValue), line: true },
        ...learnt.map(({ name, odds: [, p] }) => ({ name, x: [p!], y: [corridorValue(p!)] })),
      ],
    };
    yield {
      type: 'table',
      name: 'the corridor, in which all cells look the same',
      columns: ['policy', 'right', 'J'],
      rows: [
        ['the best there is', BEST, corridorValue(BEST)],
        ['right, but for a coin in one of ten', 0.95, corridorValue(0.95)],
        ...learnt.map(({ name, odds: [, p] }) => [name, p!, corridorValue(p!)]),
      ],
    };

    const few = { actions: pulled.actions.slice(0, AT_MOST), rewards: pulled.rewards.slice(0, AT_MOST) }; // prettier-ignore
    const slope = mean(terms(theta, few, 0.5));
    return {
      checks: [
        check(153, '∇J of two arms, exactly: first arm', truth[0]!).near(0.25, 1e-6),
        check(153, '∇J of two arms, exactly: second arm', truth[1]!).near(-0.25, 1e-6),
        ...estimates.map((e) => check(153, `estimate with ${e.name}: away from it, in standard errors`, e.error === 0 ? 0 : Math.abs(e.mean - truth[0]!) / e.error).atMost(3)),
        check(153, 'standard error with b = V beside none', estimates[1]!.error / estimates[0]!.error).below(1),
        check(153, 'standard error with b = 3 beside none', estimates[2]!.error / estimates[0]!.error).above(1),
        check(153, 'autograd against the sum by hand, same draws', largestDifference(byAutograd(theta, few, 0.5), [slope, -slope])).below(1e-6),
        ...policyChecks(learnt),
      ],
      trained: parameters,
    }; // prettier-ignore
  },
  tries: {
    turn: {
      title: { en: 'Choose preferences and rewards', ja: 'θと報酬を変えて勾配を見る' },
      parameters: {
        first: { type: 'number', default: 1, min: -20, max: 20, description: 'θ of the first arm' },
        second: { type: 'number', default: 0, min: -20, max: 20, description: 'θ of the second arm' },
        pays: { type: 'number', default: 0, min: -100, max: 100, description: 'what the first arm pays' },
        other: { type: 'number', default: 2, min: -100, max: 100, description: 'what the second arm pays' },
        baseline: { type: 'number', default: 0, min: -100, max: 100, description: 'b' },
      }, // prettier-ignore
      *run(settings, { first, second, pays, other, baseline }) {
        const [theta, Q] = [[first, second], [pays, other]]; // prettier-ignore
        const truth = exact(theta, Q);
        const values = terms(theta, pull(theta, Q, settings, new Generator(0)), baseline);
        yield {
          type: 'table',
          name: `π = ${softmaxPolicy([theta])[0]!.join(', ')}`,
          columns: ['∇J', 'first arm', 'second arm', 'standard error'],
          rows: [
            ['exactly', truth[0]!, truth[1]!, 0],
            [`from ${settings.draws} draws`, mean(values), -mean(values), errorOf(values)],
          ],
        };
      },
    },
  },
});

/** π(left) and π(right). */
function oddsOf(agent: REINFORCE): number[] {
  return scope(() => {
    const distribution = agent.policy.distribution(tensor([[1]]));
    return [0, 1].map((action) =>
      distribution
        .logProb(tensor([action]))
        .exp()
        .item(),
    );
  });
}

function policyChecks(
  learnt: readonly { readonly name: string; readonly odds: readonly number[] }[],
): Check[] {
  return learnt.flatMap(({ name, odds }) => [
    check(150, `REINFORCE ${name}: |1 − Σ π|`, Math.abs(1 - sum(odds))).below(1e-5),
    check(150, `REINFORCE ${name}: the lesser probability`, Math.min(...odds)).above(0),
    check(153, `REINFORCE ${name}: J of the corridor, at best −11.66`, corridorValue(odds[1]!)).above(-12.5),
  ]); // prettier-ignore
}
