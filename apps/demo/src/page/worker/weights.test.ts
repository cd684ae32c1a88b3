import { Linear } from '@kasane/nn';
import { Generator, tensor } from '@kasane/tensor-core';
import { expect, test } from 'vitest';
import { tensorsIn } from './weights.ts';

test('tensors are found by the path to them, those of modules by their names', () => {
  const model = new Linear(2, 3, { generator: new Generator(0) });
  const freed = tensor([1]);
  freed.dispose();
  const trained = {
    model,
    table: new Map([['a', tensor([1, 2])]]),
    list: [tensor(1)],
    again: model,
    freed,
    words: 'none',
    forward: () => model,
  };
  expect(Object.keys(tensorsIn(trained)).toSorted()).toEqual([
    'list.0',
    'model.bias',
    'model.weight',
    'table.a',
  ]);
});

test('what has no tensors has none, and what goes in circles ends', () => {
  const circle: { self?: object } = {};
  circle.self = circle;
  for (const trained of [undefined, null, 1, () => 1, circle])
    expect(tensorsIn(trained)).toEqual({});
});
