import { formatShape, ShapeError, tensor, type Tensor } from '@kasane/tensor-core';
import { checkBoxes } from './box-iou.ts';

/**
 * Non-maximum suppression: the boxes that stay when every box goes that a better one covers.
 *
 * $$ \mathrm{kept} = \lbrace i : \mathrm{IoU}(i, j) \le \mathrm{iouThreshold} \text{ for all } j \in \mathrm{kept} \text{ before } i \rbrace $$
 *
 * in the order of the scores, from the highest.
 *
 * | tensor | shape                                                         |
 * | ------ | ------------------------------------------------------------- |
 * | boxes  | (N, 4): x₁, y₁, x₂, y₂                                        |
 * | scores | (N)                                                           |
 * | output | (k), int32: the boxes that stay, those of high scores first   |
 *
 * Same as `torchvision.ops.nms`; of equal scores the first comes first, and a box with NaN in it or in its score
 * removes no other: NaN is the lowest score here, the highest there. Needs the values, so it cannot be compiled. Throws
 * ShapeError for other shapes.
 *
 * @example
 * import { nms } from '@kasane/layers-cnn/detection';
 * import { tensor } from '@kasane/tensor-core';
 * const boxes = tensor([[0, 0, 4, 4], [8, 8, 9, 9], [0, 0, 4, 5]]);
 * nms(boxes, tensor([0.6, 0.5, 0.9]), 0.7).toArray(); // => [2,1]
 */
export function nms(boxes: Tensor, scores: Tensor, iouThreshold: number): Tensor {
  checkEach('nms', boxes, { scores });
  return suppressed(boxes, scores, () => true, iouThreshold);
}

/**
 * Non-maximum suppression within each class: boxes of different classes do not suppress one another.
 *
 * $$ \mathrm{kept} = \lbrace i : \mathrm{IoU}(i, j) \le \mathrm{iouThreshold} \text{ for all } j \in \mathrm{kept} \text{ before } i \text{ of its class} \rbrace $$
 *
 * | tensor | shape                                                         |
 * | ------ | ------------------------------------------------------------- |
 * | boxes  | (N, 4): x₁, y₁, x₂, y₂                                        |
 * | scores | (N)                                                           |
 * | idxs   | (N), int32: the class of each box                             |
 * | output | (k), int32: the boxes that stay, those of high scores first   |
 *
 * Same as `torchvision.ops.batched_nms`, but for NaN as in `nms`. Needs the values, so it cannot be compiled. Throws
 * ShapeError for other shapes.
 *
 * @example
 * import { batchedNms } from '@kasane/layers-cnn/detection';
 * import { tensor } from '@kasane/tensor-core';
 * const boxes = tensor([[0, 0, 4, 4], [0, 0, 4, 4], [0, 0, 4, 5]]);
 * const classes = tensor([0, 1, 0], { dtype: 'int32' });
 * batchedNms(boxes, tensor([0.6, 0.5, 0.9]), classes, 0.7).toArray(); // => [2,1]
 */
export function batchedNms(
  boxes: Tensor,
  scores: Tensor,
  idxs: Tensor,
  iouThreshold: number,
): Tensor {
  checkEach('batchedNms', boxes, { scores, idxs });
  const classes = idxs.dataSync();
  return suppressed(boxes, scores, (i, j) => classes[i] === classes[j], iouThreshold);
}

function suppressed(
  boxes: Tensor,
  scores: Tensor,
  compete: (i: number, j: number) => boolean,
  iouThreshold: number,
): Tensor {
  const box = boxes.dataSync();
  const score = scores.dataSync();
  const kept: number[] = [];
  for (const i of surestFirst(scores)) {
    // A score of NaN is better than no other, and an IoU of NaN is above nothing.
    const covers = (j: number): boolean =>
      !Number.isNaN(score[j]) && compete(i, j) && iouOf(box, i, box, j) > iouThreshold;
    if (!kept.some(covers)) kept.push(i);
  }
  return tensor(kept, [kept.length], { dtype: 'int32' });
}

/** The places of scores from the highest to the lowest, and those of NaN after them. @internal */
export function surestFirst(scores: Tensor): number[] {
  const score = scores.dataSync();
  const order = [...scores.argsort(0, { descending: true }).dataSync()];
  const isUnknown = (i: number): boolean => Number.isNaN(score[i]);
  return [...order.filter((i) => !isUnknown(i)), ...order.filter(isUnknown)];
}

/** The IoU of box i of a list and box j of another; of two empty ones 0. @internal */
export function iouOf(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number): number {
  const [ax1, ay1, ax2, ay2] = [a[4 * i]!, a[4 * i + 1]!, a[4 * i + 2]!, a[4 * i + 3]!];
  const [bx1, by1, bx2, by2] = [b[4 * j]!, b[4 * j + 1]!, b[4 * j + 2]!, b[4 * j + 3]!];
  const common =
    Math.max(0, Math.min(ax2, bx2) - Math.max(ax1, bx1)) *
    Math.max(0, Math.min(ay2, by2) - Math.max(ay1, by1));
  const together = (ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - common;
  return common === 0 ? 0 : common / together;
}

/** Throws ShapeError unless there is a number for each of the boxes. @internal */
export function checkEach(
  owner: string,
  boxes: Tensor,
  each: Readonly<Record<string, Tensor>>,
): void {
  checkBoxes(owner, boxes);
  for (const [name, { ndim, shape }] of Object.entries(each)) {
    if (ndim === 1 && shape[0] === boxes.shape[0]) continue;
    throw new ShapeError(
      `${owner}: ${name} must have shape (${boxes.shape[0]}), one for each box, got ${formatShape(shape)}.`,
    );
  }
}
