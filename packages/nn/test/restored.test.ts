/** Models on a device that is lost and comes back with what it was to keep. */
import { backward } from '@kasane/autograd';
import { Generator, noGrad, randn } from '@kasane/tensor-core';
import { gpu } from '@kasane/tensor-core/gpu';
import { expect, it } from 'vitest';
import { BatchNorm1d, LayerNorm, Linear, Parameter, Sequential } from '../src/index.ts';

it.each(['cpu', 'webasm'] as const)(
  'brings all parameters and buffers back, those too that have live views (%s)',
  async (mode) => {
    const backend = gpu({ mode, keepHostCopy: true });
    const options = { backend, generator: new Generator(1) };
    const model = new Sequential(
      new Linear(3, 4, options),
      new LayerNorm(4, { backend }),
      new BatchNorm1d(4, { backend }),
      new Linear(4, 1, options),
    );
    const x = randn([5, 3], options);
    // What was computed may be a parameter, and may never be assigned to.
    const frozen = new Parameter(randn([5, 1], options).mul(2), { requiresGrad: false });
    for (let step = 0; step < 2; step++) {
      backward(model.forward(x).add(frozen).square().sum());
      const snapshot = model.stateDict(); // each is a view
      for (const one of model.parameters()) {
        noGrad(() => one.assign(one.sub(one.grad!.mul(0.1))));
        one.grad = null;
      }
      expect(Object.keys(snapshot).length).toBeGreaterThan(0);
    }
    const state = model.stateDict();
    await backend.kept();
    const before = model.eval().forward(x).add(frozen).toArray();

    await backend.restore();
    expect(model.forward(x).add(frozen).toArray()).toEqual(before);
    model.loadStateDict(state);
    expect(model.forward(x).add(frozen).toArray()).toEqual(before);
  },
);
