import { Generator, tensor } from '@kasane/tensor-core';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import {
  collate,
  ConcatDataset,
  DataLoader,
  LabeledImages,
  mapDataset,
  Subset,
  TensorDataset,
  type Dataset,
} from './index.ts';

const numbers = new TensorDataset(tensor([10, 11, 12, 13]), tensor([[0], [1], [2], [3]]));

it('TensorDataset cuts in one go what collate joins from its samples', () => {
  const [x, y] = numbers.getBatch([3, 0, 3]);
  const [x1, y1] = collate([3, 0, 3].map((i) => numbers.get(i)));
  expect([x.toArray(), y.toArray()]).toEqual([x1.toArray(), y1.toArray()]);
  expect(y.shape).toEqual([3, 1]);
});

it('TensorDataset wants as many rows of every tensor, and an index that exists', () => {
  expect(() => new TensorDataset(tensor([1]), tensor([1, 2]))).toThrow(
    'TensorDataset: needs tensors with one first dimension, the samples, got 1, 2.',
  );
  expect(() => new TensorDataset()).toThrow('got none');
  expect(() => numbers.get(4)).toThrow(
    'TensorDataset: the index must be a whole number from 0 to 3, got 4.',
  );
  expect(() => numbers.getBatch([-1])).toThrow('got -1');
});

it('Subset keeps its samples when the list it was made of changes', () => {
  const indices = [2, 0];
  const subset = new Subset(numbers, indices);
  indices.push(1);
  expect(subset.indices).toEqual([2, 0]);
});

it('Subset and ConcatDataset ask the datasets they are made of', async () => {
  const subset = new Subset(numbers, [2, 0]);
  expect((await subset.get(0))[0].item()).toBe(12);
  expect(subset.getBatch!([1, 0])[0].toArray()).toEqual([10, 12]);
  expect(() => subset.get(2)).toThrow('Subset: the index must be a whole number from 0 to 1');
  expect(() => new Subset(numbers, [4])).toThrow(RangeError);
  const both = new ConcatDataset<(typeof numbers.tensors)[0][] | readonly unknown[]>([
    subset,
    new Subset(numbers, []),
    numbers,
  ]);
  expect(both.length).toBe(6);
  const firsts = [];
  for (let i = 0; i < both.length; i++) firsts.push(String((await both.get(i))[0]));
  expect(firsts).toEqual([12, 10, 10, 11, 12, 13].map((v) => String(tensor(v))));
});

it('mapDataset hands over the generator, and waits for promises', async () => {
  const slow: Dataset<number> = { length: 2, get: (i) => Promise.resolve(i) };
  const mapped = mapDataset(slow, (i, generator) => i + generator!.below(1));
  await expect(mapped.get(1, new Generator(1))).resolves.toBe(1);
});

it('LabeledImages makes the batch that collate makes of its samples', () => {
  const images = new LabeledImages({
    data: Uint8Array.from({ length: 24 }, (_, i) => i * 10),
    labels: [1, 0, 1],
    channels: 2,
    height: 2,
    width: 2,
    classes: ['a', 'b'],
    origin: 'test',
  });
  const [x, y] = images.getBatch([2, 0]);
  const [x1, y1] = collate([images.get(2), images.get(0)]);
  expect(x.toArray()).toEqual(x1.toArray());
  expect([y.dtype, y.toArray(), y1.dtype, y1.toArray()]).toEqual([
    'int32',
    [1, 1],
    'int32',
    [1, 1],
  ]);
  const chosen = images.select([1]);
  expect([chosen.length, ...chosen.image(0).data]).toEqual([
    1, 80, 90, 100, 110, 120, 130, 140, 150,
  ]);
});

it('LabeledImages wants bytes and a class for every label', () => {
  const parts = { channels: 1, height: 1, width: 1, classes: ['a'], origin: 'test' };
  expect(() => new LabeledImages({ ...parts, data: new Uint8Array(2), labels: [0] })).toThrow(
    'LabeledImages: test: 1 labels need 1 × 1 bytes, got 2.',
  );
  expect(() => new LabeledImages({ ...parts, data: new Uint8Array(1), labels: [1] })).toThrow(
    'LabeledImages: test: label 1 of picture 0 is none of the 1 classes.',
  );
  for (const label of [0.5, 2 ** 32, -1, Number.NaN]) {
    expect(() => new LabeledImages({ ...parts, data: new Uint8Array(1), labels: [label] })).toThrow(
      `label ${label} of picture 0 is none`,
    );
  }
});

it('are shown by console.log in a line', () => {
  const pairs = new TensorDataset(tensor([[1, 2], [3, 4]]), tensor([0, 1], { dtype: 'int32' })); // prettier-ignore
  expect(inspect(pairs)).toBe('TensorDataset(2 samples of float32 [2], int32 [])');
  expect(inspect(new Subset(pairs, [1]))).toBe('Subset(1 of 2 samples)');
  expect(inspect(new ConcatDataset([pairs, pairs]))).toBe('ConcatDataset(4 samples of 2 datasets)');
  expect(inspect(new DataLoader(pairs, { batchSize: 2 }))).toBe(
    'DataLoader(2 samples, batchSize=2, epoch=0, position=0)',
  );
});
