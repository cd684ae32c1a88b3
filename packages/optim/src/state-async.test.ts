import { backward } from '@kasane/autograd';
import { memory, tensor, wasm, type Tensor } from '@kasane/tensor-core';
import { later } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import { Adam } from './index.ts';

const there = later();
const leaf = (values: number[], backend = wasm()): Tensor =>
  tensor(values, { requiresGrad: true, backend });
const step = (optimizer: Adam): void => {
  for (const { params } of optimizer.paramGroups)
    for (const p of params) backward(p.square().sum());
  optimizer.step();
  optimizer.zeroGrad();
};

describe('loadStateDictAsync', () => {
  it('goes on where a training on a device that answers later stood', async () => {
    const [far, near] = [leaf([1, 2], there), leaf([1, 2])];
    const [one, same] = [new Adam([far], { lr: 0.1 }), new Adam([near], { lr: 0.1 })];
    for (let i = 0; i < 3; i++) [one, same].forEach(step);
    const back = await far.detach().toAsync(wasm());
    const goesOn = leaf(back.toArray() as number[]);
    const next = new Adam([goesOn]);
    const loading = next.loadStateDictAsync(one.stateDict());
    step(one); // the state is that of when it was asked for
    await loading;
    step(next);
    step(same);
    expect(goesOn.toArray()).toBeAllclose(near.toArray(), { rtol: 1e-6 });
  });

  it('moves the state of each parameter to where that is', async () => {
    const both = [leaf([1]), leaf([2], there)];
    const [from, to] = [new Adam(both), new Adam([leaf([1], there), leaf([2])])];
    step(from);
    await to.loadStateDictAsync(from.stateDict());
    step(to);
    const { state } = to.stateDict();
    const backends = [0, 1].map((i) => (state[i]!['expAvg'] as Tensor).backend.name);
    expect(backends).toEqual(['later', 'wasm']);
  });

  it('refuses what loadStateDict refuses, which says what to await', async () => {
    const [far, near] = [new Adam([leaf([1], there)]), new Adam([leaf([1])])];
    step(far);
    expect(() => near.loadStateDict(far.stateDict())).toThrow(
      'loadStateDict: the state is on later. Use await optimizer.loadStateDictAsync(state).',
    );
    await expect(near.loadStateDictAsync(null as never)).rejects.toThrow(
      'Adam: the state does not fit',
    );
  });

  it('leaves nothing behind on the way', async () => {
    const [far, near] = [new Adam([leaf([1], there)]), new Adam([leaf([1])])];
    step(far);
    step(near);
    const before = memory().wasm.tensors;
    await near.loadStateDictAsync(far.stateDict());
    expect(memory().wasm.tensors).toBe(before);
  });
});
