import { backward, gradcheck } from '@kasane/autograd';
import { randn, tensor, type Tensor } from '@kasane/tensor-core';
import { checkOwned } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import { {{Pascal}} } from './{{kebab}}.ts';

describe('{{Pascal}}', () => {
  it('scales each feature by its weight', () => {
    const layer = new {{Pascal}}(2);
    layer.weight.assign(tensor([2, -1]));
    expect(layer.forward(tensor([[3, 4]])).toArray()).toEqual([[6, -4]]);
  });

  it('has the gradients that finite differences give', () => {
    const layer = new {{Pascal}}(3, { dtype: 'float64' });
    const input = randn([4, 3], { dtype: 'float64' });
    expect(gradcheck((x: Tensor) => layer.forward(x), [input])).toBe(true);
    backward(layer.forward(input).sum());
    expect(layer.weight.grad?.shape).toEqual([3]);
  });

  it('holds its parameters and no more', () => checkOwned((o) => new {{Pascal}}(3, o)));

  it('names itself and the rule when the last dimension is wrong', () => {
    expect(() => new {{Pascal}}(3).forward(tensor([[1, 2]]))).toThrow(/^{{Pascal}}: /);
  });
});
