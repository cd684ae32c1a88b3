import { backward } from '@kasane/autograd';
import { Conv2d, conv2d, convTranspose2d } from '@kasane/layers-cnn';
import { LeakyReLU } from '@kasane/nn';
import { Generator, ones, randn, reference, tensor, zeros } from '@kasane/tensor-core';
import '@kasane/testing';
import { describe, expect, it } from 'vitest';
import { DCGANDiscriminator, DCGANGenerator, dcganInit, SpectralNorm } from './index.ts';

const seeded = (): { generator: Generator } => ({ generator: new Generator(1) });

describe('DCGANGenerator and DCGANDiscriminator', () => {
  it.each([8, 9, 27, 28, 32, 64, [16, 40], [11, 8]] as const)(
    'make and judge images of size %s',
    (size) => {
      const how = { ...seeded(), features: 2, channels: 3 };
      const maker = new DCGANGenerator(size, { ...how, latentSize: 5 });
      const judge = new DCGANDiscriminator(size, how);
      const [height, width] = typeof size === 'number' ? [size, size] : size;
      const images = maker.forward(randn([2, 5], seeded()));
      expect(images.shape).toEqual([2, 3, height, width]);
      expect(images.abs().max().item()).toBeLessThanOrEqual(1);
      expect(judge.forward(images).shape).toEqual([2]);
    },
  );

  it('have the parameters of the DCGAN tutorial at 64 by 64 in three channels', () => {
    const how = { ...seeded(), channels: 3 };
    expect(new DCGANGenerator(64, how).numParameters()).toBe(3_576_704);
    expect(new DCGANDiscriminator(64, how).numParameters()).toBe(2_765_568);
  });

  it('start from N(0, 0.02²), and N(1, 0.02²) in batch normalisations', () => {
    const judge = new DCGANDiscriminator(32, { ...seeded(), features: 16 });
    for (const [name, p] of judge.namedParameters()) {
      if (name.endsWith('bias')) expect(p.abs().max().item()).toBe(0);
      else if (p.ndim === 4) {
        expect(p.mean().item()).toBeCloseTo(0, 2);
        expect(p.std().item()).toBeCloseTo(0.02, 2);
      } else {
        expect(p.mean().item()).toBeCloseTo(1, 1);
        expect(p.std().item()).toBeCloseTo(0.02, 1);
      }
    }
    const layer = dcganInit(new Conv2d(4, 4, 4), seeded());
    expect(layer.bias!.abs().max().item()).toBe(0);
  });

  it('are the same for the same seed', () => {
    const image = (): number[] =>
      new DCGANGenerator(8, { ...seeded(), features: 2, latentSize: 3 })
        .forward(ones([2, 3]))
        .flatten()
        .toArray() as number[];
    expect(image()).toEqual(image());
  });

  it('take classes: other labels give other images and scores', () => {
    const how = { ...seeded(), features: 4, classes: 3 };
    const maker = new DCGANGenerator(8, { ...how, latentSize: 5 }).eval();
    const judge = new DCGANDiscriminator(8, how).eval();
    const noise = randn([1, 5], seeded()).broadcastTo([3, 5]);
    const labels = tensor([0, 1, 2], [3], { dtype: 'int32' });
    const images = maker.forward(noise, labels);
    const flat = images.flatten(1);
    expect(flat.select(0, 0)).not.toBeAllclose(flat.select(0, 1));
    const same = images.slice(0, 0, 1).broadcastTo(images.shape);
    const scores = judge.forward(same, labels).toArray();
    expect(new Set(scores as number[]).size).toBe(3);
  });

  it('take labels with classes and only then', () => {
    const labels = tensor([0, 1], [2], { dtype: 'int32' });
    const plain = new DCGANGenerator(8, { latentSize: 2, features: 1 });
    expect(() => plain.forward(zeros([2, 2]), labels)).toThrow(
      'DCGANGenerator: got labels but has no classes. Build it with { classes }.',
    );
    const judge = new DCGANDiscriminator(8, { features: 1, classes: 2 });
    expect(() => judge.forward(zeros([2, 1, 8, 8]))).toThrow(
      'DCGANDiscriminator: has 2 classes and needs labels (N) beside the input.',
    );
    expect(() => judge.forward(zeros([3, 1, 8, 8]), labels)).toThrow(
      'DCGANDiscriminator: the labels must have shape (3), got [2].',
    );
  });

  it('normalise spectrally or not at all', () => {
    const spectral = new DCGANDiscriminator(16, { features: 4, normalization: 'spectral' });
    expect(spectral.modules().filter((m) => m instanceof SpectralNorm)).toHaveLength(3);
    const none = new DCGANDiscriminator(16, { features: 4, normalization: 'none' });
    expect(none.buffers()).toEqual([]);
    const slope = none.modules().find((m) => m instanceof LeakyReLU);
    expect((slope as LeakyReLU).negativeSlope).toBe(0.2);
    // @ts-expect-error -- plain JavaScript
    expect(() => new DCGANDiscriminator(16, { normalization: 'layer' })).toThrow(
      "DCGANDiscriminator: normalization must be 'batch', 'spectral' or 'none', got 'layer'.",
    );
  });

  it('refuse sizes that are not halved, and other noise and images', () => {
    expect(() => new DCGANGenerator(7)).toThrow(
      'DCGANGenerator: the height of images must be a whole number ≥ 8, got 7.',
    );
    // @ts-expect-error -- plain JavaScript
    expect(() => new DCGANDiscriminator('28')).toThrow(
      "DCGANDiscriminator: the size must be a number or [height, width], got '28'.",
    );
    expect(() =>
      new DCGANGenerator(8, { latentSize: 3, features: 1 }).forward(zeros([2, 4])),
    ).toThrow('DCGANGenerator: the noise must have shape (N, 3), got [2,4].');
    expect(() => new DCGANDiscriminator(8, { features: 1 }).forward(zeros([2, 1, 8, 9]))).toThrow(
      'DCGANDiscriminator: the images must have shape (N, 1, 8, 8), got [2,1,8,9].',
    );
  });

  it('rest on a transposed convolution that is the adjoint of the convolution: <Ax, y> = <x, Aᵀy>', () => {
    const o = { dtype: 'float64', backend: reference(), ...seeded() } as const;
    const how = { stride: 2, padding: 1 };
    const [x, y] = [randn([2, 3, 8, 8], o), randn([2, 5, 4, 4], o)];
    const weight = randn([5, 3, 4, 4], o); // (out, in) of the one is (in, out) of the other
    const there = conv2d(x, weight, null, how).mul(y).sum().item();
    const back = x
      .mul(convTranspose2d(y, weight, null, how))
      .sum()
      .item();
    expect(Math.abs(there - back)).toBeLessThan(1e-10);
  });

  it('learn through one another: gradients reach the first layer of the generator', () => {
    const maker = new DCGANGenerator(8, { ...seeded(), features: 2, latentSize: 3 });
    const judge = new DCGANDiscriminator(8, { ...seeded(), features: 2 });
    backward(judge.forward(maker.forward(randn([4, 3], seeded()))).sum(), {
      inputs: maker.parameters(),
    });
    expect(maker.parameters().every((p) => p.grad!.abs().max().item() > 0)).toBe(true);
    expect(judge.parameters().every((p) => p.grad === null)).toBe(true);
  });
});
