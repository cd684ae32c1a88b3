import { gradients } from '@kasane/autograd';
import { Generator, randn, ShapeError, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { AdditiveAttention, ConcatAttention, DotAttention, GeneralAttention } from './index.ts';
import type { Attention } from './index.ts';

const seeded = (seed: number): { generator: Generator } => ({ generator: new Generator(seed) });

const kinds: Readonly<Record<string, () => Attention>> = {
  dot: () => new DotAttention(4),
  general: () => new GeneralAttention(4, 4, seeded(1)),
  additive: () => new AdditiveAttention(4, 4, seeded(2)),
  concat: () => new ConcatAttention(4, 4, seeded(3)),
};

describe.each(Object.entries(kinds))('%s attention', (_, make) => {
  const query = randn([2, 3, 4], seeded(4));
  const values = randn([2, 5, 4], seeded(5));

  it('gives weights from 0 to 1 that add to 1, and the average that they make', () => {
    const { context, weights } = make().forward(query, values);
    expect(weights.shape).toEqual([2, 3, 5]);
    expect(weights.sum(-1)).toBeAllclose(query.newFull([2, 3], 1));
    expect(weights.greaterEqual(0).all().item()).toBe(1);
    expect(context).toBeAllclose(weights.matmul(values));
  });

  it('does not look at padding, whatever that holds', () => {
    const attention = make();
    const want = attention.forward(query, values.slice(1, 0, 3));
    const hidden = tensor([false, false, false, true, true]);
    const spoiled = hidden.reshape([1, 5, 1]).where(NaN, values);
    const { context, weights } = attention.forward(query, spoiled, {
      keyPaddingMask: hidden.broadcastTo([2, 5]),
    });
    expect(context).toBeAllclose(want.context);
    expect(weights.slice(-1, 3).abs().sum().item()).toBe(0);
  });

  it('gives zeros where all is padding, and gradients of 0', () => {
    const x = randn([2, 3, 4], seeded(6));
    x.requiresGrad = true;
    const keyPaddingMask = tensor([
      [true, true, true],
      [false, true, true],
    ]);
    const { context, weights } = make().forward(x, x, { keyPaddingMask });
    expect(weights.select(0, 0).abs().sum().item()).toBe(0);
    expect(context.select(0, 0).abs().sum().item()).toBe(0);
    const [grad] = gradients([context.square().sum()], [x]) as [Tensor];
    expect(grad.isFinite().all().item()).toBe(1);
    expect(grad.select(0, 0).abs().sum().item()).toBe(0);
  });

  it('reads values that were prepared once, query by query', () => {
    const attention = make();
    const memory = attention.prepare(values);
    const all = attention.forward(query, values).context;
    for (let t = 0; t < 3; t++) {
      const { context } = attention.read(query.slice(1, t, t + 1), memory);
      expect(context).toBeAllclose(all.slice(1, t, t + 1));
    }
  });

  it('names the shapes that it needs', () => {
    const attention = make();
    const { name } = attention.constructor;
    expect(() => attention.forward(zeros([2, 3, 5]), values)).toThrow(
      new ShapeError(`${name}: queries must have shape (2, T, 4) for these values, got [2,3,5].`),
    );
    expect(() => attention.forward(zeros([1, 3, 4]), values)).toThrow(ShapeError);
    expect(() => attention.forward(query, zeros([2, 4]))).toThrow(
      `${name}: values must have shape (N, S, 4), got [2,4].`,
    );
    const keyPaddingMask = tensor([[true]]);
    expect(() => attention.forward(query, values, { keyPaddingMask })).toThrow(
      `${name}: keyPaddingMask must have shape [2,5] for these values, got [1,1].`,
    );
  });
});

it('scores 0 and ln 3 give weights 1/4 and 3/4', () => {
  const { weights } = new DotAttention(1).forward(tensor([[[1]]]), tensor([[[0], [Math.log(3)]]]));
  expect(weights).toBeAllclose([[[0.25, 0.75]]]);
});
