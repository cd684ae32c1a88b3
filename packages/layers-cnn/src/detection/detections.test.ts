import { ShapeError, tensor } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import { filterDetections } from './detections.ts';

const found = {
  boxes: tensor([
    [0, 0, 4, 4],
    [0, 0, 4, 5],
    [0, 0, 4, 5],
    [6, 6, 9, 9],
  ]),
  scores: tensor([0.5, 0.75, 0.6, 0.25]),
  labels: tensor([1, 1, 2, 1], { dtype: 'int32' }),
};

it('keeps what is sure and not covered by a surer one of its class', () => {
  const { boxes, scores, labels } = filterDetections(found);
  expect(boxes.toArray()).toEqual([
    [0, 0, 4, 5],
    [0, 0, 4, 5],
    [6, 6, 9, 9],
  ]);
  expect(
    scores
      .sub(tensor([0.75, 0.6, 0.25]))
      .abs()
      .max()
      .item(),
  ).toBe(0);
  expect(labels.toArray()).toEqual([1, 2, 1]);
  expect(filterDetections(found, { iouThreshold: 0.9 }).labels.toArray()).toEqual([1, 2, 1, 1]);
  expect(filterDetections(found, { scoreThreshold: 0.5 }).labels.toArray()).toEqual([1, 2]);
});

it('keeps nothing where nothing is sure', () => {
  const { boxes, scores, labels } = filterDetections(found, { scoreThreshold: 0.9 });
  expect([boxes, scores, labels].map(({ shape }) => shape)).toEqual([[0, 4], [0], [0]]);
});

it('reports no detection whose score is NaN, and lets a box of NaN remove no other', () => {
  const boxes = tensor([
    [0, 0, 4, 4],
    [NaN, 0, 4, 4],
    [0, 0, 4, 4],
  ]);
  const labels = tensor([1, 1, 1], { dtype: 'int32' });
  const kept = filterDetections({ boxes, scores: tensor([NaN, 0.75, 0.5]), labels });
  expect(kept.scores.toArray()).toEqual([0.75, 0.5]);
});

it('wants a score and a label for each box', () => {
  const scores = tensor([0.5, 0.75, 0.6]);
  expect(() => filterDetections({ ...found, scores })).toThrow(
    new ShapeError('filterDetections: scores must have shape (4), one for each box, got [3].'),
  );
});
