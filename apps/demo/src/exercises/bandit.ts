/**
 * A row of slot machines, of which nobody has said what they pay: try them, or pull the one that paid best so far?
 *
 *     Q(arm) ← Q(arm) + (reward − Q(arm)) / n      the mean of what an arm has paid
 *     arm = any of them with probability ε, else the one with the largest Q
 *
 * With ε = 0 nothing is explored, and a first impression is never corrected; with ε = 1 nothing that was learned is used. Regret is what the
 * best arm would have paid on average above the one that was pulled. Others explore where they know little instead of by a coin:
 * UCB1 by a bound, Thompson sampling by a draw from what it believes.
 */
import {
  EpsilonGreedy,
  GaussianBandit,
  GaussianThompsonSampling,
  GradientBandit,
  playBandit,
  SoftmaxExploration,
  UCB1,
  type BanditAgent,
} from '@kasane/rl';
import { Generator } from '@kasane/tensor-core';
import { check, type Check } from '../check.ts';
import { defineExercise, type Exercise, type Part } from '../exercise.ts';
import { mean, standardDeviation, sum } from '../statistics.ts';
import { UsageError } from '../usage-error.ts';

type Maker = (arms: number, generator: Generator) => BanditAgent;

const greedy =
  (epsilon: number): Maker =>
  (arms, generator) =>
    new EpsilonGreedy(arms, { epsilon, generator });
const AGENTS: Readonly<Record<string, Maker>> = {
  'ε = 0': greedy(0),
  'ε = 0.01': greedy(0.01),
  'ε = 0.1': greedy(0.1),
  'ε = 0.5': greedy(0.5),
  'ε = 1': greedy(1),
  softmax: (arms, generator) => new SoftmaxExploration(arms, { temperature: 0.3, generator }),
  gradient: (arms, generator) => new GradientBandit(arms, { lr: 0.1, generator }),
  UCB1: (arms, generator) => new UCB1(arms, { generator }),
  Thompson: (arms, generator) => new GaussianThompsonSampling(arms, { generator }),
};

const SHOWN = 100; // points of a curve
const BY_HAND = 12345; // draws the bandit that one plays oneself
const MOST_OF_TEN = 1.53875; // the largest of ten draws from N(0, 1), on average

/** The task and how much of it. */
interface Settings {
  readonly arms: number;
  readonly bandits: number;
  readonly pulls: number;
}

/** What came of many bandits: regret and hits of the best arm at each pull, means of all; and the mean regret of each bandit. */
interface Played {
  readonly regret: number[];
  readonly best: number[];
  readonly each: number[];
}

// #region lesson
/** Lets an agent play bandits that are drawn one after the other; each agent gets the same ones. */
function* play(
  make: Maker,
  { arms, bandits, pulls }: Settings,
  seed: number,
  done = 0,
  total = bandits,
): Part<'regret' | 'best', Played> {
  const regret = Array.from({ length: pulls }, () => 0);
  const best = Array.from({ length: pulls }, () => 0);
  const each: number[] = [];
  for (let i = 0; i < bandits; i++) {
    const generator = new Generator(seed).fork(i);
    const bandit = GaussianBandit.draw(arms, { generator: generator.fork('bandit') });
    const { regrets } = playBandit(bandit, make(arms, generator.fork('agent')), pulls);
    for (let t = 0; t < pulls; t++) {
      regret[t]! += regrets[t]! / bandits;
      best[t]! += Number(regrets[t] === 0) / bandits;
    }
    each.push(mean([...regrets]));
    yield { type: 'progress', step: done + i + 1, total };
  }
  return { regret, best, each };
}
// #endregion

/** The mean of each stretch, for a curve that is no cloud. */
function smoothed(values: readonly number[]): { x: number[]; y: number[] } {
  const width = Math.max(1, Math.floor(values.length / SHOWN));
  const starts = values.map((_, t) => t).filter((t) => t % width === 0);
  return {
    x: starts.map((t) => t + width),
    y: starts.map((t) => mean(values.slice(t, t + width))),
  };
}

/** The mean of what one agent's regret is above another's on the same bandits, and its standard error. */
function above(a: Played, b: Played): { difference: number; error: number } {
  const differences = a.each.map((regret, i) => regret - b.each[i]!);
  return {
    difference: mean(differences),
    error: standardDeviation(differences) / Math.sqrt(differences.length - 1),
  };
}

export const bandit: Exercise = defineExercise({
  id: 'bandit',
  title: { en: 'Explore or exploit', ja: '探索と利用のトレードオフ（多腕バンディット）' },
  summary:
    'Plays many slot machines with ε-greedy, UCB1, Thompson sampling and others, and compares their regret.',
  rows: [136],
  parameters: {
    arms: { type: 'integer', default: 10, min: 2, max: 100, description: 'arms of a bandit' },
    bandits: { type: 'integer', default: 2000, quick: 200, min: 20, max: 10_000, description: 'bandits to play' },
    pulls: { type: 'integer', default: 1000, min: 100, max: 100_000, description: 'pulls of each' },
  }, // prettier-ignore
  charts: {
    regret: { x: 'pull', y: 'mean regret' },
    best: { x: 'pull', y: 'share of bandits whose best arm is pulled' },
  },
  *run({ parameters, seed }) {
    const { bandits } = parameters;
    const played = new Map<string, Played>();
    const total = bandits * Object.keys(AGENTS).length;
    for (const [name, make] of Object.entries(AGENTS)) {
      const one = yield* play(make, parameters, seed, played.size * bandits, total);
      played.set(name, one);
      yield { type: 'series', chart: 'regret', name, ...smoothed(one.regret) };
      yield { type: 'series', chart: 'best', name, ...smoothed(one.best) };
    }
    const lastTenth = (values: readonly number[]): number =>
      mean(values.slice(-values.length / 10));
    yield {
      type: 'table',
      name: `${bandits} bandits of ${parameters.arms} arms`,
      columns: ['agent', 'regret of a pull', 'standard error', 'best arm in the last tenth'],
      rows: [...played].map(([name, { each, best }]) => [
        name,
        mean(each),
        standardDeviation(each) / Math.sqrt(bandits - 1),
        lastTenth(best),
      ]),
    };
    return { checks: checksOf(played, parameters), trained: parameters };
  },
  tries: {
    epsilon: {
      title: { en: 'Choose ε', ja: 'εを変えてみる' },
      parameters: {
        epsilon: { type: 'number', default: 0.2, min: 0, max: 1, description: 'the probability of any arm at all' },
      }, // prettier-ignore
      *run({ arms, pulls }, { epsilon }) {
        const settings = { arms, pulls, bandits: 200 };
        const { regret, best, each } = yield* play(greedy(epsilon), settings, 0);
        yield { type: 'metric', name: 'regret of a pull', value: mean(each) };
        yield {
          type: 'scatter',
          name: `200 bandits, ε = ${epsilon}`,
          x: 'pull',
          y: 'mean regret, and share of the best arm',
          groups: [
            { name: 'regret', ...smoothed(regret), line: true },
            { name: 'best arm', ...smoothed(best), line: true },
          ],
        };
      },
    },
    pull: {
      title: { en: 'Pull the arms yourself', ja: '自分で腕を引いてみる' },
      parameters: {
        pulled: { type: 'text', default: '0 1 2 3 4 5 6 7 8 9', maxLength: 1000, description: 'the arms that you pull, from 0 on, one after the other' },
        machine: { type: 'integer', default: 0, min: 0, max: 1_000_000, description: 'which bandit: the same number, the same bandit' },
      }, // prettier-ignore
      *run({ arms }, { pulled, machine }) {
        const choices = pulled.split(/[\s,]+/).filter((word) => word !== '').map(Number); // prettier-ignore
        const isArm = (arm: number): boolean => Number.isInteger(arm) && arm >= 0 && arm < arms;
        if (choices.length === 0 || !choices.every(isArm)) {
          throw new UsageError(`pulled must be arms from 0 to ${arms - 1} such as '0 3 3', got '${pulled}'.`); // prettier-ignore
        }
        const generator = new Generator(BY_HAND + machine);
        const made = GaussianBandit.draw(arms, { generator });
        const paid = choices.map((arm) => made.pull(arm));
        const seen = Array.from({ length: arms }, (_, arm) => paid.filter((_, i) => choices[i] === arm)); // prettier-ignore
        yield {
          type: 'grid',
          name: 'what the arms have paid you, on average',
          rows: ['arm', 'pulls', 'mean'],
          cells: [
            seen.map((_, arm) => ({ text: String(arm) })),
            seen.map((rewards) => ({ text: String(rewards.length) })),
            seen.map((rewards) => rewards.length === 0 ? { text: '?' } : { text: mean(rewards).toFixed(2), shade: Math.min(1, Math.abs(mean(rewards)) / 3), tone: mean(rewards) < 0 ? 'bad' : 'good' }),
          ],
        }; // prettier-ignore
        yield { type: 'metric', name: 'what you got', value: sum(paid) };
        const most = Math.max(...made.means);
        const regret = sum(choices.map((arm) => most - made.means[arm]!));
        yield { type: 'metric', name: 'your regret, of all pulls', value: regret };
      },
    },
  },
});

const lastTenth = (values: readonly number[]): number => mean(values.slice(-values.length / 10));

/** What is known of this testbed: Sutton and Barto's figure 2.2 for ten arms, and arithmetic. */
function checksOf(
  played: ReadonlyMap<string, Played>,
  { arms, bandits, pulls }: Settings,
): readonly Check[] {
  const of = (name: string): Played => played.get(name)!;
  const some = of('ε = 0.1');
  const checks = ['ε = 0', 'ε = 1'].map((name) => {
    const { difference, error } = above(of(name), some);
    return check(136, `${name} above ε = 0.1, regret of a pull in standard errors`, difference / error).above(3); // prettier-ignore
  });
  checks.push(
    check(136, 'UCB1 less ε = 0.1, regret of a pull', above(of('UCB1'), some).difference).below(0),
  );
  if (arms !== 10) return checks;
  const blind = of('ε = 1').each;
  const error = standardDeviation(blind) / Math.sqrt(bandits - 1);
  checks.push(
    check(136, 'regret of ε = 1, the largest of ten normal draws', mean(blind)).near(MOST_OF_TEN, 3.5 * error),
    check(136, 'bandits whose best arm ε = 0 has found, about a third', lastTenth(of('ε = 0').best)).between(0.2, 0.45),
  ); // prettier-ignore
  if (pulls < 1000) return checks;
  const best = lastTenth(some.best);
  return [...checks, check(136, 'the same of ε = 0.1, at most 0.91', best).between(0.7, 0.91)];
}
