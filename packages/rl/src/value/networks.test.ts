import { Generator, ones, scope, tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { DuelingQNetwork, mlp } from './networks.ts';

describe('DuelingQNetwork', () => {
  it('its values have the mean of V, whatever the advantages are', () => {
    const generator = new Generator(1);
    const network = new DuelingQNetwork(3, 4, { hidden: [8, 5], generator });
    scope(() => {
      const x = tensor([
        [1, -2, 0.5],
        [0, 1, 3],
      ]);
      const q = network.forward(x);
      expect(q.shape).toEqual([2, 4]);
      const value = network.value.forward(network.features.forward(x)).flatten().dataSync();
      for (const [i, mean] of q.mean(1).dataSync().entries()) {
        expect(mean).toBeCloseTo(value[i]!, 5);
      }
    });
    expect(network.numParameters()).toBe(4 * 8 + (9 * 5 + 6) + (9 * 5 + 6 * 4));
  });

  it('works with one hidden layer, and with none', () => {
    for (const hidden of [[8], []]) {
      const network = new DuelingQNetwork(3, 2, { hidden, generator: new Generator(1) });
      expect(scope(() => network.forward(ones([5, 3])).shape)).toEqual([5, 2]);
    }
  });
});

it('mlp has ReLU between its layers and none after the last', () => {
  expect(String(mlp([2, 3, 1])).match(/Linear|ReLU/g)).toEqual(['Linear', 'ReLU', 'Linear']);
});
