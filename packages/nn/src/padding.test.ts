import { ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import * as nn from './index.ts';

describe('layers that pad', () => {
  it('take one number, or one for each side, and say how many', () => {
    expect(new nn.ZeroPad2d(3).padding).toEqual([3, 3, 3, 3]);
    expect(String(new nn.ConstantPad1d([1, 2], 7))).toBe('ConstantPad1d(padding=[1,2], value=7)');
    expect(() => new nn.ZeroPad2d([1, 2])).toThrow(
      new RangeError('ZeroPad2d: padding must be one number or 4, got 2.'),
    );
  });

  it('name what they cannot add', () => {
    const x = zeros([1, 2]);
    expect(() => new nn.CircularPad1d(3).forward(x)).toThrow(
      new ShapeError('CircularPad1d: adds from 0 to 2 on a side of dim 1 of [1,2], got 3.'),
    );
    expect(() => new nn.CircularPad1d(-1).forward(x)).toThrow(ShapeError);
    expect(() => new nn.ReflectionPad1d(2).forward(x)).toThrow('reflect can add at most 1');
    expect(() => new nn.ZeroPad3d(1).forward(x)).toThrow(ShapeError);
    expect(() => new nn.CircularPad3d(1).forward(x)).toThrow(ShapeError);
  });

  it('go on around from the other side', () => {
    expect(new nn.CircularPad1d(2).forward(tensor([1, 2])).toArray()).toEqual([1, 2, 1, 2, 1, 2]);
  });
});

describe('Unflatten', () => {
  it('undoes Flatten, with one size left open', () => {
    const x = zeros([2, 3, 4]);
    for (const sizes of [
      [3, 4],
      [-1, 4],
      [3, -1],
    ]) {
      expect(new nn.Unflatten(-1, sizes).forward(new nn.Flatten().forward(x)).shape).toEqual([
        2, 3, 4,
      ]);
    }
    expect(new nn.Unflatten(1, [2, -1]).forward(zeros([0, 6])).shape).toEqual([0, 2, 3]);
  });

  it('names sizes that do not fit', () => {
    for (const sizes of [[3, 3], [5, -1], [-1, -1], []]) {
      expect(() => new nn.Unflatten(1, sizes).forward(zeros([2, 12]))).toThrow(
        `Unflatten: dim 1 of [2,12] does not split into [${sizes}].`,
      );
    }
    expect(() => new nn.Unflatten(2, [1]).forward(zeros([2, 12]))).toThrow(ShapeError);
    expect(() => new nn.Unflatten(-3, [1]).forward(zeros([2, 12]))).toThrow(ShapeError);
    expect(() => new nn.Unflatten(1, [2, 3]).forward(zeros([0, 4]))).toThrow(ShapeError);
  });
});
