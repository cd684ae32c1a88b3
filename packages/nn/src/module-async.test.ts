import { backwardAsync } from '@kasane/autograd';
import {
  memory,
  noGrad,
  tensor,
  wasm,
  zeros,
  type NestedArray,
  type Tensor,
} from '@kasane/tensor-core';
import { later } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import { BatchNorm1d, Linear, mseLoss, Sequential } from './index.ts';

const there = later();
const model = (): Sequential => new Sequential(new Linear(2, 3), new BatchNorm1d(3));
const values = (m: Sequential): unknown =>
  Object.entries(m.stateDict()).map(([name, value]) => [name, value.toArray()]);

describe('a model on a device that answers later', () => {
  it('comes back with parameters, buffers and gradients', async () => {
    const [one, same] = [model(), model()];
    same.loadStateDict(one.stateDict());
    const x = tensor([
      [1, 2],
      [3, 5],
    ]);
    await backwardAsync(mseLoss(same.forward(x), zeros([2, 3])));
    one.to(there);
    await backwardAsync(mseLoss(one.forward(x.to(there)), zeros([2, 3]).to(there)));
    expect(await one.toAsync(wasm())).toBe(one);
    expect(values(one)).toEqual(values(same));
    const grads = (m: Sequential): NestedArray => m.parameters().map((p) => p.grad!.toArray());
    expect(grads(one)).toBeAllclose(grads(same), { rtol: 1e-5, atol: 1e-6 });
  });

  it('gives its values to one elsewhere, as they were when it was asked', async () => {
    const [from, to] = [model().to(there), model()];
    const before = Array.from(await from.parameters()[0]!.data());
    const loading = to.loadStateDictAsync(from.stateDict());
    noGrad(() => from.parameters()[0]!.assign(zeros([3, 2], { backend: there })));
    expect(await loading).toEqual({ missing: [], unexpected: [] });
    expect(Array.from(to.parameters()[0]!.dataSync())).toEqual(before);
    expect(to.parameters().every((p) => p.backend === wasm())).toBe(true);
  });

  it('takes values from elsewhere, or from beside it, at once', async () => {
    const [from, to] = [model(), model().to(there)];
    to.loadStateDict(from.stateDict());
    to.loadStateDict(model().to(there).stateDict());
    await to.loadStateDictAsync(from.stateDict());
    expect(Array.from(await to.parameters()[0]!.data())).toEqual(
      Array.from(from.parameters()[0]!.dataSync()),
    );
  });

  it('says what to await, and then has changed nothing', () => {
    const [far, near] = [model().to(there), model()];
    const before = values(near);
    expect(() => far.to(wasm())).toThrow(
      'to: the model is on later. Use await model.toAsync(backend).',
    );
    expect(() => near.loadStateDict(far.stateDict())).toThrow(
      'loadStateDict: 0.weight is on later. Use await model.loadStateDictAsync(state).',
    );
    expect(values(near)).toEqual(before);
    expect(far.parameters().every((p) => p.backend === there)).toBe(true);
  });

  it('refuses what loadStateDict refuses', async () => {
    await expect(model().loadStateDictAsync({ a: tensor([1]) })).rejects.toThrow(
      'missing 0.weight',
    );
    await expect(model().loadStateDictAsync(null as never)).rejects.toThrow('missing 0.weight');
  });

  it('leaves nothing behind on the way', async () => {
    const [far, near] = [model().to(there), model()];
    const before = memory().wasm.tensors;
    const state = far.stateDict();
    await near.loadStateDictAsync(state);
    expect(memory().wasm.tensors).toBe(before);
    await far.toAsync(wasm());
    expect(memory().wasm.tensors).toBe(before + far.parameters().length + far.buffers().length);
  });
});

it('a tensor moves both ways with gradients', async () => {
  const x = tensor([1, 2], { requiresGrad: true });
  const y: Tensor = await x.to(there).square().toAsync(wasm());
  expect(y.toArray()).toEqual([1, 4]);
  await backwardAsync(y.sum());
  expect(x.grad!.toArray()).toEqual([2, 4]);
  expect(() => x.to(there).to(wasm())).toThrow(
    'to: the data is on later. Use await tensor.toAsync(backend).',
  );
});
