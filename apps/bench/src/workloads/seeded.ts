import type { Module } from '@kasane/nn';
import { sizeOf, tensor, zerosLike } from '@kasane/tensor-core';
import { numbers } from '../numbers.ts';

/**
 * The model with weights that every side can make: of parameter i, `numbers` with seed 2 + i, from −1/√(fan in)
 * to 1/√(fan in). Biases are 0, and the factors of normalisation stay 1.
 */
export function seeded<M extends Module>(model: M): M {
  model.namedParameters().forEach(([name, parameter], i) => {
    const { shape, size } = parameter;
    if (shape.length === 1) {
      if (name.endsWith('bias')) parameter.assign(zerosLike(parameter));
      return;
    }
    const fanIn = sizeOf(shape.slice(1));
    const values = numbers(size, 2 + i).map((w) => w / Math.sqrt(fanIn));
    parameter.assign(tensor(values, shape));
  });
  return model;
}
