// softmax(scale Q Kᵀ + mask) of batches of matrices, row by row while the scores are in the cache.

import { gemm, gemmPart } from './gemm';
import { loadPart, madd, maxLanes, storePart } from './lanes';
import { SOFTMAX, expSumRow } from './softmax';

/** Rows of a block: what is beyond the last key that its last query sees is not computed. */
const BLOCK: i32 = 48;

/** Makes x = scale x + mask, of n elements, and gives the largest of them. */
@inline
function scaled(masked: bool, x: usize, mask: usize, n: i32, scale: v128): f32 {
  let largest = f32x4.splat(-Infinity);
  for (; n >= 4; n -= 4) {
    const v = v128.load(x);
    const y = masked ? madd(v, scale, v128.load(mask)) : f32x4.mul(v, scale);
    v128.store(x, y);
    largest = f32x4.max(largest, y);
    x += 16;
    if (masked) mask += 16;
  }
  let m = maxLanes(largest);
  for (; n > 0; n--) {
    const v = v128.load32_splat(x);
    const y = masked ? madd(v, scale, v128.load32_splat(mask)) : f32x4.mul(v, scale);
    v128.store32_lane(x, y, 0);
    m = max<f32>(m, f32x4.extract_lane(y, 0));
    x += 4;
    if (masked) mask += 4;
  }
  return m;
}

/** x = softmax(scale x + mask), of n elements. */
@inline
function weigh(x: usize, mask: usize, n: i32, scale: v128): void {
  const m = mask ? scaled(true, x, mask, n, scale) : scaled(false, x, 0, n, scale);
  const total = expSumRow(SOFTMAX, x, x, n, f32x4.splat(m));
  const factor = f32x4.splat(<f32>(1 / total));
  for (; n >= 4; n -= 4) {
    v128.store(x, f32x4.mul(v128.load(x), factor));
    x += 16;
  }
  if (n > 0) storePart(x, f32x4.mul(loadPart(x, n), factor), n);
}

/**
 * softmax(scale q kᵀ + mask), (batch, t, s), of q (batch, t, d) and k (batch, s, d). The mask's
 * next matrix is maskStep elements on and its next row maskRow; there is none where its pointer is
 * 0, and then both are 0. With `causal` 1, row i has only columns 0 to first + i.
 * @kernel
 */
export function attentionWeights(
  q: usize,
  k: usize,
  mask: usize,
  out: usize,
  scratch: usize,
  batch: i32,
  t: i32,
  s: i32,
  d: i32,
  maskStep: i32,
  maskRow: i32,
  first: i32,
  causal: i32,
  scale: f32,
): void {
  const factor = f32x4.splat(scale);
  const width = (<usize>s) << 2;
  for (; batch > 0; batch--) {
    // Small products are quicker in one piece.
    const blocks = causal && t > BLOCK && d > 0;
    if (!blocks) gemm(q, k, out, t, s, d, 0, 1, scratch);
    let to = out;
    let m = mask;
    for (let i = 0; i < t; i++) {
      if (blocks && i % BLOCK == 0) {
        const rows = min<i32>(t - i, BLOCK);
        gemmPart(q, k, out, t, s, d, false, true, scratch, i, rows, 0, min<i32>(first + i + rows, s));
      }
      const seen = causal ? min<i32>(first + i + 1, s) : s;
      weigh(to, m, seen, factor);
      memory.fill(to + ((<usize>seen) << 2), 0, (<usize>(s - seen)) << 2);
      to += width;
      if (m) m += (<usize>maskRow) << 2;
    }
    q += (<usize>(t * d)) << 2;
    k += (<usize>(s * d)) << 2;
    out = to;
    if (mask) mask += (<usize>maskStep) << 2;
  }
}
