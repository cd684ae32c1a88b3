// Pooling over planes of height by width: for each window its largest element, or its mean.
//
// A stride of 0 stands for windows that adapt: window i of n reaches from ⌊i·size / n⌋ to
// ⌈(i + 1)·size / n⌉, whatever the kernel.

@inline
function firstOf(i: i32, n: i32, size: i32, stride: i32, pad: i32): i32 {
  return stride ? i * stride - pad : (i * size) / n;
}

@inline
function endOf(i: i32, n: i32, size: i32, first: i32, reach: i32, stride: i32): i32 {
  return stride ? first + reach : ((i + 1) * size + n - 1) / n;
}

/** A row of at least four windows of 2 by 2, four at a time; the last four may overlap those before. */
function rowOfPairs(x: usize, out: usize, index: i32, width: i32, count: i32): void {
  const next = x + (<usize>width << 2);
  const first = i32x4.add(i32x4.splat(index), i32x4(0, 2, 4, 6));
  const one = i32x4.splat(1);
  const down = i32x4.splat(width);
  for (let i = 0; i < count; i += 4) {
    const start = min<i32>(i, count - 4);
    const step = <usize>start << 3;
    const at = i32x4.add(first, i32x4.splat(2 * start));
    const a = v128.load(x + step);
    const b = v128.load(x + step, 16);
    const c = v128.load(next + step);
    const d = v128.load(next + step, 16);
    let best = v128.shuffle<f32>(a, b, 0, 2, 4, 6);
    let found = at;
    let v = v128.shuffle<f32>(a, b, 1, 3, 5, 7);
    // Larger, or NaN: the last one counts.
    let mask = v128.or(f32x4.gt(v, best), f32x4.ne(v, v));
    best = v128.bitselect(v, best, mask);
    found = v128.bitselect(i32x4.add(at, one), found, mask);
    v = v128.shuffle<f32>(c, d, 0, 2, 4, 6);
    mask = v128.or(f32x4.gt(v, best), f32x4.ne(v, v));
    best = v128.bitselect(v, best, mask);
    found = v128.bitselect(i32x4.add(at, down), found, mask);
    v = v128.shuffle<f32>(c, d, 1, 3, 5, 7);
    mask = v128.or(f32x4.gt(v, best), f32x4.ne(v, v));
    found = v128.bitselect(i32x4.add(i32x4.add(at, down), one), found, mask);
    v128.store(out + (<usize>start << 2), found);
  }
}

/**
 * For `many` planes from `from` on the int32 index within its plane of each window's largest
 * element, of the last NaN if there is one, -1 for a window that has no element.
 * @kernel
 */
export function maxPoolIndices(
  x: usize,
  out: usize,
  from: i32,
  many: i32,
  height: i32,
  width: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  outHeight: i32,
  outWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padHeight: i32,
  padWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
): void {
  const to = from + many;
  const plane = (<usize>(height * width)) << 2;
  x += <usize>from * plane;
  out += (<usize>(from * outHeight * outWidth)) << 2;
  const isPairs =
    kernelHeight == 2 &&
    kernelWidth == 2 &&
    strideHeight == 2 &&
    strideWidth == 2 &&
    !padHeight &&
    !padWidth &&
    dilationHeight == 1 &&
    dilationWidth == 1 &&
    outWidth >= 4 &&
    2 * outWidth <= width &&
    2 * outHeight <= height;
  for (; from < to; from++) {
    for (let i = 0; i < outHeight; i++) {
      let top = firstOf(i, outHeight, height, strideHeight, padHeight);
      const bottom = min<i32>(
        height,
        endOf(i, outHeight, height, top, (kernelHeight - 1) * dilationHeight + 1, strideHeight),
      );
      if (top < 0) top += ((dilationHeight - 1 - top) / dilationHeight) * dilationHeight;
      if (isPairs) {
        rowOfPairs(x + ((<usize>(top * width)) << 2), out, top * width, width, outWidth);
        out += (<usize>outWidth) << 2;
        continue;
      }
      for (let j = 0; j < outWidth; j++) {
        let left = firstOf(j, outWidth, width, strideWidth, padWidth);
        const right = min<i32>(
          width,
          endOf(j, outWidth, width, left, (kernelWidth - 1) * dilationWidth + 1, strideWidth),
        );
        if (left < 0) left += ((dilationWidth - 1 - left) / dilationWidth) * dilationWidth;
        // Dilated windows may meet nothing but padding.
        let found = top < bottom && left < right ? top * width + left : -1;
        let best: f32 = -Infinity;
        for (let r = top; r < bottom; r += dilationHeight) {
          for (let c = left; c < right; c += dilationWidth) {
            const v = load<f32>(x + ((<usize>(r * width + c)) << 2));
            if (v > best || v != v) {
              best = v;
              found = r * width + c;
            }
          }
        }
        store<i32>(out, found);
        out += 4;
      }
    }
    x += plane;
  }
}

/**
 * out[p, i] = x[p, index[p, i]] for planes p of `size` elements with `count` indices; `none` for
 * index -1.
 * @kernel
 */
export function takePlanes(
  x: usize,
  index: usize,
  out: usize,
  from: i32,
  many: i32,
  size: i32,
  count: i32,
  none: f32,
): void {
  const to = from + many;
  x += <usize>(from * size) << 2;
  const start = <usize>(from * count) << 2;
  index += start;
  out += start;
  for (; from < to; from++) {
    for (let i = 0; i < count; i++) {
      const at = load<i32>(index);
      store<f32>(out, at < 0 ? none : load<f32>(x + (<usize>at << 2)));
      index += 4;
      out += 4;
    }
    x += <usize>size << 2;
  }
}

/** out[p, index[p, i]] += y[p, i], from zeros; index -1 is left out. @kernel */
export function putPlanes(
  y: usize,
  index: usize,
  out: usize,
  from: i32,
  many: i32,
  size: i32,
  count: i32,
): void {
  const to = from + many;
  out += <usize>(from * size) << 2;
  const start = <usize>(from * count) << 2;
  index += start;
  y += start;
  memory.fill(out, 0, <usize>((to - from) * size) << 2);
  for (; from < to; from++) {
    for (let i = 0; i < count; i++) {
      const at = load<i32>(index);
      if (at >= 0) {
        const place = out + (<usize>at << 2);
        store<f32>(place, load<f32>(place) + load<f32>(y));
      }
      index += 4;
      y += 4;
    }
    out += <usize>size << 2;
  }
}

/** What a window of means divides by: its elements, with the padding or without. */
@inline
function share(first: i32, end: i32, size: i32, pad: i32, countPad: i32): i32 {
  return countPad ? min<i32>(end, size + pad) - first : min<i32>(end, size) - max<i32>(first, 0);
}

/** The mean of each window, or the other way: each result spread over its window. */
@inline
function means(
  back: bool,
  x: usize,
  y: usize,
  from: i32,
  many: i32,
  countPad: i32,
  h: i32,
  w: i32,
  kh: i32,
  kw: i32,
  oh: i32,
  ow: i32,
  sh: i32,
  sw: i32,
  ph: i32,
  pw: i32,
): void {
  const to = from + many;
  const plane = <usize>(h * w) << 2;
  x += <usize>from * plane;
  y += <usize>(from * oh * ow) << 2;
  if (back) memory.fill(x, 0, <usize>(to - from) * plane);
  for (; from < to; from++) {
    for (let i = 0; i < oh; i++) {
      const top = firstOf(i, oh, h, sh, ph);
      const bottom = endOf(i, oh, h, top, kh, sh);
      const rows = share(top, bottom, h, ph, countPad);
      for (let j = 0; j < ow; j++) {
        const left = firstOf(j, ow, w, sw, pw);
        const right = endOf(j, ow, w, left, kw, sw);
        const elements = rows * share(left, right, w, pw, countPad);
        // The mean of nothing is 0, as in PyTorch.
        const factor = elements > 0 ? (1 as f32) / <f32>elements : 0;
        const spread = back ? load<f32>(y) * factor : 0;
        const last = min<i32>(right, w);
        let total: f32 = 0;
        for (let r = max<i32>(top, 0); r < min<i32>(bottom, h); r++) {
          let p = x + (<usize>(r * w + max<i32>(left, 0)) << 2);
          for (let c = max<i32>(left, 0); c < last; c++) {
            if (back) store<f32>(p, load<f32>(p) + spread);
            else total += load<f32>(p);
            p += 4;
          }
        }
        if (!back) store<f32>(y, total * factor);
        y += 4;
      }
    }
    x += plane;
  }
}

/**
 * The mean of each window; with countPad, padding counts as elements, but not what lies beyond it.
 * @kernel
 */
export function avgPool(
  x: usize,
  y: usize,
  from: i32,
  many: i32,
  countPad: i32,
  height: i32,
  width: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  outHeight: i32,
  outWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padHeight: i32,
  padWidth: i32,
): void {
  means(
    false,
    x,
    y,
    from,
    many,
    countPad,
    height,
    width,
    kernelHeight,
    kernelWidth,
    outHeight,
    outWidth,
    strideHeight,
    strideWidth,
    padHeight,
    padWidth,
  );
}

/** The transpose of avgPool. @kernel */
export function avgPoolInput(
  y: usize,
  x: usize,
  from: i32,
  many: i32,
  countPad: i32,
  height: i32,
  width: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  outHeight: i32,
  outWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padHeight: i32,
  padWidth: i32,
): void {
  means(
    true,
    x,
    y,
    from,
    many,
    countPad,
    height,
    width,
    kernelHeight,
    kernelWidth,
    outHeight,
    outWidth,
    strideHeight,
    strideWidth,
    padHeight,
    padWidth,
  );
}
