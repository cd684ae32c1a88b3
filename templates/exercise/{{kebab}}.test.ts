import { expect, it } from 'vitest';
import { askExercise, runExercise } from '../runner.ts';
import { {{camel}} } from './{{kebab}}.ts';

it('finds the line, and answers with it', async () => {
  const record = await runExercise({{camel}}, { preset: 'quick', seed: 1 });
  expect(record.checks.filter(({ holds }) => !holds)).toEqual([]);
  expect(record.series.map(({ name }) => name)).toEqual(['training']);
  const { metrics } = await askExercise({{camel}}, record.trained, { name: 'point', values: { at: 3 } });
  expect(metrics['y']).toBeCloseTo(7, 0);
});
