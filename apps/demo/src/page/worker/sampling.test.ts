import { expect, test } from 'vitest';
import { Sampling } from './sampling.ts';

/** A sampling of ten operations at every step, and how many of the steps were counted. */
function sampled(times: readonly (readonly [step: number, at: number])[]) {
  let on = false;
  let counted = 0;
  const sampling = new Sampling(() => {
    on = true;
    const from = counted;
    return {
      get total() {
        return 10 * (counted - from);
      },
      stop: () => (on = false),
    };
  });
  let last = 0;
  const found = times.map(([step, at]) => {
    if (on) counted += Math.max(0, step - last);
    last = step;
    sampling.hear({ type: 'progress', step, total: 1000 }, at);
    return sampling.perStep;
  });
  return { found, counted, sampling, isOn: () => on };
}

test('some steps are counted, and told of one', () => {
  const steps = Array.from({ length: 1000 }, (_, i) => [3 * i, i] as const);
  const { found, counted } = sampled(steps);
  expect(found.slice(0, 20)).toEqual(Array(20).fill(null));
  expect(new Set(found.slice(20))).toEqual(new Set([10]));
  expect(counted).toBe(2 * 60); // of 3,000
});

test('steps that begin anew are not counted with those before', () => {
  const { found, isOn } = sampled([[100, 0], [101, 5], [0, 10], [5, 15]]); // prettier-ignore
  expect(found).toEqual([null, null, null, null]);
  expect(isOn()).toBe(false);
});

test('nothing is counted after the end', () => {
  const { sampling, isOn } = sampled([[1, 0]]);
  expect(isOn()).toBe(true);
  sampling.end();
  expect(isOn()).toBe(false);
});
