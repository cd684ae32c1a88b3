import { backward } from '@kasane/autograd';
import {
  DTypeError,
  full,
  Generator,
  manualSeed,
  ones,
  randn,
  SparseGradient,
  ShapeError,
  tensor,
  Tensor,
  zeros,
} from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BatchNorm1d,
  Bilinear,
  Dropout,
  dropout,
  Embedding,
  GroupNorm,
  LayerNorm,
  Linear,
  RMSNorm,
  Softplus,
} from './index.ts';

const indices = (values: number[]): Tensor => tensor(values, { dtype: 'int32' });

describe('Linear', () => {
  it('starts from U(-1/√in, 1/√in), the same for the same seed', () => {
    const layer = new Linear(25, 400, { generator: new Generator(1) });
    expect(layer.weight.abs().max().item()).toBeLessThanOrEqual(0.2);
    expect(layer.weight.max().item()).toBeGreaterThan(0.199);
    expect(layer.weight.min().item()).toBeLessThan(-0.199);
    expect(layer.bias!.abs().max().item()).toBeLessThanOrEqual(0.2);
    const twin = new Linear(25, 400, { generator: new Generator(1) });
    expect(twin.weight.dataSync()).toEqual(layer.weight.dataSync());
    manualSeed(4);
    const first = new Linear(2, 2).weight.dataSync();
    manualSeed(4);
    expect(new Linear(2, 2).weight.dataSync()).toEqual(first);
  });

  it('names the layer, its size and the shape it got', () => {
    expect(() => new Linear(4, 2).forward(zeros([2, 3]))).toThrow(
      new ShapeError(
        "Linear: the input's shape must end in inFeatures [4], got [2,3]. Reshape it, or build the layer with its size.",
      ),
    );
    expect(() => new Linear(1.5, 2)).toThrow(
      'Linear: inFeatures must be a whole number ≥ 0, got 1.5.',
    );
  });

  it('is affine: f(a) + f(b) = f(a + b) + f(0), for every size', () => {
    const size = fc.integer({ min: 0, max: 6 });
    fc.assert(
      fc.property(fc.array(size, { maxLength: 3 }), size, size, fc.nat(), (lead, n, m, seed) => {
        const options = { dtype: 'float64', generator: new Generator(seed) } as const;
        const layer = new Linear(n, m, options);
        const [a, b] = [randn([...lead, n], options), randn([...lead, n], options)];
        const origin = layer.forward(zeros([...lead, n], { dtype: 'float64' }));
        const sum = layer.forward(a).add(layer.forward(b));
        expect(sum.shape).toEqual([...lead, m]);
        expect(sum).toBeAllclose(layer.forward(a.add(b)).add(origin), { atol: 1e-12 });
      }),
    );
  });

  it('with no inputs gives its bias', () => {
    expect(new Linear(0, 2).forward(zeros([3, 0])).toArray()).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });
});

describe('Bilinear', () => {
  it('wants inputs that agree in all but the last dimension', () => {
    expect(() => new Bilinear(2, 3, 1).forward(zeros([4, 2]), zeros([5, 3]))).toThrow(
      'Bilinear: the inputs must agree in all but the last dimension, got [4,2] and [5,3]. Broadcast one.',
    );
  });
});

describe('Embedding', () => {
  it('starts from N(0, 1), zeros at the padding', () => {
    const layer = new Embedding(1000, 10, { paddingIdx: -1, generator: new Generator(2) });
    expect(layer.paddingIdx).toBe(999);
    expect(layer.weight.slice(0, -1).abs().sum().item()).toBe(0);
    expect(layer.weight.square().mean().item()).toBeCloseTo(1, 1);
  });

  it('equals the product of one-hot rows and the table', () => {
    const layer = new Embedding(4, 3);
    const oneHot = tensor([
      [0, 1, 0, 0],
      [0, 0, 0, 1],
    ]);
    expect(layer.forward(indices([1, 3])).dataSync()).toEqual(
      oneHot.matmul(layer.weight).dataSync(),
    );
  });

  it('adds the gradients of an index that occurs twice, and none for padding', () => {
    const layer = new Embedding(3, 2, { paddingIdx: 0 });
    backward(layer.forward(indices([1, 0, 1, 2])).sum());
    expect(layer.weight.grad!.toArray()).toEqual([
      [0, 0],
      [2, 2],
      [1, 1],
    ]);
  });

  it('with sparse, keeps the rows of its gradient, which read the same', () => {
    const make = (sparse: boolean): Embedding =>
      new Embedding(5, 2, { sparse, paddingIdx: 0, generator: new Generator(3) });
    const [rows, all] = [make(true), make(false)];
    for (const layer of [rows, all]) {
      backward(
        layer
          .forward(indices([1, 0, 1, 3]))
          .square()
          .sum(),
      );
    }
    expect(rows.weight.heldGrad()).toBeInstanceOf(SparseGradient);
    expect(all.weight.heldGrad()).toBeInstanceOf(Tensor);
    expect(rows.weight.grad!.toArray()).toEqual(all.weight.grad!.toArray());
    expect(String(rows)).toBe(
      'Embedding(numEmbeddings=5, embeddingDim=2, paddingIdx=0, sparse=true)',
    );
  });

  it('wants int32 indices within the table', () => {
    const layer = new Embedding(3, 2);
    expect(() => layer.forward(zeros([2]))).toThrow(
      new DTypeError('Embedding: indices must be int32, got float32. Use .cast("int32").'),
    );
    expect(() => layer.forward(indices([3]))).toThrow(ShapeError);
    expect(() => new Embedding(3, 2, { paddingIdx: 3 })).toThrow(
      'Embedding: paddingIdx must be a whole number from -3 to 2, got 3.',
    );
  });
});

describe('dropout', () => {
  it('leaves out what it drops: neither its values nor its gradients matter', () => {
    for (const value of [NaN, Infinity, -1]) {
      const x = full([100], value, { requiresGrad: true });
      const y = dropout(x, { p: 0.5, generator: new Generator(5) });
      const zeros = y.equal(0);
      expect(zeros.sum().item()).toBeGreaterThan(30);
      expect(zeros.sum().item()).toBeLessThan(70);
      backward(y.mul(Infinity).sum());
      expect(zeros.where(x.grad!, 0).abs().sum().item()).toBe(0);
    }
    const x = full([3], 4, { requiresGrad: true });
    const y = dropout(x, { p: 1 });
    expect(y.toArray()).toEqual([0, 0, 0]);
    backward(y.sqrt().sum());
    expect(x.grad).toBeAllclose([0, 0, 0]);
  });

  it('drops a share p and scales the rest, in values and gradients alike', () => {
    const x = ones([10000], { requiresGrad: true });
    const y = dropout(x, { p: 0.25, generator: new Generator(5) });
    const values = new Set(y.dataSync());
    expect([...values].sort()).toEqual([0, Math.fround(4 / 3)]);
    expect(y.equal(0).cast('float32').mean().item()).toBeCloseTo(0.25, 1);
    backward(y.sum());
    expect(x.grad!.dataSync()).toEqual(y.dataSync());
  });

  it('draws a new mask each time, and the same ones for the same seed', () => {
    const layer = new Dropout(0.5, { generator: new Generator(6) });
    const [a, b] = [layer.forward(ones([100])), layer.forward(ones([100]))];
    expect(a.dataSync()).not.toEqual(b.dataSync());
    const twin = new Dropout(0.5, { generator: new Generator(6) });
    expect(twin.forward(ones([100])).dataSync()).toEqual(a.dataSync());
  });

  it('is the identity in evaluation and for p = 0, and zeros for p = 1', () => {
    const x = randn([5]);
    expect(new Dropout(0.9).eval().forward(x)).toBe(x);
    expect(new Dropout(0).forward(x)).toBe(x);
    expect(new Dropout(1).forward(x).abs().toArray()).toEqual([0, 0, 0, 0, 0]);
    expect(new Dropout(0.5).forward(zeros([0, 3])).shape).toEqual([0, 3]);
  });

  it('wants a probability', () => {
    expect(() => new Dropout(1.5)).toThrow(
      new RangeError('dropout: p must be from 0 to 1, got 1.5.'),
    );
  });
});

describe('normalisation', () => {
  it('BatchNorm1d learns the mean and variance it then evaluates with', () => {
    const layer = new BatchNorm1d(2, { momentum: null });
    const generator = new Generator(7);
    for (let i = 0; i < 50; i++) layer.forward(randn([200, 2], { generator }).mul(3).add(5));
    expect(layer.numBatchesTracked!.item()).toBe(50);
    expect(layer.runningMean!.mean().item()).toBeCloseTo(5, 1);
    expect(layer.runningVar!.mean().item()).toBeCloseTo(9, 0);
    const before = layer.runningMean!.dataSync();
    layer.eval().forward(randn([4, 2], { generator }));
    expect(layer.runningMean!.dataSync()).toEqual(before);
  });

  it('BatchNorm1d refuses other shapes, and single values while training', () => {
    const layer = new BatchNorm1d(3);
    expect(() => layer.forward(zeros([2, 4]))).toThrow(
      'BatchNorm1d: the input must have shape (N, 3) or (N, 3, L), got [2,4]. Reshape it, or build the layer with its size.',
    );
    expect(() => layer.forward(zeros([1, 3]))).toThrow(
      'BatchNorm1d: one value per feature has no variance, got input [1,3]. Use a larger batch, or eval().',
    );
    expect(layer.eval().forward(zeros([1, 3])).shape).toEqual([1, 3]);
  });

  it('keeps its shape when the list it was made of changes', () => {
    const shape = [2, 3];
    const layers = [new LayerNorm(shape), new RMSNorm(shape)];
    shape.push(4);
    for (const layer of layers) expect(layer.normalizedShape).toEqual([2, 3]);
  });

  it('the others name the shape they want', () => {
    expect(() => new LayerNorm([2, 3]).forward(zeros([3, 3]))).toThrow(
      "LayerNorm: the input's shape must end in normalizedShape [2,3], got [3,3].",
    );
    expect(() => new RMSNorm(2).forward(zeros([3, 3]))).toThrow(
      "RMSNorm: the input's shape must end in normalizedShape [2], got [3,3].",
    );
    expect(() => new GroupNorm(2, 4).forward(zeros([3, 3]))).toThrow(
      'GroupNorm: the input must have shape (N, 4, ...), got [3,3]. Reshape it, or build the layer with its size.',
    );
    expect(() => new GroupNorm(2, 3)).toThrow(
      'GroupNorm: numGroups must divide numChannels, got 2 and 3.',
    );
  });

  it('RMSNorm takes its eps from the dtype', () => {
    const tiny = tensor([[1e-8]], { dtype: 'float64' });
    expect(new RMSNorm(1, { dtype: 'float64' }).forward(tiny).item()).toBeCloseTo(
      1e-8 / Math.sqrt(1e-16 + 2 ** -52),
      12,
    );
  });
});

describe('activations', () => {
  it('Softplus wants a positive beta', () => {
    expect(() => new Softplus(0)).toThrow(new RangeError('Softplus: beta must be above 0, got 0.'));
  });
});
