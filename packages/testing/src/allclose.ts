import { Tensor, type NestedArray } from '@kasane/tensor-core';
import { expect } from 'vitest';

/** |got - want| ≤ atol + rtol·|want|. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** Null if every pair is close, else a sentence about the worst one. NaN equals NaN. */
export function closeness(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  { rtol, atol }: Tolerance,
): string | null {
  if (got.length !== want.length) return `${got.length} values instead of ${want.length}`;
  let worst = 0;
  let text: string | null = null;
  for (let i = 0; i < got.length; i++) {
    const [g, w] = [got[i]!, want[i]!];
    if (Object.is(g, w) || g === w || (Number.isNaN(g) && Number.isNaN(w))) continue;
    const excess = Math.abs(g - w) / (atol + rtol * Math.abs(w));
    if (excess <= 1) continue;
    if (text === null || excess > worst) {
      worst = excess;
      text = `element ${i} is ${g} instead of ${w}`;
    }
  }
  return text;
}

/** The matcher behind `toBeAllclose`. */
function toBeAllclose(
  received: unknown,
  expected: Tensor | NestedArray | ArrayLike<number>,
  tolerance: Partial<Tolerance> = {},
): { pass: boolean; message: () => string } {
  const bounds = { rtol: 1e-5, atol: 1e-8, ...tolerance };
  const [got, want] = [flatten(received), flatten(expected)];
  const shapes =
    received instanceof Tensor && expected instanceof Tensor
      ? [received.shape, expected.shape].map((s) => `[${s.join(',')}]`)
      : [];
  const text =
    shapes[0] === shapes[1]
      ? closeness(got, want, bounds)
      : `shape ${shapes[0]} instead of ${shapes[1]}`;
  return {
    pass: text === null,
    message: () =>
      text === null
        ? `expected values to differ by more than rtol ${bounds.rtol}, atol ${bounds.atol}`
        : `not close within rtol ${bounds.rtol}, atol ${bounds.atol}: ${text}`,
  };
}

/** All numbers of a value, in row-major order. */
export function flatten(value: unknown): ArrayLike<number> {
  if (value instanceof Tensor) return value.dataSync();
  if (Array.isArray(value)) return value.flatMap((v: unknown) => Array.from(flatten(v)));
  if (value instanceof Float32Array || value instanceof Float64Array) return value;
  return [Number(value)];
}

declare module 'vitest' {
  // The parameters repeat vitest's own, as a merged declaration must.
  // oxlint-disable-next-line no-unused-vars
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** Every element within atol + rtol·|expected|; NaN equals NaN. Tensors must agree in shape. */
    toBeAllclose(
      expected: Tensor | NestedArray | ArrayLike<number>,
      tolerance?: Partial<Tolerance>,
    ): R;
  }
}

expect.extend({ toBeAllclose });
