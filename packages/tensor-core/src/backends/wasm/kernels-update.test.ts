import { describe, expect, it } from 'vitest';
import {
  LENGTHS,
  benches,
  expectNear,
  expectSame,
  numbers,
} from '../../../test/kernels-fixture.ts';

for (const bench of benches) {
  const { kernels } = bench;

  describe(`updates, ${bench.name}`, () => {
    it('updates any number of elements in one pass, also in place', () => {
      for (const n of LENGTHS) {
        const [p, x] = [numbers(n), numbers(n, -1, 1, 6)];
        const v = numbers(n, 0, 2, 9);
        const near = (at: number, f: (i: number) => number): void =>
          expectNear(
            bench.read(at, n),
            Array.from(p, (_, i) => f(i)),
            4e-7,
          );
        const put = (list: Float32Array): number => bench.put(list, 8);

        bench.reset();
        const at = put(p);
        const [out, own] = [bench.out(n, 4), bench.out(n, 4)];
        kernels.copy(own, at, 4 * n);
        kernels.axpby(at, put(x), out, n, 0.9, -0.3);
        near(out, (i) => 0.9 * p[i]! - 0.3 * x[i]!);
        kernels.axpby(own, put(x), own, n, 1, -0.3);
        near(own, (i) => p[i]! - 0.3 * x[i]!);
        kernels.axpbySquare(at, put(x), out, n, 0.9, 0.1);
        near(out, (i) => 0.9 * p[i]! + 0.1 * x[i]! ** 2);
        kernels.copy(own, at, 4 * n);
        kernels.addcdivSqrt(own, put(x), put(v), own, n, 0.99, -0.01, 1e-3);
        near(own, (i) => 0.99 * p[i]! - (0.01 * x[i]!) / (Math.sqrt(v[i]!) + 1e-3));
      }
    });

    it('links rows of equal index, and adds or puts them to a table once', () => {
      const index = [4, 0, 4, 2, 0, 4];
      for (const width of [1, 3, 4, 7, 100]) {
        bench.reset();
        const at = bench.putInts(index);
        const links = bench.putInts(Array(6 + 16).fill(7));
        kernels.linkRows(at, links, 6, 16);
        const found = bench.out(6, 4);
        kernels.copy(found, links, 24);
        expect([...bench.readInts(found, 6)]).toEqual([2, 4, ~5, 0, ~0, ~0]);

        const [table, x] = [numbers(5 * width), numbers(6 * width, -1, 1, 3)];
        const guarded = (list: Float32Array): number => {
          const own = bench.out(list.length, 4);
          kernels.copy(own, bench.put(list), 4 * list.length);
          return own;
        };
        const row = (list: Float32Array, r: number): number[] => [
          ...list.subarray(r * width, (r + 1) * width),
        ];
        // The sums that the rows stand for, in their order.
        const total = guarded(new Float32Array(5 * width));
        kernels.scatterAddRows(total, at, bench.put(x), 6, width);
        const [rows, dense] = [guarded(table), guarded(table)];
        kernels.axpby(dense, total, dense, 5 * width, 1, -0.3);
        kernels.addRows(rows, at, links, bench.put(x), 6, width, -0.3);
        expectSame(bench.read(rows, 5 * width), bench.read(dense, 5 * width));

        const sums = guarded(new Float32Array(6 * width));
        kernels.addRows(sums, 0, links, bench.put(x), 6, width, 1);
        const [all, each] = [bench.read(total, 5 * width), bench.read(sums, 6 * width)];
        expect([0, 1, 3].map((r) => row(each, r))).toEqual([4, 0, 2].map((r) => row(all, r)));
        for (const r of [2, 4, 5]) expect(row(each, r)).toEqual(Array(width).fill(0));

        const out = guarded(table);
        kernels.putRows(out, at, links, bench.put(x), 6, width);
        const expected = table.slice();
        for (const r of [0, 1, 3]) expected.set(row(x, r), index[r]! * width);
        expectSame(bench.read(out, 5 * width), expected);
      }
    });
  });
}
