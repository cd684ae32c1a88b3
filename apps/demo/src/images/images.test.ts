import { Generator, tensor } from '@kasane/tensor-core';
import { expect, test } from 'vitest';
import { pixels } from '../../test/pixels.ts';
import { answers } from './answers.ts';
import { batches, shuffled } from './batches.ts';
import { confusion } from './confusion.ts';
import { splitTable } from './digits.ts';
import { shapeTry } from './shape-try.ts';

test('a pass of batches has every picture once, in another order each time, without the rest', () => {
  const images = pixels(0, 1, 2, 3, 4, 5, 6);
  const order = batches(images, 3, new Generator(0));
  const pass = (): number[] => [0, 1].flatMap(() => [...order.next().value[1].dataSync()]);
  const [first, second] = [pass(), pass()];
  expect(new Set(first).size).toBe(6);
  expect(new Set(second).size).toBe(6);
  expect(first).not.toEqual(second);
});

test('shuffled numbers are a permutation, the same for the same seed', () => {
  const order = shuffled(6, new Generator(1));
  expect(order.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(shuffled(6, new Generator(1))).toEqual(order);
});

test('fewer pictures than a batch are one batch', () => {
  const [x, t] = batches(pixels(0, 255), 100, new Generator(0)).next().value;
  expect(x.shape).toEqual([2, 1, 1, 1]);
  expect([...t.dataSync()].toSorted()).toEqual([0, 1]);
});

test('answers are asked in parts, and counted', async () => {
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
  let next = await run.next();
  for (; next.done !== true; next = await run.next()) expect(next.value).toBe(progress);
  expect(asked).toEqual([250, 250, 100]);
  expect(next.value.classes).toEqual(new Int32Array(600).fill(1));
  expect(next.value.accuracy).toBe(0.1);
});

test('the table of the data says what is held out', () => {
  const { rows } = splitTable({ train: pixels(1, 2, 3), test: pixels(4) });
  expect(rows).toEqual([
    ['to learn from', 3, 'made by hand'],
    ['held out', 1, 'made by hand'],
  ]);
});

test('a confusion matrix has the share of each answer in the row of the class', () => {
  const images = { labels: Int32Array.of(0, 0, 1, 1), classes: ['a', 'b', 'c'] };
  const { rows, columns, values } = confusion('answers', images, [0, 2, 1, 1]);
  expect([rows, columns]).toEqual([images.classes, images.classes]);
  expect(values).toEqual([
    [0.5, 0, 0.5],
    [0, 1, 0],
    [0, 0, 0], // none of this class
  ]);
});

test('networks are asked about a new shape, and answer side by side', async () => {
  const scores = (...all: number[]) => tensor([all]);
  const networks = { sure: () => scores(0, 1000), unsure: () => scores(0, 0) };
  const asked = shapeTry({ classes: ['circle', 'ring'], size: 8 });
  const events = [];
  for await (const event of asked.run(networks, { shape: 'ring', drawing: 3 })) events.push(event);
  expect(events[0]).toMatchObject({ type: 'picture', width: 3 * 8 + 2 * 4 });
  expect(events[1]).toMatchObject({ type: 'heatmap', values: [[0, 1], [0.5, 0.5]] });
  expect(events[2]).toMatchObject({ rows: [['sure', 'ring', 1], ['unsure', 'circle', 0.5]] });
}); // prettier-ignore
