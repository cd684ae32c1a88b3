// What optimizers do to parameters and to what they remember, in one pass each. out may be an operand.

import { load4, loadPart, madd, store4, storePart } from './lanes';
import { TOUCHED, touchRows } from './rows';

// Whole vectors first, without asking how many lanes are left; then what is left.

@inline
function axpby4(a: v128, b: v128, s: v128, t: v128): v128 {
  return madd(t, b, f32x4.mul(s, a));
}

@inline
function axpbySquare4(a: v128, b: v128, s: v128, t: v128): v128 {
  return madd(f32x4.mul(t, b), b, f32x4.mul(s, a));
}

@inline
function addcdivSqrt4(p: v128, x: v128, v: v128, s: v128, t: v128, e: v128): v128 {
  return madd(s, p, f32x4.div(f32x4.mul(t, x), f32x4.add(f32x4.sqrt(v), e)));
}

/** out = alpha a + beta b. @kernel */
export function axpby(a: usize, b: usize, out: usize, n: i32, alpha: f32, beta: f32): void {
  const s = f32x4.splat(alpha);
  const t = f32x4.splat(beta);
  for (; n >= 4; n -= 4) {
    v128.store(out, axpby4(v128.load(a), v128.load(b), s, t));
    a += 16;
    b += 16;
    out += 16;
  }
  if (n > 0) storePart(out, axpby4(loadPart(a, n), loadPart(b, n), s, t), n);
}

/** out = alpha a + beta b². @kernel */
export function axpbySquare(a: usize, b: usize, out: usize, n: i32, alpha: f32, beta: f32): void {
  const s = f32x4.splat(alpha);
  const t = f32x4.splat(beta);
  for (; n >= 4; n -= 4) {
    v128.store(out, axpbySquare4(v128.load(a), v128.load(b), s, t));
    a += 16;
    b += 16;
    out += 16;
  }
  if (n > 0) storePart(out, axpbySquare4(loadPart(a, n), loadPart(b, n), s, t), n);
}

/** out = alpha p + beta x / (√v + eps). @kernel */
export function addcdivSqrt(
  p: usize,
  x: usize,
  v: usize,
  out: usize,
  n: i32,
  alpha: f32,
  beta: f32,
  eps: f32,
): void {
  const s = f32x4.splat(alpha);
  const t = f32x4.splat(beta);
  const e = f32x4.splat(eps);
  for (; n >= 4; n -= 4) {
    v128.store(out, addcdivSqrt4(v128.load(p), v128.load(x), v128.load(v), s, t, e));
    p += 16;
    x += 16;
    v += 16;
    out += 16;
  }
  if (n > 0) {
    storePart(out, addcdivSqrt4(loadPart(p, n), loadPart(x, n), loadPart(v, n), s, t, e), n);
  }
}

// For tables of which a gradient has some rows. Those of equal index are linked and count as their sum,
// in their order; so no row of a table changes twice.

@inline
function word(at: usize, i: i32): i32 {
  return load<i32>(at + ((<usize>i) << 2));
}

/**
 * Links rows of equal index: links[r] is the next row with the index of row r, or 0; ~ of that for all but
 * the first of them. Behind the links stands a table of `slots` words (a power of 2 above `rows`), the last
 * row found of each index.
 * @kernel
 */
export function linkRows(index: usize, links: usize, rows: i32, slots: i32): void {
  const table = links + ((<usize>rows) << 2);
  memory.fill(table, 0xff, (<usize>slots) << 2);
  for (let r = 0; r < rows; r++) {
    const i = word(index, r);
    let slot = (i * <i32>0x9e3779b1) >>> 7;
    let last: i32;
    for (; ; slot++) {
      slot &= slots - 1;
      last = word(table, slot);
      if (last < 0 || word(index, last) == i) break;
    }
    store<i32>(table + ((<usize>slot) << 2), r);
    store<i32>(links + ((<usize>r) << 2), last < 0 ? 0 : ~0);
    if (last < 0) continue;
    const at = links + ((<usize>last) << 2);
    store<i32>(at, load<i32>(at) < 0 ? ~r : r);
  }
}

/**
 * out[index[r]] += beta x[r] for rows of `width`, or out[r] if `index` is 0. Linked rows of x are
 * added up first, to where the first of them goes.
 * @kernel
 */
export function addRows(
  out: usize,
  index: usize,
  links: usize,
  x: usize,
  rows: i32,
  width: i32,
  beta: f32,
): void {
  const s = f32x4.splat(1);
  const t = f32x4.splat(beta);
  const bytes = (<usize>width) << 2;
  for (let r = 0; r < rows; r++) {
    if (index && r % TOUCHED == 0) {
      touchRows(out, index + ((<usize>r) << 2), rows - r, bytes);
    }
    let to = out + <usize>(index ? word(index, r) : r) * bytes;
    let from = x + <usize>r * bytes;
    const link = word(links, r);
    if (link == 0) axpby(to, from, to, width, 1, beta);
    if (link <= 0) continue;
    for (let n = width; n > 0; n -= 4) {
      let sum = load4(from, n);
      for (let k = link; k != 0; k = ~word(links, k)) {
        sum = f32x4.add(sum, load4(from + <usize>(k - r) * bytes, n));
      }
      store4(to, axpby4(load4(to, n), sum, s, t), n);
      to += 16;
      from += 16;
    }
  }
}

/** out[index[r]] = x[r]; of linked rows, the first. @kernel */
export function putRows(
  out: usize,
  index: usize,
  links: usize,
  x: usize,
  rows: i32,
  width: i32,
): void {
  const bytes = (<usize>width) << 2;
  for (let r = 0; r < rows; r++, x += bytes) {
    if (word(links, r) >= 0) memory.copy(out + <usize>word(index, r) * bytes, x, bytes);
  }
}
