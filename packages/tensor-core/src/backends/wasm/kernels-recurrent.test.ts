import { describe, expect, it } from 'vitest';
import {
  benches,
  expectNear,
  expectSame,
  numbers,
  type KernelBench,
} from '../../../test/kernels-fixture.ts';

/** Names of the kinds, by their numbers. */
const KINDS = ['tanh', 'relu', 'sigmoid', 'LSTM', 'GRU', 'GRU with the reset before'] as const;

interface Case {
  readonly kind: number;
  readonly steps: number;
  readonly rows: number;
  readonly hidden: number;
  readonly reverse: number;
}

const gatesOf = (kind: number): number => (kind < 3 ? 1 : kind === 3 ? 4 : 3);

/** What both passes give, when the batch is cut into the given ranges of rows. */
function run(
  bench: KernelBench,
  { kind, steps: T, rows: B, hidden: H, reverse }: Case,
  cuts: readonly number[] = [0, B],
): { readonly forward: Float32Array; readonly backward: Float32Array } {
  const { kernels } = bench;
  bench.reset();
  const G = gatesOf(kind);
  const W = numbers(G * H * H, -0.5, 0.5, 2);
  const w = bench.put(W);
  const group = Math.ceil(H / 8) * 8 * H; // floats in the panels of one gate
  const forth = bench.reserve(4 * G * group);
  for (let g = 0; g < G; g++) {
    kernels.packPanels(w + 4 * g * H * H, H, H, H, 1, forth + 4 * g * group);
  }
  const back = bench.reserve(4 * G * group);
  kernels.packPanels(w, H, G * H, H, 0, back);
  const x = bench.put(numbers(T * B * G * H, -1, 1, 3), 4);
  const mask = bench.put(numbers(B * H, 0, 2, 4));
  const lengths = bench.putInts(Array.from({ length: B }, (_, b) => T - (b % 2)));
  const bias = bench.put(numbers(G * H, -1, 1, 5));
  const peephole = kind === 3 ? bench.put(numbers(3 * H, -1, 1, 6)) : 0;
  // States first, then cells, gates and the masked state, as one result.
  const [states, cells, gates] = [(T + 1) * B * H, (T + 1) * B * H, T * B * 4 * H];
  const count = states + cells + gates + B * H;
  const out = bench.out(count);
  kernels.fill(out, count, 0);
  const start = reverse * T * B * H;
  const h0 = bench.put(numbers(B * H, -1, 1, 7));
  const c0 = bench.put(numbers(B * H, -1, 1, 8));
  kernels.copy(out + 4 * start, h0, 4 * B * H);
  kernels.copy(out + 4 * (states + start), c0, 4 * B * H);
  const [cellsAt, gatesAt] = [out + 4 * states, out + 4 * (states + cells)];
  const dy = bench.put(numbers(T * B * H, -1, 1, 9));
  const dLast = bench.put(numbers(B * H, -1, 1, 10));
  const step = B * G * H;
  const total = (2 * T + 2) * step;
  const d = bench.out(total);
  kernels.fill(d, total, 0);
  const [work, e] = [d + 4 * T * step, d + 4 * (T + 2) * step];
  cuts.slice(1).forEach((end, i) => {
    const own = [cuts[i]!, end - cuts[i]!] as const;
    kernels.recurrentForward(
      ...([kind, T, B, H, reverse, 1, x, forth, bias, peephole, mask, lengths] as const),
      ...([out, cellsAt, gatesAt, gatesAt + 4 * gates, ...own] as const),
    );
    kernels.recurrentBackward(
      ...([kind, T, B, H, reverse, 1, dy, dLast, back, peephole, mask, lengths] as const),
      ...([out, cellsAt, gatesAt, d, e, work, ...own] as const),
    );
  });
  return { forward: bench.read(out, count), backward: bench.read(d, total) };
}

for (const bench of benches) {
  describe(`recurrent kernels, ${bench.name}`, () => {
    it('packs columns in panels of 8', () => {
      for (const [k, n] of [
        [1, 1],
        [3, 8],
        [5, 11],
        [2, 37],
      ] as const) {
        const b = numbers(k * n);
        const expected = Array.from({ length: Math.ceil(n / 8) * k * 8 }, (_, at) => {
          const [panel, i, j] = [Math.floor(at / (8 * k)), Math.floor(at / 8) % k, at % 8];
          return panel * 8 + j < n ? b[i * n + panel * 8 + j]! : 0;
        });
        const turned = b.map((_, at) => b[(at % k) * n + Math.floor(at / k)]!);
        for (const transposed of [0, 1]) {
          bench.reset();
          const out = bench.out(expected.length);
          const from = bench.put(transposed ? turned : b);
          bench.kernels.packPanels(from, transposed ? k : n, k, n, transposed, out);
          const inside = (at: number): boolean => Math.floor(at / (8 * k)) * 8 + (at % 8) < n;
          const got = bench.read(out, expected.length).map((v, at) => (inside(at) ? v : 0));
          expectSame(got, expected);
        }
      }
    });

    it.each(KINDS)('%s: the same bits however the batch is cut', (name) => {
      const kind = KINDS.indexOf(name);
      for (const rows of [2, 7, 8, 13]) {
        for (const reverse of [0, 1]) {
          const sizes = { kind, steps: 3, rows, hidden: 37, reverse };
          const whole = run(bench, sizes);
          for (const cuts of [[0, 1, rows], Array.from({ length: rows + 1 }, (_, i) => i)]) {
            const parts = run(bench, sizes, cuts);
            expectSame(parts.forward, whole.forward);
            expectSame(parts.backward, whole.backward);
          }
          expect(whole.backward.some((v) => v !== 0)).toBe(true);
        }
      }
    });

    it('computes σ and tanh within 2.6 units in the last place, with limits and NaN', () => {
      const ends = [0, 87, Infinity, -Infinity, NaN];
      const inputs = [...numbers(3000, -1, 1), ...numbers(3000, -20, 20), ...ends];
      const n = inputs.length;
      for (const [kind, exact] of [
        [0, Math.tanh],
        [2, (v: number) => 1 / (1 + Math.exp(-v))],
      ] as const) {
        bench.reset();
        const states = bench.out(2 * n);
        bench.kernels.fill(states, 2 * n, 0);
        const panels = bench.put(new Float32Array(8));
        const x = bench.put(inputs);
        bench.kernels.recurrentForward(
          ...([kind, 1, n, 1, 0, 1, x, panels] as const), // steps of one unit
          ...([0, 0, 0, 0, states, 0, 0, 0, 0, n] as const),
        );
        const got = bench.read(states, 2 * n).slice(n);
        inputs.forEach((v, i) => {
          const want = exact(Math.fround(v));
          const unit = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(want), 2 ** -126))) - 23);
          // Below -87 σ stays what it is there.
          if (Number.isNaN(v)) expect(got[i]).toBeNaN();
          else if (v === -Infinity && kind === 2) expect(got[i]).toBeLessThan(1.7e-38);
          else expect(Math.abs(got[i]! - want) / unit, `f(${v})`).toBeLessThanOrEqual(2.6);
        });
      }
    });

    it('agrees with the other build to rounding', () => {
      for (const [kind] of KINDS.entries()) {
        const sizes = { kind, steps: 4, rows: 11, hidden: 70, reverse: 0 }; // 4 H > 256
        const [plain, fused] = benches.map((one) => run(one, sizes));
        expectNear(fused!.forward, plain!.forward, 1e-4);
        expectNear(fused!.backward, plain!.backward, 1e-3);
      }
    });
  });
}
