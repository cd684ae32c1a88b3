import { describe, expect, test } from 'vitest';
import { Blackjack, type BlackjackOptions } from './blackjack.ts';

/** What sticking with these hands pays; the dealer needs no card. */
function stick(player: number[], dealer: number[], options?: BlackjackOptions): number {
  const env = new Blackjack(options);
  env.reset({ seed: 1 });
  env.player.splice(0, 9, ...player);
  env.dealer.splice(0, 9, ...dealer);
  return env.step(0).reward;
}

describe('Blackjack', () => {
  test('pays by the sums, an ace being 11 where that fits', () => {
    expect(stick([10, 9], [10, 8])).toBe(1);
    expect(stick([10, 8], [10, 9])).toBe(-1);
    expect(stick([1, 8], [10, 9])).toBe(0);
    expect(stick([1, 8, 10], [10, 7])).toBe(1);
    expect(stick([2, 3], [10, 6, 10])).toBe(1);
  });

  test('pays naturals by either rule', () => {
    expect(stick([1, 10], [10, 5, 6])).toBe(0);
    expect(stick([1, 10], [10, 5, 6], { sab: true })).toBe(1);
    expect(stick([1, 10], [10, 1], { sab: true })).toBe(0);
    expect(stick([1, 10], [10, 9], { natural: true })).toBe(1.5);
    expect(stick([1, 10], [10, 9], { natural: true, sab: true })).toBe(1);
  });

  test('ends beyond 21, and goes on below', () => {
    const env = new Blackjack();
    env.reset({ seed: 1 });
    env.player.splice(0, 9, 10, 10, 2);
    expect(env.step(1)).toMatchObject({ reward: -1, terminated: true });
    env.reset();
    env.player.splice(0, 9, 1, 2);
    const { observation, terminated } = env.step(1);
    expect(terminated).toBe(false);
    expect(observation[0]).toBeGreaterThan(12);
  });

  test('has the dealer draw to 17: who sticks from 20 on loses a third of a bet', () => {
    const env = new Blackjack({ sab: true });
    env.reset({ seed: 5 });
    let sum = 0;
    const episodes = 20_000;
    for (let i = 0; i < episodes; i++) {
      let [total] = env.reset().observation;
      for (;;) {
        const step = env.step(total < 20 ? 1 : 0);
        total = step.observation[0];
        sum += step.reward;
        if (step.terminated) break;
      }
    }
    // Gymnasium's environment gives -0.34 for this policy.
    expect(Math.abs(sum / episodes + 0.34)).toBeLessThan(0.03);
  });
});
