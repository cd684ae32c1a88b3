import { expect, test, vi } from 'vitest';
import { Batching } from './batching.ts';
import { Pacing } from './pacing.ts';

const progress = { type: 'progress', step: 1, total: 9 } as const;
const metric = { type: 'metric', name: 'a', value: 1 } as const;
const settled = async (promise: Promise<void> | undefined): Promise<boolean> => {
  let is = promise === undefined;
  void promise?.then(() => (is = true));
  await new Promise((resolve) => setTimeout(resolve, 5));
  return is;
};

test('at full speed a run waits for nothing', () => {
  const pacing = new Pacing();
  expect(pacing.after(progress)).toBeUndefined();
  expect(pacing.after(metric)).toBeUndefined();
});

test('a paused run stands between two events until it may go on', async () => {
  const pacing = new Pacing();
  const onPause = (pacing.onPause = vi.fn<() => void>());
  pacing.set('pause', 0);
  const waits = pacing.after(metric);
  expect(await settled(waits)).toBe(false);
  expect(onPause).toHaveBeenCalledOnce();
  pacing.set('run', 0);
  expect(await settled(waits)).toBe(true);
  expect(pacing.after(progress)).toBeUndefined();
});

test('a step ends with the next progress, and only one is made', async () => {
  const pacing = new Pacing();
  pacing.set('step', 0);
  expect(pacing.after(metric)).toBeUndefined();
  const first = pacing.after(progress);
  expect(await settled(first)).toBe(false);
  pacing.set('step', 0);
  expect(await settled(first)).toBe(true);
  expect(await settled(pacing.after(progress))).toBe(false);
});

test('a slow run rests after each step, and can be paused and hurried meanwhile', async () => {
  const pacing = new Pacing();
  pacing.set('run', 20_000);
  expect(pacing.after(metric)).toBeUndefined();
  const resting = pacing.after(progress);
  expect(await settled(resting)).toBe(false);
  pacing.set('pause', 0);
  expect(await settled(resting)).toBe(false);
  pacing.set('run', 0);
  expect(await settled(resting)).toBe(true);
});

test('a batch has the last progress, all points, the last figure of each name', () => {
  const batching = new Batching();
  batching.add(progress);
  batching.add({ ...progress, step: 2 });
  batching.add(metric);
  batching.add({ ...metric, value: 2 });
  batching.add({ type: 'series', chart: 'loss', name: 'a', x: 1, y: 5 });
  batching.add({ type: 'series', chart: 'loss', name: 'a', x: [2, 3], y: [6, 7] });
  batching.add({ type: 'series', chart: 'loss', name: 'b', x: 1, y: 8 });
  for (const values of [[1], [2]]) batching.add({ type: 'tensor', name: 'z', shape: [1], values });
  const { batch, transfer } = batching.take(100);
  expect(batch).toEqual({
    progress: { ...progress, step: 2 },
    metrics: { a: 2 },
    points: [
      { chart: 'loss', name: 'a', x: Float64Array.of(1, 2, 3), y: Float64Array.of(5, 6, 7) },
      { chart: 'loss', name: 'b', x: Float64Array.of(1), y: Float64Array.of(8) },
    ],
    figures: [{ type: 'tensor', name: 'z', shape: [1], values: [2] }],
    memory: 100,
    flops: null,
  });
  expect(transfer).toHaveLength(4);
  expect(batching.take(0).batch).toMatchObject({ progress: null, metrics: {}, points: [], figures: [] }); // prettier-ignore
});
