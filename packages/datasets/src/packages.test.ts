import { DataError, Generator } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import { iris } from './iris.ts';
import { mnist, mnistDigits } from './mnist.ts';

it('mnist has 10,000 different digits, a tenth of each class held out, always the same', async () => {
  const { train, test } = await mnist();
  expect([train.length, test.length]).toEqual([9000, 1000]);
  const count = (labels: Int32Array, digit: number) =>
    labels.filter((label) => label === digit).length;
  for (let digit = 0; digit < 10; digit++) {
    const all = count(train.labels, digit) + count(test.labels, digit);
    expect(Math.abs(count(test.labels, digit) - all / 10)).toBeLessThanOrEqual(1);
  }
  const seen = new Set<string>();
  for (const images of [train, test]) {
    for (let i = 0; i < images.length; i++) {
      const image = images.image(i).data;
      seen.add(Buffer.from(image.buffer, image.byteOffset, image.length).toString('latin1'));
    }
  }
  expect(seen.size).toBe(10_000);
  const again = await mnist();
  expect(again.test.data).toEqual(test.data);
  const other = await mnist({ generator: new Generator(1) });
  expect(other.test.data).not.toEqual(test.data);
  // Ink of digits: about 13 % of the brightest possible, ones have the least.
  const mean = train.data.reduce((sum, value) => sum + value, 0) / train.data.length / 255;
  expect(mean).toBeCloseTo(0.131, 2);
}, 30_000);

it('mnist says what the package should hold', () => {
  const empty: number[][] = Array.from({ length: 10 }, () => []);
  expect(() => mnistDigits(empty.slice(1))).toThrow(DataError);
  expect(() => mnistDigits(empty.with(3, [0]))).toThrow(
    'mnist: expected ten lists of digits of 784 values',
  );
  const tooBright = new Array<number>(784).fill(1.5);
  expect(() => mnistDigits(empty.with(3, tooBright))).toThrow(
    'mnist: digit 3: expected values from 0 to 1, got 1.5.',
  );
});

it('iris has 50 flowers of each of three species', async () => {
  const { dataset, features, classes } = await iris();
  const [x, y] = dataset.tensors;
  expect([x.shape, x.dtype, y.dtype]).toEqual([[150, 4], 'float32', 'int32']);
  expect(y.bincount().toArray()).toEqual([50, 50, 50]);
  expect([features.length, classes.length]).toEqual([4, 3]);
  // Fisher's means of petal length
  const petal = (species: number) => {
    const rows = [...y.dataSync()].flatMap((label, i) => (label === species ? [i] : []));
    return dataset.getBatch(rows)[0].select(1, 2).mean().item();
  };
  expect([petal(0), petal(1), petal(2)].map((v) => v.toFixed(2))).toEqual(['1.46', '4.26', '5.55']);
});
