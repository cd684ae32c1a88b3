import { Linear, mseLoss } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { DataError, Generator, ones, tensor } from '@kasane/tensor-core';
import type { FitOptions } from '@kasane/trainer';
import { MeanSquaredError } from '@kasane/trainer';
import { expect, test } from 'vitest';
import { fitting } from './fitting.ts';

const batch = [ones([4, 1]), ones([4, 1])] as const;

function line(): { model: Linear; options: FitOptions } {
  const model = new Linear(1, 1, { generator: new Generator(0) });
  const data = [batch, batch, batch];
  const optimizer = new SGD(model.parameters(), { lr: 0.1 });
  const metrics = { accuracy: new MeanSquaredError() };
  return { model, options: { data, loss: mseLoss, optimizer, epochs: 2, metrics, validation: data } };
} // prettier-ignore

test('yields at every step, shows every epoch, and returns the history', async () => {
  const { model, options } = line();
  const run = fitting(model, options, { name: 'line', place: [1, 2] });
  const steps: number[] = [];
  const points: string[] = [];
  let next = await run.next();
  for (; next.done !== true; next = await run.next()) {
    const event = next.value;
    if (event.type === 'progress') steps.push(event.step / event.total);
    if (event.type === 'series') points.push(`${event.chart}, ${event.name}, ${String(event.x)}`);
  }
  expect(steps).toEqual([7, 8, 9, 10, 11, 12].map((step) => step / 12));
  expect(points).toEqual(
    [1, 2].flatMap((x) => [
      `loss, line, training, ${x}`,
      `loss, line, held out, ${x}`,
      `accuracy, line, training, ${x}`,
      `accuracy, line, held out, ${x}`,
    ]),
  );
  expect(next.value.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(next.value[1]!.loss).toBeLessThan(next.value[0]!.loss);
});

test('a loop that is left stops the training', async () => {
  const { model, options } = line();
  const endings: string[] = [];
  const callbacks = [{ onTrainEnd: (_: unknown, ending: string) => void endings.push(ending) }];
  for await (const event of fitting(model, { ...options, callbacks }, { name: 'line' })) {
    expect(event).toMatchObject({ type: 'progress', step: 1, total: 6 });
    break;
  }
  expect(endings).toEqual(['stopped']);
});

test('what fit throws, it throws, in the first step and later', async () => {
  const { model, options } = line();
  const odd = [tensor([[Number.NaN]]), ones([1, 1])] as const;
  const all = async (data: FitOptions['data']): Promise<number> => {
    let events = 0;
    for await (const _ of fitting(model, { ...options, data }, { name: 'line' })) events++;
    return events;
  };
  await expect(all([odd])).rejects.toThrow(DataError);
  await expect(all([batch, odd])).rejects.toThrow('fit: the loss must be finite');
});
