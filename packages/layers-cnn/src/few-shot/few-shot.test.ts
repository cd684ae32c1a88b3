import { backward } from '@kasane/autograd';
import { binaryCrossEntropyWithLogits, crossEntropy, Flatten } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { Generator, rand, ShapeError, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { ConvEmbedding } from './conv-embedding.ts';
import { PrototypicalNetwork } from './prototypical-network.ts';
import { SiameseNetwork } from './siamese-network.ts';

const generator = (): Generator => new Generator(3);
const small = (): ConvEmbedding =>
  new ConvEmbedding(1, { channels: [4, 6], generator: generator() });
const noise = (...shape: readonly number[]): Tensor => rand(shape, { generator: generator() });

describe('ConvEmbedding', () => {
  it('halves the image in every block', () => {
    expect(small().forward(zeros([2, 1, 13, 8])).shape).toEqual([2, 6 * 3 * 2]);
    expect(new ConvEmbedding(3).forward(zeros([1, 3, 16, 16])).shape).toEqual([1, 64]);
    expect(Object.keys(small().stateDict()).slice(0, 4)).toEqual([
      'blocks.0.weight',
      'blocks.0.bias',
      'blocks.1.weight',
      'blocks.1.bias',
    ]);
  });
});

describe('PrototypicalNetwork', () => {
  it('measures squared distances to the means of the examples', () => {
    const model = new PrototypicalNetwork(new Flatten());
    // Means (1, 0) and (0, 5).
    const support = tensor([0, 0, 2, 0, 0, 4, 0, 6], [2, 2, 1, 1, 2]);
    const queries = tensor([1, 2, 4, 5, 0, 0], [3, 1, 1, 2]);
    expect(model.forward(support, queries).toArray()).toEqual([
      [-4, -10],
      [-34, -16],
      [-1, -25],
    ]);
  });

  it('learns an episode, the examples too', () => {
    const model = new PrototypicalNetwork(small());
    const [support, queries] = [noise(3, 2, 1, 8, 8), noise(6, 1, 8, 8)];
    const wanted = tensor([2, 0, 1, 1, 0, 2], { dtype: 'int32' });
    const optimizer = new Adam(model.parameters(), { lr: 0.01 });
    const losses = Array.from({ length: 60 }, () => {
      const loss = crossEntropy(model.forward(support, queries), wanted);
      optimizer.zeroGrad();
      backward(loss);
      optimizer.step();
      return loss.item();
    });
    expect(losses.at(-1)).toBeLessThan(0.1 * losses[0]!);
  });

  it('wants images of one shape', () => {
    const model = new PrototypicalNetwork(small());
    expect(() => model.forward(zeros([5, 1, 1, 8, 8]), zeros([2, 1, 8, 9]))).toThrow(
      new ShapeError(
        'PrototypicalNetwork: needs support (way, shot, C, H, W) and queries (Q, C, H, W), got [5,1,1,8,8] and [2,1,8,9].',
      ),
    );
  });
});

describe('SiameseNetwork', () => {
  it('weighs the differences of the features', () => {
    const model = new SiameseNetwork(new Flatten(), 3);
    model.loadStateDict({ 'distance.weight': tensor([[1, 10, -2]]), 'distance.bias': tensor([4]) });
    const [a, b] = [
      tensor([1, 2, 3, 0, 0, 0], [2, 1, 1, 3]),
      tensor([2, 0, 3, 0, 0, 1], [2, 1, 1, 3]),
    ];
    expect(model.forward(a, b).toArray()).toEqual([25, 2]);
    expect(model.forward(b, a).toArray()).toEqual([25, 2]);
  });

  it('learns which of two pairs is alike', () => {
    const model = new SiameseNetwork(small(), 24, { generator: generator() });
    const a = noise(2, 1, 8, 8);
    const b = a.slice(0, 0, 1).broadcastTo([2, 1, 8, 8]); // the first is the same
    const optimizer = new Adam(model.parameters(), { lr: 0.01 });
    for (let step = 0; step < 60; step++) {
      const loss = binaryCrossEntropyWithLogits(model.forward(a, b), tensor([1, 0]));
      optimizer.zeroGrad();
      backward(loss);
      optimizer.step();
    }
    const [same, other] = model.forward(a, b).sigmoid().dataSync();
    expect(same).toBeGreaterThan(0.8);
    expect(other).toBeLessThan(0.2);
  });
});
