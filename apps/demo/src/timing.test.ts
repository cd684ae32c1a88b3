import { tensor } from '@kasane/tensor-core';
import { expect, test, vi } from 'vitest';
import { fastest } from './timing.ts';

test('works take turns, and the least time of each counts', async () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const turns: string[] = [];
  const work = (name: string, times: number[]) => () => {
    turns.push(name);
    now += times.shift()!; // there is one for each round
    return tensor(0);
  };
  const progress = { type: 'progress', step: 1, total: 2 } as const;
  const run = fastest([work('one', [9, 3, 4]), work('other', [50, 8, 5])], 3, progress);
  let next = await run.next();
  for (; next.done !== true; next = await run.next()) expect(next.value).toBe(progress);
  expect(turns.join(' ')).toBe('one other one other one other');
  expect(next.value).toEqual([3, 5]);
  vi.restoreAllMocks();
});
