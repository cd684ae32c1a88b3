// Elementwise functions of two tensors with two levels of broadcasting:
// out[i * inner + j] = f(a[i * aOuter + j * aInner], b[i * bOuter + j * bInner]).
// Inner strides are 0 or 1; outer strides are any number of elements.

import { load4, select4, store4 } from './lanes';

const ADD = 0;
const SUB = 1;
const MUL = 2;
const DIV = 3;
const MAXIMUM = 4;
const MINIMUM = 5;
const SIGMOID_GRAD = 6;
const TANH_GRAD = 7;
const RELU_GRAD = 8;

/** */
@inline
function apply(op: i32, a: v128, b: v128): v128 {
  if (op == ADD) return f32x4.add(a, b);
  if (op == SUB) return f32x4.sub(a, b);
  if (op == MUL) return f32x4.mul(a, b);
  if (op == DIV) return f32x4.div(a, b);
  if (op == MAXIMUM) return f32x4.max(a, b);
  if (op == MINIMUM) return f32x4.min(a, b);
  const one = f32x4.splat(1);
  // σ' = y (1 - y) and tanh' = 1 - y², from the results y.
  if (op == SIGMOID_GRAD) return f32x4.mul(f32x4.mul(a, b), f32x4.sub(one, b));
  if (op == TANH_GRAD) return f32x4.mul(a, f32x4.sub(one, f32x4.mul(b, b)));
  return select4(f32x4.gt(b, f32x4.splat(0)), a, f32x4.splat(0));
}

/** One row with both operands contiguous. */
@inline
function rowBoth(op: i32, a: usize, b: usize, out: usize, n: i32): void {
  while (n >= 16) {
    const r0 = apply(op, v128.load(a), v128.load(b));
    const r1 = apply(op, v128.load(a, 16), v128.load(b, 16));
    const r2 = apply(op, v128.load(a, 32), v128.load(b, 32));
    const r3 = apply(op, v128.load(a, 48), v128.load(b, 48));
    v128.store(out, r0);
    v128.store(out, r1, 16);
    v128.store(out, r2, 32);
    v128.store(out, r3, 48);
    a += 64;
    b += 64;
    out += 64;
    n -= 16;
  }
  while (n > 0) {
    store4(out, apply(op, load4(a, n), load4(b, n)), n);
    a += 16;
    b += 16;
    out += 16;
    n -= 4;
  }
}

/** One row with at least one operand a single number. */
@inline
function rowSplat(op: i32, a: usize, b: usize, out: usize, n: i32, aInner: i32, bInner: i32): void {
  let va = v128.load32_splat(a);
  let vb = v128.load32_splat(b);
  if (aInner) {
    while (n > 0) {
      store4(out, apply(op, load4(a, n), vb), n);
      a += 16;
      out += 16;
      n -= 4;
    }
  } else if (bInner) {
    while (n > 0) {
      store4(out, apply(op, va, load4(b, n)), n);
      b += 16;
      out += 16;
      n -= 4;
    }
  } else {
    const value = apply(op, va, vb);
    while (n > 0) {
      store4(out, value, n);
      out += 16;
      n -= 4;
    }
  }
}

/** */
@inline
function binary(
  op: i32,
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  if (inner <= 0) return;
  // Rows that follow each other in both operands are one row.
  if (aOuter == inner * aInner && bOuter == inner * bInner) {
    inner *= outer;
    outer = min<i32>(outer, 1);
  }
  const aStep = (<usize>aOuter) << 2;
  const bStep = (<usize>bOuter) << 2;
  const outStep = (<usize>inner) << 2;
  while (outer > 0) {
    if (aInner & bInner) rowBoth(op, a, b, out, inner);
    else rowSplat(op, a, b, out, inner, aInner, bInner);
    a += aStep;
    b += bStep;
    out += outStep;
    outer--;
  }
}

/** a + b. @kernel */
export function add(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  binary(ADD, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}

/** a - b. @kernel */
export function sub(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  binary(SUB, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}

/** a b. @kernel */
export function mul(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  binary(MUL, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}

/** a / b. @kernel */
export function div(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  binary(DIV, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}

/** the larger; NaN if either is. @kernel */
export function maximum(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  binary(MAXIMUM, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}

/** the smaller; NaN if either is. @kernel */
export function minimum(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  binary(MINIMUM, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}

/** a b (1 - b): a is the gradient, b the result of sigmoid. @kernel */
export function sigmoidGrad(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  binary(SIGMOID_GRAD, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}

/** a (1 - b²): a is the gradient, b the result of tanh. @kernel */
export function tanhGrad(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  binary(TANH_GRAD, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}

/** b > 0 ? a : 0: a is the gradient, b argument or result. @kernel */
export function reluGrad(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  binary(RELU_GRAD, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}
