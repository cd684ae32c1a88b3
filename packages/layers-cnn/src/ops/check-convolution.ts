import {
  formatShape,
  ShapeError,
  type Shape,
  type Tensor,
  requireTensor,
} from '@kasane/tensor-core';
import type { ConvAttrs } from './geometry.ts';

const layouts = ['', '(N, C, L)', '(N, C, H, W)', '(N, C, D, H, W)'];

/** Throws unless x is a batch of images with `dims` spatial dimensions. */
export function checkImages(name: string, input: Tensor, dims: number): void {
  requireTensor(name, 'the input', input);
  const { shape } = input;
  if (shape.length === dims + 2) return;
  throw new ShapeError(
    `${name}: the input must have shape ${layouts[dims]}, got ${formatShape(shape)}. A single image needs unsqueeze(0).`,
  );
}

/**
 * Throws unless the channels of x fit the weights, which are (out, in / groups, …): `dim` 1 if x is what
 * a convolution reads, 0 if it is what one gives.
 */
export function checkChannels(
  name: string,
  x: Tensor,
  w: Tensor,
  dim: 0 | 1,
  groups: number,
): void {
  const [out, per] = [w.shape[0]!, w.shape[1]!];
  if (w.ndim !== x.ndim) {
    throw new ShapeError(
      `${name}: input and weight must have ${x.ndim} dimensions, got weight ${formatShape(w.shape)}. Reshape it.`,
    );
  }
  if (out % groups !== 0) {
    throw new ShapeError(
      `${name}: groups must divide the channels, got ${groups} groups for ${out} of weight ${formatShape(w.shape)}. Take another number of either.`,
    );
  }
  const wanted = dim === 1 ? per * groups : out;
  if (x.shape[1] === wanted) return;
  throw new ShapeError(
    `${name}: the input must have ${wanted} channels for weight ${formatShape(w.shape)}, got ${x.shape[1]} in ${formatShape(x.shape)}. Build the layer with its channels.`,
  );
}

/** The spatial sizes that a convolution of such sizes gives: ⌊(size + padding - extent) / stride⌋ + 1. */
export function outputSizes(
  name: string,
  sizes: Shape,
  kernel: Shape,
  { stride, padding, dilation }: Omit<ConvAttrs, 'groups'>,
  what: string = 'input',
): number[] {
  const padded = kernel.map((_, i) => sizes[i]! + padding[i]![0] + padding[i]![1]);
  const extent = kernel.map((k, i) => dilation[i]! * (k - 1) + 1);
  if (extent.some((e, i) => e > padded[i]!)) {
    throw new ShapeError(
      `${name}: the kernel reaches over ${formatShape(extent)}, more than the padded ${what} ${formatShape(padded)}. Pad more, or take a smaller kernel.`,
    );
  }
  return extent.map((e, i) => Math.floor((padded[i]! - e) / stride[i]!) + 1);
}
