import { describe, expect, test } from 'vitest';
import { MDP } from '../planning/mdp.ts';
import { valueIteration } from '../planning/value-iteration.ts';
import { Blackjack, type BlackjackObservation } from './blackjack.ts';

const game = new Blackjack({ sab: true });
const { actions, V } = valueIteration(MDP.fromTransitions(game.P), { gamma: 1 });

/** For each of the dealer's cards, from the ace to the ten, the least sum with which one sticks for good. */
function sticksFrom(ace: 0 | 1): number[] {
  return Array.from({ length: 10 }, (_, i) => {
    let sum = 21;
    while (sum > 11 + ace && actions[game.encode([sum - 1, i + 1, ace])] === 0) sum--;
    return sum;
  });
}

describe('the table of Blackjack', () => {
  test('has the optimal policy of Sutton and Barto, figure 5.2', () => {
    // The notch at the ace is theirs, too.
    expect(sticksFrom(1)).toEqual([19, 18, 18, 18, 18, 18, 18, 18, 19, 19]);
    expect(sticksFrom(0)).toEqual([17, 13, 13, 12, 12, 12, 17, 17, 17, 17]);
  });

  test('is worth as much as playing by it brings, in 20,000 games', () => {
    const mean = game.initial.reduce((sum, p, s) => sum + p * V[s]!, 0);
    expect(mean).toBeCloseTo(-0.0431, 4);
    const play = (): number => {
      let { observation } = game.reset();
      for (;;) {
        const step = game.step(actions[game.encode(observation)]!);
        if (step.terminated) return step.reward;
        observation = step.observation;
      }
    };
    game.reset({ seed: 1 });
    const returns = Array.from({ length: 20_000 }, play);
    const measured = returns.reduce((a, b) => a + b) / 20_000;
    expect(Math.abs(measured - mean)).toBeLessThan(3 * Math.sqrt(0.91 / 20_000)); // three standard errors
  });

  test('knows what a natural is worth by either rule', () => {
    const paid = (options: { natural?: boolean; sab?: boolean }): number[] =>
      new Blackjack(options).P[game.encode([21, 10, 2])]![0]!.map(([, , reward]) => reward).sort();
    expect(paid({})).toEqual([0, 1]);
    expect(paid({ natural: true })).toEqual([0, 1.5]);
    // The dealer draws with a natural of one's own, and may have one: 1 card of 13.
    const ties = game.P[game.encode([21, 10, 2])]![0]!.find(([, , reward]) => reward === 0)!;
    expect(ties[0]).toBeCloseTo(1 / 13, 12);
  });

  test('has probabilities that sum to 1, of hands that there are', () => {
    for (const row of game.P) {
      for (const all of row) expect(all.reduce((sum, [p]) => sum + p, 0)).toBeCloseTo(1, 12);
    }
    expect(game.initial.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    const hand: BlackjackObservation = [17, 6, 1];
    expect(game.decode(game.encode(hand))).toEqual(hand);
    expect(() => game.encode([40, 1, 0])).toThrow('Blackjack: the sum must be a whole number');
    expect(() => game.decode(-1)).toThrow('Blackjack: a state must be a whole number');
  });
});
