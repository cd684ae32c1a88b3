import { noGrad, tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import type { AsyncPart } from '../../exercise.ts';
import type { TensorEvent } from '../../events/event.ts';
import { bitsOf, forward } from './network.ts';
import type { Pair, Settings, Weights } from './network.ts';
import { largestDifference } from '../../statistics.ts';

const PAIR: Pair = [105, 58];

/**
 * Draws the network unrolled over the bits of one sum: what goes in, the states handed on, what comes out. Each state as it is drawn, and
 * nothing else, must lead to the next one.
 */
export async function* unrolled({
  weights,
  settings,
}: {
  readonly weights: Weights;
  readonly settings: Settings;
}): AsyncPart<never, Check> {
  const x = bitsOf([PAIR]); // T × (1, 2)
  const { z, y } = noGrad(() => forward(weights, x, settings));
  const shown: TensorEvent[] = [];
  for (const [t, zt] of z.entries()) {
    shown.push({ type: 'tensor', name: `z^${t}`, shape: zt.shape, values: await zt.data() });
  }
  yield* shown;
  yield { type: 'tensor', name: 'y', shape: [1, y.size], values: await y.data() };

  let apart = 0;
  for (const [t, xt] of x.entries()) {
    const { shape, values } = shown[t]!;
    const before = tensor(Array.from(values), shape);
    const after = noGrad(() => forward(weights, [xt], settings, before)).z[1]!;
    apart = Math.max(apart, largestDifference(await after.data(), shown[t + 1]!.values));
  }
  return check(
    3,
    'each state drawn against what follows from the one drawn before it',
    apart,
  ).atMost(1e-12);
}
