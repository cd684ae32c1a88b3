import { describe, expect, test } from 'vitest';
import { broken, endless, halving } from '../test/small-exercises.ts';
import { defineExercise } from './exercise.ts';
import { InterruptedError, resolveParameters, runExercise } from './runner.ts';

describe('parameters', () => {
  test('declared values stand unless something sets them', () => {
    expect(resolveParameters(halving, {})).toEqual({
      steps: 20,
      start: 1,
      method: 'divide',
      astray: false,
    });
  });

  test('quick preset, variant, the variant’s quick values and given values go in this order', () => {
    const stepsOf = (settings: Parameters<typeof resolveParameters>[1]): unknown =>
      resolveParameters(halving, settings)['steps'];
    expect(stepsOf({ preset: 'quick' })).toBe(10);
    expect(stepsOf({ variant: 'by-multiplying' })).toBe(40);
    expect(stepsOf({ variant: 'by-multiplying', preset: 'quick' })).toBe(30);
    expect(stepsOf({ variant: 'by-multiplying', preset: 'quick', parameters: { steps: 3 } })).toBe(
      3,
    );
  });

  test('what original data need stands before the quick preset, and in variants too', () => {
    const { variants } = halving;
    const exercise = {
      ...halving,
      withData: { steps: 50, start: 2 },
      variants: { ...variants, long: { ...variants['by-multiplying']!, withData: { steps: 60 } } },
    };
    const data = { train: [], dev: [], test: [] };
    const stepsOf = (settings: Parameters<typeof resolveParameters>[1]): unknown =>
      resolveParameters(exercise, { data, ...settings })['steps'];
    expect(resolveParameters(exercise, { data })).toMatchObject({ steps: 50, start: 2 });
    expect(resolveParameters(exercise, {})).toMatchObject({ steps: 20, start: 1 });
    expect(stepsOf({ preset: 'quick' })).toBe(10);
    expect(stepsOf({ variant: 'by-multiplying' })).toBe(40);
    expect(stepsOf({ variant: 'long' })).toBe(60);
    expect(stepsOf({ variant: 'long', preset: 'quick' })).toBe(30);
  });
});

test('a record keeps everything the exercise reported', async () => {
  const record = await runExercise(halving, { seed: 7, parameters: { steps: 2 } });
  expect(record).toMatchObject({
    variant: 'default',
    preset: 'full',
    seed: 7,
    metrics: { value: 0.25, seed: 7, undefined: Number.NaN },
    series: [
      { chart: 'course', name: 'given', x: [0, 1], y: [1, 0.5] },
      { chart: 'course', name: 'value, halved', x: [1, 2], y: [0.5, 0.25] },
    ],
    figures: [
      { type: 'table', name: 'halves', columns: ['name', 'value', 'exact'] },
      { type: 'picture', name: 'grey' },
      { type: 'picture', name: 'colours' },
    ],
  });
  expect(record.checks.map((one) => one.holds)).toEqual([true, true]);
  expect(record.seconds).toBeGreaterThan(0);
});

test('every event is told as it happens', async () => {
  const types: string[] = [];
  await runExercise(halving, {
    parameters: { steps: 1 },
    onEvent: (event) => types.push(event.type),
  });
  expect(types.join(' ')).toBe('series series progress metric metric metric table picture picture');
});

test('an abort stops the run between two events and lets it clean up', async () => {
  let cleaned = false;
  const controller = new AbortController();
  const exercise = defineExercise({
    ...endless,
    async *run() {
      try {
        for (let step = 1; ; step++) yield { type: 'progress', step, total: 10 };
      } finally {
        cleaned = true;
      }
    },
  });
  const run = runExercise(exercise, {
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type === 'progress' && event.step === 3) controller.abort();
    },
  });
  await expect(run).rejects.toThrow(new InterruptedError('endless stopped at step 3 of 10'));
  expect(cleaned).toBe(true);
});

test('the event loop has its turn during a synchronous run', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 10);
  await expect(runExercise(endless, { signal: controller.signal })).rejects.toThrow(
    InterruptedError,
  );
});

describe('what cannot be right is refused', () => {
  test('an exercise that throws', async () => {
    await expect(runExercise(broken)).rejects.toThrow('inner dimensions must match');
  });

  test('a run without a single check', async () => {
    // oxlint-disable-next-line require-yield -- the case in question
    const silent = { ...endless, *run() { return []; } }; // prettier-ignore
    await expect(runExercise(silent)).rejects.toThrow('internal: endless checked nothing');
  });

  test('a series with more x than y', async () => {
    const uneven = defineExercise({
      ...endless,
      charts: { loss: { x: 'step', y: 'loss' } },
      *run() {
        yield { type: 'series', chart: 'loss', name: 'a', x: [1, 2], y: 1 };
        return [];
      },
    });
    await expect(runExercise(uneven)).rejects.toThrow("internal: series 'a' has 2 x and 1 y");
  });

  test('a picture with too few values', async () => {
    const small = defineExercise({
      ...endless,
      *run() {
        yield { type: 'picture', name: 'p', width: 2, height: 2, pixels: new Uint8Array(3) };
        return [];
      },
    });
    await expect(runExercise(small)).rejects.toThrow(
      "internal: picture 'p' of 2 × 2 has 3 values, neither 4 (grey) nor 12 (RGB)",
    );
  });
});
