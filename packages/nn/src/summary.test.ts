import { manualSeed, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import {
  BatchNorm1d,
  Bilinear,
  Dropout,
  Embedding,
  Flatten,
  Linear,
  Module,
  ReLU,
  Sequential,
  summary,
} from './index.ts';

describe('summary', () => {
  it('lists layers, output shapes, parameters and multiply-adds', () => {
    const model = new Sequential(
      new Linear(4, 8),
      new BatchNorm1d(8),
      new ReLU(),
      new Linear(8, 1000, { bias: false }),
    );
    model.at(0)!.freeze();
    expect(String(summary(model, [2, 4]))).toBe(
      [
        'layer              output    parameters  multiply-adds',
        '------------------------------------------------------',
        'Sequential         [2,1000]           0              0',
        '  Linear (0)       [2,8]             40             64',
        '  BatchNorm1d (1)  [2,8]             16              0',
        '  ReLU (2)         [2,8]              0              0',
        '  Linear (3)       [2,1000]       8,000         16,000',
        '------------------------------------------------------',
        'total                             8,056         16,064',
        'trainable parameters: 8,016, FLOPs: 32,128',
      ].join('\n'),
    );
  });

  it('takes example inputs: several, or integers', () => {
    const pair = summary(new Bilinear(2, 3, 4), [zeros([5, 2]), zeros([5, 3])]);
    expect(pair.rows[0]!.outputShapes).toEqual([[5, 4]]);
    expect(pair.multiplyAdds).toBe(5 * 4 * 2 * 4);
    const words = new Sequential(new Embedding(10, 4), new Flatten(), new Linear(12, 2));
    const table = summary(words, [tensor([[1, 2, 3]], { dtype: 'int32' })]);
    expect(table.parameters).toBe(40 + 26);
  });

  it('counts a module that runs twice twice, and its parameters once', () => {
    class Twice extends Module {
      readonly layer = new Linear(3, 3, { bias: false });
      readonly unused = new Linear(3, 3, { bias: false });
      forward(x: Tensor): Tensor {
        return this.layer.forward(this.layer.forward(x));
      }
    }
    const { rows, parameters, multiplyAdds, flops } = summary(new Twice(), [1, 3]);
    expect([parameters, multiplyAdds, flops]).toEqual([18, 18, 36]);
    expect(rows[2]!.outputShapes).toEqual([]);
  });

  it('shows every tensor of an output that is an object', () => {
    class Pair extends Module {
      readonly layer = new Linear(3, 2);
      forward(x: Tensor): { readonly output: Tensor; readonly state: readonly Tensor[] } {
        return { output: this.layer.forward(x), state: [x, x] };
      }
    }
    const table = summary(new Pair(), [4, 3]);
    expect(table.rows[0]!.outputShapes).toEqual([
      [4, 2],
      [4, 3],
      [4, 3],
    ]);
    expect(String(table)).toContain('Pair              [4,2] [4,3] [4,3]');
  });

  it('leaves modes, buffers, random numbers and forward as they were', () => {
    const model = new Sequential(new BatchNorm1d(3), new Dropout(0.5));
    model.at(1)!.eval();
    manualSeed(1);
    summary(model, [4, 3]);
    expect(model.modules().map((m) => m.training)).toEqual([true, true, false]);
    expect(model.modules().some((m) => Object.hasOwn(m, 'forward'))).toBe(false);
    expect(model.stateDict()['0.num_batches_tracked']!.item()).toBe(0);
  });

  it('puts everything back when the model throws', () => {
    const model = new Sequential(new Linear(2, 2));
    expect(() => summary(model, [1, 3])).toThrow("Linear: the input's shape");
    expect(Object.hasOwn(model, 'forward')).toBe(false);
    expect(model.training).toBe(true);
  });

  it('refuses a model whose forward returns a promise', () => {
    class Later extends Module {
      async forward(x: Tensor): Promise<Tensor> {
        return x;
      }
    }
    expect(() => summary(new Later(), [1])).toThrow('summary: the function returned a promise');
  });
});
