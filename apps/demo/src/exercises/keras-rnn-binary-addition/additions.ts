import { randint, tensor } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import type { GridEvent } from '../../events/event.ts';

export const BITS = 8;
export const LARGEST = 128; // operands stay below, so that every sum fits

/** Bit t of a number, counted from the lowest. */
export const place = (value: number, t: number): number => (value >> t) & 1;

/** The operands' bits, (n, T, 2), and the bits of their sums, (n, T, 1). */
export type Additions = readonly [x: Tensor, d: Tensor];

export async function additions(n: number, generator: Generator): Promise<Additions> {
  const operands = await randint(0, LARGEST, [n, 2], { generator }).data();
  const x = new Float32Array(n * BITS * 2);
  const d = new Float32Array(n * BITS);
  for (let i = 0; i < n; i++) {
    const [a, b] = [operands[2 * i]!, operands[2 * i + 1]!];
    for (let t = 0; t < BITS; t++) {
      x.set([place(a, t), place(b, t)], (i * BITS + t) * 2);
      d[i * BITS + t] = place(a + b, t);
    }
  }
  return [tensor(x, [n, BITS, 2]), tensor(d, [n, BITS, 1])];
}

/** A sum as on paper, the highest bit first; under a and b the answers, the lowest of which comes first, green where they are right. */
export function sumGrid(a: number, b: number, answers: readonly number[]): GridEvent {
  const places = Array.from({ length: BITS }, (_, t) => BITS - 1 - t);
  const bits = (value: number) => places.map((t) => ({ text: String(place(value, t)) }));
  const rounded = answers.map((y) => Number(y > 0.5));
  const answered = places.map((t) => {
    const tone = rounded[t] === place(a + b, t) ? ('good' as const) : ('bad' as const);
    return { text: String(rounded[t]!), tone, shade: Math.min(1, Math.abs(2 * answers[t]! - 1)) };
  });
  const sum = rounded.reduce((total, bit, t) => total + bit * 2 ** t, 0);
  return {
    type: 'grid',
    name: `${a} + ${b} = ${sum}`,
    rows: [`a = ${a}`, `b = ${b}`, 'network'],
    cells: [bits(a), bits(b), answered],
  };
}
