import { Generator, rand, ShapeError, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { boxIou } from './box-iou.ts';
import { batchedNms, iouOf, nms } from './nms.ts';

// In one row, 10 wide: the second overlaps the first by 6/14, the third the second by 8/12.
const row = tensor([
  [0, 0, 10, 10],
  [4, 0, 14, 10],
  [6, 0, 16, 10],
  [30, 0, 40, 10],
]);

describe('nms', () => {
  it('gives the places of those that stay, the best first', () => {
    expect(nms(row, tensor([0.9, 0.8, 0.7, 0.95]), 0.5).toArray()).toEqual([3, 0, 1]);
    expect(nms(row, tensor([0.9, 0.8, 0.7, 0.95]), 0.4).toArray()).toEqual([3, 0, 2]);
    expect(nms(row, tensor([0.1, 0.8, 0.7, 0.5]), 0.4).toArray()).toEqual([1, 3]);
  });

  it('only those that stay suppress others', () => {
    // The second goes for the first, and so the third, which only the second covers, stays.
    expect(nms(row, tensor([0.9, 0.8, 0.7, 0]), 0.4).toArray()).toContain(2);
  });

  it('keeps a box whose IoU is the threshold itself', () => {
    const boxes = tensor([
      [0, 0, 2, 2],
      [0, 0, 2, 1],
    ]);
    expect(nms(boxes, tensor([1, 0.5]), 0.5).toArray()).toEqual([0, 1]);
    expect(nms(boxes, tensor([1, 0.5]), 0.49).toArray()).toEqual([0]);
  });

  it('takes the first of equal scores, and nothing of nothing', () => {
    expect(nms(row.slice(0, 1, 3), tensor([0.5, 0.5]), 0.5).toArray()).toEqual([0]);
    const none = nms(zeros([0, 4]), zeros([0]), 0.5);
    expect([none.shape, none.dtype]).toEqual([[0], 'int32']);
  });

  it('lets no box with NaN, in it or in its score, remove another', () => {
    const scores = [0.9, 0.8, 0.7, 0.95];
    for (let i = 0; i < 4; i++) {
      const boxes = row.toArray() as number[][]; // (4, 4)
      for (let k = 0; k < 4; k++) {
        const broken = boxes.map((box, j) => box.map((v, c) => (i === j && c === k ? NaN : v)));
        const others = scores.map((score, j) => (i === j ? 1 : score));
        const kept = nms(tensor(broken), tensor(others), 0.4).toArray();
        const without = boxes.flatMap((_, j) => (i === j ? [] : [j]));
        const select = (of: readonly number[]): Tensor => tensor(without.map((j) => of[j]!));
        const rest = tensor(without.map((j) => boxes[j]!));
        const want = nms(rest, select(scores), 0.4).toArray() as number[]; // a vector
        expect(kept).toEqual([i, ...want.map((j) => without[j]!)]);
      }
      const unknown = scores.map((score, j) => (i === j ? NaN : score));
      const zero = scores.map((score, j) => (i === j ? 0 : score));
      expect(nms(row, tensor(unknown), 0.4).toArray()).toEqual(
        nms(row, tensor(zero), 0.4).toArray(),
      );
    }
    const twice = tensor([
      [0, 0, 1, 1],
      [0, 0, 1, 1],
    ]);
    expect(nms(twice, tensor([NaN, NaN]), 0.5).toArray()).toEqual([0, 1]);
  });

  it('wants a score for each box', () => {
    expect(() => nms(row, zeros([3]), 0.5)).toThrow(
      new ShapeError('nms: scores must have shape (4), one for each box, got [3].'),
    );
  });
});

describe('batchedNms', () => {
  it('lets no box with NaN remove another of its class', () => {
    const idxs = tensor([0, 0], { dtype: 'int32' });
    const boxes = tensor([
      [NaN, 0, 10, 10],
      [0, 0, 10, 10],
    ]);
    expect(batchedNms(boxes, tensor([0.9, 0.8]), idxs, 0.3).toArray()).toEqual([0, 1]);
    expect(batchedNms(boxes, tensor([NaN, 0.8]), idxs, 0.3).toArray()).toEqual([1, 0]);
  });

  it('lets boxes of different classes stand', () => {
    const idxs = tensor([0, 1, 0, 1], { dtype: 'int32' });
    const scores = tensor([0.9, 0.8, 0.7, 0.95]);
    expect(batchedNms(row, scores, idxs, 0.3).toArray()).toEqual([3, 0, 1, 2]);
    expect(batchedNms(row, scores, idxs.mul(0), 0.3).toArray()).toEqual([3, 0, 2]);
  });
});

it('both ways to an IoU agree', () => {
  const corners = rand([20, 2], { generator: new Generator(0), dtype: 'float64' });
  const sizes = rand([20, 2], { generator: new Generator(1), dtype: 'float64' });
  const boxes = corners.unsqueeze(1).broadcastTo([20, 2, 2]).reshape([20, 4]).add(
    sizes.unsqueeze(1).mul(tensor([[0], [1]], { dtype: 'float64' })).reshape([20, 4]),
  ); // prettier-ignore
  const [all, flat] = [boxIou(boxes, boxes), boxes.dataSync()];
  const own = Array.from({ length: 400 }, (_, k) => iouOf(flat, Math.floor(k / 20), flat, k % 20));
  expect(
    all
      .sub(tensor(own, [20, 20], { dtype: 'float64' }))
      .abs()
      .max()
      .item(),
  ).toBeLessThan(1e-12);
});
