import { describe, expect, it } from 'vitest';
import {
  LENGTHS,
  SPECIALS,
  benches,
  expectSame,
  numbers,
  ulps,
} from '../../../test/kernels-fixture.ts';
import type { BinaryKernel } from './kernels.ts';

const f = Math.fround;

/** Scalars rounded after every step, as float32 lanes are. */
const ARITHMETIC = [
  ['add', (a: number, b: number) => a + b],
  ['sub', (a: number, b: number) => a - b],
  ['mul', (a: number, b: number) => a * b],
  ['div', (a: number, b: number) => a / b],
  ['maximum', (a: number, b: number) => Math.max(a, b)],
  ['minimum', (a: number, b: number) => Math.min(a, b)],
  ['pow', (a: number, b: number) => a ** b],
  ['atan2', (a: number, b: number) => Math.atan2(a, b)],
  ['sigmoidGrad', (a: number, b: number) => f(a * b) * f(1 - b)],
  ['tanhGrad', (a: number, b: number) => a * f(1 - f(b * b))],
  ['reluGrad', (a: number, b: number) => (b > 0 ? a : 0)],
] as const;

const COMPARISONS = [
  ['equal', (a: number, b: number) => a === b],
  ['notEqual', (a: number, b: number) => a !== b],
  ['less', (a: number, b: number) => a < b],
  ['lessEqual', (a: number, b: number) => a <= b],
  ['greater', (a: number, b: number) => a > b],
  ['greaterEqual', (a: number, b: number) => a >= b],
] as const;

/** aOuter, aInner, bOuter, bInner for operands of (outer, inner). */
const layouts = (inner: number): readonly (readonly [number, number, number, number])[] => [
  [inner, 1, inner, 1],
  [inner, 1, 0, 1],
  [0, 1, inner, 1],
  [inner, 1, 1, 0],
  [1, 0, inner, 1],
  [inner, 1, 0, 0],
  [0, 0, inner, 1],
  [0, 0, 0, 0],
  [1, 0, 0, 1],
  [inner + 3, 1, 2, 0],
];

for (const bench of benches) {
  const { kernels } = bench;

  describe(`functions of two tensors, ${bench.name}`, () => {
    it.each(ARITHMETIC)('%s follows both levels of strides', (name, exact) => {
      for (const outer of [1, 3]) {
        for (const inner of LENGTHS) {
          const a = numbers(outer * (inner + 3), -2, 2, 3);
          const b = numbers(outer * (inner + 3), -2, 2, 4);
          for (const [aOuter, aInner, bOuter, bInner] of layouts(inner)) {
            bench.reset();
            const n = outer * inner;
            const out = bench.out(n, 4);
            const [pa, pb] = [bench.put(a, 4), bench.put(b, 8)];
            kernels[name](pa, pb, out, outer, inner, aOuter, aInner, bOuter, bInner);
            const expected = Array.from({ length: n }, (_, at) => {
              const [i, j] = [Math.floor(at / inner), at % inner];
              return exact(a[i * aOuter + j * aInner] ?? NaN, b[i * bOuter + j * bInner] ?? NaN);
            });
            expectSame(bench.read(out, n), expected);
          }
        }
      }
    });

    it.each(ARITHMETIC)('%s treats special values as Math does', (name, exact) => {
      const a = SPECIALS.flatMap((x) => SPECIALS.map(() => f(x)));
      const b = SPECIALS.flatMap(() => SPECIALS.map(f));
      bench.reset();
      const out = bench.out(a.length);
      kernels[name](bench.put(a), bench.put(b), out, 1, a.length, 0, 1, 0, 1);
      bench.read(out, a.length).forEach((y, i) => {
        const expected = exact(a[i] ?? NaN, b[i] ?? NaN);
        expect(ulps(y, expected), `${name}(${a[i]}, ${b[i]})`).toBeLessThanOrEqual(0.5);
      });
    });

    it.each([2, 3, 0.5, -1])('pow with the exponent %d for all is Math.pow rounded', (y) => {
      const x = [...SPECIALS, ...numbers(5000, -100, 100)].map(f);
      bench.reset();
      const out = bench.out(x.length);
      kernels.pow(bench.put(x), bench.put([y]), out, 1, x.length, 0, 1, 0, 0);
      expectSame(
        bench.read(out, x.length),
        x.map((v) => v ** y),
      );
    });

    it.each(COMPARISONS)('%s writes one byte per element', (name, exact) => {
      const kernel: BinaryKernel = kernels[name];
      for (const inner of [...LENGTHS, SPECIALS.length]) {
        const a = [...SPECIALS, ...numbers(2 * inner + 6, -2, 2, 5)].map(f);
        const b = [...SPECIALS.toReversed(), ...a.slice(SPECIALS.length)].map(f);
        for (const [aOuter, aInner, bOuter, bInner] of layouts(inner)) {
          bench.reset();
          const n = 2 * inner;
          const out = bench.putBytes(new Uint8Array(n + 8).fill(9));
          kernel(bench.put(a), bench.put(b, 4), out, 2, inner, aOuter, aInner, bOuter, bInner);
          const expected = Array.from({ length: n + 8 }, (_, at) => {
            if (at >= n) return 9;
            const [i, j] = [Math.floor(at / inner), at % inner];
            const left = a[i * aOuter + j * aInner] ?? NaN;
            return Number(exact(left, b[i * bOuter + j * bInner] ?? NaN));
          });
          expect(Array.from(bench.readBytes(out, n + 8))).toEqual(expected);
        }
      }
    });

    it('where chooses by bytes, with either side a single number', () => {
      for (const n of LENGTHS) {
        const cond = Array.from(numbers(n + 1, 0, 2), Math.floor);
        const [a, b] = [numbers(n + 1, -1, 0), numbers(n + 1, 0, 1)];
        for (const [c, s, t] of [
          [1, 1, 1],
          [1, 0, 1],
          [1, 1, 0],
          [1, 0, 0],
          [0, 1, 1],
        ] as const) {
          bench.reset();
          const out = bench.out(n);
          kernels.where(bench.putBytes(cond), bench.put(a), bench.put(b), out, n, c, s, t);
          const expected = Array.from({ length: n }, (_, i) =>
            cond[i * c] ? (a[i * s] ?? NaN) : (b[i * t] ?? NaN),
          );
          expectSame(bench.read(out, n), expected);
        }
      }
    });
  });
}
