import { readdirSync } from 'node:fs';
import { backward } from '@kasane/autograd';
import { memory, onFallback, reference, tensor, wasm, type Tensor } from '@kasane/tensor-core';
import * as optim from '@kasane/optim';
import { describe, expect, it } from 'vitest';

type OptimizerClass = new (params: Iterable<Tensor>) => optim.Optimizer;

function isOptimizer(value: unknown): value is OptimizerClass {
  return typeof value === 'function' && value.prototype instanceof optim.Optimizer;
}

const exported: Readonly<Record<string, unknown>> = optim;
const classes = Object.entries(exported).filter((entry): entry is [string, OptimizerClass] =>
  isOptimizer(entry[1]),
);

it('every exported optimizer has a fixture', () => {
  const fixtures = readdirSync(new URL('fixtures', import.meta.url));
  expect(classes.length).toBeGreaterThanOrEqual(10);
  for (const [name] of classes) expect(fixtures).toContain(`${name.toLowerCase()}.json`);
});

for (const [name, Class] of classes) {
  describe(`${name}, as every optimizer`, () => {
    for (const backend of [reference(), wasm()]) {
      for (const dtype of ['float32', 'float64'] as const) {
        it(`keeps shapes and dtype, also of scalars and empty tensors: ${backend.name} ${dtype}`, () => {
          const make = (values: number[], shape: number[]): Tensor =>
            tensor(values, shape, { dtype, backend, requiresGrad: true });
          const params = [make([1, -2, 3, 4, 5, 6], [2, 3]), make([2], []), make([], [0, 3])];
          const optimizer = new Class(params);
          for (let i = 0; i < 3; i++) {
            optimizer.zeroGrad();
            for (const p of params) backward(p.square().sum());
            optimizer.step();
          }
          expect(params.map((p) => p.shape)).toEqual([[2, 3], [], [0, 3]]);
          for (const p of params) {
            expect(p.dtype).toBe(dtype);
            expect(p.backend).toBe(backend);
            expect(p.requiresGrad && p.isLeaf).toBe(true);
            for (const value of p.dataSync()) expect(Number.isFinite(value)).toBe(true);
          }
          expect(params[0]!.toArray()).not.toEqual([
            [1, -2, 3],
            [4, 5, 6],
          ]);
        });
      }
    }

    it('descends, and climbs with maximize', () => {
      for (const maximize of [false, true]) {
        const x = tensor([1, -2], { requiresGrad: true });
        const optimizer = new Class([x]);
        optimizer.paramGroups[0]!.maximize = maximize;
        const loss = (): Tensor => x.square().sum();
        const before = loss().item();
        backward(loss());
        optimizer.step();
        expect(Math.sign(loss().item() - before)).toBe(maximize ? 1 : -1);
      }
    });

    it('leaves a parameter without gradient as it is', () => {
      const x = tensor([1, 2], { requiresGrad: true });
      const optimizer = new Class([x]);
      optimizer.step();
      expect(x.toArray()).toEqual([1, 2]);
      expect(optimizer.stateDict().state).toEqual({});
    });

    it('hands NaN on instead of hiding it', () => {
      const x = tensor([1, 2], { requiresGrad: true });
      x.grad = tensor([NaN, 1]);
      new Class([x]).step();
      const [first, second] = x.dataSync();
      expect(first).toBeNaN();
      expect(second).toBeLessThan(2);
    });

    it('has a kernel for every float32 update and leaves nothing behind', () => {
      const x = tensor([1, 2, 3], { requiresGrad: true });
      const optimizer = new Class([x]);
      const fallbacks: string[] = [];
      for (let i = 0; i < 8; i++) {
        optimizer.zeroGrad();
        backward(x.square().sum());
        const before = memory().wasm.tensors;
        onFallback(({ op }) => fallbacks.push(op));
        optimizer.step();
        onFallback(null);
        if (i > 0) expect(memory().wasm.tensors).toBe(before);
      }
      expect(fallbacks).toEqual([]);
    });
  });
}
