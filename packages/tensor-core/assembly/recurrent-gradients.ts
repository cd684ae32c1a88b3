// The way back through one step of one row of each recurrent cell: from dy + dh, the gradient of the
// next state, to d, those of the sums of the gates, and to what reaches the former state past the
// gates, which replaces dh.
//
// d may be where dh and dc are, so these are read before and written first.

import { load4, madd, nmadd, select4, store4 } from './lanes';
import { RELU, TANH } from './recurrent-cells';

/** g (1 - y) y. */
@inline
function sigmoidBack(g: v128, y: v128): v128 {
  return f32x4.mul(f32x4.mul(g, y), f32x4.sub(f32x4.splat(1), y));
}

/** g (1 - y²). */
@inline
function tanhBack(g: v128, y: v128): v128 {
  return f32x4.mul(g, nmadd(y, y, f32x4.splat(1)));
}

/** d = f'(h) (dy + dh). */
export function simpleBack(
  kind: i32,
  dy: usize,
  h: usize,
  dh: usize,
  d: usize,
  bytes: usize,
): void {
  const zero = f32x4.splat(0);
  for (let j: usize = 0; j < bytes; j += 16) {
    const left = <i32>((bytes - j) >> 2);
    const y = load4(h + j, left);
    const g = f32x4.add(load4(dy + j, left), load4(dh + j, left));
    store4(dh + j, zero, left);
    let v: v128;
    if (kind == TANH) v = tanhBack(g, y);
    else if (kind == RELU) v = select4(f32x4.gt(y, zero), g, zero);
    else v = sigmoidBack(g, y);
    store4(d + j, v, left);
  }
}

/**
 * Gates i, f, g, o; dc is the gradient of the next cell state and becomes that of the former. tanh of that state is h / o; where
 * o is too small for it, so is what it is for.
 */
export function lstmBack(
  dy: usize,
  gates: usize,
  peephole: usize,
  before: usize,
  h: usize,
  dh: usize,
  dc: usize,
  d: usize,
  bytes: usize,
): void {
  const two = 2 * bytes;
  const three = 3 * bytes;
  for (let j: usize = 0; j < bytes; j += 16) {
    const left = <i32>((bytes - j) >> 2);
    const at = gates + j;
    const i = load4(at, left);
    const f = load4(at + bytes, left);
    const g = load4(at + two, left);
    const o = load4(at + three, left);
    const y = f32x4.div(load4(h + j, left), f32x4.pmax(o, f32x4.splat(f32.MIN_NORMAL_VALUE)));
    const gh = f32x4.add(load4(dy + j, left), load4(dh + j, left));
    const dO = sigmoidBack(f32x4.mul(gh, y), o);
    let gc = f32x4.add(load4(dc + j, left), tanhBack(f32x4.mul(gh, o), y));
    if (peephole) gc = madd(dO, load4(peephole + two + j, left), gc);
    const dI = sigmoidBack(f32x4.mul(gc, g), i);
    const dF = sigmoidBack(f32x4.mul(gc, load4(before + j, left)), f);
    let rest = f32x4.mul(gc, f);
    if (peephole) {
      rest = madd(dI, load4(peephole + j, left), rest);
      rest = madd(dF, load4(peephole + bytes + j, left), rest);
    }
    store4(dh + j, f32x4.splat(0), left);
    store4(dc + j, rest, left);
    store4(d + j, dI, left);
    store4(d + bytes + j, dF, left);
    store4(d + two + j, tanhBack(f32x4.mul(gc, i), g), left);
    store4(d + three + j, dO, left);
  }
}

/**
 * Slots r, z, q, n. d are the gradients of the recurrent sums; those of the inputs' sums, e, differ
 * in the candidate, which r does not scale.
 */
export function gruBack(
  dy: usize,
  gates: usize,
  h: usize,
  dh: usize,
  d: usize,
  e: usize,
  bytes: usize,
): void {
  const two = 2 * bytes;
  for (let j: usize = 0; j < bytes; j += 16) {
    const left = <i32>((bytes - j) >> 2);
    const at = gates + j;
    const r = load4(at, left);
    const z = load4(at + bytes, left);
    const n = load4(at + 3 * bytes, left);
    const g = f32x4.add(load4(dy + j, left), load4(dh + j, left));
    const dn = tanhBack(nmadd(g, z, g), n);
    const dz = sigmoidBack(f32x4.mul(g, f32x4.sub(load4(h + j, left), n)), z);
    const dr = sigmoidBack(f32x4.mul(dn, load4(at + two, left)), r);
    store4(dh + j, f32x4.mul(g, z), left);
    store4(d + j, dr, left);
    store4(d + bytes + j, dz, left);
    store4(d + two + j, f32x4.mul(dn, r), left);
    store4(e + j, dr, left);
    store4(e + bytes + j, dz, left);
    store4(e + two + j, dn, left);
  }
}

/** Slots r, z, n: the gradients of z and n. */
export function candidateBack(
  dy: usize,
  gates: usize,
  h: usize,
  dh: usize,
  d: usize,
  bytes: usize,
): void {
  const two = 2 * bytes;
  for (let j: usize = 0; j < bytes; j += 16) {
    const left = <i32>((bytes - j) >> 2);
    const z = load4(gates + bytes + j, left);
    const n = load4(gates + two + j, left);
    const g = f32x4.add(load4(dy + j, left), load4(dh + j, left));
    store4(dh + j, f32x4.mul(g, z), left);
    const dz = sigmoidBack(f32x4.mul(g, f32x4.sub(load4(h + j, left), n)), z);
    store4(d + bytes + j, dz, left);
    store4(d + two + j, tanhBack(nmadd(g, z, g), n), left);
  }
}

/**
 * The gradient of r from p, that of r ⊙ h, which becomes its share in the gradient of h. The h that
 * products see is masked, if there is a mask.
 */
export function resetBack(
  p: usize,
  gates: usize,
  h: usize,
  mask: usize,
  d: usize,
  bytes: usize,
): void {
  for (let j: usize = 0; j < bytes; j += 16) {
    const left = <i32>((bytes - j) >> 2);
    const r = load4(gates + j, left);
    const g = load4(p + j, left);
    let seen = load4(h + j, left);
    if (mask) seen = f32x4.mul(seen, load4(mask + j, left));
    store4(p + j, f32x4.mul(g, r), left);
    store4(d + j, sigmoidBack(f32x4.mul(g, seen), r), left);
  }
}
