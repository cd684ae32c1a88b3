// The gradient of a convolution's kernels: products of patches of the input with the gradient.
//
// Every element is a sum over blocks of positions, each block one chain. Blocks follow from the shapes
// of images and their number, so results do not depend on how channels are split among threads.

import * as patches from './conv-patches';
import * as shape from './conv-shape';
import { addDots } from './conv-thin';
import { rowsAtOnce } from './conv-tiles';
import { A_BYTES, KC } from './gemm-block';
import { packB } from './gemm-pack';
import { madd } from './lanes';

/** Channels of the gradient that would fill too little of a vector. */
const FEW: i32 = 3;

/** Room for a register block. */
const TILE_BYTES: usize = 6 * 8 * 4;

/** Up to six steps of the kernel by eight channels of the gradient, over the positions of a block. */
@inline
function tile(
  rows: i32,
  count: i32,
  spots: usize,
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  a4: usize,
  a5: usize,
  b: usize,
  out: usize,
): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0);
  let c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0);
  let c51 = f32x4.splat(0);
  for (; count > 0; count--) {
    const p = load<usize>(spots);
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a0 + p);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    if (rows > 1) {
      x = v128.load32_splat(a1 + p);
      c10 = madd(x, b0, c10);
      c11 = madd(x, b1, c11);
    }
    if (rows > 2) {
      x = v128.load32_splat(a2 + p);
      c20 = madd(x, b0, c20);
      c21 = madd(x, b1, c21);
      x = v128.load32_splat(a3 + p);
      c30 = madd(x, b0, c30);
      c31 = madd(x, b1, c31);
    }
    if (rows > 4) {
      x = v128.load32_splat(a4 + p);
      c40 = madd(x, b0, c40);
      c41 = madd(x, b1, c41);
      x = v128.load32_splat(a5 + p);
      c50 = madd(x, b0, c50);
      c51 = madd(x, b1, c51);
    }
    spots += 4;
    b += 32;
  }
  v128.store(out, c00);
  v128.store(out, c01, 16);
  if (rows > 1) {
    v128.store(out, c10, 32);
    v128.store(out, c11, 48);
  }
  if (rows > 2) {
    v128.store(out, c20, 64);
    v128.store(out, c21, 80);
    v128.store(out, c30, 96);
    v128.store(out, c31, 112);
  }
  if (rows > 4) {
    v128.store(out, c40, 128);
    v128.store(out, c41, 144);
    v128.store(out, c50, 160);
    v128.store(out, c51, 176);
  }
}

function tile6(
  count: i32,
  spots: usize,
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  a4: usize,
  a5: usize,
  b: usize,
  out: usize,
): void {
  tile(6, count, spots, a0, a1, a2, a3, a4, a5, b, out);
}

function tile4(
  count: i32,
  spots: usize,
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  b: usize,
  out: usize,
): void {
  tile(4, count, spots, a0, a1, a2, a3, 0, 0, b, out);
}

function tile2(count: i32, spots: usize, a0: usize, a1: usize, b: usize, out: usize): void {
  tile(2, count, spots, a0, a1, 0, 0, 0, 0, b, out);
}

function tile1(count: i32, spots: usize, a0: usize, b: usize, out: usize): void {
  tile(1, count, spots, a0, 0, 0, 0, 0, 0, b, out);
}

/** Lists the positions of a block. */
function listSpots(at: usize, images: i32, rows: i32, columns: i32): void {
  let spots = patches.spotsOf(at);
  for (let i = 0; i < images; i++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        store<i32>(spots, patches.spot(i, y, x));
        spots += 4;
      }
    }
  }
}

/** Adds what `steps` steps of the kernel and one panel of the gradient give to the kernels at `to`. */
function addPanel(
  at: usize,
  tile: usize,
  steps: i32,
  count: i32,
  panel: usize,
  to: usize,
  pitch: usize,
  channels: i32,
): void {
  const spots = patches.spotsOf(at);
  const size = shape.kernelSize();
  for (let k = 0; k < steps; ) {
    const some = rowsAtOnce(steps - k);
    const a0 = patches.stepPlace(at, k);
    if (some == 1) tile1(count, spots, a0, panel, tile);
    else {
      const a1 = patches.stepPlace(at, k + 1);
      if (some == 2) tile2(count, spots, a0, a1, panel, tile);
      else {
        const a2 = patches.stepPlace(at, k + 2);
        const a3 = patches.stepPlace(at, k + 3);
        if (some == 4) tile4(count, spots, a0, a1, a2, a3, panel, tile);
        else {
          const a4 = patches.stepPlace(at, k + 4);
          const a5 = patches.stepPlace(at, k + 5);
          tile6(count, spots, a0, a1, a2, a3, a4, a5, panel, tile);
        }
      }
    }
    for (let r = 0; r < some; r++, k++) {
      let p = to + patches.stepWeight(at, k, size);
      const from = tile + (<usize>r << 5);
      for (let o = 0; o < channels; o++, p += pitch) {
        store<f32>(p, load<f32>(p) + load<f32>(from + (<usize>o << 2)));
      }
    }
  }
}

/**
 * The transpose of convForward as a map of w, for `many` output channels from `from` on.
 * @kernel
 */
export function convWeight(
  x: usize,
  y: usize,
  out: usize,
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
  const to = from + many;
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
  const packed = scratch;
  const at = scratch + A_BYTES;
  const pitch = (<usize>(inChannels * kernelDepth * kernelHeight * kernelWidth)) << 2;
  const inSize = inDepth * inHeight * inWidth;
  const outSize = outDepth * outHeight * outWidth;
  memory.fill(out + <usize>from * pitch, 0, <usize>(to - from) * pitch);
  if (outHeight == 0 || outWidth == 0) return;
  for (let z = 0; z < outDepth; z++) {
    patches.takeLattice(false, z, 0, 0);
    if (patches.taps == 0) continue;
    // With few channels of the gradient, fours of positions fill the vectors better than channels do.
    const isThin = outChannels <= FEW;
    patches.divide(outHeight, outWidth, isThin ? 4 * KC : KC, isThin ? 4 : 1, inChannels);
    patches.listTaps(at, 0, 0);
    for (let i = 0; i < batch; i += patches.blockImages) {
      const images = min<i32>(patches.blockImages, batch - i);
      for (let u = 0; u < outHeight; u += patches.blockRows) {
        const rows = min<i32>(patches.blockRows, outHeight - u);
        for (let v = 0; v < outWidth; v += patches.blockColumns) {
          const columns = min<i32>(patches.blockColumns, outWidth - v);
          let fours = 0;
          if (isThin) {
            fours = patches.listFours(
              at,
              images,
              groups * outChannels * outSize,
              u,
              rows,
              v,
              columns,
              outWidth,
              1,
            );
          } else listSpots(at, images, rows, columns);
          for (let group = from / outChannels; group * outChannels < to; group++) {
            const first = max<i32>(from, group * outChannels);
            const last = min<i32>(to, group * outChannels + outChannels);
            for (let channel = 0; channel < inChannels; channel += patches.blockChannels) {
              const channels = min<i32>(patches.blockChannels, inChannels - channel);
              const image =
                x + ((<usize>(((i * groups + group) * inChannels + channel) * inSize)) << 2);
              const apart = (<usize>(groups * inChannels * inSize)) << 2;
              patches.copyBlock(at, image, apart, images, channels, u, rows, v, columns);
              const steps = channels * patches.taps;
              const kernels =
                out + ((<usize>(channel * kernelDepth * kernelHeight * kernelWidth)) << 2);
              if (isThin) {
                for (let m = first; m < last; m++) {
                  const line = ((i * groups * outChannels + m) * outDepth + z) * outHeight * outWidth;
                  const plane = y + ((<usize>line) << 2);
                  addDots(at, packed, steps, fours, plane, kernels + <usize>m * pitch);
                }
                continue;
              }
              const part = rows * columns;
              const panel = packed + TILE_BYTES;
              for (let m = first; m < last; m += 8) {
                const some = min<i32>(8, last - m);
                for (let e = 0; e < images; e++) {
                  const line =
                    (((i + e) * groups * outChannels + m) * outDepth + z) * outHeight * outWidth +
                    u * outWidth +
                    v;
                  const to = panel + ((<usize>(e * part)) << 5);
                  packB(y + ((<usize>line) << 2), (<usize>outSize) << 2, part, some, to, true);
                }
                const to = kernels + <usize>m * pitch;
                addPanel(at, packed, steps, images * part, panel, to, pitch, some);
              }
            }
          }
        }
      }
    }
  }
}
