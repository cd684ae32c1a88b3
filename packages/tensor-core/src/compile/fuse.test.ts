import {
  Generator,
  keep,
  memory,
  randn,
  run,
  scope,
  tensor,
  wasm,
  type OpDef,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argumentsOf } from '../kernels/index.ts';
import { formulas } from './formulas.ts';

const kernelOp = (name: string, kernel: NonNullable<OpDef['wasm']>): OpDef => ({
  name,
  infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  reference(_, _attrs, out) {
    if (out.size > 0) throw new Error('float32 has a kernel');
  },
  vjp: null,
  wasm: kernel,
});

/** The kernels of optimizers, whose ops stand in another package, and of gradients. */
const axpby = kernelOp('axpby', (k, [a, b], _, out) => {
  k.axpby(a!.pointer, b!.pointer, out.pointer, out.size, 0.9, 0.1);
  return true;
});
const axpbySquare = kernelOp('axpbySquare', (k, [a, b], _, out) => {
  k.axpbySquare(a!.pointer, b!.pointer, out.pointer, out.size, 0.9, 0.1);
  return true;
});
const addcdivSqrt = kernelOp('addcdivSqrt', (k, [a, b, c], _, out) => {
  k.addcdivSqrt(a!.pointer, b!.pointer, c!.pointer, out.pointer, out.size, 0.99, -0.3, 1e-3);
  return true;
});
const gradOp = (name: 'reluGrad' | 'sigmoidGrad' | 'tanhGrad'): OpDef =>
  kernelOp(name, (k, [a, b], _, out) => {
    k[name](a!.pointer, b!.pointer, out.pointer, 1, out.size, 0, 1, 0, 1);
    return true;
  });
const [reluGrad, sigmoidGrad, tanhGrad] = [
  gradOp('reluGrad'),
  gradOp('sigmoidGrad'),
  gradOp('tanhGrad'),
];

/** exp(a) + b, where b may be a row, by one kernel after the other. */
const expAdd = kernelOp('expAdd', (k, [a, b], _, out) => {
  const outer = out.size / b!.size;
  k.exp(a!.pointer, out.pointer, out.size);
  k.add(out.pointer, b!.pointer, out.pointer, outer, b!.size, b!.size, 1, 0, 1);
  return true;
});

type Function2 = (a: Tensor, b: Tensor) => Tensor;

/** Those of kernels that no method has for its only one, or that have numbers. */
const chosen: Readonly<Record<string, Function2>> = {
  addcdivSqrt: (a, b) => run(addcdivSqrt, [a, b, a], undefined),
  axpby: (a, b) => run(axpby, [a, b], undefined),
  axpbySquare: (a, b) => run(axpbySquare, [a, b], undefined),
  clamp: (a) => a.clamp(-0.5, 0.7),
  leakyRelu: (a) => a.leakyRelu(0.1),
  reluGrad: (a, b) => run(reluGrad, [a, b], undefined),
  sigmoidGrad: (a, b) => run(sigmoidGrad, [a, b], undefined),
  tanhGrad: (a, b) => run(tanhGrad, [a, b], undefined),
};

/** What a kernel computes: as above, or the method of its name; with one operand it leaves the second alone. */
function fusableOf(kernel: string): Function2 {
  // Kernels without numbers have methods of their name.
  const method = kernel as 'abs' | 'add';
  const isUnary = argumentsOf[kernel]![1] === 'out';
  return chosen[kernel] ?? ((a, b) => (isUnary ? a[method as 'abs']() : a[method as 'add'](b)));
}

/** An op for every kernel with a formula. */
const fusable: Readonly<Record<string, Function2>> = Object.fromEntries(
  [...formulas.keys()].toSorted().map((kernel) => [kernel, fusableOf(kernel)]),
);

/** The first element in which two tensors differ, -1 if they have the same bits (any NaN being NaN). */
function firstDifference(a: Tensor, b: Tensor): number {
  const [x, y] = [a.dataSync(), b.dataSync()];
  if (x.length !== y.length) return Math.min(x.length, y.length);
  return x.findIndex((v, i) => !Object.is(v, y[i]));
}

const special = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  1e-40,
  -1e-40,
  3e38,
  -3e38,
  16777217,
];

describe('one loop for ops of single elements', () => {
  const builds = [wasm(), wasm({ relaxed: false })];
  const cases = Object.entries(fusable).flatMap(([name, f]) => {
    return builds.map(
      (backend, i) => [name, i === 0 ? 'as it is' : 'without madd', f, backend] as const,
    );
  });
  it.each(cases)('%s, %s: the bits of its kernel', (_name, _build, f, backend) => {
    const both = (a: Tensor, b: Tensor): Tensor[] => {
      const y = f(a, b);
      return [y, y.neg()];
    };
    for (const n of [1, 2, 3, 4, 5, 16, 19, special.length ** 2]) {
      const a = tensor(
        Float32Array.from({ length: n }, (_x, i) => special[i % special.length]!),
        { backend },
      );
      const b = tensor(
        Float32Array.from(
          { length: n },
          (_x, i) => special[Math.floor(i / special.length) % special.length]!,
        ),
        { backend },
      );
      const compiled = compile(both);
      const want = both(a, b);
      for (let i = 0; i < 3; i++) {
        compiled(a, b).forEach((got, k) => expect(firstDifference(got, want[k]!)).toBe(-1));
      }
      expect(compiled.inspect()).toContain('2 ops of 2 traced, 2 of them in 1 loop');
    }
  });

  it('keeps nothing in memory that only flows inside of it', () => {
    const f = compile((x: Tensor) => x.mul(2).add(1).square().sub(x).relu());
    const x = randn([1000], { generator: new Generator(1) });
    for (let i = 0; i < 3; i++) f(x);
    expect(f.inspect()).toContain('5 of them in 1 loop; arena 0 bytes, 0 without sharing');
    expect(f.inspect()).toContain('mul + add + square + sub + relu [1000] slot');
  });

  it('begins with the last kernel of an op that has several', () => {
    const f = (x: Tensor, row: Tensor): Tensor => run(expAdd, [x, row], undefined).relu().neg();
    const compiled = compile(f);
    const generator = new Generator(8);
    for (let i = 0; i < 3; i++) {
      const x = randn([5, 7], { generator });
      const row = randn([7], { generator });
      expect(firstDifference(compiled(x, row), f(x, row))).toBe(-1);
    }
    expect(compiled.inspect()).toContain('3 ops of 3 traced, 2 of them in 1 loop');
    expect(compiled.inspect()).toContain('expAdd [5,7] slot 0 → [5,7] @');
    expect(compiled.inspect()).toContain('add + relu + neg [5,7] @');
  });

  it('takes rows, columns and numbers that are broadcast', () => {
    const generator = new Generator(2);
    const normalize = (x: Tensor, scale: Tensor, mean: Tensor, one: Tensor): Tensor =>
      x.sub(mean).mul(scale).add(one).div(mean.sub(x).maximum(scale));
    const f = compile(normalize);
    for (const [rows, columns] of [
      [3, 5],
      [2, 3],
      [5, 1],
      [4, 8],
      [7, 129],
    ] as const) {
      for (let i = 0; i < 3; i++) {
        const args = [
          randn([rows, columns], { generator }),
          randn([columns], { generator }),
          randn([rows, 1], { generator }),
          randn([], { generator }),
        ] as const;
        expect(firstDifference(f(...args), normalize(...args))).toBe(-1);
      }
    }
    expect(f.inspect()).toContain('sub + mul + add + sub + maximum + div [7,129]');
  });

  it('begins another loop where the same elements stand in other rows', () => {
    const turn = (x: Tensor, four: Tensor, six: Tensor): Tensor =>
      x.mul(2).add(four).reshape([4, 6]).mul(six).neg();
    const f = compile(turn);
    const generator = new Generator(4);
    for (let i = 0; i < 3; i++) {
      const args = [[6, 4], [4], [6]].map((shape) => randn(shape, { generator }));
      const [x, four, six] = args as [Tensor, Tensor, Tensor]; // one for each shape
      expect(firstDifference(f(x, four, six), turn(x, four, six))).toBe(-1);
    }
    expect(f.inspect()).toContain('4 of them in 2 loops');
  });

  it('puts no result over a row that later rows still need', () => {
    const shift = (x: Tensor): Tensor => {
      const row = x.mean([0]).exp(); // as many bytes as the result, rounded
      return x.mul(2).add(row).neg().matmul(x);
    };
    const f = compile(shift);
    for (let i = 0; i < 3; i++) {
      const x = randn([2, 2], { generator: new Generator(i) });
      expect(firstDifference(f(x), shift(x))).toBe(-1);
    }
    expect(f.inspect()).toContain('3 of them in 1 loop');
  });

  it('exchanges two tensors of numbers that it reads and writes at once', () => {
    const a = tensor([1, 2, 3, 4, 5]);
    const b = tensor([10, 20, 30, 40, 50]);
    const step = compile(() => {
      const [nextA, nextB] = [b.add(1), a.mul(2)];
      a.assign(nextA);
      b.assign(nextB);
    });
    for (let i = 0; i < 4; i++) step();
    // Two calls: a ← 2a + 1, b ← 2b + 2.
    expect(a.toArray()).toEqual([7, 11, 15, 19, 23]);
    expect(b.toArray()).toEqual([46, 86, 126, 166, 206]);
    expect(step.inspect()).toContain('arena 0 bytes');
    expect(step.inspect()).toContain('2 of 2 tensors updated in place');
  });
});

// ——— Any functions ———

/** A step of a random function: what it does with values that there are, by their places. */
interface Step {
  readonly what: number;
  readonly a: number;
  readonly b: number;
}

const others: readonly Function2[] = [
  (a) => a.exp(),
  (a) => a.tanh(),
  (a) => a.sigmoid(),
  (a) => a.softplus(),
  (a, b) => a.greater(b).where(a, b),
  (a) => a.mul(0.37),
  (a) => a.sub(1.5).detach(),
  (a) => (a.ndim === 2 ? a.sum([1], { keepdim: true }) : a.square()),
  (a) => (a.ndim === 2 ? a.mean([0]) : a.neg()),
  (a) =>
    a
      .reshape([a.size])
      .mul(a.reshape([a.size]))
      .reshape(a.shape),
  (a) => (a.ndim === 2 && a.shape[0] === a.shape[1] ? a.t() : a.abs()),
  (a, b) => (a.shape.join() === b.shape.join() ? run(expAdd, [a, b], undefined) : a.ceil()),
];
// Ops of the optimizers want equal shapes.
const anywhere = Object.entries(fusable).flatMap(([name, f]) =>
  /axpby|addcdiv|Grad/.test(name) ? [] : [f],
);
const even = Object.values(fusable).filter((f) => !anywhere.includes(f));

/** The function that the steps describe, with parameters of its own. */
function build(
  steps: readonly Step[],
  returned: readonly number[],
  rows: number,
  columns: number,
): { call(...args: Tensor[]): Tensor[]; parameters: Tensor[] } {
  const generator = new Generator(11);
  const parameters = [1, 2].map(() => keep(randn([rows, columns], { generator })));
  const call = (...args: Tensor[]): Tensor[] => {
    const pool = [...args, ...parameters];
    const made: Tensor[] = [];
    for (const { what, a, b } of steps) {
      const [x, y] = [pool[a % pool.length]!, pool[b % pool.length]!];
      const sameShape = x.shape.join() === y.shape.join();
      if (what < 0) {
        const target = parameters[-what - 1]!;
        if (x.shape.join() === target.shape.join()) target.assign(x);
        continue;
      }
      const among = [...anywhere, ...others, ...(sameShape ? even : [])];
      const next = among[what % among.length]!(x, y);
      pool.push(next);
      made.push(next);
    }
    return made.length === 0 ? [] : returned.map((i) => made[i % made.length]!);
  };
  return { call, parameters };
}

const sizes = fc.constantFrom<(readonly [number, number])[]>(
  [1, 0],
  [0, 3],
  [1, 1],
  [1, 3],
  [3, 1],
  [1, 4],
  [2, 2],
  [2, 3],
  [3, 4],
  [5, 5],
  [1, 1023],
  [1, 1024],
  [1, 1025],
  [3, 341],
  [1, 4097],
  [17, 241],
  [4097, 1],
);
const index = fc.nat(40);
const steps = fc.array(
  fc.record({
    what: fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom(-1, -2) },
      { weight: 6, arbitrary: fc.nat(1000) },
    ),
    a: index,
    b: index,
  }),
  { minLength: 1, maxLength: 40 },
);

describe('any function of single elements', () => {
  it('computes the same bits compiled and as it is, and leaves no memory behind', () => {
    fc.assert(
      fc.property(
        sizes,
        steps,
        fc.array(index, { minLength: 1, maxLength: 3 }),
        ([rows, columns], list, returned) => {
          const plain = build(list, returned, rows, columns);
          const fast = build(list, returned, rows, columns);
          const compiled = compile(fast.call);
          const generator = new Generator(3);
          let before = memory()['wasm']!.tensors;
          for (let i = 0; i < 5; i++) {
            if (i === 3) before = memory()['wasm']!.tensors;
            scope(() => {
              const args = [[rows, columns], [rows, columns], [columns], [rows, 1], []].map(
                (shape) => randn(shape, { generator }),
              );
              const want = plain.call(...args);
              const got = compiled(...args);
              expect(got.map(({ shape }) => shape)).toEqual(want.map(({ shape }) => shape));
              got.forEach((g, k) => expect(firstDifference(g, want[k]!)).toBe(-1));
            });
            fast.parameters.forEach((p, k) => {
              expect(firstDifference(p, plain.parameters[k]!)).toBe(-1);
              expect(p.version).toBe(plain.parameters[k]!.version);
            });
          }
          expect(compiled.inspect()).toContain('3 calls replayed');
          expect(memory()['wasm']!.tensors).toBe(before);
        },
      ),
      { numRuns: 120 },
    );
  });
});
