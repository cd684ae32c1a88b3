import { gradients } from '@kasane/autograd';
import { Conv2d, ConvTranspose2d } from '@kasane/layers-cnn';
import { Adam } from '@kasane/optim';
import { Generator, ones, rand, randn, tensor, type Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { describe, expect, it, vi } from 'vitest';
import { mlp } from './mlp.ts';
import { VectorQuantizer } from './vector-quantizer.ts';
import { VQVAE } from './vq-vae.ts';

describe('VectorQuantizer', () => {
  const generator = new Generator(1);
  const layer = new VectorQuantizer(7, 3, { generator, dtype: 'float64', commitment: 0.5 });
  layer.loadStateDict({ weight: randn([7, 3], { generator }) });
  const random = { generator, dtype: 'float64', requiresGrad: true } as const;

  it('gives the nearest vector for each place', () => {
    const z = randn([2, 3, 4, 5], random);
    const { quantized, indices } = layer.forward(z);
    expect(quantized.shape).toEqual([2, 3, 4, 5]);
    expect(indices.shape).toEqual([2, 4, 5]);
    const table = layer.weight.toArray() as number[][];
    const at = (t: Tensor, ...place: number[]): number => {
      let one = t.detach();
      for (const i of place) one = one.slice(0, i, i + 1).squeeze(0);
      return one.item();
    };
    for (const [n, y, x] of [[0, 0, 0], [1, 2, 3], [1, 3, 4]] as const) {
      const own = [0, 1, 2].map((d) => at(z, n, d, y, x));
      const away = table.map((e) => Math.hypot(...e.map((value, d) => value - own[d]!)));
      const nearest = away.indexOf(Math.min(...away));
      expect(at(indices, n, y, x)).toBe(nearest);
      expect([0, 1, 2].map((d) => at(quantized, n, d, y, x))).toEqual(
        table[nearest]!.map((value) => expect.closeTo(value, 12)),
      );
    } // prettier-ignore
    expect(layer.lookup(indices).sub(quantized).abs().max().item()).toBeLessThan(1e-12);
  });

  it('passes gradients through, draws vectors to inputs, and inputs to vectors by the commitment', () => {
    const z = randn([6, 3], random);
    const { quantized, indices, loss } = layer.forward(z);
    const [through] = gradients([quantized.mul(3).sum()], [z], { retainGraph: true });
    expect(through!.toArray()).toEqual(ones([6, 3]).mul(3).toArray());
    const apart = z.detach().sub(layer.lookup(indices).detach());
    const [toInput, toVectors] = gradients([loss], [z, layer.weight]);
    const want = apart.mul((2 * 0.5) / 18);
    expect(toInput!.sub(want).abs().max().item()).toBeLessThan(1e-12);
    const sums = indices
      .oneHot(7)
      .cast('float64')
      .t()
      .matmul(apart)
      .mul(-2 / 18);
    expect(toVectors!.sub(sums).abs().max().item()).toBeLessThan(1e-12);
    expect(loss.item()).toBeCloseTo(1.5 * apart.square().mean().item(), 12);
  });

  it('has as its perplexity how many vectors are used alike', () => {
    const two = new VectorQuantizer(4, 1);
    two.loadStateDict({ weight: tensor([[0], [1], [2], [3]]) });
    expect(two.forward(tensor([[0], [0], [3], [3]])).perplexity.item()).toBeCloseTo(2, 5);
    expect(two.forward(tensor([[1.1], [1.2]])).perplexity.item()).toBeCloseTo(1, 5);
  });

  it('names what cannot be', () => {
    expect(() => layer.forward(ones([2, 4]))).toThrow(
      'VectorQuantizer: the input must have the shape (N, 3, …), got [2,4].',
    );
    // @ts-expect-error -- what plain JavaScript may give
    expect(() => layer.forward([[1, 2, 3]])).toThrow('VectorQuantizer: the input must be a tensor');
    expect(() => new VectorQuantizer(0, 3)).toThrow('numEmbeddings must be a whole number ≥ 1');
    expect(() => new VectorQuantizer(3, 3, { commitment: Number.NaN })).toThrow('commitment must');
  });
});

describe('VQVAE', () => {
  it('learns to tell groups of points apart by numbers alone, in a compiled step', () => {
    const warned = vi.spyOn(console, 'warn');
    const generator = new Generator(2);
    const centers = tensor([[2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0], [0, 0, 0, 2]]); // prettier-ignore
    const x = centers.tile([16, 1]).add(randn([64, 4], { generator }).mul(0.05));
    const model = new VQVAE(
      mlp([4, 16, 2], { generator }),
      new VectorQuantizer(16, 2, { generator }),
      mlp([2, 16, 4], { generator }),
    );
    const step = trainStep((b: Tensor) => model.loss(b).loss, new Adam(model.parameters(), { lr: 0.01 })); // prettier-ignore
    for (let i = 0; i < 600; i++) step(x).dispose();
    const { reconstruction, perplexity } = model.loss(x);
    expect(reconstruction.item()).toBeLessThan(0.05);
    expect(perplexity.item()).toBeGreaterThan(3);
    const rebuilt = model.decode(model.encode(x).indices);
    expect(rebuilt.sub(model.forward(x)).abs().max().item()).toBeLessThan(1e-5);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it('has a number for each place of pictures', () => {
    const model = new VQVAE(
      new Conv2d(1, 4, 4, { stride: 2, padding: 1 }),
      new VectorQuantizer(8, 4),
      new ConvTranspose2d(4, 1, 4, { stride: 2, padding: 1 }),
    );
    const x = rand([2, 1, 8, 8]);
    expect(model.encode(x).indices.shape).toEqual([2, 4, 4]);
    expect(model.decode(model.encode(x).indices).shape).toEqual([2, 1, 8, 8]);
  });

  it('names a quantizer that is none', () => {
    // @ts-expect-error -- what plain JavaScript may give
    expect(() => new VQVAE(mlp([4, 2]), 16, mlp([2, 4]))).toThrow(
      'VQVAE: the quantizer must be a VectorQuantizer, got 16.',
    );
  });
});
