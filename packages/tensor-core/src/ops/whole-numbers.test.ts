/** What int32 tensors make of numbers that int32, or a double, cannot hold. */
import {
  arange,
  DTypeError,
  einsum,
  full,
  fullLike,
  linspace,
  reference,
  tensor,
  wasm,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { gpu } from '@kasane/tensor-core/gpu';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const LEAST = -(2 ** 31);
const MOST = 2 ** 31 - 1;
const hosts = [reference(), wasm({ relaxed: false }), wasm({ relaxed: true })];
const whole = fc.oneof(
  fc.integer({ min: LEAST, max: MOST }),
  fc.constantFrom(LEAST, MOST, 0, 1, -1, 46341, 94906267),
);
const wrapped = (x: bigint): number => Number(BigInt.asIntN(32, x));
const int32 = (values: readonly number[], backend = hosts[0]!): Tensor =>
  tensor(values, { dtype: 'int32', backend });

describe('int32 keeps the low 32 bits', () => {
  const lists = fc.array(fc.tuple(whole, whole), { minLength: 1, maxLength: 9 });
  const big = (list: readonly number[]): bigint[] => list.map(BigInt);
  const product = (list: readonly number[]): bigint => big(list).reduce((a, b) => a * b, 1n);
  const total = (list: readonly bigint[]): bigint => list.reduce((a, b) => a + b, 0n);
  const prefixes = (list: readonly number[]): number[][] =>
    list.map((_, i) => list.slice(0, i + 1));
  type Case = readonly [
    call: (x: Tensor, y: Tensor) => Tensor,
    want: (x: readonly number[], y: readonly number[]) => readonly bigint[],
  ];
  const cases: Readonly<Record<string, Case>> = {
    add: [(x, y) => x.add(y), (x, y) => x.map((a, i) => BigInt(a) + BigInt(y[i]!))],
    sub: [(x, y) => x.sub(y), (x, y) => x.map((a, i) => BigInt(a) - BigInt(y[i]!))],
    neg: [(x) => x.neg(), (x) => x.map((a) => -BigInt(a))],
    mul: [(x, y) => x.mul(y), (x, y) => x.map((a, i) => BigInt(a) * BigInt(y[i]!))],
    square: [(x) => x.square(), (x) => x.map((a) => BigInt(a) ** 2n)],
    outer: [(x, y) => x.outer(y), (x, y) => x.flatMap((a) => y.map((b) => BigInt(a) * BigInt(b)))],
    pow: [
      (x, y) => x.pow(y.abs().minimum(63).maximum(0)),
      (x, y) =>
        x.map((a, i) => BigInt(a) ** BigInt(y[i] === LEAST ? 0 : Math.min(Math.abs(y[i]!), 63))),
    ],
    sum: [(x) => x.sum(), (x) => [total(big(x))]],
    cumsum: [(x) => x.cumsum(0), (x) => prefixes(x).map((p) => total(big(p)))],
    prod: [(x) => x.prod(), (x) => [product(x)]],
    cumprod: [(x) => x.cumprod(0), (x) => prefixes(x).map(product)],
    matmul: [(x, y) => x.matmul(y), (x, y) => [total(x.map((a, i) => BigInt(a) * BigInt(y[i]!)))]],
    einsum: [
      (x, y) => einsum('i,j->ij', x, y),
      (x, y) => x.flatMap((a) => y.map((b) => BigInt(a) * BigInt(b))),
    ],
    indexAdd: [
      (x, y) => x.newFull([1], 7).indexAdd(0, x.newFull(x.shape, 0), y),
      (_, y) => [total(big(y)) + 7n],
    ],
  };
  for (const [name, [call, want]] of Object.entries(cases)) {
    it(`in ${name}, compiled too`, () => {
      fc.assert(
        fc.property(lists, (pairs) => {
          const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
          const expected = want(x, y).map(wrapped);
          for (const backend of hosts) {
            const inputs = [int32(x, backend), int32(y, backend)] as const;
            expect(Array.from(call(...inputs).dataSync())).toEqual(expected);
          }
        }),
        { numRuns: 60 },
      );
      const compiled = compile(call);
      for (const x of [
        [MOST, 94906267],
        [LEAST, -3],
        [5, MOST],
      ]) {
        const y = x.map((v) => v ^ 12345);
        const got = compiled(int32(x, wasm()), int32(y, wasm()));
        expect(Array.from(got.dataSync())).toEqual(want(x, y).map(wrapped));
      }
    });
  }

  it('in sums beyond 2^53', () => {
    const n = 2 ** 22 + 5; // n times 2^31 - 1
    for (const backend of hosts.slice(0, 2)) {
      const x = int32([MOST], backend).broadcastTo([n]);
      expect(x.sum().item()).toBe(wrapped(BigInt(n) * BigInt(MOST)));
      expect(x.cumsum(0).slice(0, -1).item()).toBe(wrapped(BigInt(n) * BigInt(MOST)));
    }
  });

  it('and the whole part of a negative power', () => {
    for (const backend of hosts) {
      const x = int32([2, 1, -1, -1, 0], backend);
      expect(x.pow(int32([-1, -2, -3, -4, -1], backend)).toArray()).toEqual([0, 1, -1, 1, 0]);
    }
  });
});

describe('a number that int32 cannot hold', () => {
  const mask = (x: Tensor): Tensor => x.equal(x);
  const calls: Readonly<Record<string, (x: Tensor, v: number) => unknown>> = {
    add: (x, v) => x.add(v),
    sub: (x, v) => x.sub(v),
    mul: (x, v) => x.mul(v),
    div: (x, v) => x.div(v),
    pow: (x, v) => x.pow(v),
    maximum: (x, v) => x.maximum(v),
    minimum: (x, v) => x.minimum(v),
    atan2: (x, v) => x.atan2(v),
    where: (x, v) => mask(x).where(x, v),
    'where with a tensor second': (x, v) => mask(x).where(v, x),
    maskedFill: (x, v) => x.maskedFill(mask(x), v),
    clamp: (x, v) => x.clamp(v),
    'clamp from above': (x, v) => x.clamp(undefined, v),
    pad: (x, v) => x.pad([[1, 1]], { value: v }),
    newFull: (x, v) => x.newFull([2], v),
    full: (x, v) => full([2], v, { dtype: 'int32', backend: x.backend }),
    fullLike: (x, v) => fullLike(x, v),
    tensor: (x, v) => tensor([1, v], { dtype: 'int32', backend: x.backend }),
    'tensor of a typed array': (x, v) =>
      tensor(Float64Array.of(1, v), { dtype: 'int32', backend: x.backend }),
    arange: (x, v) => arange(v - 1, v + 1, 1, { dtype: 'int32', backend: x.backend }),
    linspace: (x, v) => linspace(0, v, 3, { dtype: 'int32', backend: x.backend }),
  };
  const op = (name: string): string => {
    if (name === 'newFull' || name === 'fullLike') return 'full';
    return name.split(' ')[0]!;
  };
  for (const backend of [...hosts.slice(0, 2), gpu({ mode: 'cpu' })]) {
    for (const [name, call] of Object.entries(calls)) {
      it(`is refused by ${name} on ${backend.name}, with the range`, () => {
        for (const v of [2 ** 31, -(2 ** 31) - 1, 3e9, 2 ** 32, 2 ** 40]) {
          const x = int32([1, 5], backend);
          expect(() => call(x, v)).toThrow(DTypeError);
          expect(() => call(x, v)).toThrow(
            `${op(name)}: int32 holds whole numbers from -2^31 to 2^31 - 1, got `,
          );
        }
      });
    }
  }

  it('is refused beside bool tensors, which take whole numbers as int32', () => {
    const x = tensor([true, false]);
    expect(() => x.add(2 ** 31)).toThrow(DTypeError);
    expect(() => x.clamp(0, 2 ** 31)).toThrow(DTypeError);
    expect(() => x.maskedFill(x, 2 ** 32)).toThrow(DTypeError);
  });

  it('is refused if it is NaN or infinite where nothing but int32 can come of it', () => {
    for (const v of [Number.NaN, Infinity, -Infinity]) {
      expect(() => full([1], v, { dtype: 'int32' })).toThrow(DTypeError);
      expect(() => tensor([v], { dtype: 'int32' })).toThrow(DTypeError);
      expect(() => int32([1]).newFull([1], v)).toThrow(DTypeError);
      expect(() => int32([1]).pad([[1, 0]], { value: v })).toThrow(DTypeError);
      expect(() => int32([1]).maskedFill(tensor([true]), v)).toThrow(DTypeError);
    }
  });

  it('names itself, the range and the way out', () => {
    expect(() => int32([5], wasm()).div(2 ** 32)).toThrow(
      new DTypeError(
        'div: int32 holds whole numbers from -2^31 to 2^31 - 1, got 4294967296. Use float64.',
      ),
    );
  });

  it('begins beyond the ends', () => {
    for (const v of [LEAST, MOST]) {
      expect(full([1], v, { dtype: 'int32' }).item()).toBe(v);
      expect(tensor([v], { dtype: 'int32' }).add(0).item()).toBe(v);
      expect(int32([0]).maximum(v).minimum(v).clamp(v, v).item()).toBe(v);
      expect(
        int32([0])
          .pad([[1, 0]], { value: v })
          .toArray(),
      ).toEqual([v, 0]);
    }
    expect(tensor([-0.5, 2.9, -2147483648.9], { dtype: 'int32' }).toArray()).toEqual([0, 2, LEAST]);
  });
});

describe('comparisons of whole numbers with any number', () => {
  const truths: Readonly<Record<string, (a: number, b: number) => boolean>> = {
    equal: (a, b) => a === b,
    notEqual: (a, b) => a !== b,
    less: (a, b) => a < b,
    lessEqual: (a, b) => a <= b,
    greater: (a, b) => a > b,
    greaterEqual: (a, b) => a >= b,
    logicalAnd: (a, b) => a !== 0 && b !== 0,
    logicalOr: (a, b) => a !== 0 || b !== 0,
    logicalXor: (a, b) => (a !== 0) !== (b !== 0),
  };
  type Name =
    | 'equal'
    | 'notEqual'
    | 'less'
    | 'lessEqual'
    | 'greater'
    | 'greaterEqual'
    | 'logicalAnd';
  const awkward = fc.constantFrom(
    3e9,
    4294967301,
    2 ** 31,
    2 ** 31 - 0.5,
    -(2 ** 31) - 0.5,
    -(2 ** 31) - 1,
    2 ** 32,
    1e300,
    1e-300,
    Infinity,
    -Infinity,
    Number.NaN,
    0,
    -0,
    0.5,
    5.0000000000001,
    4.9999999999999,
    16777216.5,
  );
  const near = fc
    .tuple(whole, fc.constantFrom(0, 0.5, -0.5, 1, -1, 1e-9, -1e-9, 0.999))
    .map(([x, by]) => x + by);
  const anything = fc.oneof(awkward, near, fc.double());

  for (const [key, truth] of Object.entries(truths)) {
    const name = key as Name; // the keys of the table are methods of this type
    it(`${name} is exact for int32 and bool, compiled too`, () => {
      fc.assert(
        fc.property(fc.array(whole, { maxLength: 5 }), anything, (list, v) => {
          const around = [v - 1, v, v + 1].map(Math.round).filter((x) => x === (x | 0));
          const values = [...list, ...around, 5];
          for (const backend of hosts.slice(0, 2)) {
            const got = int32(values, backend)[name](v).toArray();
            expect(got).toEqual(values.map((x) => truth(x, v)));
            const bools = tensor([false, true], { backend })[name](v).toArray();
            expect(bools).toEqual([truth(0, v), truth(1, v)]);
          }
        }),
        { numRuns: 200 },
      );
      for (const v of [3e9, 5.0000000000001, 16777216.5, Number.NaN, Infinity]) {
        const compiled = compile((x: Tensor) => x[name](v));
        for (let i = 0; i < 3; i++) {
          const values = [5, 16777216, 16777217, MOST, LEAST];
          expect(compiled(int32(values, wasm())).toArray()).toEqual(values.map((x) => truth(x, v)));
        }
      }
    });
    for (const mode of ['cpu', 'webasm'] as const) {
      it(`${name} is exact on gpu ${mode}, whose int32 ends at 2^24`, () => {
        const values = [5, -5, 0, 2 ** 24 - 1, 1 - 2 ** 24];
        const numbers = [3e9, -3e9, 2 ** 40, 5.0000000000001, 4.9999999999999, -5.5, 1e-300];
        for (const v of [...numbers, Number.NaN, Infinity, -Infinity]) {
          const got = int32(values, gpu({ mode }))[name](v).toArray();
          expect(got).toEqual(values.map((x) => truth(x, v)));
        }
      });
    }
  }
});
