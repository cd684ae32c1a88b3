import { Generator } from '@kasane/tensor-core';
import { describe, expect, test } from 'vitest';
import {
  Blackjack,
  TabularEnv,
  type BlackjackObservation,
  type Outcome,
} from '../environments/index.ts';
import { greedyActions, MDP, valueIteration } from '../planning/index.ts';
import { monteCarloControl, type TabularTask } from './index.ts';

// A hand: its sum, the dealer's card, and whether an ace counts 11.
const HANDS = 32 * 11 * 2;
const indexOf = ([sum, dealer, ace]: BlackjackObservation): number => (sum * 11 + dealer) * 2 + ace;
const CARDS = Array.from({ length: 10 }, (_, i) => [i + 1, i === 9 ? 4 / 13 : 1 / 13] as const);

/** A hand after one more card. */
function drawn([sum, dealer, ace]: BlackjackObservation, card: number): BlackjackObservation {
  const isSoft = ace === 1 || (card === 1 && sum + 11 <= 21);
  const total = sum + (card === 1 && ace === 0 && sum + 11 <= 21 ? 11 : card);
  return total > 21 && isSoft ? [total - 10, dealer, 0] : [total, dealer, Number(isSoft)];
}

/** How likely the dealer ends with each sum, beyond 21 counted as 0. */
function dealerEnds(hand: BlackjackObservation, probability: number, ends: number[]): number[] {
  for (const [card, p] of CARDS) {
    const next = drawn(hand, card);
    if (next[0] < 17) dealerEnds(next, p * probability, ends);
    else ends[next[0] > 21 ? 0 : next[0]]! += p * probability;
  }
  return ends;
}

/** Blackjack as a table, from the probabilities of cards. */
function blackjack(): MDP {
  const over: readonly Outcome[] = [[1, 0, 0, true]];
  const table: (readonly Outcome[])[][] = Array.from({ length: HANDS }, () => [over, over]);
  for (let dealer = 1; dealer <= 10; dealer++) {
    const open: BlackjackObservation = dealer === 1 ? [11, 0, 1] : [dealer, 0, 0];
    const ends = dealerEnds(
      open,
      1,
      Array.from({ length: 22 }, () => 0),
    );
    for (let sum = 4; sum <= 21; sum++) {
      for (let ace = Number(sum > 21); ace <= Number(sum >= 12); ace++) {
        const hand: BlackjackObservation = [sum, dealer, ace];
        const s = indexOf(hand);
        const pays = ends.reduce((all, p, end) => all + p * Math.sign(sum - end), 0);
        const hit = CARDS.map(([card, p]): Outcome => {
          const next = drawn(hand, card);
          return next[0] > 21 ? [p, 0, -1, true] : [p, indexOf(next), 0, false];
        });
        table[s] = [[[1, 0, pays, true]], hit];
      }
    }
  }
  return MDP.fromTransitions(table);
}

/** The least sum at which sticking is best, for each card of the dealer from the ace on. */
const sticksFrom = (Q: readonly ArrayLike<number>[], ace: number): number[] => {
  const actions = greedyActions(Q);
  return CARDS.map(([dealer]) => {
    let sum = 21;
    while (sum > 11 && actions[indexOf([sum - 1, dealer, ace])] === 0) sum--;
    return sum;
  });
};

describe('blackjack', () => {
  const best = valueIteration(blackjack(), { gamma: 1 });

  // "The sole exception" to Thorp's basic strategy is the notch for an ace against a usable ace: 19.
  test('figure 5.2: the policy that is best, found by planning', () => {
    //                                   A   2   3   4   5   6   7   8   9  10
    expect(sticksFrom(best.Q, 0)).toEqual([17, 13, 13, 12, 12, 12, 17, 17, 17, 17]);
    expect(sticksFrom(best.Q, 1)).toEqual([19, 18, 18, 18, 18, 18, 18, 18, 19, 19]);
  });

  test('is learned by Monte Carlo', async () => {
    const env = new Blackjack({ sab: true });
    const task = {
      observationSpace: { n: HANDS },
      actionSpace: env.actionSpace,
      reset: (options: { seed?: number }) => {
        const { observation, info } = env.reset(options);
        return { observation: indexOf(observation), info };
      },
      step: (action: number) => {
        const step = env.step(action);
        return { ...step, observation: indexOf(step.observation) };
      },
    } as unknown as TabularTask; // all that is called of one
    const { Q, returns } = await monteCarloControl(task, {
      episodes: 60_000,
      gamma: 1,
      epsilon: 0.2,
      generator: new Generator(3),
    });
    expect(returns.reduce((a, b) => a + b) / returns.length).toBeGreaterThan(-0.2);
    const hands = CARDS.flatMap(([dealer]) =>
      Array.from({ length: 9 }, (_, i) => indexOf([12 + i, dealer, 0])),
    );
    const [learned, planned] = [greedyActions(Q), best.actions];
    const same = hands.filter((s) => learned[s] === planned[s]).length / hands.length;
    expect(same).toBeGreaterThan(0.8);
    const errors = hands.map((s) => (Q[s]![0]! - best.Q[s]![0]!) ** 2); // of sticking
    expect(Math.sqrt(errors.reduce((a, b) => a + b) / errors.length)).toBeLessThan(0.1);
  });
});

test('first and every visit differ as they should: 1 stays once, then ends', async () => {
  // 0 pays 1 and goes back to 0, then 1 pays 1 and ends: returns of 0 are 3, 2; first visits see only 3.
  let steps = 0;
  const env = {
    observationSpace: { n: 2 },
    actionSpace: { n: 1 },
    reset: () => ({ observation: (steps = 0), info: {} }),
    step: () => {
      steps++;
      const observation = steps < 2 ? 0 : 1;
      return { observation, reward: 1, terminated: steps === 3, truncated: false, info: {} };
    },
  } as unknown as TabularTask; // all that is called of one
  const run = async (visits: 'first' | 'every'): Promise<number[]> => {
    const { Q } = await monteCarloControl(env, { episodes: 5, gamma: 1, visits });
    return Q.map(([q]) => q!);
  };
  expect(await run('first')).toEqual([3, 1]);
  expect(await run('every')).toEqual([2.5, 1]);
});

test('what is cut off has a value: 1 for ever with 0.5 is 2', async () => {
  const env = new TabularEnv([[[[1, 0, 1, false]]]], [1]);
  const options = { episodes: 60, gamma: 0.5, maxSteps: 10 };
  expect((await monteCarloControl(env, options)).Q[0]![0]).toBeCloseTo(2, 2);
});
