import { backward } from '@kasane/autograd';
import { Generator, full, ones, randn, zeros, type Tensor } from '@kasane/tensor-core';
import '@kasane/testing';
import { describe, expect, it } from 'vitest';
import goldens from '../test/fixtures/dropout.json' with { type: 'json' };
import {
  AlphaDropout,
  Dropout1d,
  Dropout2d,
  Dropout3d,
  FeatureAlphaDropout,
  type Module,
} from './index.ts';

type Layer = Module & { forward(x: Tensor): Tensor };
type Make = (p: number, options?: { readonly generator: Generator }) => Layer;

const kinds: readonly (readonly [string, Make, shape: readonly number[], lead: number])[] = [
  ['Dropout1d', (...args): Layer => new Dropout1d(...args), [30, 20, 4], 2],
  ['Dropout1d', (...args): Layer => new Dropout1d(...args), [600, 4], 1],
  ['Dropout2d', (...args): Layer => new Dropout2d(...args), [30, 20, 2, 3], 2],
  ['Dropout2d', (...args): Layer => new Dropout2d(...args), [30, 20, 4], 2],
  ['Dropout3d', (...args): Layer => new Dropout3d(...args), [30, 20, 2, 1, 3], 2],
  ['Dropout3d', (...args): Layer => new Dropout3d(...args), [600, 2, 1, 3], 1],
  ['FeatureAlphaDropout', (...args): Layer => new FeatureAlphaDropout(...args), [30, 20, 4], 2],
];

describe('dropout of channels', () => {
  it.each(kinds)('%s drops whole channels with probability p', (_, make, shape, lead) => {
    const x = ones(shape, { requiresGrad: true });
    const y = make(0.25, { generator: new Generator(3) }).forward(x);
    const flat = y.flatten(lead);
    expect(
      flat
        .equal(flat.slice(lead, 0, 1))
        .all()
        .item(),
    ).toBe(1);
    const dropped = y.less(1).cast('float32').mean().item();
    expect(dropped).toBeGreaterThan(0.2);
    expect(dropped).toBeLessThan(0.3);
    backward(y.sum());
    expect(x.grad!.equal(0).equal(y.less(1)).all().item()).toBe(1);
  });

  it.each(kinds)('%s is the identity in evaluation and for p = 0', (_, make, shape) => {
    const x = randn(shape);
    expect(make(0.5).eval().forward(x)).toBe(x);
    expect(make(0).forward(x)).toBe(x);
    expect(make(1).forward(x).abs().sum().item()).toBe(0);
    expect(() => make(-0.1)).toThrow(RangeError);
  });

  it('names the shapes it takes', () => {
    expect(() => new Dropout2d().forward(zeros([2, 3]))).toThrow(
      'Dropout2d: the input must have shape (N, C, H, W) or (N, C, L), got [2,3].',
    );
    expect(() => new Dropout1d().eval().forward(zeros([2]))).toThrow('(N, C, L) or (C, L)');
    expect(() => new Dropout3d().forward(zeros([2, 3, 4]))).toThrow('(C, D, H, W)');
    expect(() => new FeatureAlphaDropout().forward(zeros([2]))).toThrow('(N, C, ...)');
  });
});

describe('AlphaDropout', () => {
  it("gives PyTorch's values for what is kept and what is dropped", () => {
    const makes: Readonly<Record<string, Make>> = {
      AlphaDropout: (p) => new AlphaDropout(p),
      FeatureAlphaDropout: (p) => new FeatureAlphaDropout(p),
      Dropout1d: (p) => new Dropout1d(p),
    };
    for (const [name, want] of Object.entries(goldens)) {
      const [kind, p] = name.split(' ') as [string, string];
      const y = makes[kind]!(Number(p)).forward(full([50, 20, 2], 1.5, { dtype: 'float64' }));
      const got = [...new Set(y.dataSync())].sort((a, b) => a - b);
      expect(got).toEqual(want.map((value) => expect.closeTo(value, 12)));
    }
  });

  it('keeps mean 0 and variance 1, and drops NaN', () => {
    const generator = new Generator(1);
    const y = new AlphaDropout(0.3, { generator }).forward(randn([40000], { generator }));
    expect(y.mean().item()).toBeCloseTo(0, 1);
    expect(y.std().item()).toBeCloseTo(1, 1);
    const some = new AlphaDropout(0.5)
      .forward(full([100], NaN))
      .isNaN()
      .sum()
      .item();
    expect(some).toBeGreaterThan(20);
    expect(some).toBeLessThan(80);
  });
});
