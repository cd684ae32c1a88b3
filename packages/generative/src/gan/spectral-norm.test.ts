import { backward } from '@kasane/autograd';
import { Conv2d, ConvTranspose2d } from '@kasane/layers-cnn';
import { Linear, ReLU } from '@kasane/nn';
import { Generator, randn, reference, tensor, type Shape, type Tensor } from '@kasane/tensor-core';
import '@kasane/testing';
import { goldenSeed, goldenTensor } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import goldens from '../../test/fixtures/gan.json' with { type: 'json' };
import { SpectralNorm } from './index.ts';

const o = { dtype: 'float64', backend: reference() } as const;
const wave = (shape: Shape, phase: number): Tensor =>
  tensor(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.cos(i * 1.7 + phase)),
    shape,
    o,
  );
const unit = (x: Tensor): Tensor => x.div(x.norm());
const close = { rtol: 1e-11, atol: 1e-13 };

describe('SpectralNorm', () => {
  it.each([
    ['Linear', new Linear(4, 3, o), [2, 4]],
    ['Conv2d', new Conv2d(2, 3, 2, o), [1, 2, 3, 3]],
    ['ConvTranspose2d', new ConvTranspose2d(2, 3, 2, o), [1, 2, 2, 2]],
  ] as const)('%s has outputs, gradients and vectors of PyTorch', (name, layer, shape) => {
    layer.weight.assign(wave(layer.weight.shape, 1));
    layer.bias!.assign(wave(layer.bias!.shape, 2));
    const normed = new SpectralNorm(layer);
    normed.u.assign(unit(wave(normed.u.shape, 3)));
    normed.v.assign(unit(wave(normed.v.shape, 4)));
    const x = wave(shape, 0);
    x.requiresGrad = true;
    const y = normed.forward(x);
    backward(y, { gradient: goldenSeed(y) });
    const want = goldens.norms[name];
    expect(y).toBeAllclose(goldenTensor(want.output, o), close);
    expect(x.grad!).toBeAllclose(goldenTensor(want.input, o), close);
    expect(layer.weight.grad!).toBeAllclose(goldenTensor(want.weight, o), close);
    expect(normed.u).toBeAllclose(goldenTensor(want.u, o), close);
    expect(normed.v).toBeAllclose(goldenTensor(want.v, o), close);
    normed.eval();
    expect(normed.forward(x)).toBeAllclose(goldenTensor(want.evalOutput, o), close);
  });

  it('goes on with its vectors in training only, and gives the layer its weight back', () => {
    const layer = new Linear(5, 4, { generator: new Generator(1) });
    const { weight } = layer;
    const normed = new SpectralNorm(layer, { generator: new Generator(2) });
    layer.weight.assign(randn([4, 5], { generator: new Generator(3) }));
    const x = randn([2, 5], { generator: new Generator(4) });
    const before = normed.u.toArray();
    normed.eval().forward(x);
    expect(normed.u.toArray()).toEqual(before);
    normed.train().forward(x);
    expect(normed.u.toArray()).not.toEqual(before);
    expect(layer.weight).toBe(weight);
    expect(() => normed.forward(randn([2, 7]))).toThrow('7');
    expect(layer.weight).toBe(weight);
  });

  it('finds the largest singular value, after which nothing is lengthened', () => {
    const layer = new Linear(6, 6, { bias: false, generator: new Generator(1) });
    const normed = new SpectralNorm(layer, { nPowerIterations: 50, generator: new Generator(2) });
    const x = randn([100, 6], { generator: new Generator(3) });
    const y = normed.forward(x);
    const stretch = y.square().sum(1).div(x.square().sum(1)).sqrt().max().item();
    expect(stretch).toBeLessThanOrEqual(1.0001);
    expect(normed.parameters()).toEqual([layer.weight]);
    expect(Object.keys(normed.stateDict())).toEqual(['u', 'v', 'layer.weight']);
  });

  it('refuses layers without a weight', () => {
    // @ts-expect-error -- plain JavaScript
    expect(() => new SpectralNorm(new ReLU())).toThrow(
      'SpectralNorm: needs a layer with a weight of two dimensions or more, such as Linear or Conv2d, got ReLU.',
    );
    // @ts-expect-error -- plain JavaScript
    expect(() => new SpectralNorm(undefined)).toThrow('got undefined.');
    expect(() => new SpectralNorm(new Linear(2, 2), { dim: 2 })).toThrow(RangeError);
  });
});
