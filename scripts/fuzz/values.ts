/** Draws of numbers, shapes and tensors. */
import type { DType, Shape } from '@kasane/tensor-core';
import { stream, type Draw } from './draw.ts';
import type { Leaf } from './program.ts';

/**
 * Which numbers a tensor may hold. `any`: all there are. `tame`: no magnitudes beyond 10⁴ or below 10⁻⁴ but 0,
 * though NaN and infinities, for ops made of several: their steps would overflow in float32 where float64 has
 * room. `finite`: from -4 to 4, as parameters are. `positive`, `unit` (0 to 1) and `near` (-2 to 2) are what
 * some ops are defined for.
 */
export type Range = 'any' | 'tame' | 'finite' | 'positive' | 'unit' | 'near';

const SIZES = [2, 3, 1, 4, 5, 6, 7, 2, 3, 1, 0] as const;

/** A size of a dimension: 0 to 7. */
export const size = (d: Draw): number => d.pick(SIZES);

/** A shape of `least` to `most` dimensions. */
export function shapeOf(d: Draw, least: number = 0, most: number = 4): number[] {
  return d.list(d.int(least, most), () => size(d));
}

/** A shape that broadcasts to `shape`; in few cases one that does not. */
export function broadcastable(d: Draw, shape: Shape): number[] {
  if (d.chance(4)) return shapeOf(d);
  const dropped = d.chance(30) ? d.int(0, shape.length) : 0;
  return shape.slice(dropped).map((n) => (d.chance(20) ? 1 : n));
}

/** A dimension of so many, counted from either end; in few cases one that does not exist. */
export function dim(d: Draw, ndim: number): number {
  if (d.chance(3)) return d.pick([ndim, -ndim - 1, 0.5]);
  return ndim === 0 ? d.pick([0, -1]) : d.int(0, ndim - 1) - (d.chance(30) ? ndim : 0);
}

/** No dims, one, or a list of different ones. */
export function dims(d: Draw, ndim: number): number | number[] | undefined {
  const which = d.int(0, 2);
  if (which === 0) return undefined;
  if (which === 1) return dim(d, ndim);
  return d.list(d.int(0, ndim), () => dim(d, ndim)).filter((v, i, all) => all.indexOf(v) === i);
}

const SPECIAL = [
  0,
  NaN,
  Infinity,
  -Infinity,
  -0,
  1e-45,
  -1e-40,
  1.1754943508222875e-38,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  1e30,
  -1e20,
  1e-20,
] as const;
const TAME_SPECIAL = [0, NaN, Infinity, -Infinity, -0] as const;
const WHOLE = [0, 1, -1, 2, 3, -2, -3, 4, 5, -7] as const;
const WHOLE_SPECIAL = [2147483647, -2147483648, 16777217, 46341, 65536, -65537] as const;

const clip = (range: Range, x: number): number => {
  if (range === 'positive') return x === 0 ? 0.5 : Math.abs(x);
  if (range === 'unit') return Number.isFinite(x) ? Math.abs(x % 1) : x > 0 ? 1 : 0;
  if (range === 'near') return Number.isFinite(x) ? x % 2 : x;
  return x;
};

/** Numbers from 0 to n that follow from one choice, so that a shape can shrink and values stay. */
function numbers(d: Draw): (n: number) => number {
  const random = stream(d.int(0, 2 ** 20));
  return (n) => Math.floor(random() * (n + 1));
}

/** So many floating numbers of one kind: round ones, any, one for all, with special ones, of all magnitudes. */
function floats(d: Draw, length: number, range: Range): number[] {
  const kinds = ['round', 'random', 'random', 'round', 'same', 'special', 'wide'] as const;
  const kind = d.pick(range === 'finite' ? kinds.slice(0, 4) : kinds);
  const special = range === 'any' ? SPECIAL : TAME_SPECIAL;
  const same = kind === 'same' ? d.pick([1, 0.1, 10_000.3, -7, 1_000_000.125]) : 0;
  const upTo = numbers(d);
  const make = (): number => {
    if (kind === 'same') return same;
    if (kind === 'round') {
      const v = upTo(32);
      return (v % 2 === 0 ? v : -v - 1) / 8;
    }
    if (kind === 'special' && upTo(2) > 0) return special[upTo(special.length - 1)]!;
    const x = upTo(2 ** 20) / 2 ** 18 - 2;
    if (kind !== 'wide') return x;
    return x * 10 ** (range === 'any' ? upTo(60) - 30 : upTo(6) - 3);
  };
  return Array.from({ length }, () => clip(range, make()));
}

function whole(d: Draw, length: number, range: Range): number[] {
  const wild = range === 'any' && d.chance(15);
  const upTo = numbers(d);
  return Array.from({ length }, () =>
    wild && upTo(1) === 1
      ? WHOLE_SPECIAL[upTo(WHOLE_SPECIAL.length - 1)]!
      : WHOLE[upTo(WHOLE.length - 1)]!,
  );
}

/** How a tensor is to be drawn. */
export interface Wanted {
  readonly dtype?: DType;
  readonly range?: Range;
  readonly grad?: boolean;
}

/** A dtype; most are float32, for which there are kernels. */
export function anyDType(d: Draw): DType {
  return d.pick(['float32', 'float32', 'float32', 'float32', 'float64', 'int32', 'bool']);
}

/** A floating dtype, mostly float32. */
export function floatDType(d: Draw): DType {
  return d.chance(12) ? 'float64' : 'float32';
}

/** A tensor with known values. */
export function given(values: readonly number[], shape: Shape, dtype: DType): Leaf {
  return { kind: 'tensor', dtype, shape, values, grad: false };
}

/** A tensor of a shape. */
export function tensorOf(d: Draw, shape: Shape, wanted: Wanted = {}): Leaf {
  const { dtype = floatDType(d), range = 'any', grad = true } = wanted;
  const length = shape.reduce((a, b) => a * b, 1);
  if (dtype === 'bool' || dtype === 'int32') {
    const drawn = whole(d, length, range);
    return given(dtype === 'bool' ? drawn.map((v) => v & 1) : drawn, shape, dtype);
  }
  const drawn = floats(d, length, range);
  const values = dtype === 'float32' ? drawn.map(Math.fround) : drawn;
  return { kind: 'tensor', dtype, shape, values, grad: grad && !d.chance(12) };
}

/** Whole numbers from low to below high; in few cases others are among them. */
export function indices(d: Draw, shape: Shape, high: number, low: number = 0): Leaf {
  const length = shape.reduce((a, b) => a * b, 1);
  const wrong = d.chance(5);
  const upTo = numbers(d);
  const odd = [high, -1, -high - 1] as const;
  const values = Array.from({ length }, () =>
    wrong && upTo(4) === 4 ? odd[upTo(2)]! : low + upTo(Math.max(0, high - low - 1)),
  );
  return given(values, shape, 'int32');
}
