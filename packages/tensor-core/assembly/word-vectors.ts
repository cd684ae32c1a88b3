// Learning from examples that have a few rows of a table each, such as words and their neighbours.

import { exp4 } from './exp';
import { copysign4, load4, madd, sumLanes } from './lanes';
import { log4 } from './log';

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
    for (let j: usize = 0; j < bytes; j += 16) {
      let h = v128.load(load<usize>(places) + j);
      for (let i = 1; i < inputs; i++) {
        h = f32x4.add(h, v128.load(load<usize>(wordAt(places, i)) + j));
      }
      v128.store(scratch + j, f32x4.mul(h, mean));
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

