import type { BeamNode } from '@kasane/seq2seq';
import type { GridCell, GridEvent, HeatmapEvent, TokensEvent } from '../../events/event.ts';
import type { Translation } from './translation.ts';

/** How much of each word that was read went into each that was written, and into the end. */
export const lookedAt = (
  sentence: readonly string[],
  { words, weights }: Translation,
): HeatmapEvent => ({
  type: 'heatmap',
  name: 'where it looked',
  rows: [...words, 'end'].slice(0, weights.length),
  columns: [...sentence, 'end'],
  values: weights,
  x: 'read',
  y: 'written',
  range: [0, 1],
});

/** Each word, with how probable it was. */
export const probable = (
  sentence: readonly string[],
  { words, chances }: Translation,
): TokensEvent => ({
  type: 'tokens',
  name: `how probable: ${sentence.join(' ')}`,
  tokens: words,
  values: chances.slice(0, words.length),
  range: [0, 1],
});

/**
 * Beams as a tree that grows to the right: each row a beam that ended or was left, each column a step. A word stands in the first row of what
 * goes on from it; the darker, the more probable behind those before it. Green are those that ended among the best.
 */
export function beamTree(
  beams: readonly BeamNode[],
  wordOf: (token: number) => string | null,
): GridEvent {
  const children = beams.map((): number[] => []);
  beams.forEach(({ parent }, i) => {
    if (parent >= 0) children[parent]!.push(i);
  });
  const best = Math.max(...beams.map(({ score }) => score ?? -Infinity));
  const width = Math.max(...beams.map(({ length }) => length));
  const cells: GridCell[][] = [];
  const rows: string[] = [];
  /** Writes a beam and what goes on from it, the likeliest first; `row` holds what stands before it in its first row. */
  const visit = (i: number, row: GridCell[]): void => {
    const { token, logProb, parent, score } = beams[i]!;
    const chance = Math.exp(logProb - (beams[parent]?.logProb ?? 0));
    const cell: GridCell = { text: wordOf(token) ?? 'end', shade: chance };
    row.push(score === null ? cell : { ...cell, tone: 'good' });
    const next = children[i]!.toSorted((a, b) => beams[b]!.logProb - beams[a]!.logProb);
    if (next.length === 0) {
      rows.push(score !== null ? `${score.toFixed(2)}${score === best ? ' best' : ''}` : 'left');
      cells.push([...row, ...Array.from({ length: width - row.length }, () => ({}))]);
      return;
    }
    next.forEach((child, k) =>
      visit(child, k === 0 ? row : Array.from({ length: beams[i]!.length }, () => ({}))),
    );
  };
  const first = [...beams.keys()].filter((i) => beams[i]!.parent < 0);
  for (const i of first.sort((a, b) => beams[b]!.logProb - beams[a]!.logProb)) visit(i, []);
  return { type: 'grid', name: 'beams', cells, rows };
}
