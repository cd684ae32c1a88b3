// The patch matrix of a convolution, which is never built.
//
// Element (k, p) of it, what tap k of the kernel meets at position p, stands at tap[k] + spot[p] in a
// copy of the source: the copy has the padding written out, and the columns of one row ordered by
// their remainder after division by the stride, so that neighbouring positions read neighbouring
// elements. A copy holds a block of channels and of positions, and stays in the second-level cache.
//
// The same serves the way back to the input: there the source is the gradient, and the positions are
// the elements of the input that have one remainder after division by the stride.

import {
  dilationDepth,
  dilationHeight,
  dilationWidth,
  inDepth,
  inHeight,
  inWidth,
  kernelDepth,
  kernelHeight,
  kernelWidth,
  outDepth,
  outHeight,
  outWidth,
  padDepth,
  padHeight,
  padWidth,
  strideDepth,
  strideHeight,
  strideWidth,
} from './conv-shape';
import { B_BYTES } from './gemm-block';

/** Taps of one channel of the kernel for which there is room. */
const MOST_TAPS: i32 = 4096;
/** Positions of a block for which there is room; four of them where they are taken in fours. */
export const MOST_SPOTS: i32 = 1024;

// Places in the scratch region, behind the packed block of A.
const TAP_AT: usize = 0;
const TAP_WEIGHT: usize = TAP_AT + 4 * MOST_TAPS;
const SPOT: usize = TAP_WEIGHT + 4 * MOST_TAPS;
const TARGET: usize = SPOT + 4 * MOST_SPOTS;
const STEP_AT: usize = TARGET + 4 * MOST_SPOTS;
const STEP_WEIGHT: usize = STEP_AT + 1024;
const COPY: usize = STEP_WEIGHT + 1024;
/** Elements of the copy; vectors may be read beyond it. */
const CAPACITY: i32 = <i32>((B_BYTES - COPY - 64) >> 2);

/** A tap that no position of the lattice meets. */
const NEVER: i32 = i32.MIN_VALUE;

// The lattice of positions (u, v) at work, the source they read, and how the copy is laid out.
let back: bool = false;
let depth: i32 = 0; // of the positions
let stepHeight: i32 = 0; // rows of the source from one u to the next
let stepWidth: i32 = 0;
let top: i32 = 0; // the first row of the source that u = 0 meets
let left: i32 = 0;
let spanHeight: i32 = 0; // from the first row that u meets to its last
let spanWidth: i32 = 0;
let rowsPerStep: i32 = 0; // rows of the copy from one u to the next
let phases: i32 = 0;
let phasePitch: i32 = 0; // elements, like all pitches
let rowPitch: i32 = 0;
let planePitch: i32 = 0;
let channelPitch: i32 = 0;
let imagePitch: i32 = 0;

/** Taps of a channel that the lattice meets. */
export let taps: i32 = 0;
/** Planes of the source that a channel of the lattice meets. */
let planes: i32 = 0;

// The size of a block.
export let blockChannels: i32 = 0;
export let blockRows: i32 = 0;
export let blockColumns: i32 = 0;
export let blockImages: i32 = 0;

/** Where position 0 of the lattice meets tap k along a dimension of the source. */
@inline
function meeting(k: i32, start: i32, stride: i32, pad: i32, dilation: i32): i32 {
  if (!back) return k * dilation - pad;
  const far = start + pad - k * dilation;
  return far % stride == 0 ? far / stride : NEVER;
}

/** The plane of the source that tap k of the depth meets, or NEVER. */
function planeOf(k: i32): i32 {
  const at = back
    ? meeting(k, depth, strideDepth, padDepth, dilationDepth)
    : depth * strideDepth + meeting(k, 0, strideDepth, padDepth, dilationDepth);
  const count = back ? outDepth : inDepth;
  return at >= 0 && at < count ? at : NEVER;
}

/**
 * Takes up the lattice of positions at depth `z`: all of the output, or those elements of the input
 * whose row and column have the remainders `a` and `b`.
 */
export function takeLattice(transposed: bool, z: i32, a: i32, b: i32): void {
  back = transposed;
  depth = z;
  stepHeight = transposed ? 1 : strideHeight;
  stepWidth = transposed ? 1 : strideWidth;
  planes = 0;
  for (let k = 0; k < kernelDepth; k++) planes += i32(planeOf(k) != NEVER);
  let rows = 0;
  top = i32.MAX_VALUE;
  let most = i32.MIN_VALUE;
  for (let k = 0; k < kernelHeight; k++) {
    const at = meeting(k, a, strideHeight, padHeight, dilationHeight);
    if (at == NEVER) continue;
    rows++;
    top = min<i32>(top, at);
    most = max<i32>(most, at);
  }
  spanHeight = most - top;
  let columns = 0;
  left = i32.MAX_VALUE;
  most = i32.MIN_VALUE;
  for (let k = 0; k < kernelWidth; k++) {
    const at = meeting(k, b, strideWidth, padWidth, dilationWidth);
    if (at == NEVER) continue;
    columns++;
    left = min<i32>(left, at);
    most = max<i32>(most, at);
  }
  spanWidth = most - left;
  taps = planes * rows * columns;
}

/** As many channels in a block as make at most `steps` steps, with the blocks about equally large. */
export function channelsWithin(channels: i32, steps: i32): i32 {
  const most = max<i32>(1, steps / taps);
  const blocks = (channels + most - 1) / most;
  return (channels + blocks - 1) / blocks;
}

/**
 * Divides the lattice of `rows` by `columns` positions into blocks of at most `positions`, counted in
 * fours if `unit` is 4, and lays the copy out; `channels` are wanted in a block.
 */
export function divide(rows: i32, columns: i32, positions: i32, unit: i32, channels: i32): void {
  phases = min<i32>(stepWidth, spanWidth + 1);
  rowsPerStep = min<i32>(stepHeight, spanHeight + 1);
  const shift = spanWidth / stepWidth;
  blockChannels = channels;
  blockColumns = min<i32>(columns, positions);
  for (;;) {
    phasePitch = ((blockColumns + 3) & ~3) + shift;
    rowPitch = phases * phasePitch;
    const least = planes * (spanHeight + 1) * rowPitch;
    if (blockChannels * least <= CAPACITY) break;
    if (least <= CAPACITY) {
      blockChannels = CAPACITY / least;
      break;
    }
    blockColumns = (blockColumns + 1) >> 1;
  }
  const width = (blockColumns + unit - 1) & ~(unit - 1);
  const room = CAPACITY / (planes * blockChannels * rowPitch);
  const fitting = 1 + (room - 1 - spanHeight) / rowsPerStep;
  blockRows =
    blockColumns < columns ? 1 : min<i32>(rows, min<i32>(max<i32>(1, positions / width), fitting));
  planePitch = ((blockRows - 1) * rowsPerStep + spanHeight + 1) * rowPitch;
  channelPitch = planes * planePitch;
  imagePitch = blockChannels * channelPitch;
  blockImages = 1;
  if (blockRows == rows && blockColumns == columns) {
    const images = min<i32>(positions / (rows * width), CAPACITY / imagePitch);
    blockImages = max<i32>(1, images);
  }
}

/** Lists the taps: their places in the copy, and their weights in the kernel, in elements. */
export function listTaps(at: usize, a: i32, b: i32): void {
  let places = at + TAP_AT;
  let weights = at + TAP_WEIGHT;
  let plane = 0;
  for (let i = 0; i < kernelDepth; i++) {
    if (planeOf(i) == NEVER) continue;
    for (let j = 0; j < kernelHeight; j++) {
      const y = meeting(j, a, strideHeight, padHeight, dilationHeight);
      if (y == NEVER) continue;
      for (let k = 0; k < kernelWidth; k++) {
        const x = meeting(k, b, strideWidth, padWidth, dilationWidth);
        if (x == NEVER) continue;
        const far = x - left;
        const column = (far % stepWidth) * phasePitch + far / stepWidth;
        store<i32>(places, plane * planePitch + (y - top) * rowPitch + column);
        store<i32>(weights, (i * kernelHeight + j) * kernelWidth + k);
        places += 4;
        weights += 4;
      }
    }
    plane++;
  }
}

/** The place in the copy of step k, which counts taps within channels, in bytes. */
@inline
export function stepPlace(at: usize, k: i32): usize {
  const c = k / taps;
  const tap = load<i32>(at + TAP_AT + (<usize>(k - c * taps) << 2));
  return copyOf(at) + (<usize>(c * channelPitch + tap) << 2);
}

/** The weight of step k in the kernels, which are `pitch` elements apart, in bytes. */
@inline
export function stepWeight(at: usize, k: i32, pitch: i32): usize {
  const c = k / taps;
  return <usize>(c * pitch + load<i32>(at + TAP_WEIGHT + (<usize>(k - c * taps) << 2))) << 2;
}

/** Where the copy is. */
@inline
export function copyOf(at: usize): usize {
  return at + COPY;
}

/** Where the spots of a block are listed. */
@inline
export function spotsOf(at: usize): usize {
  return at + SPOT;
}

/** Where the results of a block go. */
@inline
export function targetsOf(at: usize): usize {
  return at + TARGET;
}

/** Where the places of up to KC steps are listed. */
@inline
export function stepsOf(at: usize): usize {
  return at + STEP_AT;
}

/** Where the weights of up to KC steps are listed. */
@inline
export function stepWeightsOf(at: usize): usize {
  return at + STEP_WEIGHT;
}

/** The spot of position (u, v) of a block in image i of it, in bytes. */
@inline
export function spot(i: i32, u: i32, v: i32): i32 {
  return (i * imagePitch + u * rowsPerStep * rowPitch + v) << 2;
}

/** Lists the fours of positions of a block: where they read, and where they write and how many. */
export function listFours(
  at: usize,
  images: i32,
  imagePitch: i32,
  u: i32,
  rows: i32,
  v: i32,
  columns: i32,
  rowPitch: i32,
  columnPitch: i32,
): i32 {
  let spots = spotsOf(at);
  let targets = targetsOf(at);
  let count = 0;
  for (let i = 0; i < images; i++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x += 4) {
        store<i32>(spots, spot(i, y, x));
        const to = i * imagePitch + (u + y) * rowPitch + (v + x) * columnPitch;
        // Addresses are multiples of four: the last two bits are free to say how many there are.
        store<i32>(targets, (to << 2) | (min<i32>(4, columns - x) - 1));
        spots += 4;
        targets += 4;
        count++;
      }
    }
  }
  return count;
}

/** One phase of a row: `count` elements, from column `start` of a row of `width`, `step` apart. */
function copyPhase(row: usize, width: i32, start: i32, step: i32, count: i32, to: usize): void {
  const lead = start >= 0 ? 0 : min<i32>(count, (step - 1 - start) / step);
  const end =
    start >= width ? 0 : min<i32>(count, max<i32>(lead, (width - start + step - 1) / step));
  let q = 0;
  for (; q < lead; q++) store<f32>(to + (<usize>q << 2), 0);
  let p = row + (<isize>(start + lead * step) << 2);
  if (step == 1) {
    for (; q + 4 <= end; q += 4, p += 16) v128.store(to + (<usize>q << 2), v128.load(p));
  }
  const stepBytes = <usize>step << 2;
  for (; q < end; q++, p += stepBytes) store<f32>(to + (<usize>q << 2), load<f32>(p));
  for (; q < count; q++) store<f32>(to + (<usize>q << 2), 0);
}

/**
 * Copies what a block meets: of `images` images, the first of which begins at `source`, `channels`
 * channels for `rows` by `columns` positions from (u, v) on. Images are `pitch` bytes apart.
 */
export function copyBlock(
  at: usize,
  source: usize,
  pitch: usize,
  images: i32,
  channels: i32,
  u: i32,
  rows: i32,
  v: i32,
  columns: i32,
): void {
  const height = back ? outHeight : inHeight;
  const width = back ? outWidth : inWidth;
  const plane = <usize>(height * width) << 2;
  const channel = plane * (back ? outDepth : inDepth);
  const count = columns + spanWidth / stepWidth;
  const lines = (rows - 1) * rowsPerStep + spanHeight + 1;
  for (let i = 0; i < images; i++) {
    for (let c = 0; c < channels; c++) {
      const from = source + <usize>i * pitch + <usize>c * channel;
      let to = copyOf(at) + (<usize>(i * imagePitch + c * channelPitch) << 2);
      for (let k = 0; k < kernelDepth; k++) {
        const z = planeOf(k);
        if (z == NEVER) continue;
        let line = to;
        for (let r = 0; r < lines; r++) {
          const step = r / rowsPerStep;
          const y = (u + step) * stepHeight + top + (r - step * rowsPerStep);
          const inside = y >= 0 && y < height;
          const row = from + <usize>z * plane + (<usize>(inside ? y * width : 0) << 2);
          for (let f = 0; f < phases; f++) {
            // A row beyond the edge has no columns: all of it is padding.
            const start = v * stepWidth + left + f;
            copyPhase(row, inside ? width : 0, start, stepWidth, count, line);
            line += <usize>phasePitch << 2;
          }
        }
        to += <usize>planePitch << 2;
      }
    }
  }
}
