/** The sizes of a convolution, axis by axis. */
import type { ConvGeometry } from '@kasane/tensor-core';

/** One dimension: output `o` sees at `stride · o + dilation · k - pad` what element `k` of the kernel is multiplied with. */
export interface Axis {
  readonly size: number;
  readonly kernel: number;
  readonly out: number;
  readonly stride: number;
  readonly pad: number;
  readonly dilation: number;
}

/** Of depth, height and width, or whatever else is said of these. */
export type Three<T> = readonly [T, T, T];

export interface Space {
  readonly batch: number;
  readonly groups: number;
  /** Channels of a group. */
  readonly ins: number;
  readonly outs: number;
  /** Channels of an image's results, those of other groups and of other threads included. */
  readonly all: number;
  readonly axes: Three<Axis>;
}

export function spaceOf(geometry: ConvGeometry): Space {
  const [batch, groups, ins, outs, ...rest] = geometry;
  const axis = (i: 0 | 1 | 2): Axis => {
    // Sizes, kernels, outputs, strides, padding and dilation have three numbers each.
    const [size, kernel, out, stride, pad, dilation] = [0, 3, 6, 9, 12, 15].map(
      (from) => rest[from + i]!,
    ) as [number, number, number, number, number, number];
    return { size, kernel, out, stride, pad, dilation };
  };
  return { batch, groups, ins, outs, all: groups * outs, axes: [axis(0), axis(1), axis(2)] };
}

/** The product of a number of each axis. */
export function volume(axes: Three<Axis>, of: 'size' | 'kernel' | 'out' | 'stride'): number {
  return axes[0][of] * axes[1][of] * axes[2][of];
}

/** The same function of each axis. */
export function each<T, U>(three: Three<T>, f: (value: T, i: number) => U): Three<U> {
  return [f(three[0], 0), f(three[1], 1), f(three[2], 2)];
}
