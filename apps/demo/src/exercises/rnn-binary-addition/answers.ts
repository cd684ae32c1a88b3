import { noGrad, scope } from '@kasane/tensor-core';
import type { GridEvent } from '../../events/event.ts';
import { bit, bitsOf, forward, LARGEST, PLACES } from './network.ts';
import type { Pair, Settings, Weights } from './network.ts';

/** The answers to many pairs at once, y of each place and pair: 8 × B. */
export async function answer(
  weights: Weights,
  settings: Settings,
  pairs: readonly Pair[],
): Promise<number[][]> {
  const y = scope(() => noGrad(() => forward(weights, bitsOf(pairs), settings).y)); // (T·B, 1)
  const values = await y.data();
  y.dispose();
  return PLACES.map((t) => pairs.map((_, i) => values[t * pairs.length + i]!));
}

const rounded = (y: number): number => (y > 0.5 ? 1 : 0);

/** The number that column `pair` of the answers spells. */
export const readSum = (answers: readonly number[][], pair: number): number =>
  PLACES.reduce((sum, t) => sum + rounded(answers[t]![pair]!) * 2 ** t, 0);

/** The share of all 128 × 128 sums that come out right in all their bits. */
export async function exactShare(weights: Weights, settings: Settings): Promise<number> {
  const pairs = Array.from({ length: LARGEST ** 2 }, (_, i) => [i >> 7, i & 127] as const);
  const answers = await answer(weights, settings, pairs);
  return pairs.filter(([a, b], i) => readSum(answers, i) === a + b).length / pairs.length;
}

/** A sum as on paper, the highest bit first: under a and b what the network says, green where it is right. */
export function sumGrid([a, b]: Pair, answers: readonly number[][], pair: number): GridEvent {
  const places = PLACES.toReversed();
  const bits = (value: number) => places.map((t) => ({ text: String(bit(value, t)) }));
  const answered = places.map((t) => {
    const y = answers[t]![pair]!;
    const right = rounded(y) === bit(a + b, t);
    return {
      text: String(rounded(y)),
      shade: Math.abs(2 * y - 1),
      tone: right ? 'good' : 'bad',
    } as const;
  });
  return {
    type: 'grid',
    name: `${a} + ${b} = ${readSum(answers, pair)}`,
    rows: [`a = ${a}`, `b = ${b}`, 'network'],
    cells: [bits(a), bits(b), answered],
  };
}
