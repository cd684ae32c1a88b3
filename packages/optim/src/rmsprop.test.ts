import { tensor } from '@kasane/tensor-core';
import { testOptimizer } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import { RMSprop, type RMSpropOptions } from './rmsprop.ts';

testOptimizer<RMSpropOptions>({
  name: 'RMSprop',
  make: (params, options) => new RMSprop(params, options),
  fixture: new URL('../test/fixtures/rmsprop.json', import.meta.url),
});

describe('RMSprop, centred', () => {
  it('stays finite on constant gradients, where v - a² is of rounding alone', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      for (const momentum of [0, 0.9]) {
        const gradients = [0.1, 0.7, -3.3, 1e-3, 123.456, -0.9, 2 / 3];
        const x = tensor(gradients, { dtype, requiresGrad: true });
        const optimizer = new RMSprop([x], { centered: true, alpha: 0.5, momentum });
        for (let step = 0; step < 200; step++) {
          x.grad = tensor(gradients, { dtype });
          optimizer.step();
          expect(x.isFinite().all().item()).toBe(1);
        }
      }
    }
  });
});
