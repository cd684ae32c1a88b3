// Copies of a strided view into a contiguous tensor of shape (d0, d1, d2, d3):
// element (i0, i1, i2, i3) comes from offset + i0 s0 + i1 s1 + i2 s2 + i3 s3, in elements.

/** Side of the square tiles of a transpose, in elements: both sides of a tile stay in cache. */
const TILE = 64;

/** (d2, d3) from a matrix whose columns are contiguous: 4×4 blocks are turned in registers. */
function transpose4(x: usize, out: usize, d2: i32, d3: i32, s3: i32): void {
  const outStep = (<usize>d3) << 2;
  const step = (<usize>s3) << 2;
  for (let tile = 0; tile < d3; tile += TILE) {
    const end = min<i32>(tile + TILE, d3);
    let i = 0;
    for (; i + 4 <= d2; i += 4) {
      let p = x + ((<usize>i) << 2) + <usize>tile * step;
      let q = out + <usize>i * outStep + ((<usize>tile) << 2);
      let j = tile;
      for (; j + 4 <= end; j += 4) {
        const r0 = v128.load(p);
        const r1 = v128.load(p + step);
        const r2 = v128.load(p + 2 * step);
        const r3 = v128.load(p + 3 * step);
        const a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
        const b = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
        const c = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
        const d = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
        v128.store(q, v128.shuffle<f64>(a, b, 0, 2));
        v128.store(q + outStep, v128.shuffle<f64>(a, b, 1, 3));
        v128.store(q + 2 * outStep, v128.shuffle<f64>(c, d, 0, 2));
        v128.store(q + 3 * outStep, v128.shuffle<f64>(c, d, 1, 3));
        p += 4 * step;
        q += 16;
      }
      for (; j < end; j++) {
        store<i32>(q, load<i32>(p));
        store<i32>(q + outStep, load<i32>(p, 4));
        store<i32>(q + 2 * outStep, load<i32>(p, 8));
        store<i32>(q + 3 * outStep, load<i32>(p, 12));
        p += step;
        q += 4;
      }
    }
    for (; i < d2; i++) {
      for (let j = tile; j < end; j++) {
        const from = x + ((<usize>i) << 2) + <usize>j * step;
        store<i32>(out + <usize>i * outStep + ((<usize>j) << 2), load<i32>(from));
      }
    }
  }
}

/** One row of d3 elements. */
@inline
function row<T>(x: usize, out: usize, n: i32, stride: i32): void {
  const size = sizeof<T>();
  if (stride == 1) {
    if (n >= 32) {
      memory.copy(out, x, <usize>n * size);
      return;
    }
    for (let at: usize = 0, end = <usize>n * size; at < end; at += size) {
      store<T>(out + at, load<T>(x + at));
    }
    return;
  }
  const end = out + <usize>n * size;
  if (stride == 0) {
    const value = load<T>(x);
    for (; out < end; out += size) store<T>(out, value);
    return;
  }
  const step = <usize>stride * size;
  for (; out < end; out += size) {
    store<T>(out, load<T>(x));
    x += step;
  }
}

/** */
@inline
function strided<T>(
  x: usize,
  out: usize,
  d0: i32,
  d1: i32,
  d2: i32,
  d3: i32,
  s0: i32,
  s1: i32,
  s2: i32,
  s3: i32,
  offset: i32,
): void {
  if (d2 <= 0 || d3 <= 0) return;
  const size = sizeof<T>();
  const rowBytes = <usize>d3 * size;
  const transposed = size == 4 && s2 == 1 && s3 != 1 && d2 >= 4 && d3 >= 4;
  for (let i0 = 0; i0 < d0; i0++) {
    for (let i1 = 0; i1 < d1; i1++) {
      let p = x + <usize>(offset + i0 * s0 + i1 * s1) * size;
      if (transposed) {
        transpose4(p, out, d2, d3, s3);
        out += rowBytes * d2;
      } else {
        for (let i2 = 0; i2 < d2; i2++) {
          row<T>(p, out, d3, s3);
          p += <usize>s2 * size;
          out += rowBytes;
        }
      }
    }
  }
}

/** Strided copy of 4-byte elements. @kernel */
export function stridedCopy(
  x: usize,
  out: usize,
  d0: i32,
  d1: i32,
  d2: i32,
  d3: i32,
  s0: i32,
  s1: i32,
  s2: i32,
  s3: i32,
  offset: i32,
): void {
  strided<u32>(x, out, d0, d1, d2, d3, s0, s1, s2, s3, offset);
}

/** Strided copy of 1-byte elements. @kernel */
export function stridedCopy1(
  x: usize,
  out: usize,
  d0: i32,
  d1: i32,
  d2: i32,
  d3: i32,
  s0: i32,
  s1: i32,
  s2: i32,
  s3: i32,
  offset: i32,
): void {
  strided<u8>(x, out, d0, d1, d2, d3, s0, s1, s2, s3, offset);
}

/** Strided copy of 8-byte elements. @kernel */
export function stridedCopy8(
  x: usize,
  out: usize,
  d0: i32,
  d1: i32,
  d2: i32,
  d3: i32,
  s0: i32,
  s1: i32,
  s2: i32,
  s3: i32,
  offset: i32,
): void {
  strided<u64>(x, out, d0, d1, d2, d3, s0, s1, s2, s3, offset);
}
