// One step of one row of each recurrent cell: from the sums of its gates to its next state.
//
// `bytes` is the size of a row of H elements. x are the inputs' shares of the gates, G rows of H; g
// are the recurrent shares, which the activations replace: what the way back needs. What depends on
// an activation waits for another loop, so that the chains of one loop hide each other's latency.

import { gateSigmoid, gateTanh } from './recurrent-activations';
import { load4, madd, store4 } from './lanes';

export const TANH: i32 = 0;
export const RELU: i32 = 1;
export const SIGMOID: i32 = 2;
export const LSTM: i32 = 3;
export const GRU: i32 = 4;
export const GRU_RESET_BEFORE: i32 = 5;

/** Gates of a cell: rows of H in x, in the weights and in gradients. */
export function gateCount(kind: i32): i32 {
  return kind == LSTM ? 4 : kind >= GRU ? 3 : 1;
}

/** x + g, and b if there is a bias, at some place of a row. */
@inline
function gateSum(x: usize, g: usize, bias: usize, at: usize, left: i32): v128 {
  const sum = f32x4.add(load4(x + at, left), load4(g, left));
  return bias ? f32x4.add(sum, load4(bias + at, left)) : sum;
}

/** h = f(x + h + b). */
export function simpleRow(kind: i32, x: usize, bias: usize, h: usize, bytes: usize): void {
  for (let j: usize = 0; j < bytes; j += 16) {
    const left = <i32>((bytes - j) >> 2);
    const v = gateSum(x, h + j, bias, j, left);
    let y: v128;
    if (kind == TANH) y = gateTanh(v);
    else if (kind == RELU) y = f32x4.max(v, f32x4.splat(0));
    else y = gateSigmoid(v);
    store4(h + j, y, left);
  }
}

/** g = σ(x + g + b). */
function sigmoidRow(x: usize, g: usize, bias: usize, bytes: usize): void {
  for (let j: usize = 0; j < bytes; j += 16) {
    const left = <i32>((bytes - j) >> 2);
    store4(g + j, gateSigmoid(gateSum(x, g + j, bias, j, left)), left);
  }
}

/**
 * c' = f c + i g, h = o tanh c', with gates i, f, g, o of x + g + b; peepholes (3, H), if any, let i
 * and f see c, and o see c'.
 */
export function lstmRow(
  x: usize,
  gates: usize,
  bias: usize,
  peephole: usize,
  c: usize,
  next: usize,
  h: usize,
  bytes: usize,
): void {
  const whole = bytes & ~15;
  const left = <i32>((bytes - whole) >> 2);
  for (let j: usize = 0; j < whole; j += 16) lstmGates(x, gates, bias, peephole, c, next, bytes, j, 4);
  if (left) lstmGates(x, gates, bias, peephole, c, next, bytes, whole, left);
  for (let j: usize = 0; j < whole; j += 16) lstmState(x, gates, bias, peephole, next, h, bytes, j, 4);
  if (left) lstmState(x, gates, bias, peephole, next, h, bytes, whole, left);
}

/** i, f, g and c' of up to four units. */
@inline
function lstmGates(
  x: usize,
  gates: usize,
  bias: usize,
  peephole: usize,
  c: usize,
  next: usize,
  bytes: usize,
  j: usize,
  left: i32,
): void {
  const two = 2 * bytes;
  const at = gates + j;
  const before = load4(c + j, left);
  let i = gateSum(x, at, bias, j, left);
  let f = gateSum(x, at + bytes, bias, bytes + j, left);
  if (peephole) {
    i = madd(load4(peephole + j, left), before, i);
    f = madd(load4(peephole + bytes + j, left), before, f);
  }
  i = gateSigmoid(i);
  f = gateSigmoid(f);
  const g = gateTanh(gateSum(x, at + two, bias, two + j, left));
  store4(at, i, left);
  store4(at + bytes, f, left);
  store4(at + two, g, left);
  store4(next + j, madd(i, g, f32x4.mul(f, before)), left);
}

/** o and h of up to four units. */
@inline
function lstmState(
  x: usize,
  gates: usize,
  bias: usize,
  peephole: usize,
  next: usize,
  h: usize,
  bytes: usize,
  j: usize,
  left: i32,
): void {
  const three = 3 * bytes;
  const at = gates + three + j;
  const after = load4(next + j, left);
  let o = gateSum(x, at, bias, three + j, left);
  if (peephole) o = madd(load4(peephole + 2 * bytes + j, left), after, o);
  o = gateSigmoid(o);
  store4(at, o, left);
  store4(h + j, f32x4.mul(o, gateTanh(after)), left);
}

/**
 * r, z = σ(x + g + b), q = g + b, n = tanh(x + r q), h' = n + z (h - n). The slots r, z, g of the
 * gates become r, z, q, n.
 */
export function gruRow(
  x: usize,
  gates: usize,
  bias: usize,
  h: usize,
  next: usize,
  bytes: usize,
): void {
  const two = 2 * bytes;
  sigmoidRow(x, gates, bias, two);
  for (let j: usize = 0; j < bytes; j += 16) {
    const left = <i32>((bytes - j) >> 2);
    const at = gates + j;
    let q = load4(at + two, left);
    if (bias) q = f32x4.add(q, load4(bias + two + j, left));
    const n = gateTanh(madd(load4(at, left), q, load4(x + two + j, left)));
    const z = load4(at + bytes, left);
    store4(at + two, q, left);
    store4(at + 3 * bytes, n, left);
    store4(next + j, madd(z, f32x4.sub(load4(h + j, left), n), n), left);
  }
}

/** r, z = σ(x + g + b), and r ⊙ seen in the fourth slot: what the candidate's product reads. */
export function resetRow(x: usize, gates: usize, bias: usize, seen: usize, bytes: usize): void {
  sigmoidRow(x, gates, bias, 2 * bytes);
  mulRow(gates, seen, gates + 3 * bytes, bytes, false);
}

/** n = tanh(x + g + b), h' = n + z (h - n). */
export function candidateRow(
  x: usize,
  gates: usize,
  bias: usize,
  h: usize,
  next: usize,
  bytes: usize,
): void {
  const two = 2 * bytes;
  for (let j: usize = 0; j < bytes; j += 16) {
    const left = <i32>((bytes - j) >> 2);
    const at = gates + j;
    const n = gateTanh(gateSum(x, at + two, bias, two + j, left));
    const z = load4(at + bytes, left);
    store4(at + two, n, left);
    store4(next + j, madd(z, f32x4.sub(load4(h + j, left), n), n), left);
  }
}

/** out = a b, or out += a b. */
export function mulRow(a: usize, b: usize, out: usize, bytes: usize, add: bool): void {
  for (let j: usize = 0; j < bytes; j += 16) {
    const left = <i32>((bytes - j) >> 2);
    const product = f32x4.mul(load4(a + j, left), load4(b + j, left));
    store4(out + j, add ? f32x4.add(load4(out + j, left), product) : product, left);
  }
}

/** out += a. */
export function addRow(a: usize, out: usize, bytes: usize): void {
  for (let j: usize = 0; j < bytes; j += 16) {
    const left = <i32>((bytes - j) >> 2);
    store4(out + j, f32x4.add(load4(out + j, left), load4(a + j, left)), left);
  }
}
