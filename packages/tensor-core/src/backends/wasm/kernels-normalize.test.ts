import { describe, it } from 'vitest';
import { benches, expectNear, expectSame, numbers } from '../../../test/kernels-fixture.ts';

/** batch, groups, inner, and whether γ and β belong to the elements of a group. */
const SHAPES: readonly (readonly [number, number, number, 0 | 1])[] = [
  ...[1, 2, 3, 4, 7, 23, 600].map((inner) => [1, 5, inner, 1] as const),
  ...[1, 2, 3, 4, 7, 23, 600].map((inner) => [3, 5, inner, 0] as const),
  [40, 9, 1, 0],
  [1, 40, 17, 1],
];
const EPS = 0.01;

for (const bench of benches) {
  const { kernels } = bench;

  describe(`normalisation, ${bench.name}`, () => {
    it.each(SHAPES)('of (%i, %i, %i), each %i, is right, whole and in parts', (...shape) => {
      const [batch, groups, inner, each] = shape;
      const size = batch * groups * inner;
      const channels = each === 1 ? inner : groups;
      const visit = (f: (i: number, group: number, channel: number) => void): void => {
        for (let i = 0; i < size; i++) {
          const group = Math.floor(i / inner) % groups;
          f(i, group, each === 1 ? i % inner : group);
        }
      };
      bench.reset();
      const [x, g] = [numbers(size, 3, 5), numbers(size, -1, 1, 2)];
      const [gamma, beta] = [numbers(channels, 0.5, 2, 3), numbers(channels, -1, 1, 4)];
      const n = batch * inner;

      const mean = new Float64Array(groups);
      const variance = new Float64Array(groups);
      visit((i, k) => (mean[k]! += x[i]! / n));
      visit((i, k) => (variance[k]! += (x[i]! - mean[k]!) ** 2 / n));
      const scale = variance.map((v) => 1 / Math.sqrt(v + EPS));
      const from = bench.put(x, 4);
      const out = [bench.out(groups), bench.out(groups), bench.out(groups)] as const;
      const steps = [groups * inner, inner] as const;
      kernels.moments(from, ...out, batch, groups, inner, ...steps, 1, EPS);
      const stats = out.map((p) => bench.read(p, groups));
      expectNear(stats[0]!, mean, 1e-6);
      expectNear(stats[1]!, scale, 4e-6);
      expectNear(stats[2]!, variance, 1e-6);

      const [m, s] = [out[0], out[1]];
      const hat = (i: number, k: number): number => (x[i]! - mean[k]!) * scale[k]!;
      const y = new Float64Array(size);
      visit((i, k, c) => (y[i] = hat(i, k) * gamma[c]! + beta[c]!));
      const affine = [bench.put(gamma, 4), bench.put(beta, 4)] as const;
      const to = bench.out(size, 4);
      kernels.normalize(from, m, s, ...affine, to, batch, groups, inner, ...steps, each);
      expectNear(bench.read(to, size), y, 1e-5);

      const level = new Float64Array(groups);
      const slope = new Float64Array(groups);
      visit((i, k, c) => (level[k]! += (g[i]! * gamma[c]!) / n));
      visit((i, k, c) => (slope[k]! += (g[i]! * gamma[c]! * hat(i, k)) / n));
      const dx = new Float64Array(size);
      visit((i, k, c) => {
        dx[i] = scale[k]! * (g[i]! * gamma[c]! - level[k]! - hat(i, k) * slope[k]!);
      });
      const grad = bench.put(g, 4);
      const sizes = [batch, groups, inner, ...steps] as const;
      kernels.normalizeGrad(grad, from, m, s, affine[0], to, ...sizes, each, 1, 1);
      const whole = bench.read(to, size);
      expectNear(whole, dx, 5e-5);
      // A part of the groups, by moving the pointers: the same bits.
      const own = each === 1 ? 0 : 4 * groups - 4;
      const at = 4 * (groups - 1) * inner;
      const last = [from + at, m + 4 * groups - 4, s + 4 * groups - 4, affine[0] + own] as const;
      kernels.normalizeGrad(grad + at, ...last, to + at, batch, 1, inner, ...steps, each, 1, 1);
      expectSame(bench.read(to, size), whole);

      const sums = [new Float64Array(channels), new Float64Array(channels)] as const;
      visit((i, k, c) => {
        sums[0][c]! += g[i]!;
        sums[1][c]! += g[i]! * hat(i, k);
      });
      const found = [bench.out(channels), bench.out(channels)] as const;
      kernels.affineGrad(grad, from, m, s, ...found, ...sizes, each);
      sums.forEach((want, k) => expectNear(bench.read(found[k]!, channels), want, 5e-5));
    });

    it('leaves γ, β and the mean out where they are absent', () => {
      bench.reset();
      const x = bench.put([3, -3, 3, 4, 4, 4]);
      const [m, s, v, y] = [bench.out(2), bench.out(2), bench.out(2), bench.out(6)];
      kernels.moments(x, m, s, v, 1, 2, 3, 6, 3, 0, 0);
      expectSame(bench.read(m, 2), [0, 0]);
      expectNear(bench.read(v, 2), [9, 16], 1e-7);
      kernels.normalize(x, m, s, 0, 0, y, 1, 2, 3, 6, 3, 1);
      expectNear(bench.read(y, 6), [1, -1, 1, 1, 1, 1], 1e-6);
      // By moments that do not move, the gradient is only scaled.
      kernels.normalizeGrad(x, x, m, s, 0, y, 1, 2, 3, 6, 3, 1, 0, 0);
      expectNear(bench.read(y, 6), [1, -1, 1, 1, 1, 1], 1e-6);
    });
  });
}
