/** Functions whose calls have more shapes than plans are kept for. */
import {
  arange,
  Generator,
  memory,
  ones,
  replay,
  setMemoryBudget,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** A compiled function that counts how often the function itself ran. */
function counting(): { f: (x: Tensor) => Tensor; runs(): number; told: string[]; text(): string } {
  let runs = 0;
  const told: string[] = [];
  const compiled = compile(
    (x: Tensor) => {
      runs++;
      return x.mul(2).add(1).sum();
    },
    { onFallback: (reason) => told.push(reason) },
  );
  const f = (x: Tensor): Tensor => {
    const y = compiled(x);
    expect(y.item()).toBe(x.size * x.size);
    return y;
  };
  return { f, runs: () => runs, told, text: () => compiled.inspect() };
}

const tracedIn = (text: string): number =>
  [...text.matchAll(/(\d+) calls? traced/g)].reduce((sum, [, n]) => sum + Number(n), 0);

describe('calls of more shapes than plans are kept for', () => {
  const inputs = Array.from({ length: 80 }, (_, n) => arange(n));

  it('run as they are, and do not push each other out', () => {
    const { f, runs, told, text } = counting();
    const generator = new Generator(1);
    for (let i = 0; i < 4000; i++) f(inputs[generator.below(40)]!);
    // 16 of 40 are replayed.
    expect(runs()).toBeGreaterThan(2000);
    expect(runs()).toBeLessThan(2800);
    expect(tracedIn(text())).toBe(32);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('more shapes or values than the 16 that plans are kept for');
    expect(text()).toMatch(/\([\d,]+ other calls ran as they are: its calls have more shapes/);
  });

  it('leave their plans to those that are used more', () => {
    const { f, runs, text } = counting();
    for (let n = 40; n < 56; n++) for (let i = 0; i < 2; i++) f(inputs[n]!); // all plans are taken
    const generator = new Generator(2);
    const often = (): Tensor => inputs[generator.below(10)]!;
    for (let i = 0; i < 3000; i++) f(i % 10 === 0 ? inputs[60 + generator.below(20)]! : often());
    const before = runs();
    for (let i = 0; i < 1000; i++) f(often());
    expect(runs()).toBe(before);
    expect(tracedIn(text())).toBe(32);
  });

  it('come to have plans when others take the place of all', () => {
    const { f, runs } = counting();
    for (let i = 0; i < 16 * 200; i++) f(inputs[i % 16]!);
    for (let i = 0; i < 16 * 600; i++) f(inputs[16 + (i % 16)]!);
    const before = runs();
    for (let i = 0; i < 160; i++) f(inputs[16 + (i % 16)]!);
    expect(runs() - before).toBe(0);
  });

  it('never cost many traces, whatever their order', () => {
    const order = fc.array(fc.nat(70), { minLength: 200, maxLength: 800 });
    fc.assert(
      fc.property(order, fc.integer({ min: 17, max: 70 }), (places, kinds) => {
        let traces = 0;
        const f = compile(
          (x: Tensor) => {
            traces++;
            return x.neg();
          },
          { onFallback: () => {} },
        );
        for (const place of places) {
          const x = inputs[place % kinds]!;
          expect(f(x).shape).toEqual(x.shape);
        }
        // Two for each plan, and another plan for every 64 calls at most.
        expect(tracedIn(f.inspect())).toBeLessThanOrEqual(32);
        expect(traces).toBeLessThanOrEqual(places.length);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a plan that finds no room in memory', () => {
  it('leaves the function as it is, and is made once there is some', () => {
    let runs = 0;
    const f = compile((x: Tensor) => {
      runs++;
      return x.exp().matmul(x.neg()).sum();
    });
    const x = ones([300, 300]);
    const want = x.exp().matmul(x.neg()).sum().item();
    const before = memory().wasm.tensors;
    setMemoryBudget(0);
    try {
      // Free blocks are taken first.
      const taken: Tensor[] = [];
      while ((taken[taken.length] = ones([4096])).pointer >= 0);
      for (let i = 0; i < 6; i++) {
        const y = f(x);
        expect(y.item()).toBe(want);
        y.dispose();
      }
      expect(runs).toBe(6);
      expect(f.inspect()).toContain('does not fit in the memory budget');
      for (const one of taken) one.dispose();
      expect(memory().wasm.tensors).toBeLessThanOrEqual(before);
    } finally {
      setMemoryBudget(2 ** 30);
    }
    for (let i = 0; i < 6; i++) expect(f(x).item()).toBe(want);
    expect(runs).toBe(8);
  });
});

describe('plans for sizes that rise', () => {
  it('have the memory of the largest together, and give the same as before', () => {
    let runs = 0;
    const f = compile((x: Tensor) => {
      runs++;
      return x.exp().matmul(x.neg(), { transposeB: true }).cumsum(0).sum();
    });
    const sizes = [300, 340, 400, 460, 520];
    const given = sizes.map((n) => ones([n, n]).mul(0.01));
    const want = given.map((x) => f(x).item());
    const before = memory().wasm.bytes;
    for (let round = 0; round < 3; round++) {
      for (const [i, x] of given.entries()) expect(f(x).item()).toBe(want[i]);
    }
    expect(runs).toBe(2 * sizes.length);
    // Three matrices at most are alive at once; an arena for each size would be twice as much.
    expect(memory().wasm.bytes - before).toBeLessThan(3.2 * 4 * 520 ** 2);
  });

  it('leave that of a plan that is running where it is', () => {
    const sizes = [300, 500];
    const [small, large] = sizes.map((n) => ones([n, n]).mul(0.01)) as [Tensor, Tensor];
    const f: (x: Tensor, inner: boolean) => Tensor = compile((x: Tensor, inner: boolean) => {
      const y = x.exp().matmul(x);
      if (inner) replay(() => expect(f(large, false).item()).toBeGreaterThan(0));
      return y.cumsum(0).sum();
    });
    const want = small.exp().matmul(small).cumsum(0).sum().item();
    for (let i = 0; i < 6; i++) expect(f(small, true).item()).toBe(want);
  });
});
