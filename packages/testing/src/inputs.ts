import type { Shape } from '@kasane/tensor-core';

/** An input of a sample: floating values run in float32 and float64, others in their own dtype. */
export interface Input {
  readonly shape: Shape;
  readonly values: readonly number[];
  readonly dtype?: 'int32' | 'bool';
}

/** Deterministic values in [low, high), irregular enough that no two outputs agree by chance. */
export function values(shape: Shape, low: number = -2, high: number = 2, seed: number = 0): Input {
  const size = shape.reduce((a, b) => a * b, 1);
  const fraction = (i: number): number => {
    const v = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return v - Math.floor(v);
  };
  return {
    shape,
    values: Array.from({ length: size }, (_, i) => low + (high - low) * fraction(i)),
  };
}

/** Given values; a list is a vector unless a shape is given. */
export function given(list: readonly number[], shape: Shape = [list.length]): Input {
  return { shape, values: list };
}

/** Given whole numbers. */
export function integers(list: readonly number[], shape: Shape = [list.length]): Input {
  return { shape, values: list, dtype: 'int32' };
}

/** Given truth values. */
export function bools(list: readonly boolean[], shape: Shape = [list.length]): Input {
  return { shape, values: list.map(Number), dtype: 'bool' };
}
