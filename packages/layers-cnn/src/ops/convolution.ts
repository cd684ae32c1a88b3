import { run, sizeOf, type OpDef, type Tensor } from '@kasane/tensor-core';
import { checkChannels, outputSizes } from './check-convolution.ts';
import { fillChannels, forEachRow } from './convolution-loops.ts';
import { gpuForward, gpuInput, gpuWeight } from './convolution.gpu.ts';
import { fitsKernels, geometryOf, type ConvAttrs } from './geometry.ts';

/** Which input a transposed convolution gives: several sizes have one output size where strides skip. */
export interface ConvInputAttrs extends ConvAttrs {
  readonly size: readonly number[];
}

/** A convolution, by itself or as the transpose of one that gave `positions`. */
export interface ConvForwardAttrs extends ConvAttrs {
  /** How many windows along each dimension. Default: as many as there is room for. */
  readonly positions?: readonly number[];
}

/** The sizes of the kernels whose gradient is asked for. */
export interface ConvWeightAttrs extends ConvAttrs {
  readonly kernel: readonly number[];
}

// The three are the gradients of each other: y is linear in x and in w, and
//
//   ⟨y, convolution(x, w)⟩ = ⟨x, convolutionInput(y, w)⟩ = ⟨w, convolutionWeight(x, y)⟩

/** y[n, o, p] = b[o] + Σ_{c, k} w[o, c, k]·x[n, c, stride·p + dilation·k - padding], in one to three dimensions. */
export const convolution: OpDef<ConvForwardAttrs> = {
  name: 'convolution',
  inputs: 'float',
  infer([x, w], attrs) {
    const name = `conv${x!.ndim - 2}d`;
    checkChannels(name, x!, w!, 1, attrs.groups);
    // With dilation, output padding may leave room for more windows than the transposed convolution read.
    const sizes = attrs.positions ?? outputSizes(name, x!.shape.slice(2), w!.shape.slice(2), attrs);
    return { shape: [x!.shape[0]!, w!.shape[0]!, ...sizes], dtype: x!.dtype };
  },
  reference([x, w, b], attrs, out) {
    const geometry = geometryOf(x!.shape, w!.shape, out.shape, attrs);
    fillChannels(out.data, b?.data, out.shape[0]!, sizeAfter(out.shape));
    const [xs, ws, ys, stride] = [x!.data, w!.data, out.data, geometry[15]];
    forEachRow(geometry, (i, k, o, count) => {
      const weight = ws[k]!;
      for (let u = 0; u < count; u++) ys[o + u]! += xs[i + u * stride]! * weight;
    });
  },
  vjp({ inputs: [x, w, b], grad, attrs, needs }) {
    const size = x!.shape.slice(2);
    const kernel = w!.shape.slice(2);
    return [
      needs(0) ? run(convolutionInput, [grad, w!], { ...attrs, size }) : null,
      needs(1) ? run(convolutionWeight, [x!, grad], { ...attrs, kernel }) : null,
      ...(b === undefined ? [] : [needs(2) ? perChannel(grad) : null]),
    ];
  },
  wasm(k, [x, w, b], attrs, out) {
    const geometry = geometryOf(x!.shape, w!.shape, out.shape, attrs);
    if (out.dtype !== 'float32' || !fitsKernels(geometry)) return false;
    const bias = b === undefined ? 0 : b.pointer;
    const images = out.shape[0]!;
    k.convForward(x!.pointer, w!.pointer, bias, out.pointer, k.scratch, 0, images, ...geometry);
    return true;
  },
  flops: ([, w], _, out) => products(out, w!.shape),
  gpu: ([x, w, b], attrs, out) =>
    gpuForward(geometryOf(x!.shape, w!.shape, out.shape, attrs), b !== undefined),
};

/** The transpose of `convolution` as a map of x: the gradient with respect to it, and conv-transpose layers. */
export const convolutionInput: OpDef<ConvInputAttrs> = {
  name: 'convolutionInput',
  inputs: 'float',
  infer([y, w], attrs) {
    const name = `convTranspose${y!.ndim - 2}d`;
    checkChannels(name, y!, w!, 0, attrs.groups);
    const channels = w!.shape[1]! * attrs.groups;
    return { shape: [y!.shape[0]!, channels, ...attrs.size], dtype: y!.dtype };
  },
  reference([y, w, b], attrs, out) {
    const geometry = geometryOf(out.shape, w!.shape, y!.shape, attrs);
    fillChannels(out.data, b?.data, out.shape[0]!, sizeAfter(out.shape));
    const [xs, ws, ys, stride] = [out.data, w!.data, y!.data, geometry[15]];
    forEachRow(geometry, (i, k, o, count) => {
      const weight = ws[k]!;
      for (let u = 0; u < count; u++) xs[i + u * stride]! += ys[o + u]! * weight;
    });
  },
  vjp({ inputs: [y, w, b], grad, attrs, needs }) {
    const kernel = w!.shape.slice(2);
    return [
      needs(0) ? run(convolution, [grad, w!], { ...attrs, positions: y!.shape.slice(2) }) : null,
      needs(1) ? run(convolutionWeight, [grad, y!], { ...attrs, kernel }) : null,
      ...(b === undefined ? [] : [needs(2) ? perChannel(grad) : null]),
    ];
  },
  wasm(k, [y, w, b], attrs, out) {
    const geometry = geometryOf(out.shape, w!.shape, y!.shape, attrs);
    if (out.dtype !== 'float32' || !fitsKernels(geometry)) return false;
    const bias = b === undefined ? 0 : b.pointer;
    const images = out.shape[0]!;
    k.convInput(y!.pointer, w!.pointer, bias, out.pointer, k.scratch, 0, images, ...geometry);
    return true;
  },
  flops: ([y, w]) => products(y!.shape, w!.shape),
  gpu: ([y, w, b], attrs, out) =>
    gpuInput(geometryOf(out.shape, w!.shape, y!.shape, attrs), b !== undefined),
};

/** The transpose of `convolution` as a map of w: the gradient with respect to it. */
export const convolutionWeight: OpDef<ConvWeightAttrs> = {
  name: 'convolutionWeight',
  inputs: 'float',
  infer([x, y], { groups, kernel }) {
    return { shape: [y!.shape[1]!, x!.shape[1]! / groups, ...kernel], dtype: x!.dtype };
  },
  reference([x, y], attrs, out) {
    const geometry = geometryOf(x!.shape, out.shape, y!.shape, attrs);
    out.data.fill(0);
    const [xs, ws, ys, stride] = [x!.data, out.data, y!.data, geometry[15]];
    forEachRow(geometry, (i, k, o, count) => {
      let total = ws[k]!;
      for (let u = 0; u < count; u++) total += xs[i + u * stride]! * ys[o + u]!;
      ws[k] = total;
    });
  },
  vjp({ inputs: [x, y], grad, attrs, needs }) {
    const size = x!.shape.slice(2);
    return [
      needs(0) ? run(convolutionInput, [y!, grad], { ...attrs, size }) : null,
      needs(1) ? run(convolution, [x!, grad], { ...attrs, positions: y!.shape.slice(2) }) : null,
    ];
  },
  wasm(k, [x, y], attrs, out) {
    const geometry = geometryOf(x!.shape, out.shape, y!.shape, attrs);
    if (out.dtype !== 'float32' || !fitsKernels(geometry)) return false;
    const channels = out.shape[0]!;
    k.convWeight(x!.pointer, y!.pointer, out.pointer, k.scratch, 0, channels, ...geometry);
    return true;
  },
  flops: ([, y], _, out) => products(y!.shape, out),
  gpu: ([x, y], attrs, out) => gpuWeight(geometryOf(x!.shape, out.shape, y!.shape, attrs)),
};

/** Every element of y is a sum of products with the weights of its filter; padding counts. */
function products(y: readonly number[], w: readonly number[]): number {
  return 2 * sizeOf(y) * sizeOf(w.slice(1));
}

/** Elements of one channel of one image. */
function sizeAfter(shape: readonly number[]): number {
  return sizeOf(shape.slice(2));
}

/** (N, C, …) → (C) */
function perChannel(grad: Tensor): Tensor {
  return grad.sum(grad.shape.flatMap((_, i) => (i === 1 ? [] : [i])));
}
