// One step of one row of each recurrent cell: from the sums of its gates to its next state.
//
// `bytes` is the size of a row of H elements. x are the inputs' shares of the gates, G rows of H; g
// are the recurrent shares, which the activations replace: what the way back needs.

import { sigmoid4, tanh4 } from './activations';
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

/** h = f(x + h). */
export function simpleRow(kind: i32, x: usize, h: usize, bytes: usize): void {
  for (let j: usize = 0; j < bytes; j += 16) {
    const left = <i32>((bytes - j) >> 2);
    const v = f32x4.add(load4(x + j, left), load4(h + j, left));
    let y: v128;
    if (kind == TANH) y = tanh4(v);
    else if (kind == RELU) y = f32x4.max(v, f32x4.splat(0));
    else y = sigmoid4(v);
    store4(h + j, y, left);
  }
}

/**
 * c' = f c + i g, h = o tanh c', with gates i, f, g, o; peepholes (3, H), if any, let i and f see c,
 * and o see c'.
 */
export function lstmRow(
  x: usize,
  gates: usize,
  peephole: usize,
  c: usize,
  next: usize,
  h: usize,
  bytes: usize,
): void {
  const two = 2 * bytes;
  const three = 3 * bytes;
  for (let j: usize = 0; j < bytes; j += 16) {
    const left = <i32>((bytes - j) >> 2);
    const at = gates + j;
    const before = load4(c + j, left);
    let i = f32x4.add(load4(x + j, left), load4(at, left));
    let f = f32x4.add(load4(x + bytes + j, left), load4(at + bytes, left));
    let g = f32x4.add(load4(x + two + j, left), load4(at + two, left));
    let o = f32x4.add(load4(x + three + j, left), load4(at + three, left));
    if (peephole) {
      i = madd(load4(peephole + j, left), before, i);
      f = madd(load4(peephole + bytes + j, left), before, f);
    }
    i = sigmoid4(i);
    f = sigmoid4(f);
    g = tanh4(g);
    const after = madd(i, g, f32x4.mul(f, before));
    if (peephole) o = madd(load4(peephole + two + j, left), after, o);
    o = sigmoid4(o);
    store4(at, i, left);
    store4(at + bytes, f, left);
    store4(at + two, g, left);
    store4(at + three, o, left);
    store4(next + j, after, left);
    store4(h + j, f32x4.mul(o, tanh4(after)), left);
  }
}

/**
 * r, z = σ(x + g + b), q = g + b, n = tanh(x + r q), h' = n + z (h - n). The slots r, z, g of the
 * gates become r, z, q, n. Without a bias b, 0.
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
  for (let j: usize = 0; j < bytes; j += 16) {
    const left = <i32>((bytes - j) >> 2);
    const at = gates + j;
    let r = load4(at, left);
    let z = load4(at + bytes, left);
    let q = load4(at + two, left);
    if (bias) {
      r = f32x4.add(r, load4(bias + j, left));
      z = f32x4.add(z, load4(bias + bytes + j, left));
      q = f32x4.add(q, load4(bias + two + j, left));
    }
    r = sigmoid4(f32x4.add(load4(x + j, left), r));
    z = sigmoid4(f32x4.add(load4(x + bytes + j, left), z));
    const n = tanh4(madd(r, q, load4(x + two + j, left)));
    store4(at, r, left);
    store4(at + bytes, z, left);
    store4(at + two, q, left);
    store4(at + 3 * bytes, n, left);
    store4(next + j, madd(z, f32x4.sub(load4(h + j, left), n), n), left);
  }
}

/** r, z = σ(x + g), and r ⊙ seen in the fourth slot: what the candidate's product reads. */
export function resetRow(x: usize, gates: usize, seen: usize, bytes: usize): void {
  for (let j: usize = 0; j < bytes; j += 16) {
    const left = <i32>((bytes - j) >> 2);
    const at = gates + j;
    const r = sigmoid4(f32x4.add(load4(x + j, left), load4(at, left)));
    const z = sigmoid4(f32x4.add(load4(x + bytes + j, left), load4(at + bytes, left)));
    store4(at, r, left);
    store4(at + bytes, z, left);
    store4(at + 3 * bytes, f32x4.mul(r, load4(seen + j, left)), left);
  }
}

/** n = tanh(x + g), h' = n + z (h - n). */
export function candidateRow(x: usize, gates: usize, h: usize, next: usize, bytes: usize): void {
  const two = 2 * bytes;
  for (let j: usize = 0; j < bytes; j += 16) {
    const left = <i32>((bytes - j) >> 2);
    const at = gates + j;
    const n = tanh4(f32x4.add(load4(x + two + j, left), load4(at + two, left)));
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
