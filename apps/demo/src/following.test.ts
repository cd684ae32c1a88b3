import { tensor } from '@kasane/tensor-core';
import { expect, test } from 'vitest';
import { following } from './following.ts';

test('a training that is followed gives all its losses, and a point every few steps', async () => {
  const losses = Array.from({ length: 12 }, (_, i) => i + 1);
  const run = following(
    losses.map((loss) => tensor(loss)),
    { chart: 'loss', name: 'a', every: 4, done: 100, total: 200 },
  );
  const [x, y, reached]: number[][] = [[], [], []];
  let next = await run.next();
  for (; next.done !== true; next = await run.next()) {
    const event = next.value;
    if (event.type === 'progress') reached!.push(event.step);
    if (event.type !== 'series') continue;
    x!.push(...[event.x].flat());
    y!.push(...[event.y].flat());
  }
  expect(next.value).toEqual(losses);
  expect(x).toEqual([4, 8, 12]);
  expect(y).toEqual([4, 8, 12]);
  expect([...new Set(reached)]).toEqual(losses.map((i) => 100 + i));
});
