// Convolution, and the way back to its input: products of the kernels with patches of the source.
//
// Every element is a sum over blocks of channels, each block one chain in the order of channels and taps. The
// division into blocks follows from the shapes of single images, so results do not depend on how a
// batch is split.

import * as patches from './conv-patches';
import { convTiles, packKernels } from './conv-tiles';
import { A_BYTES, KC, MC } from './gemm-block';

/** Positions of a block: its results stay in the second-level cache while channels are added up. */
const POSITIONS: i32 = 2048;

/** Lists the fours of positions of a block: where they read, and where they write and how many. */
function listFours(
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
  let spots = patches.spotsOf(at);
  let targets = patches.targetsOf(at);
  let count = 0;
  for (let i = 0; i < images; i++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x += 4) {
        store<i32>(spots, patches.spot(i, y, x));
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

/** The images from `from` to `to`, forth (x to y) or back (the gradient of y to that of x). */
function convolve(
  back: bool,
  source: usize,
  w: usize,
  bias: usize,
  out: usize,
  scratch: usize,
  from: i32,
  to: i32,
): void {
  const packed = scratch;
  const at = scratch + A_BYTES;
  const size = patches.kernelSize();
  const ins = patches.inChannels;
  const outs = patches.outChannels;
  const inPlane = patches.inHeight * patches.inWidth;
  const outPlane = patches.outHeight * patches.outWidth;
  const inSize = patches.inDepth * inPlane;
  const outSize = patches.outDepth * outPlane;
  const channels = back ? outs : ins;
  const results = back ? ins : outs;
  const sourceSize = back ? outSize : inSize;
  const resultSize = back ? inSize : outSize;
  const resultPlane = back ? inPlane : outPlane;
  const height = back ? patches.inHeight : patches.outHeight;
  const width = back ? patches.inWidth : patches.outWidth;
  const strideY = back ? patches.strideHeight : 1;
  const strideX = back ? patches.strideWidth : 1;
  // w is (groups · outs, ins, taps), whichever of the two is summed over.
  const rowPitch = back ? size : ins * size;
  const stepPitch = back ? ins * size : size;
  const sourceImage = patches.groups * channels * sourceSize;
  const resultImage = patches.groups * results * resultSize;
  const depths = back ? patches.inDepth : patches.outDepth;
  for (let g = 0; g < patches.groups; g++) {
    const kernels = w + (<usize>(g * outs * ins * size) << 2);
    const shift = bias ? bias + (<usize>(g * results) << 2) : 0;
    for (let z = 0; z < depths; z++) {
      for (let a = 0; a < min<i32>(strideY, height); a++) {
        for (let b = 0; b < min<i32>(strideX, width); b++) {
          const rows = (height - a + strideY - 1) / strideY;
          const columns = (width - b + strideX - 1) / strideX;
          const corner = g * results * resultSize + z * resultPlane + a * width + b;
          patches.takeLattice(back, z, a, b);
          const taps = patches.taps;
          if (taps == 0) {
            for (let n = from; n < to; n++) {
              const first = out + (<usize>(n * resultImage + corner) << 2);
              const y = strideY * width;
              fillEmpty(first, results, resultSize, shift, rows, y, columns, strideX);
            }
            continue;
          }
          patches.divide(rows, columns, POSITIONS, 4, min<i32>(channels, max<i32>(1, KC / taps)));
          patches.listTaps(at, a, b);
          const images = patches.blockImages;
          for (let n = from; n < to; n += images) {
            const some = min<i32>(images, to - n);
            const first = out + (<usize>(n * resultImage + corner) << 2);
            for (let u = 0; u < rows; u += patches.blockRows) {
              const height = min<i32>(patches.blockRows, rows - u);
              for (let v = 0; v < columns; v += patches.blockColumns) {
                const wide = min<i32>(patches.blockColumns, columns - v);
                const fours = listFours(
                  at,
                  some,
                  resultImage,
                  u,
                  height,
                  v,
                  wide,
                  strideY * width,
                  strideX,
                );
                for (let c = 0; c < channels; c += patches.blockChannels) {
                  const count = min<i32>(patches.blockChannels, channels - c);
                  const image = n * sourceImage + (g * channels + c) * sourceSize;
                  patches.copyBlock(
                    at,
                    source + (<usize>image << 2),
                    <usize>sourceImage << 2,
                    some,
                    count,
                    u,
                    height,
                    v,
                    wide,
                  );
                  const steps = count * taps;
                  const block = kernels + (<usize>(c * stepPitch) << 2);
                  for (let k = 0; k < steps; k += KC) {
                    const kc = min<i32>(KC, steps - k);
                    for (let i = 0; i < kc; i++) {
                      const entry = <usize>i << 2;
                      store<usize>(patches.stepsOf(at) + entry, patches.stepPlace(at, k + i));
                      const weight = patches.stepWeight(at, k + i, stepPitch);
                      store<usize>(patches.stepWeightsOf(at) + entry, weight);
                    }
                    const fresh = c == 0 && k == 0;
                    for (let m = 0; m < results; m += MC) {
                      const mc = min<i32>(MC, results - m);
                      const pitch = <usize>rowPitch << 2;
                      const weights = block + <usize>m * pitch;
                      packKernels(weights, pitch, patches.stepWeightsOf(at), mc, kc, packed);
                      convTiles(
                        packed,
                        mc,
                        kc,
                        patches.stepsOf(at),
                        patches.spotsOf(at),
                        patches.targetsOf(at),
                        fours,
                        first + (<usize>(m * resultSize) << 2),
                        <usize>resultSize << 2,
                        strideX,
                        fresh,
                        shift ? shift + (<usize>m << 2) : 0,
                      );
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

export function convForward(
  x: usize,
  w: usize,
  bias: usize,
  out: usize,
  scratch: usize,
  from: i32,
  to: i32,
  n: i32,
  g: i32,
  c: i32,
  o: i32,
  d: i32,
  h: i32,
  wide: i32,
  kd: i32,
  kh: i32,
  kw: i32,
  od: i32,
  oh: i32,
  ow: i32,
  sd: i32,
  sh: i32,
  sw: i32,
  pd: i32,
  ph: i32,
  pw: i32,
  dd: i32,
  dh: i32,
  dw: i32,
): void {
  patches.describe(n, g, c, o, d, h, wide, kd, kh, kw, od, oh, ow, sd, sh, sw, pd, ph, pw, dd, dh, dw);
  convolve(false, x, w, bias, out, scratch, from, to);
}

export function convInput(
  y: usize,
  w: usize,
  bias: usize,
  out: usize,
  scratch: usize,
  from: i32,
  to: i32,
  n: i32,
  g: i32,
  c: i32,
  o: i32,
  d: i32,
  h: i32,
  wide: i32,
  kd: i32,
  kh: i32,
  kw: i32,
  od: i32,
  oh: i32,
  ow: i32,
  sd: i32,
  sh: i32,
  sw: i32,
  pd: i32,
  ph: i32,
  pw: i32,
  dd: i32,
  dh: i32,
  dw: i32,
): void {
  patches.describe(n, g, c, o, d, h, wide, kd, kh, kw, od, oh, ow, sd, sh, sw, pd, ph, pw, dd, dh, dw);
  convolve(true, y, w, bias, out, scratch, from, to);
}
