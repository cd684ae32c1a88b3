import { LabeledImages } from '@kasane/datasets';
import { Generator, tensor } from '@kasane/tensor-core';
import { expect, test } from 'vitest';
import { answers } from './answers.ts';
import { batches } from './batches.ts';
import { splitTable } from './digits.ts';
import { kernelPicture, mistakes, weightPicture } from './gallery.ts';

/** Pictures of one grey pixel, whose classes are their numbers. */
const pixels = (...values: number[]): LabeledImages =>
  new LabeledImages({
    data: Uint8Array.from(values),
    labels: values.map((_, i) => i % 10),
    channels: 1,
    height: 1,
    width: 1,
    classes: Array.from({ length: 10 }, (_, i) => String(i)),
    origin: 'made by hand',
  });

test('a pass of batches has every picture once, in another order each time, without the rest', () => {
  const images = pixels(0, 1, 2, 3, 4, 5, 6);
  const order = batches(images, 3, new Generator(0));
  const pass = (): number[] => [0, 1].flatMap(() => [...order.next().value[1].dataSync()]);
  const [first, second] = [pass(), pass()];
  expect(new Set(first).size).toBe(6);
  expect(new Set(second).size).toBe(6);
  expect(first).not.toEqual(second);
});

test('fewer pictures than a batch are one batch', () => {
  const [x, t] = batches(pixels(0, 255), 100, new Generator(0)).next().value;
  expect(x.shape).toEqual([2, 1, 1, 1]);
  expect([...t.dataSync()].toSorted()).toEqual([0, 1]);
});

test('answers are asked in parts, and counted', () => {
  const images = pixels(...Array.from({ length: 600 }, () => 0));
  const progress = { type: 'progress', step: 3, total: 9 } as const;
  const asked: number[] = [];
  const run = answers(
    (x) => {
      asked.push(x.shape[0]!);
      return tensor(Array.from({ length: x.shape[0]! }, () => [0, 1]));
    },
    images,
    progress,
  );
  let next = run.next();
  for (; next.done !== true; next = run.next()) expect(next.value).toBe(progress);
  expect(asked).toEqual([250, 250, 100]);
  expect(next.value.classes).toEqual(new Int32Array(600).fill(1));
  expect(next.value.accuracy).toBe(0.1);
});

test('mistakes show the pixels, and captions below', () => {
  const picture = mistakes('wrong', pixels(10, 20, 30), Int32Array.of(0, 7, 2), { zoom: 10 });
  expect([picture.width, picture.height]).toEqual([10 + 2 * 4, 10 + 14 + 2 * 4]); // one tile
  const at = (y: number, x: number): number[] => [
    ...picture.pixels.subarray(3 * (y * picture.width + x), 3 * (y * picture.width + x) + 3),
  ];
  expect(at(4, 4)).toEqual([20, 20, 20]); // the second picture
  expect(at(3, 4)).toEqual([255, 255, 255]);
  expect(at(16, 6)).toEqual([0, 128, 64]); // the top of a green 1
  expect(at(16, 4)).toEqual([255, 255, 255]); // which is narrower than a 7
});

test('without mistakes others are shown', () => {
  const picture = mistakes('wrong', pixels(10, 20), Int32Array.of(0, 1), { zoom: 1 });
  expect(picture.width).toBe(2 * (1 + 4) + 4);
});

test('weights are red above zero and blue below, each by its own largest', () => {
  const picture = weightPicture('w', tensor([[[2, -1]], [[0, 8]]]), { columns: 1, zoom: 1 });
  const row = (y: number): number[] => [
    ...picture.pixels.subarray(3 * (y * picture.width + 4), 3 * (y * picture.width + 6)),
  ];
  expect(row(4)).toEqual([255, 0, 0, 128, 128, 255]);
  expect(row(9)).toEqual([255, 255, 255, 255, 0, 0].map((v, i) => (i < 3 ? 255 : v)));
});

test('kernels over colours fill their own range', () => {
  const kernel = tensor([[[[-1]], [[0]], [[1]]]]); // (1, 3, 1, 1)
  const picture = kernelPicture('k', kernel, { columns: 1, zoom: 1 });
  const start = 3 * (4 * picture.width + 4);
  expect([...picture.pixels.subarray(start, start + 3)]).toEqual([0, 127, 255]);
});

test('the table of the data says what is held out', () => {
  const { rows } = splitTable({ train: pixels(1, 2, 3), test: pixels(4) });
  expect(rows).toEqual([
    ['to learn from', 3, 'made by hand'],
    ['held out', 1, 'made by hand'],
  ]);
});
