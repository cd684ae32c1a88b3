import { backward } from '@kasane/autograd';
import { Generator, ShapeError, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import '@kasane/testing';
import { describe, expect, it } from 'vitest';
import * as nn from '../index.ts';

const [high, low] = [Infinity, -Infinity];
const f = (layer: nn.Layer, values: number[]): unknown => layer.forward(tensor(values)).toArray();

describe('activations', () => {
  it('have their limits at infinite numbers, with finite slopes', () => {
    const limits: readonly (readonly [nn.Layer, readonly number[]])[] = [
      [new nn.Softsign(), [1, -1]],
      [new nn.Hardswish(), [high, -0]],
      [new nn.LogSigmoid(), [-0, low]],
      [new nn.Hardshrink(), [high, low]],
      [new nn.Softshrink(), [high, low]],
      [new nn.Tanhshrink(), [high, low]],
      [new nn.ReLU6(), [6, 0]],
      [new nn.PReLU(), [high, low]],
      [new nn.Threshold(1, 2), [high, 2]],
    ];
    for (const [layer, want] of limits) {
      const x = tensor([high, low], { requiresGrad: true });
      const y = layer.forward(x);
      expect(y.toArray(), `of ${layer}`).toEqual(want.map((v) => expect.closeTo(v, 6)));
      backward(y.sum());
      expect(x.grad!.isFinite().all().item(), `slope of ${layer}`).toBe(1);
    }
  });

  it('keep NaN', () => {
    const layers = [
      new nn.Softsign(),
      new nn.Hardswish(),
      new nn.LogSigmoid(),
      new nn.Hardshrink(),
      new nn.Softshrink(),
      new nn.Tanhshrink(),
      new nn.ReLU6(),
      new nn.PReLU(),
      new nn.RReLU(),
      new nn.Threshold(1, 2),
    ];
    for (const layer of layers) expect(f(layer, [NaN]), `of ${layer}`).toEqual([NaN]);
  });

  it('at a kink take the side that PyTorch takes', () => {
    const slope = (layer: nn.Layer, at: number): number => {
      const x = tensor([at], { requiresGrad: true });
      backward(layer.forward(x).sum());
      return x.grad!.item();
    };
    expect(slope(new nn.PReLU(), 0)).toBe(0.25);
    expect(slope(new nn.Hardshrink(), 0.5)).toBe(0);
    expect(slope(new nn.Softshrink(), 0.5)).toBe(0);
    expect(slope(new nn.Threshold(1, 2), 1)).toBe(0);
  });

  it('PReLU has gradients of its slopes, which an infinite input above zero does not spoil', () => {
    const layer = new nn.PReLU(2);
    backward(
      layer
        .forward(
          tensor([
            [high, -2],
            [-3, high],
          ]),
        )
        .sum(),
    );
    expect(layer.weight.grad!.toArray()).toEqual([-3, -2]);
    expect(() => layer.forward(zeros([2, 3]))).toThrow(
      new ShapeError('PReLU: for 2 slopes the input must have shape (N, 2, ...), got [2,3].'),
    );
    expect(() => new nn.PReLU(0)).toThrow(RangeError);
    expect(String(layer)).toBe('PReLU(numParameters=2)');
  });

  it('RReLU draws a slope for each element while training, and takes their mean in evaluation', () => {
    const layer = new nn.RReLU(0.25, 0.75, { generator: new Generator(1) });
    const x = tensor(
      Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? -1 : 2)),
      {
        requiresGrad: true,
      },
    );
    const y = layer.forward(x);
    const slopes = [...y.dataSync()].filter((v) => v < 0).map((v) => -v);
    expect(slopes).toHaveLength(1000);
    expect(Math.min(...slopes)).toBeGreaterThanOrEqual(0.25);
    expect(Math.max(...slopes)).toBeLessThan(0.75);
    expect(slopes.reduce((a, b) => a + b) / 1000).toBeCloseTo(0.5, 1);
    backward(y.sum());
    expect(x.grad!.dataSync()[0]).toBe(-y.dataSync()[0]!);
    expect(f(layer.eval(), [-1, 2])).toEqual([-0.5, 2]);
    expect(() => new nn.RReLU(2, 1)).toThrow('RReLU: lower must be at most upper, 1, got 2.');
  });

  it('Softshrink moves towards 0 only', () => {
    expect(() => new nn.Softshrink(-1)).toThrow('Softshrink: lambd must be at least 0, got -1.');
  });

  it('name the shapes they need', () => {
    const g = (layer: nn.Layer, shape: readonly number[]): (() => Tensor) => {
      return () => layer.forward(zeros(shape));
    };
    expect(g(new nn.GLU(), [2, 3])).toThrow('GLU: dim -1 must have an even size, got [2,3].');
    expect(g(new nn.GLU(2), [2, 4])).toThrow(ShapeError);
    expect(g(new nn.Softmax2d(), [2, 3])).toThrow(
      'Softmax2d: needs (N, C, H, W) or (C, H, W), got [2,3].',
    );
  });
});
