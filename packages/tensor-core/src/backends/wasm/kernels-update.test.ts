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
        kernels.combine(at, put(x), out, n, 0.9, -0.3);
        near(out, (i) => 0.9 * p[i]! - 0.3 * x[i]!);
        kernels.combine(own, put(x), own, n, 1, -0.3);
        near(own, (i) => p[i]! - 0.3 * x[i]!);
        kernels.combineSquare(at, put(x), out, n, 0.9, 0.1);
        near(out, (i) => 0.9 * p[i]! + 0.1 * x[i]! ** 2);
        kernels.copy(own, at, 4 * n);
        kernels.addQuotient(own, put(x), put(v), own, n, 0.99, -0.01, 1e-3);
        near(own, (i) => 0.99 * p[i]! - (0.01 * x[i]!) / (Math.sqrt(v[i]!) + 1e-3));
      }
    });

    it('does whole update rules in one pass, with the bits of one after the other', () => {
      for (const n of LENGTHS) {
        const given = [numbers(n), numbers(n, -1, 1, 6), numbers(n, 0, 2, 9), numbers(n, -3, 3, 2)];
        const fresh = (): readonly [number, number, number, number] => {
          bench.reset();
          const [p, m, v, g] = given.map((x) => {
            const own = bench.out(n, 4);
            kernels.copy(own, bench.put(x), 4 * n);
            return own;
          });
          return [p!, m!, v!, g!];
        };
        const values = ([p, m, v]: readonly number[]): number[][] =>
          [p, m, v].map((at) => [...bench.read(at!, n)]);

        let [p, m, v, g] = fresh();
        kernels.combine(m, g, m, n, 0.9, 0.3);
        kernels.combine(p, m, p, n, 0.99, -0.01);
        let expected = values([p, m, v]);
        [p, m, v, g] = fresh();
        kernels.momentumStep(p, m, g, n, 0.9, 0.3, 0.99, -0.01);
        expect(values([p, m, v])).toEqual(expected);

        [p, m, v, g] = fresh();
        kernels.combineSquare(v, g, v, n, 0.9, 0.1);
        kernels.addQuotient(p, g, v, p, n, 0.99, -0.01, 1e-3);
        expected = values([p, m, v]);
        [p, m, v, g] = fresh();
        kernels.squareStep(p, v, g, n, 0.9, 0.1, 0.99, -0.01, 1e-3);
        expect(values([p, m, v])).toEqual(expected);

        [p, m, v, g] = fresh();
        kernels.combine(m, g, m, n, 0.9, 0.3);
        kernels.combineSquare(v, g, v, n, 0.9, 0.1);
        kernels.addQuotient(p, m, v, p, n, 0.99, -0.01, 1e-3);
        expected = values([p, m, v]);
        [p, m, v, g] = fresh();
        kernels.momentsStep(p, m, v, g, n, 0.9, 0.3, 0.9, 0.1, 0.99, -0.01, 1e-3);
        expect(values([p, m, v])).toEqual(expected);
      }
    });

    it('links rows of equal index, and updates each row of a table once', () => {
      const index = [4, 0, 4, 2, 0, 4];
      const linked = [2, 4, ~5, 0, ~0, ~0];
      for (const width of [1, 3, 4, 7, 100]) {
        bench.reset();
        const guarded = (x: Float32Array): number => {
          const own = bench.out(x.length, 4);
          kernels.copy(own, bench.put(x), 4 * x.length);
          return own;
        };
        const [table, x] = [numbers(5 * width), numbers(6 * width, -1, 1, 3)];
        const squares = numbers(5 * width, 0.1, 2, 9);
        const at = bench.putInts(index);
        const links = bench.putInts(Array(6 + 16).fill(7));
        kernels.linkRows(at, links, 6, 16);
        const found = bench.out(6, 4);
        kernels.copy(found, links, 24);
        expect([...bench.readInts(found, 6)]).toEqual(linked);

        // The sums that the rows stand for, in their order.
        const total = bench.out(5 * width, 4);
        kernels.fill(total, 5 * width, 0);
        kernels.scatterAddRows(total, at, bench.put(x), 6, width);
        const used = (changed: Float32Array, before: Float32Array): number[] =>
          Array.from(before, (b, i) => (index.includes(Math.floor(i / width)) ? changed[i]! : b));
        const size = 5 * width;

        let [dense, rows] = [guarded(table), guarded(table)];
        kernels.combine(dense, total, dense, size, 0.9, -0.3);
        kernels.combineRows(rows, bench.put(x), at, links, 6, width, 0.9, -0.3);
        expectSame(bench.read(rows, size), used(bench.read(dense, size), table));

        [dense, rows] = [guarded(table), guarded(table)];
        kernels.combineSquare(dense, total, dense, size, 0.9, 0.3);
        kernels.combineSquareRows(rows, bench.put(x), at, links, 6, width, 0.9, 0.3);
        expectSame(bench.read(rows, size), used(bench.read(dense, size), table));

        const v = bench.put(squares);
        for (const aligned of [0, 1]) {
          const n = aligned === 1 ? bench.put(squares) : bench.put(x);
          [dense, rows] = [guarded(table), guarded(table)];
          kernels.addQuotient(dense, aligned === 1 ? n : total, v, dense, size, 0.9, -0.3, 1e-3);
          kernels.addQuotientRows(rows, n, v, at, links, 6, width, 0.9, -0.3, 1e-3, aligned);
          expectSame(bench.read(rows, size), used(bench.read(dense, size), table));
        }
      }
    });
  });
}
