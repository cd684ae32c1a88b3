import { expect, it } from 'vitest';
import { askExercise, runExercise } from '../../runner.ts';
import { attention } from './index.ts';
import { ANSWERS, decode, encode, questions } from './questions.ts';
import { Generator } from '@kasane/tensor-core';

it('asks questions whose answers are known', () => {
  const [[question, answer]] = questions('reverse', 4, 1, new Generator(1)) as [
    [number[], number[]],
  ];
  expect(answer.slice(1, -1)).toEqual(question!.toReversed());
  expect(decode(ANSWERS.sort(encode('badcafe')))).toBe('aabcdef');
});

it('learns short questions in few steps, and answers one', async () => {
  const parameters = { longest: 4, steps: 150, hidden: '32' };
  const record = await runExercise(attention, { preset: 'quick', seed: 1, parameters });
  expect(record.series.map(({ name }) => name)).toContain('attention');
  expect(record.checks.filter(({ name, holds }) => name.startsWith('weights') && !holds)).toEqual([]);
  const answer = await askExercise(attention, record.trained, { name: 'letters', values: { letters: 'abc' } });
  expect(answer.figures.map(({ type }) => type)).toEqual(['tokens', 'heatmap']);
}); // prettier-ignore
