import { Generator } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import { askExercise, runExercise } from '../../runner.ts';
import { seq2seqTranslation } from './index.ts';
import { beamTree } from './pictures.ts';
import { publishedSplit } from './published-split.ts';
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

it('learns from the sentences that the published runs have learned from', () => {
  // As numpy's RandomState(42).permutation(50000) begins behind the fifth that is left out, and ends.
  const sentences = publishedSplit(Array.from({ length: 50_000 }, (_, i) => i));
  expect(sentences.length).toBe(40_000);
  expect(sentences.slice(0, 5)).toEqual([39087, 30893, 45278, 16398, 13653]);
  expect(sentences.toSorted((a, b) => a - b)).toEqual(
    [...new Set(sentences)].sort((a, b) => a - b),
  );
});

it('draws beams as a tree, the likeliest first', () => {
  const node = { length: 1, group: 0, score: null } as const;
  const beams = [
    { ...node, parent: -1, token: 0, logProb: Math.log(0.4) },
    { ...node, parent: -1, token: 1, logProb: Math.log(0.5) },
    { ...node, parent: 1, token: 2, logProb: Math.log(0.1), length: 2 },
    { ...node, parent: 1, token: 3, logProb: Math.log(0.25), length: 2, score: -1 },
  ];
  const { cells, rows } = beamTree(beams, (token) => (token === 3 ? null : 'abc'[token]!));
  expect(rows).toEqual(['-1.00 best', 'left', 'left']);
  expect(cells.map((row) => row.map(({ text = '' }) => text))).toEqual([['b', 'end'], ['', 'c'], ['a', '']]);
  expect(cells[0]![1]).toEqual({ text: 'end', shade: expect.closeTo(0.5), tone: 'good' });
}); // prettier-ignore

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
  expect(answer.figures.map(({ type }) => type)).toEqual(['tokens', 'heatmap', 'grid']);
});
