import { backward } from '@kasane/autograd';
import { Generator, keep, memory, randn, scope, tensor, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { describe, expect, it } from 'vitest';
import { Adam, ExponentialLR, SGD, type OptimizerStateDict } from './index.ts';

const normal = (n: number, seed: number): Tensor => randn([n], { generator: new Generator(seed) });

/** Two parameters, of which the optimizer has the first, and a step. */
function training(): {
  parameters: readonly [Tensor, Tensor];
  optimizer: Adam;
  step(x: Tensor): Tensor;
} {
  const [a, b] = [keep(normal(37, 1)), keep(normal(37, 2))];
  for (const p of [a, b]) p.requiresGrad = true;
  const optimizer = new Adam([a], { lr: 0.1, amsgrad: true, weightDecay: 0.01 });
  const step = (x: Tensor): Tensor => {
    const loss = a.mul(x).mul(b).square().sum();
    backward(loss);
    optimizer.step();
    optimizer.zeroGrad();
    b.grad = null;
    return loss;
  };
  return { parameters: [a, b], optimizer, step };
}

/** The state as a checkpoint has it: training that goes on leaves it alone. */
function saved({ optimizer }: { optimizer: Adam }): OptimizerStateDict {
  const dict = optimizer.stateDict();
  const copy = (value: Tensor | number | null): Tensor | number | null =>
    typeof value === 'object' && value !== null ? keep(value.mul(1)) : value;
  const state = Object.entries(dict.state).map(([index, memory]) => {
    return [index, Object.fromEntries(Object.entries(memory).map(([k, v]) => [k, copy(v)]))];
  });
  return { ...dict, state: Object.fromEntries(state) };
}

describe('a compiled step', () => {
  it('follows schedules, loaded states and added groups, bit for bit', () => {
    const [plain, fast] = [training(), training()];
    const compiled = compile(fast.step);
    const schedules = [plain, fast].map(({ optimizer }) => new ExponentialLR(optimizer, 0.9));
    let seed = 10;
    const train = (steps: number): void => {
      for (let i = 0; i < steps; i++) {
        const x = normal(37, seed++);
        expect(compiled(x).item()).toBe(plain.step(x).item());
        fast.parameters.forEach((p, k) => {
          expect(p.dataSync()).toEqual(plain.parameters[k]!.dataSync());
        });
        for (const schedule of schedules) schedule.step();
      }
    };
    train(5);
    const checkpoints = [plain, fast].map(saved);
    train(3);
    [plain, fast].forEach(({ optimizer }, i) => optimizer.loadStateDict(checkpoints[i]!));
    train(5);
    for (const { optimizer, parameters } of [plain, fast]) {
      optimizer.addParamGroup({ params: [parameters[1]], lr: 0.5 });
    }
    train(5);
    expect(compiled.inspect()).toContain('2 calls replayed');
    expect(fast.optimizer.stateDict().state['0']!['step']).toBe(15);
    expect(plain.optimizer.stateDict().state['0']!['step']).toBe(15);
  });

  it('takes the same memory after 100,000 steps of the smallest net', () => {
    const x = tensor([0, 0, 0, 1, 1, 0, 1, 1], [4, 2]);
    const y = tensor([0, 1, 1, 0], [4, 1]);
    const shapes = [[2, 10], [10], [10, 1], [1]];
    const parameters = shapes.map((shape, i) => randn(shape, { generator: new Generator(i) }));
    for (const p of parameters) p.requiresGrad = true;
    const [w1, b1, w2, b2] = parameters as [Tensor, Tensor, Tensor, Tensor]; // one for each shape
    const optimizer = new SGD(parameters, { lr: 0.5 });
    const step = compile(() => {
      const hidden = x.matmul(w1).add(b1).sigmoid(); // (4, 10)
      const loss = hidden.matmul(w2).add(b2).sigmoid().sub(y).square().mean();
      backward(loss);
      optimizer.step();
      optimizer.zeroGrad();
      return loss;
    });
    const next = (): number => scope(() => step().item());
    const first = next();
    for (let i = 0; i < 2; i++) next();
    const arena = (): string => /arena [\d,]+ bytes/.exec(step.inspect())![0];
    const [size, before] = [arena(), { ...memory()['wasm']! }];
    for (let i = 0; i < 100_000; i++) next();
    expect([arena(), memory()['wasm']]).toEqual([size, before]);
    expect(next()).toBeLessThan(first / 100);
  });
});
