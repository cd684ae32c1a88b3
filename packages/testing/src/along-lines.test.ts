import { gradcheck, gradgradcheck } from '@kasane/autograd';
import { reference, tensor, withBackend, type Tensor } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import { alongLines } from './along-lines.ts';

const numbers = Array.from({ length: 300 }, (_, i) => Math.sin(i));
const inputs = (): Tensor[] => [tensor(numbers, [300], { dtype: 'float64', backend: reference() })];

it('a right gradient is right along lines, and its gradient', () => {
  const f = (...[x]: Tensor[]): Tensor => x!.exp();
  expect(gradcheck(...alongLines(f, inputs()))).toBe(true);
  expect(gradgradcheck(...alongLines(f, inputs()))).toBe(true);
});

it.each([1, 150, 299])('a gradient that is wrong in element %i is wrong along lines', (at) => {
  const only = withBackend(reference(), () =>
    tensor(
      numbers.map((_, i) => Number(i === at)),
      [300],
      { dtype: 'float64' },
    ),
  );
  // x² without a half of its gradient in one element.
  const f = (...[x]: Tensor[]): Tensor =>
    x!.mul(x!.mul(only.neg().add(1)).add(x!.detach().mul(only)));
  expect(() => gradcheck(...alongLines(f, inputs()))).toThrow('by its rule');
});
