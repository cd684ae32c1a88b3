import { DTypeError, run, ShapeError, tensor, type OpDef, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { backward } from './index.ts';

/** a + b of one shape, with a gradient rule to try. */
function sumWith(vjp: OpDef['vjp']): (a: Tensor, b: Tensor) => Tensor {
  const op: OpDef = {
    name: 'mySum',
    infer: ([a]) => a!,
    reference([a, b], _, out) {
      for (let i = 0; i < out.size; i++) out.data[i] = a!.data[i]! + b!.data[i]!;
    },
    vjp,
  };
  return (a, b) => run(op, [a, b], undefined);
}

describe('the gradient rule of an own op', () => {
  const leaf = (): Tensor => tensor([1, 2, 3], { requiresGrad: true });
  const expectError = (vjp: OpDef['vjp'], error: Error): void => {
    expect(() => backward(sumWith(vjp)(leaf(), leaf()).sum())).toThrow(error);
  };

  it('must give a gradient or null for every input that wants one', () => {
    const rule: OpDef['vjp'] = ({ grad }) => [grad];
    const message = 'mySum: vjp must return a gradient or null for each of 2 inputs, got 1.';
    expectError(rule, new ShapeError(message));
    const a = leaf();
    backward(sumWith(rule)(a, tensor([1, 2, 3])).sum());
    expect(a.grad!.toArray()).toEqual([1, 1, 1]);
  });

  it('must give gradients that can be summed to the shape of their inputs', () => {
    const message = (got: string): string =>
      `mySum: the gradient of input 1 must have shape [3], got ${got}. Broadcast dims may stay: backward sums them up.`;
    expectError(({ grad }) => [grad, grad.sum()], new ShapeError(message('[]')));
    expectError(({ grad }) => [grad, grad.slice(0, 1)], new ShapeError(message('[2]')));
    expectError(({ grad }) => [grad, grad.unsqueeze(1)], new ShapeError(message('[3,1]')));
  });

  it('must give tensors', () => {
    expectError(
      // @ts-expect-error -- a number is no gradient
      ({ grad }) => [grad, 1],
      new DTypeError('mySum: the gradient of input 1 must be a tensor, got 1. Use tensor(…).'),
    );
  });

  it('may leave the dims that were broadcast, and give null for none', () => {
    const [a, b] = [leaf(), leaf()];
    backward(sumWith(({ grad }) => [grad.broadcastTo(2, 3), null])(a, b).sum());
    expect([a.grad!.toArray(), b.grad]).toEqual([[2, 2, 2], null]);
  });
});
