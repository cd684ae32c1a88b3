import { describe, expect, it } from 'vitest';
import {
  LENGTHS,
  SPECIALS,
  benches,
  expectSame,
  numbers,
  ulps,
} from '../../../test/kernels-fixture.ts';
import type { WasmKernels } from './kernels.gen.ts';
import type { UnaryKernel } from './kernels.ts';

/** erf(x) = 2/√π e^(-x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!, all terms of one sign. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erfc(x) for x ≥ 2: the continued fraction e^(-x²)/√π / (x + ½/(x + 1/(x + 3/2/(x + …)))). */
function erfcFraction(x: number): number {
  let tail = x;
  for (let n = 120; n >= 1; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail;
}

function erfc(x: number): number {
  if (x >= 2) return erfcFraction(x);
  return x <= -2 ? 2 - erfcFraction(-x) : 1 - erfSeries(x);
}

function erf(x: number): number {
  return Math.abs(x) < 2 ? erfSeries(x) : Math.sign(x) * (1 - erfcFraction(Math.abs(x)));
}

function roundHalfEven(x: number): number {
  const r = Math.round(x);
  const tie = Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
  return tie === 0 && (x < 0 || Object.is(x, -0)) ? -0 : tie;
}

const sigmoid = (x: number): number => (x < 0 ? Math.exp(x) : 1) / (1 + Math.exp(-Math.abs(x)));
const softplus = (x: number): number =>
  x > 20 ? x : Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const expm1 = (x: number): number => Math.expm1(x);
const geluCubic = (x: number): number => 2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);

type Unary = {
  [K in keyof WasmKernels]: WasmKernels[K] extends UnaryKernel ? K : never;
}[keyof WasmKernels];

interface Row {
  readonly name: Exclude<Unary, 'isFinite'>;
  readonly exact: (x: number) => number;
  /** Documented bound of the error, in ulp. */
  readonly ulp: number;
  readonly low: number;
  readonly high: number;
}

const row = (
  name: Row['name'],
  exact: (x: number) => number,
  ulp: number,
  low: number,
  high: number,
): Row => ({ name, exact, ulp, low, high });

const ROWS: readonly Row[] = [
  row('exp', Math.exp, 1, -105, 89),
  row('expm1', Math.expm1, 2, -20, 89),
  row('log', Math.log, 1, 0, 20),
  row('log1p', Math.log1p, 2, -1, 20),
  row('sqrt', Math.sqrt, 0.5, 0, 100),
  row('rsqrt', (x) => 1 / Math.sqrt(x), 1.5, 0, 100),
  row('square', (x) => x * x, 0.5, -100, 100),
  row('reciprocal', (x) => 1 / x, 0.5, -100, 100),
  row('sin', Math.sin, 2, -1e5, 1e5),
  row('cos', Math.cos, 2, -1e5, 1e5),
  row('tan', Math.tan, 0.51, -100, 100),
  row('sinh', Math.sinh, 0.51, -80, 80),
  row('cosh', Math.cosh, 0.51, -80, 80),
  row('tanh', Math.tanh, 2, -12, 12),
  row('asin', Math.asin, 0.51, -1, 1),
  row('acos', Math.acos, 0.51, -1, 1),
  row('atan', Math.atan, 0.51, -100, 100),
  row('sigmoid', sigmoid, 2.5, -100, 100),
  row('softplus', softplus, 2, -100, 30),
  row('erf', erf, 2, -5, 5),
  row(
    'selu',
    (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * expm1(x)),
    2.5,
    -20,
    20,
  ),
  row('gelu', (x) => (x * erfc(-x / Math.SQRT2)) / 2, 6, -12, 12),
  row('geluTanh', (x) => x * sigmoid(geluCubic(x)), 6, -2, 12),
  row('silu', (x) => x * sigmoid(x), 3, -80, 80),
  row('mish', (x) => x * Math.tanh(softplus(x)), 4, -80, 80),
  row('hardsigmoid', (x) => Math.min(Math.max(x + 3, 0), 6) / 6, 1.5, -2, 4),
];

const EXACT: readonly Row[] = [
  row('neg', (x) => -x, 0, -9, 9),
  row('abs', Math.abs, 0, -9, 9),
  row('sign', Math.sign, 0, -9, 9),
  row('floor', Math.floor, 0, -9, 9),
  row('ceil', Math.ceil, 0, -9, 9),
  row('round', roundHalfEven, 0, -9, 9),
  row('relu', (x) => Math.max(x, 0), 0, -9, 9),
];

/** Evenly spread over [low, high], and the same range again on a logarithmic scale. */
function samples(low: number, high: number): Float32Array {
  const linear = numbers(20000, low, high, 7);
  const tiny = numbers(20000, -44, Math.log10(Math.max(high, 1)), 9);
  const signs = numbers(20000, low < 0 ? -1 : 0, 1, 11);
  const spread = tiny.map((exponent, i) => Math.sign(signs[i] ?? 1) * 10 ** exponent);
  const inside = spread.filter((x) => x >= low && x <= high);
  return Float32Array.from([...linear, ...inside]);
}

for (const bench of benches) {
  const { kernels } = bench;

  const evaluate = (kernel: UnaryKernel, x: ArrayLike<number>, shift = 0): Float32Array => {
    bench.reset();
    const input = bench.put(x, shift);
    const out = bench.out(x.length, shift);
    kernel(input, out, x.length);
    return bench.read(out, x.length);
  };

  describe(`elementwise functions, ${bench.name}`, () => {
    it.each(ROWS)(
      '$name is within $ulp ulp of the true value',
      ({ name, exact, ulp, low, high }) => {
        const x = samples(low, high);
        const y = evaluate(kernels[name], x);
        let worst = 0;
        let at = 0;
        for (let i = 0; i < x.length; i++) {
          const error = ulps(y[i] ?? NaN, exact(x[i] ?? NaN));
          if (error > worst) [worst, at] = [error, x[i] ?? NaN];
        }
        expect(worst, `at ${at}`).toBeLessThanOrEqual(ulp);
      },
    );

    it.each(EXACT)('$name is exact', ({ name, exact }) => {
      const x = [...SPECIALS, ...numbers(1000, -9, 9)];
      expectSame(evaluate(kernels[name], x), x.map(exact));
    });

    it.each(ROWS)('$name treats NaN, infinities, zeros and subnormals as Math does', (entry) => {
      // What is infinite times zero in the defining formula is NaN there as well.
      const y = evaluate(kernels[entry.name], SPECIALS);
      SPECIALS.forEach((value, i) => {
        const exact = entry.exact(Math.fround(value));
        const inDomain = value >= entry.low && value <= entry.high;
        if (Number.isFinite(exact) && !inDomain && Math.abs(exact) > 0) return;
        if (Number.isNaN(exact)) expect(y[i], `${entry.name}(${value})`).toBeNaN();
        else if (exact === 0 || !Number.isFinite(exact)) {
          expect(y[i], `${entry.name}(${value})`).toBe(Math.fround(exact));
        } else
          expect(ulps(y[i] ?? NaN, exact), `${entry.name}(${value})`).toBeLessThanOrEqual(
            entry.ulp,
          );
      });
    });

    it.each([...ROWS, ...EXACT])(
      '$name gives the same bits at every position and length',
      (entry) => {
        const x = [...SPECIALS, ...numbers(1000 - SPECIALS.length, entry.low, entry.high)];
        const whole = evaluate(kernels[entry.name], x);
        for (const n of LENGTHS) {
          const part = evaluate(kernels[entry.name], x.slice(7, 7 + n), 4);
          expectSame(part, whole.slice(7, 7 + n));
        }
      },
    );

    it.each([...ROWS, ...EXACT])('$name works in place', ({ name, low, high }) => {
      const x = numbers(17, low, high);
      const expected = evaluate(kernels[name], x);
      bench.reset();
      const out = bench.out(17);
      bench.kernels.copy(out, bench.put(x), 68);
      kernels[name](out, out, 17);
      expectSame(bench.read(out, 17), expected);
    });

    it('sin and cos are right for huge arguments', () => {
      const x = [1000001, 1e7, -3e10, 1e20, 3.4e38].map(Math.fround);
      expectSame(evaluate(kernels.sin, x), x.map(Math.sin));
      expectSame(evaluate(kernels.cos, x), x.map(Math.cos));
    });

    it.each([
      ['leakyRelu', 0.1, (x: number, p: number) => (x > 0 ? x : p * x)],
      ['elu', 1.5, (x: number, p: number) => (x > 0 ? x : p * expm1(x))],
      ['celu', 0.7, (x: number, p: number) => (x > 0 ? x : p * expm1(x / p))],
    ] as const)('%s takes its parameter', (name, parameter, exact) => {
      const p = Math.fround(parameter);
      const x = [...SPECIALS, ...numbers(1000, -9, 9)].map(Math.fround);
      bench.reset();
      const out = bench.out(x.length);
      kernels[name](bench.put(x), out, x.length, parameter);
      bench.read(out, x.length).forEach((y, i) => {
        expect(ulps(y, exact(x[i] ?? NaN, p)), `${name}(${x[i]})`).toBeLessThanOrEqual(3);
      });
    });

    it('geluTanh is within 4e-7 where its exponent magnifies relative errors', () => {
      const x = numbers(20000, -12, -2);
      evaluate(kernels.geluTanh, x).forEach((y, i) => {
        const v = x[i] ?? NaN;
        expect(Math.abs(y - v * sigmoid(geluCubic(v)))).toBeLessThanOrEqual(4e-7);
      });
    });

    it('clamp keeps NaN and prefers the upper bound', () => {
      const run = (low: number, high: number): Float32Array => {
        bench.reset();
        const out = bench.out(5);
        kernels.clamp(bench.put([-3, 0.5, 3, NaN, Infinity]), out, 5, low, high);
        return bench.read(out, 5);
      };
      expectSame(run(-1, 1), [-1, 0.5, 1, NaN, 1]);
      expectSame(run(2, 1), [1, 1, 1, NaN, 1]);
    });
  });
}
