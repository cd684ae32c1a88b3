import { expect, it } from 'vitest';
import { runExercise } from '../runner.ts';
import { {{camel}} } from './{{kebab}}.ts';

it('finds the slope of the line', async () => {
  const { checks, series } = await runExercise({{camel}}, { preset: 'quick', seed: 1 });
  expect(checks.filter(({ holds }) => !holds)).toEqual([]);
  expect(series.map(({ name }) => name)).toEqual(['training']);
});
