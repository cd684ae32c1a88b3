import { backward } from '@kasane/autograd';
import { Linear, Sequential, Tanh } from '@kasane/nn';
import {
  Generator,
  ones,
  rand,
  reference,
  tensor,
  zeros,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import '@kasane/testing';
import { goldenTensor } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import goldens from '../../test/fixtures/gan.json' with { type: 'json' };
import { gradientPenalty, r1Penalty } from './index.ts';

const o = { dtype: 'float64', backend: reference() } as const;
const wave = (shape: Shape, phase: number): Tensor =>
  tensor(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.cos(i * 1.7 + phase)),
    shape,
    o,
  );

function network(): Sequential {
  const made = new Sequential(new Linear(3, 4, o), new Tanh(), new Linear(4, 1, o));
  made.parameters().forEach((p, k) => p.assign(wave(p.shape, k + 1)));
  return made;
}

describe('penalties of slopes', () => {
  it.each(['gradientPenalty', 'r1Penalty'] as const)(
    '%s has the value of PyTorch, and its gradients through gradients',
    (name) => {
      const critic = network();
      const x = wave([5, 3], 0);
      const judge = (at: Tensor): Tensor => critic.forward(at);
      // Between a sample and itself there is one place.
      const value = name === 'r1Penalty' ? r1Penalty(judge, x) : gradientPenalty(judge, x, x);
      backward(value, { inputs: critic.parameters() });
      const want = goldens.penalties[name];
      expect(value.item()).toBeCloseTo(want.value, 10);
      critic.parameters().forEach((p, i) => {
        const grad = p.grad ?? zeros(p.shape, o); // the last bias moves no slope
        expect(grad).toBeAllclose(goldenTensor(want.gradients[i]!, o), { rtol: 1e-9, atol: 1e-10 });
      });
    },
  );

  it('looks between real and generated samples, at one place for each', () => {
    const seen: Tensor[] = [];
    gradientPenalty(
      (at) => {
        seen.push(at);
        return at.sum(1);
      },
      zeros([50, 2]),
      ones([50, 2]),
      { generator: new Generator(1) },
    );
    const places = seen[0]!.toArray() as number[][];
    expect(places.every(([a, b]) => a === b && a! >= 0 && a! <= 1)).toBe(true);
    expect(new Set(places.map(([a]) => a)).size).toBeGreaterThan(45);
  });

  it('is 1 with gradients that are finite where the critic is flat, and 0 at slope 1', () => {
    const weight = zeros([1, 2], { ...o, requiresGrad: true });
    const x = rand([4, 2], o);
    const flat = gradientPenalty((at) => at.mul(weight).sum(1), x, x);
    backward(flat);
    expect(flat.item()).toBeCloseTo(1, 5);
    expect(weight.grad!.isFinite().all().item()).toBe(1);
    expect(gradientPenalty((at) => at.select(1, 0), x, x).item()).toBeCloseTo(0, 10);
    expect(r1Penalty(() => ones([4]), x).item()).toBe(0);
  });

  it('refuses samples of two shapes, none, and critics without a score for each', () => {
    const judge = (at: Tensor): Tensor => at.sum(1);
    expect(() => gradientPenalty(judge, ones([2, 3]), ones([3, 3]))).toThrow(
      'gradientPenalty: the generated samples must have shape [2,3], got [3,3].',
    );
    expect(() => r1Penalty(judge, ones([0, 3]))).toThrow('got [0,3]');
    expect(() => r1Penalty((at) => at.sum(), ones([2, 3]))).toThrow(
      'r1Penalty: the critic must give a score for each of 2 samples, got [].',
    );
    // @ts-expect-error -- plain JavaScript
    expect(() => r1Penalty(null, ones([2, 3]))).toThrow('r1Penalty: needs a function, got null.');
  });
});
