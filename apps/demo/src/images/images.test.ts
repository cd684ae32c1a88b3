import { Generator, tensor } from '@kasane/tensor-core';
import { expect, test } from 'vitest';
import { pixels } from '../../test/pixels.ts';
import { answers } from './answers.ts';
import { batches } from './batches.ts';
import { splitTable } from './digits.ts';

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
