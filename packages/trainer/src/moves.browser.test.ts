/** What is on a graphics device comes back, with gradients both ways. */
import { AnomalyError, backward, backwardAsync, detectAnomalyAsync } from '@kasane/autograd';
import { BatchNorm1d, Linear, mseLoss, Sequential, Tanh } from '@kasane/nn';
import { Adam, clipGradNormAsync } from '@kasane/optim';
import { manualSeed, randn, tensor, wasm, zeros, type Tensor } from '@kasane/tensor-core';
import { gpu } from '@kasane/tensor-core/gpu';
import { evaluate, fit, predict } from './index.ts';
import { describe, expect, it } from 'vitest';

const model = (): Sequential =>
  new Sequential(
    new Linear(3, 8, { bias: false }),
    new BatchNorm1d(8),
    new Tanh(),
    new Linear(8, 1),
  );

describe.each(['webgl2', 'webgpu'] as const)('from and to gpu in mode %s', (mode) => {
  const backend = gpu({ mode });

  it('a training goes on elsewhere: model, gradients and optimizer', async () => {
    manualSeed(1);
    const [far, near] = [model(), model()];
    near.loadStateDict(far.stateDict());
    far.to(backend);
    const [x, t] = [randn([16, 3]), randn([16, 1])];
    const step = (m: Sequential, o: Adam, input: Tensor, target: Tensor): void => {
      o.zeroGrad();
      backward(mseLoss(m.forward(input), target));
      o.step();
    };
    const [one, other] = [new Adam(far.parameters()), new Adam(near.parameters())];
    for (let i = 0; i < 5; i++) {
      step(far, one, x.to(backend), t.to(backend));
      step(near, other, x, t);
    }
    const copy = model();
    await copy.loadStateDictAsync(far.stateDict());
    await far.toAsync(wasm());
    const goesOn = new Adam(far.parameters());
    await goesOn.loadStateDictAsync(one.stateDict());
    expect(far.parameters().every((p) => p.grad!.backend === wasm())).toBe(true);
    const flat = (m: Sequential): number[] =>
      Object.values(m.stateDict()).flatMap((v) => Array.from(v.dataSync()));
    expect(flat(copy)).toEqual(flat(far));
    expect(flat(far)).toBeAllclose(flat(near), { rtol: 1e-3, atol: 1e-4 });
    step(far, goesOn, x, t);
    step(near, other, x, t);
    expect(flat(far)).toBeAllclose(flat(near), { rtol: 1e-3, atol: 1e-4 });
  });

  it('fit trains it, evaluate and predict look at it, with batches from elsewhere', async () => {
    const [x, y] = [randn([32, 3]), randn([32, 1])];
    const run = async (m: Sequential): Promise<number[]> => {
      const optimizer = new Adam(m.parameters(), { lr: 0.01 });
      const options = { loss: mseLoss, metrics: ['mae'] as const, x, y };
      const history = await fit(m, { ...options, optimizer, epochs: 2, seed: 5, clipGradNorm: 1 });
      const { loss, mae } = await evaluate(m, options);
      const outputs = await (await predict(m, x)).data();
      return [history[1]!.loss, loss, mae, ...outputs];
    };
    const [far, near] = [model(), model()];
    near.loadStateDict(far.stateDict());
    expect(await run(far.to(backend))).toBeAllclose(await run(near), { rtol: 1e-3, atol: 1e-4 });
  });

  it('gradients flow there and back to leaves on wasm()', async () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const b = tensor([3, 4], { requiresGrad: true });
    const there = w.to(backend).mul(b.to(backend)).square();
    const back = await there.toAsync(wasm());
    await backwardAsync(back.mul(w).to(backend).sum()); // w³b²
    expect(w.grad!.toArray()).toEqual([27, 192]);
    expect(b.grad!.toArray()).toEqual([6, 64]);
    expect(() => backward(w.to(backend).sum())).toThrow('Use await backwardAsync(…)');
  });

  it('names the op that first made NaN, and refuses a norm that is none', async () => {
    const x = tensor([1, -1], { backend, requiresGrad: true });
    await expect(detectAnomalyAsync(() => x.sqrt().mul(2).sum())).rejects.toThrow(AnomalyError);
    x.grad = zeros([2], { backend }).div(0);
    const clipping = clipGradNormAsync(x, 1, { errorIfNonfinite: true });
    await expect(clipping).rejects.toThrow('the norm must be finite, got NaN');
  });
});
