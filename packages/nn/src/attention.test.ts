import {
  DTypeError,
  Generator,
  ones,
  rand,
  ShapeError,
  tensor,
  zeros,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { describe, expect, it } from 'vitest';
import { scaledDotProductAttention as attend } from './attention.ts';

describe('scaledDotProductAttention', () => {
  it('names the shapes it needs, and refuses a mask of whole numbers', () => {
    expect(() => attend(zeros([2, 3]), zeros([4, 3]), zeros([5, 3]))).toThrow(
      new ShapeError(
        'scaledDotProductAttention: needs query (..., T, D), key (..., S, D) and value (..., S, E), got [2,3], [4,3], [5,3].',
      ),
    );
    expect(() => attend(zeros([3]), zeros([4, 3]), zeros([4, 3]))).toThrow(ShapeError);
    expect(() =>
      attend(zeros([2, 4, 3]), zeros([2, 5, 3]), zeros([2, 5, 3]), { mask: zeros([3, 5]) }),
    ).toThrow(
      new ShapeError('scaledDotProductAttention: the mask must broadcast to [2,4,5], got [3,5].'),
    );
    const mask = tensor([1, 0], { dtype: 'int32' });
    const x = ones([2, 1]);
    expect(() => attend(x, x, x, { mask })).toThrow(DTypeError);
  });

  it('gives NaN to a query that sees no key', () => {
    const x = ones([1, 1]);
    const mask = tensor([false], { dtype: 'bool' });
    expect(attend(x, x, x, { mask }).item()).toBeNaN();
  });

  it('broadcasts leading dimensions', () => {
    const value = rand([3, 4, 2], { generator: new Generator(1) });
    const out = attend(zeros([5, 2]), zeros([4, 2]), value);
    expect(out.shape).toEqual([3, 5, 2]);
    expect(out.select(1, 0)).toBeAllclose(value.mean(1)); // equal scores
  });

  it('drops weights and scales the others, compiled with the same bits', () => {
    const value = ones([64, 1]);
    const drop = (generator: Generator) => (): Tensor =>
      attend(zeros([1, 1]), zeros([64, 1]), value, { dropoutP: 0.5, generator });
    const draw = (call: () => Tensor): unknown[] => {
      return Array.from({ length: 4 }, () => call().item());
    };
    const plain = draw(drop(new Generator(3)));
    expect(new Set(plain).size).toBeGreaterThan(1);
    expect(draw(compile(drop(new Generator(3))))).toEqual(plain);
    expect(attend(zeros([1, 1]), zeros([64, 1]), value, { dropoutP: 1 }).item()).toBe(0);
  });
});
