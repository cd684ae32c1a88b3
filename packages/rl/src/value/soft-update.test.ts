import { Linear } from '@kasane/nn';
import { Generator, memory } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import { copyOf, softUpdate } from './soft-update.ts';

const layer = (seed: number) => new Linear(3, 2, { generator: new Generator(seed) });

it('a copy has the same values, of its own, and does not learn', () => {
  const network = layer(1);
  const target = copyOf(network, layer(2));
  expect(target.weight.toArray()).toEqual(network.weight.toArray());
  expect(target.parameters().some(({ requiresGrad }) => requiresGrad)).toBe(false);
  network.weight.assign(network.weight.mul(2).detach());
  expect(target.weight.toArray()).not.toEqual(network.weight.toArray());
});

it('the target moves by the share τ of the way at each update', () => {
  const network = layer(1);
  const target = layer(2);
  const [from, to] = [network.weight.dataSync(), target.weight.dataSync()];
  const update = softUpdate(network, target, 0.25);
  for (let i = 0; i < 6; i++) update();
  const left = 0.75 ** 6;
  for (const [i, value] of target.weight.dataSync().entries()) {
    expect(value).toBeCloseTo(from[i]! + left * (to[i]! - from[i]!), 6);
  }
});

it('with τ = 1 it becomes the same, whatever the network does later', () => {
  const network = layer(1);
  const target = layer(2);
  const update = softUpdate(network, target, 1);
  const before = memory().wasm.tensors;
  for (let i = 0; i < 4; i++) {
    update();
    const now = network.weight.toArray();
    expect(target.weight.toArray()).toEqual(now);
    network.weight.assign(network.weight.mul(2).detach());
    expect(target.weight.toArray()).toEqual(now);
  }
  expect(memory().wasm.tensors - before).toBeLessThanOrEqual(8); // what mul and detach made here
});
