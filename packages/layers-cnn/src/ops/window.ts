import {
  formatShape,
  requireWhole,
  ShapeError,
  type PoolGeometry,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { checkImages } from './check-convolution.ts';
import { perDimension, type Size } from '../size.ts';

/** How pooling windows move along one dimension. A stride of 0 stands for windows that adapt. */
export interface Axis {
  readonly kernel: number;
  readonly stride: number;
  readonly pad: number;
  readonly dilation: number;
  /** The number of windows. */
  readonly count: number;
}

/** Height and width; a sequence has height 1. */
export interface Windows {
  readonly axes: readonly [Axis, Axis];
}

const one: Axis = { kernel: 1, stride: 1, pad: 0, dilation: 1, count: 1 };

/** Options of pooling; sizes are one number, or one for each dimension. */
export interface PoolOptions {
  /** From one window to the next. Default: the kernel's size. */
  readonly stride?: Size;
  /** How far the first window begins before the first element; at most half the kernel. Default 0. */
  readonly padding?: Size;
  /** Also take a last window that is not full. Default false. */
  readonly ceilMode?: boolean;
}

/** The windows of a pooling layer over x. */
export function slidingWindows(
  name: string,
  x: Tensor,
  dims: number,
  kernelSize: Size,
  options: PoolOptions & { readonly dilation?: Size },
): Windows {
  checkImages(name, x, dims);
  const { ceilMode = false } = options;
  const kernel = perDimension(name, 'kernelSize', kernelSize, dims, 1);
  const stride = perDimension(name, 'stride', options.stride ?? kernel, dims, 1);
  const padding = perDimension(name, 'padding', options.padding ?? 0, dims, 0);
  const dilation = perDimension(name, 'dilation', options.dilation ?? 1, dims, 1);
  const axes = kernel.map((k, i): Axis => {
    const [s, pad, d, size] = [stride[i]!, padding[i]!, dilation[i]!, x.shape[i + 2]!];
    if (pad > k / 2) {
      throw new RangeError(
        `${name}: padding must be at most half the kernel, got ${pad} for ${k}. Pad the input itself.`,
      );
    }
    const free = size + 2 * pad - d * (k - 1) - 1;
    if (free < 0) {
      throw new ShapeError(
        `${name}: the window reaches over ${d * (k - 1) + 1}, more than the padded input ${size + 2 * pad} of ${formatShape(x.shape)}. Pad more, or take a smaller window.`,
      );
    }
    let count = (ceilMode ? Math.ceil(free / s) : Math.floor(free / s)) + 1;
    // A window that would begin in the padding at the end sees nothing.
    if (ceilMode && (count - 1) * s >= size + pad) count--;
    return { kernel: k, stride: s, pad, dilation: d, count };
  });
  return { axes: dims === 1 ? [one, axes[0]!] : [axes[0]!, axes[1]!] };
}

/** Windows that divide a plane evenly into as many as asked for. */
export function adaptiveWindows(name: string, x: Tensor, dims: number, outputSize: Size): Windows {
  checkImages(name, x, dims);
  const counts = perDimension(name, 'outputSize', outputSize, dims, 1);
  const axes = counts.map((count, i): Axis => {
    const size = x.shape[i + 2]!;
    requireWhole(name, 'the size of the input', size, 1);
    const kernel = Math.ceil(size / count) + 1;
    return size % count === 0
      ? { kernel: size / count, stride: size / count, pad: 0, dilation: 1, count }
      : { kernel, stride: 0, pad: 0, dilation: 1, count };
  });
  return { axes: dims === 1 ? [one, axes[0]!] : [axes[0]!, axes[1]!] };
}

/** Where window i of an axis begins and ends; both may lie beyond the `size` elements. */
export function extentOf(
  { kernel, stride, pad, dilation, count }: Axis,
  i: number,
  size: number,
): readonly [first: number, end: number] {
  if (stride === 0) return [Math.floor((i * size) / count), Math.ceil(((i + 1) * size) / count)];
  const first = i * stride - pad;
  return [first, first + (kernel - 1) * dilation + 1];
}

/** The shape of the results for images of this shape. */
export function pooledShape(shape: Shape, { axes }: Windows): number[] {
  const [height, width] = axes;
  return [...shape.slice(0, 2), ...(shape.length === 3 ? [] : [height.count]), width.count];
}

/** Planes, and their height and width. */
export function planesOf(shape: Shape): readonly [planes: number, height: number, width: number] {
  const [n, c] = shape;
  return [n! * c!, shape.length === 3 ? 1 : shape[2]!, shape.at(-1)!];
}

/** What the kernels are told: sizes, kernel, results, stride, padding. */
export function poolGeometry(shape: Shape, { axes: [h, w] }: Windows): PoolGeometry {
  const [, height, width] = planesOf(shape);
  const steps = [h.count, w.count, h.stride, w.stride, h.pad, w.pad] as const;
  return [height, width, h.kernel, w.kernel, ...steps];
}
