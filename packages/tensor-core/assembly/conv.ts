// Convolution, and the way back to its input: products of the kernels with patches of the source.
//
// Every element is a sum over blocks of channels, each block one chain in the order of channels and
// taps. The blocks follow from the shapes of single images, so results do not depend on how a batch is
// split.

import * as patches from './conv-patches';
import * as shape from './conv-shape';
import { convTiles, packKernels } from './conv-tiles';
import { A_BYTES, KC, MC } from './gemm-block';

/** Positions of a block: its results stay in the second-level cache while channels are added up. */
const POSITIONS: i32 = 2048;

/** Results that no tap reaches. */
function fillEmpty(
  out: usize,
  channels: i32,
  channelPitch: i32,
  bias: usize,
  rows: i32,
  rowPitch: i32,
  columns: i32,
  columnPitch: i32,
): void {
  for (let c = 0; c < channels; c++) {
    const value = bias ? load<f32>(bias + (<usize>c << 2)) : 0;
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const to = c * channelPitch + y * rowPitch + x * columnPitch;
        store<f32>(out + (<usize>to << 2), value);
      }
    }
  }
}

// The operands of the call at work.
let back: bool = false; // from the gradient of y to that of x, instead of from x to y
let source: usize = 0;
let weights: usize = 0;
let shift: usize = 0; // the bias, or 0
let out: usize = 0;
let packed: usize = 0;
let at: usize = 0;

/** The channels of group `g` for a block of `fours` fours of positions, whose lists are made. */
function fillBlock(
  g: i32,
  n: i32,
  images: i32,
  u: i32,
  rows: i32,
  v: i32,
  columns: i32,
  fours: i32,
  corner: i32,
  step: i32,
): void {
  const size = shape.kernelSize();
  const ins = shape.inChannels;
  const outs = shape.outChannels;
  const channels = back ? outs : ins;
  const results = back ? ins : outs;
  const inSize = shape.inDepth * shape.inHeight * shape.inWidth;
  const outSize = shape.outDepth * shape.outHeight * shape.outWidth;
  const sourceSize = back ? outSize : inSize;
  const resultSize = back ? inSize : outSize;
  // w is (groups · outs, ins, taps), whichever of the two is summed over.
  const kernelPitch = <usize>(back ? size : ins * size) << 2;
  const stepPitch = back ? ins * size : size;
  const kernels = weights + (<usize>(g * outs * ins * size) << 2);
  const bias = shift ? shift + (<usize>(g * results) << 2) : 0;
  const imagePitch = <usize>(shape.groups * channels * sourceSize) << 2;
  const first = out + (<usize>((n * shape.groups + g) * results * resultSize + corner) << 2);
  const steps = patches.stepsOf(at);
  const stepWeights = patches.stepWeightsOf(at);
  const taps = patches.taps;
  for (let c = 0; c < channels; c += patches.blockChannels) {
    const count = min<i32>(patches.blockChannels, channels - c);
    const image = ((n * shape.groups + g) * channels + c) * sourceSize;
    const from = source + (<usize>image << 2);
    patches.copyBlock(at, from, imagePitch, images, count, u, rows, v, columns);
    for (let k = 0; k < count * taps; k += KC) {
      const kc = min<i32>(KC, count * taps - k);
      for (let i = 0; i < kc; i++) {
        const entry = <usize>i << 2;
        store<usize>(steps + entry, patches.stepPlace(at, k + i));
        store<usize>(stepWeights + entry, patches.stepWeight(at, k + i, stepPitch));
      }
      for (let m = 0; m < results; m += MC) {
        const some = min<i32>(MC, results - m);
        const block = kernels + <usize>m * kernelPitch + (<usize>(c * stepPitch) << 2);
        packKernels(block, kernelPitch, stepWeights, some, kc, packed);
        convTiles(
          packed,
          some,
          kc,
          steps,
          patches.spotsOf(at),
          patches.targetsOf(at),
          fours,
          first + (<usize>(m * resultSize) << 2),
          <usize>resultSize << 2,
          step,
          c == 0 && k == 0,
          bias ? bias + (<usize>m << 2) : 0,
        );
      }
    }
  }
}

/** The images from `from` to `to`. */
function convolve(scratch: usize, from: i32, to: i32): void {
  packed = scratch;
  at = scratch + A_BYTES;
  const channels = back ? shape.outChannels : shape.inChannels;
  const results = back ? shape.inChannels : shape.outChannels;
  const depths = back ? shape.inDepth : shape.outDepth;
  const height = back ? shape.inHeight : shape.outHeight;
  const width = back ? shape.inWidth : shape.outWidth;
  const strideY = back ? shape.strideHeight : 1;
  const strideX = back ? shape.strideWidth : 1;
  const resultSize = depths * height * width;
  const imagePitch = shape.groups * results * resultSize;
  for (let z = 0; z < depths; z++) {
    for (let a = 0; a < min<i32>(strideY, height); a++) {
      for (let b = 0; b < min<i32>(strideX, width); b++) {
        const rows = (height - a + strideY - 1) / strideY;
        const columns = (width - b + strideX - 1) / strideX;
        const corner = (z * height + a) * width + b;
        patches.takeLattice(back, z, a, b);
        if (patches.taps == 0) {
          const all = shape.groups * results;
          const pitch = strideY * width;
          for (let n = from; n < to; n++) {
            const first = out + (<usize>(n * imagePitch + corner) << 2);
            fillEmpty(first, all, resultSize, shift, rows, pitch, columns, strideX);
          }
          continue;
        }
        patches.divide(rows, columns, POSITIONS, 4, patches.channelsWithin(channels, KC));
        patches.listTaps(at, a, b);
        for (let n = from; n < to; n += patches.blockImages) {
          const images = min<i32>(patches.blockImages, to - n);
          for (let u = 0; u < rows; u += patches.blockRows) {
            const tall = min<i32>(patches.blockRows, rows - u);
            for (let v = 0; v < columns; v += patches.blockColumns) {
              const wide = min<i32>(patches.blockColumns, columns - v);
              const pitch = strideY * width;
              const fours = patches.listFours(
                at,
                images,
                imagePitch,
                u,
                tall,
                v,
                wide,
                pitch,
                strideX,
              );
              for (let g = 0; g < shape.groups; g++) {
                fillBlock(g, n, images, u, tall, v, wide, fours, corner, strideX);
              }
            }
          }
        }
      }
    }
  }
}

function take(transposed: bool, from: usize, w: usize, bias: usize, to: usize): void {
  back = transposed;
  source = from;
  weights = w;
  shift = bias;
  out = to;
}

/**
 * y = x * w + bias for `many` images from `from` on; bias (G O) may be 0. Scratch is gemm's. A
 * kernel has at most 4096 elements a channel.
 * @kernel
 */
export function convForward(
  x: usize,
  w: usize,
  bias: usize,
  y: usize,
  scratch: usize,
  from: i32,
  many: i32,
  batch: i32,
  groups: i32,
  inChannels: i32,
  outChannels: i32,
  inDepth: i32,
  inHeight: i32,
  inWidth: i32,
  kernelDepth: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  outDepth: i32,
  outHeight: i32,
  outWidth: i32,
  strideDepth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padDepth: i32,
  padHeight: i32,
  padWidth: i32,
  dilationDepth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
): void {
  shape.describe(
    batch,
    groups,
    inChannels,
    outChannels,
    inDepth,
    inHeight,
    inWidth,
    kernelDepth,
    kernelHeight,
    kernelWidth,
    outDepth,
    outHeight,
    outWidth,
    strideDepth,
    strideHeight,
    strideWidth,
    padDepth,
    padHeight,
    padWidth,
    dilationDepth,
    dilationHeight,
    dilationWidth,
  );
  take(false, x, w, bias, y);
  convolve(scratch, from, from + many);
}

/** The transpose of convForward as a map of x, plus bias (G C), which may be 0. @kernel */
export function convInput(
  y: usize,
  w: usize,
  bias: usize,
  x: usize,
  scratch: usize,
  from: i32,
  many: i32,
  batch: i32,
  groups: i32,
  inChannels: i32,
  outChannels: i32,
  inDepth: i32,
  inHeight: i32,
  inWidth: i32,
  kernelDepth: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  outDepth: i32,
  outHeight: i32,
  outWidth: i32,
  strideDepth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padDepth: i32,
  padHeight: i32,
  padWidth: i32,
  dilationDepth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
): void {
  shape.describe(
    batch,
    groups,
    inChannels,
    outChannels,
    inDepth,
    inHeight,
    inWidth,
    kernelDepth,
    kernelHeight,
    kernelWidth,
    outDepth,
    outHeight,
    outWidth,
    strideDepth,
    strideHeight,
    strideWidth,
    padDepth,
    padHeight,
    padWidth,
    dilationDepth,
    dilationHeight,
    dilationWidth,
  );
  take(true, y, w, bias, x);
  convolve(scratch, from, from + many);
}
