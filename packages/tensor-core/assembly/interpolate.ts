// Linear interpolation along the middle of (outer, n, inner), and the way back.
//
// Row i of the m results lies between the rows place[i] and place[i] + 1, weight[i] of the way. Where that
// is 0, the second row is not touched: there may be none, and what stands there does not count.

import { load4, madd, store4 } from './lanes';

/** out = (1 - t) a + t b. */
function mixRows(a: usize, b: usize, t: f32, out: usize, count: i32): void {
  const near = f32x4.splat(1 - t);
  const far = f32x4.splat(t);
  for (; count > 0; count -= 4) {
    store4(out, madd(load4(b, count), far, f32x4.mul(load4(a, count), near)), count);
    a += 16;
    b += 16;
    out += 16;
  }
}

/** out += t x. */
function addRow(x: usize, t: f32, out: usize, count: i32): void {
  const factor = f32x4.splat(t);
  for (; count > 0; count -= 4) {
    store4(out, madd(load4(x, count), factor, load4(out, count)), count);
    x += 16;
    out += 16;
  }
}

/** Single elements, each between two neighbours; places ascend. */
function mixOnes(x: usize, place: usize, weight: usize, out: usize, n: i32, m: i32): void {
  let i = 0;
  // Four at a time as long as the last of them has a neighbour, which a pair is read with.
  for (; i <= m - 4 && load<i32>(place, 12) < n - 1; i += 4) {
    const a = x + (<usize>load<i32>(place) << 2);
    const b = x + (<usize>load<i32>(place, 4) << 2);
    const c = x + (<usize>load<i32>(place, 8) << 2);
    const d = x + (<usize>load<i32>(place, 12) << 2);
    const ab = v128.load_lane<i64>(b, v128.load64_zero(a), 1);
    const cd = v128.load_lane<i64>(d, v128.load64_zero(c), 1);
    const near = v128.shuffle<f32>(ab, cd, 0, 2, 4, 6);
    const far = v128.shuffle<f32>(ab, cd, 1, 3, 5, 7);
    const t = v128.load(weight);
    const rest = f32x4.sub(f32x4.splat(1), t);
    const given = v128.and(f32x4.mul(far, t), f32x4.ne(t, f32x4.splat(0)));
    v128.store(out, f32x4.add(f32x4.mul(near, rest), given));
    place += 16;
    weight += 16;
    out += 16;
  }
  for (; i < m; i++) {
    const a = x + (<usize>load<i32>(place) << 2);
    const v = load<f32>(a);
    const t = load<f32>(weight);
    store<f32>(out, t ? v * (1 - t) + load<f32>(a, 4) * t : v);
    place += 4;
    weight += 4;
    out += 4;
  }
}

/** out[i] += x, where x counts. */
@inline
function addAt(out: usize, i: i32, x: f32): void {
  const at = out + (<usize>i << 2);
  if (x != 0) store<f32>(at, load<f32>(at) + x);
}

/** The way back of single elements: what neighbours give to the same two is added up before it is stored. */
function addBack(g: usize, place: usize, weight: usize, out: usize, m: i32): void {
  let p = 0;
  let near: f32 = 0;
  let far: f32 = 0; // of p + 1
  for (let i: usize = 0; i < <usize>m << 2; i += 4) {
    const q = load<i32>(place + i);
    if (q != p) {
      addAt(out, p, near);
      near = 0;
      if (q == p + 1) near = far;
      else addAt(out, p + 1, far);
      far = 0;
      p = q;
    }
    const v = load<f32>(g + i);
    const t = load<f32>(weight + i);
    near += v * (1 - t);
    if (t) far += v * t;
  }
  addAt(out, p, near);
  addAt(out, p + 1, far);
}

/**
 * From (outer, n, inner) to (outer, m, inner), for `many` of outer from `from` on: row i is
 * (1 - weight[i]) x[place[i]] + weight[i] x[place[i] + 1], whose second part is left out at weight 0; places ascend and
 * are int32.
 * @kernel
 */
export function interpolate(
  x: usize,
  place: usize,
  weight: usize,
  out: usize,
  from: i32,
  many: i32,
  n: i32,
  m: i32,
  inner: i32,
): void {
  const row = <usize>inner << 2;
  x += <usize>from * <usize>n * row;
  out += <usize>from * <usize>m * row;
  for (; many > 0; many--) {
    if (inner == 1) {
      mixOnes(x, place, weight, out, n, m);
      out += <usize>m * row;
    } else {
      for (let i = 0; i < m; i++) {
        const a = x + <usize>load<i32>(place + (<usize>i << 2)) * row;
        const t = load<f32>(weight + (<usize>i << 2));
        if (t) mixRows(a, a + row, t, out, inner);
        else memory.copy(out, a, row);
        out += row;
      }
    }
    x += <usize>n * row;
  }
}

/** The transpose of interpolate: from (outer, m, inner) to (outer, n, inner). @kernel */
export function interpolateBack(
  g: usize,
  place: usize,
  weight: usize,
  out: usize,
  from: i32,
  many: i32,
  n: i32,
  m: i32,
  inner: i32,
): void {
  const row = <usize>inner << 2;
  g += <usize>from * <usize>m * row;
  out += <usize>from * <usize>n * row;
  memory.fill(out, 0, <usize>many * <usize>n * row);
  for (; many > 0; many--) {
    if (inner == 1) {
      addBack(g, place, weight, out, m);
      g += <usize>m * row;
    } else {
      for (let i = 0; i < m; i++) {
        const a = out + <usize>load<i32>(place + (<usize>i << 2)) * row;
        const t = load<f32>(weight + (<usize>i << 2));
        addRow(g, 1 - t, a, inner);
        if (t) addRow(g, t, a + row, inner);
        g += row;
      }
    }
    out += <usize>n * row;
  }
}
