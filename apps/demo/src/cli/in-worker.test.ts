import { expect, test } from 'vitest';
import { inWorker } from './in-worker.ts';

const perform = inWorker(new URL('../../test/small-catalog.ts', import.meta.url));
const listening = (signal: AbortSignal = new AbortController().signal) => ({
  signal,
  onEvent: () => {},
});

test('one thread does job after job, and a new one what comes after an abort', async () => {
  const halve = async (steps: number): Promise<number | undefined> => {
    const { record } = await perform({ id: 'halving', parameters: { steps } }, listening());
    return record.metrics['value'];
  };
  expect([await halve(1), await halve(2), await halve(3)]).toEqual([0.5, 0.25, 0.125]);
  const controller = new AbortController();
  const busy = perform({ id: 'busy' }, listening(controller.signal));
  setTimeout(() => controller.abort(), 200);
  await expect(busy).rejects.toThrow('busy stopped');
  expect(await halve(4)).toBe(0.0625);
});

test('an exercise that breaks says why, and the next one runs', async () => {
  await expect(perform({ id: 'broken' }, listening())).rejects.toThrow('inner dimensions');
  const { record } = await perform({ id: 'halving', parameters: { steps: 1 } }, listening());
  expect(record.metrics['value']).toBe(0.5);
});
