import { grad } from '@kasane/autograd';
import { Generator, tensor, zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { float64 } from '../float64.ts';
import { largestDifference, standardDeviation } from '../statistics.ts';
import { bit, BITS, draw, forward, initialise, lossOf, PLACES, SPREAD } from './network.ts';
import type { Settings } from './network.ts';

/** What holds before any training: the formulas of the forward pass, and how weights are drawn. */
export function formulas(settings: Settings, seed: number): Check[] {
  const sigmoid = { activation: 'sigmoid', derivative: 'true' } as const;
  const scalar = (value: number): Tensor => tensor([[value]], float64());
  // The golden step: W_in = 0.5, W = 0.8, W_out = 1, no biases, x = 1 and then 0.
  const golden = { wIn: scalar(0.5), w: scalar(0.8), wOut: scalar(1) };
  const { z, y } = forward(golden, [scalar(1), scalar(0)], sigmoid);
  const value = (t: Tensor): number => t.dataSync()[0]!;

  const generator = new Generator(seed);
  const weights = initialise(settings, generator);
  const x = PLACES.map((t) => tensor([[bit(105, t), bit(58, t)]])); // T × (1, 2)
  const whole = forward(weights, x, settings);
  const reversed = forward(weights, x.toReversed(), settings);
  // Step by step, each from the state that the step before has shown.
  const single: Tensor[] = [];
  let state: Tensor | undefined;
  for (const xt of x) {
    const step = forward(weights, [xt], settings, state);
    state = step.z[1]!;
    single.push(step.y);
  }
  const spread = (init: Settings['init']): number =>
    standardDeviation([...draw(1000, 1000, { init, std: 1 }, generator).dataSync()]) /
    SPREAD[init](1000);
  const x0 = tensor(0.7, float64());
  const h = 1e-5;
  const difference = (Math.tanh(0.7 + h) - Math.tanh(0.7 - h)) / (2 * h);
  const dead = { wIn: zeros([2, 1]), w: zeros([1, 1]), wOut: zeros([1, 1]) };
  const target = tensor(PLACES.map((t) => [bit(163, t)])); // (T, 1)

  return [
    check(
      1,
      'answers change when the order of the bits is reversed',
      largestDifference(whole.y.dataSync(), reversed.y.dataSync().toReversed()) > 0,
    ).equals(true),
    check([4, 5], 'z at step 1 of the golden example', value(z[1]!)).near(0.622459, 5e-7),
    check([6, 7], 'y at step 1 of the golden example', y.dataSync()[0]!).near(0.650778, 5e-7),
    check([4, 5], 'z at step 2 of the golden example', value(z[2]!)).near(0.621982, 5e-7),
    check([7, 9], 'y at step 2 of the golden example', y.dataSync()[1]!).near(0.650669, 5e-7),
    check(8, 'states kept for 8 steps, the first of them zero', whole.z.length).equals(BITS + 1),
    check(8, 'largest entry of the first state', Math.max(...whole.z[0]!.abs().dataSync())).equals(
      0,
    ),
    check(
      10,
      'numbers in the three weight matrices',
      Object.values(weights).reduce((sum, w) => sum + w.size, 0),
    ).equals(3 * settings.hidden + settings.hidden ** 2),
    check(
      [3, 11],
      'one run of 8 steps against 8 single steps',
      largestDifference(whole.y.dataSync(), single.map(value)),
    ).atMost(1e-12),
    check(15, 'spread of a He draw over √(2/fan-in)', spread('he')).near(1, 0.01),
    check(16, 'spread of a Xavier draw over 1/√fan-in', spread('xavier')).near(1, 0.01),
    check(
      18,
      'loss of a network whose hidden units are dead',
      value(lossOf(forward(dead, x, settings).y, target)),
    ).equals(1),
    check(
      19,
      "tanh' at 0.7 against a finite difference",
      Math.abs(value(grad((u: Tensor) => u.tanh())(x0)) - difference),
    ).below(1e-6),
  ];
}
