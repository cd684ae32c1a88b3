import { sameShape, type ConvGeometry, type Shape } from '@kasane/tensor-core';

/** How a kernel moves, with one number per spatial dimension. */
export interface ConvAttrs {
  readonly stride: readonly number[];
  /** Zeros before the first and after the last element. */
  readonly padding: readonly (readonly [before: number, after: number])[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

/** Depth, height and width; the first are `fill` where there are fewer. */
function three(sizes: readonly number[], fill: number): readonly [number, number, number] {
  return [sizes.at(-3) ?? fill, sizes.at(-2) ?? fill, sizes.at(-1) ?? fill];
}

/** The sizes of a convolution from x (N, G·C, …) with w (G·O, C, …) to y (N, G·O, …). */
export function geometryOf(x: Shape, w: Shape, y: Shape, attrs: ConvAttrs): ConvGeometry {
  const { groups, stride, padding, dilation } = attrs;
  const [n, channels] = [x[0]!, [groups, w[1]!, w[0]! / groups] as const];
  const before = padding.map(([first]) => first);
  const isPointwise =
    w.slice(2).every((k) => k === 1) &&
    stride.every((s) => s === 1) &&
    padding.every(([first, last]) => first === 0 && last === 0) &&
    sameShape(x.slice(2), y.slice(2)); // output padding makes one larger
  if (isPointwise) {
    // Every position on its own: one long row, whatever the shape.
    const size = x.slice(2).reduce((a, b) => a * b, 1);
    return [n, ...channels, 1, 1, size, 1, 1, 1, 1, 1, size, 1, 1, 1, 0, 0, 0, 1, 1, 1];
  }
  return [
    n,
    ...channels,
    ...three(x.slice(2), 1),
    ...three(w.slice(2), 1),
    ...three(y.slice(2), 1),
    ...three(stride, 1),
    ...three(before, 0),
    ...three(dilation, 1),
  ];
}

/** Whether the kernels have room for the taps of one channel and what they meet at four positions. */
export function fitsKernels(geometry: ConvGeometry): boolean {
  const [kd, kh, kw, sw, dh, dw] = [7, 8, 9, 15, 20, 21].map((i) => geometry[i]!);
  const width = (kw! - 1) * dw! + 1;
  const row = Math.min(sw!, width) * (4 + Math.ceil(width / sw!));
  return kd! * kh! * kw! <= 4096 && kd! * ((kh! - 1) * dh! + 1) * row <= 120_000;
}
