// Learning from examples that have a few rows of a table each, such as words and their neighbours.

import { exp4 } from './exp';
import { copysign4, load4, madd, sumLanes } from './lanes';
import { log4 } from './log';
import { TOUCHED, touchRows } from './rows';

/** The place of word i. */
@inline
function wordAt(at: usize, i: i32): usize {
  return at + ((<usize>i) << 2);
}

/**
 * One step of gradient descent for each of `count` examples, one after the other. An example is a run of words: how
 * many inputs it has, how many targets, the rows of the inputs, those of the targets; ~ of a row for a target that
 * the inputs do not have. With h the mean of the inputs, s = ± h·w for each target w:
 * L = Σ log(1 + e^-s), w -= lr ∂L/∂w, and each input -= lr share ∂L/∂h, where share is 1, or, with
 * `divide`, 1 / inputs. Rows have `width` elements, a multiple of 16. `scratch` has room for h and for two words
 * of each row of an example, and four more. The sum of L goes to `loss`.
 * @kernel
 */
export function learnRows(
  table: usize,
  examples: usize,
  count: i32,
  width: i32,
  lr: f32,
  divide: i32,
  scratch: usize,
  loss: usize,
): void {
  const bytes = (<usize>width) << 2;
  const places = scratch + bytes;
  let total: f64 = 0;
  for (; count > 0; count--) {
    const inputs = load<i32>(examples);
    const targets = load<i32>(examples, 4);
    const rows = inputs + targets;
    examples += 8;
    for (let i = 0; i < rows; i++) {
      const row = load<i32>(wordAt(examples, i));
      store<usize>(wordAt(places, i), table + <usize>(row ^ (row >> 31)) * bytes);
    }
    const answers = wordAt(examples, inputs);
    const others = wordAt(places, inputs);
    const scores = wordAt(places, rows);
    examples = wordAt(examples, rows);

    const mean = f32x4.splat(1 / <f32>inputs);
    for (let j: usize = 0; j < bytes; j += 64) {
      const first = load<usize>(places) + j;
      let h0 = v128.load(first);
      let h1 = v128.load(first, 16);
      let h2 = v128.load(first, 32);
      let h3 = v128.load(first, 48);
      for (let i = 1; i < inputs; i++) {
        const at = load<usize>(wordAt(places, i)) + j;
        h0 = f32x4.add(h0, v128.load(at));
        h1 = f32x4.add(h1, v128.load(at, 16));
        h2 = f32x4.add(h2, v128.load(at, 32));
        h3 = f32x4.add(h3, v128.load(at, 48));
      }
      const h = scratch + j;
      v128.store(h, f32x4.mul(h0, mean));
      v128.store(h, f32x4.mul(h1, mean), 16);
      v128.store(h, f32x4.mul(h2, mean), 32);
      v128.store(h, f32x4.mul(h3, mean), 48);
    }
    for (let t = 0; t < targets; t++) {
      const w = load<usize>(wordAt(others, t));
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      for (let j: usize = 0; j < bytes; j += 64) {
        const h = scratch + j;
        a = madd(v128.load(h), v128.load(w + j), a);
        b = madd(v128.load(h, 16), v128.load(w + j, 16), b);
        c = madd(v128.load(h, 32), v128.load(w + j, 32), c);
        d = madd(v128.load(h, 48), v128.load(w + j, 48), d);
      }
      const sum = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
      store<f32>(wordAt(scores, t), <f32>sumLanes(sum));
    }

    // Four targets at once: -lr ∂L/∂s, with the sign of the answer. Those beyond the last have a large s
    // and so no loss. log(1 + e^x) is x where e^x is beyond float32.
    v128.store(wordAt(scores, targets), f32x4.splat(104));
    const rate = f32x4.splat(lr);
    const one = f32x4.splat(1);
    for (let t = 0; t < targets; t += 4) {
      const sign = load4(wordAt(answers, t), targets - t);
      const at = wordAt(scores, t);
      const x = v128.xor(v128.load(at), v128.andnot(i32x4.splat(0x80000000), sign));
      const low = f32x4.pmin(x, f32x4.splat(80));
      const e = exp4(low);
      const sum = f32x4.add(one, e);
      total += sumLanes(f32x4.add(log4(sum), f32x4.sub(x, low)));
      v128.store(at, copysign4(f32x4.mul(rate, f32x4.div(e, sum)), sign));
    }

    const share = divide ? mean : one;
    for (let j: usize = 0; j < bytes; j += 64) {
      const h = scratch + j;
      const h0 = v128.load(h);
      const h1 = v128.load(h, 16);
      const h2 = v128.load(h, 32);
      const h3 = v128.load(h, 48);
      let d0 = f32x4.splat(0);
      let d1 = d0;
      let d2 = d0;
      let d3 = d0;
      for (let t = 0; t < targets; t++) {
        const at = load<usize>(wordAt(others, t)) + j;
        const g = v128.load32_splat(wordAt(scores, t));
        const w0 = v128.load(at);
        const w1 = v128.load(at, 16);
        const w2 = v128.load(at, 32);
        const w3 = v128.load(at, 48);
        d0 = madd(g, w0, d0);
        d1 = madd(g, w1, d1);
        d2 = madd(g, w2, d2);
        d3 = madd(g, w3, d3);
        v128.store(at, madd(g, h0, w0));
        v128.store(at, madd(g, h1, w1), 16);
        v128.store(at, madd(g, h2, w2), 32);
        v128.store(at, madd(g, h3, w3), 48);
      }
      for (let i = 0; i < inputs; i++) {
        const at = load<usize>(wordAt(places, i)) + j;
        v128.store(at, madd(share, d0, v128.load(at)));
        v128.store(at, madd(share, d1, v128.load(at, 16)), 16);
        v128.store(at, madd(share, d2, v128.load(at, 32)), 32);
        v128.store(at, madd(share, d3, v128.load(at, 48)), 48);
      }
    }
  }
  store<f32>(loss, <f32>total);
}

/** x and G of one bias or weight after a step g: x - g / √G, G + g². */
@inline
function adagrad1(at: usize, sums: usize, g: f32): void {
  const sum = load<f32>(sums);
  store<f32>(at, load<f32>(at) - g / sqrt<f32>(sum));
  store<f32>(sums, sum + g * g);
}

@inline
function adagrad4(at: usize, sums: usize, x: v128, g: v128): void {
  const sum = v128.load(sums);
  v128.store(at, f32x4.sub(x, f32x4.div(g, f32x4.sqrt(sum))));
  v128.store(sums, madd(g, g, sum));
}

/**
 * One step of AdaGrad for each of `count` pairs of rows, one after the other. `places` has the two rows of each pair, of which no
 * row may be a first one here and a second one there; `values` what x = a·b + the biases of both ought to be, and a weight f.
 * With d = x - value: L = Σ f d², and each weight w with gradient h of ½ f d² does w -= lr h / √G, G += (lr h)². Rows have `width` elements, a
 * multiple of 8. The sum of L goes to `loss`.
 * @kernel
 */
export function learnPairs(
  weights: usize,
  biases: usize,
  sums: usize,
  biasSums: usize,
  places: usize,
  values: usize,
  count: i32,
  width: i32,
  lr: f32,
  loss: usize,
): void {
  const bytes = (<usize>width) << 2;
  let total: f64 = 0;
  for (let pair = 0; pair < count; pair++) {
    if ((2 * pair) % TOUCHED == 0) {
      touchRows(weights, places, 2 * (count - pair), bytes);
      touchRows(sums, places, 2 * (count - pair), bytes);
    }
    const i = load<i32>(places);
    const j = load<i32>(places, 4);
    const a = weights + (<usize>i) * bytes;
    const b = weights + (<usize>j) * bytes;
    const sumsA = sums + (<usize>i) * bytes;
    const sumsB = sums + (<usize>j) * bytes;
    let s = f32x4.splat(0);
    let t = s;
    for (let at: usize = 0; at < bytes; at += 32) {
      s = madd(v128.load(a + at), v128.load(b + at), s);
      t = madd(v128.load(a + at, 16), v128.load(b + at, 16), t);
    }
    const bias = load<f32>(wordAt(biases, i)) + load<f32>(wordAt(biases, j));
    const d = <f32>sumLanes(f32x4.add(s, t)) + (bias - load<f32>(values));
    const f = load<f32>(values, 4);
    total += f * d * d;
    const step = lr * f * d;
    const g = f32x4.splat(step);
    for (let at: usize = 0; at < bytes; at += 16) {
      const x = v128.load(a + at);
      const y = v128.load(b + at);
      adagrad4(a + at, sumsA + at, x, f32x4.mul(g, y));
      adagrad4(b + at, sumsB + at, y, f32x4.mul(g, x));
    }
    adagrad1(wordAt(biases, i), wordAt(biasSums, i), step);
    adagrad1(wordAt(biases, j), wordAt(biasSums, j), step);
    places += 8;
    values += 8;
  }
  store<f32>(loss, <f32>total);
}
