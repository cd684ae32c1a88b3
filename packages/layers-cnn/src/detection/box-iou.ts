import { formatShape, ShapeError, type Tensor, requireTensor } from '@kasane/tensor-core';

/**
 * How much boxes overlap: the area that two have in common over the area that they cover together.
 *
 * $$ \mathrm{IoU}(a, b) = \frac{|a \cap b|}{|a \cup b|} $$
 *
 * | tensor | shape                            |
 * | ------ | -------------------------------- |
 * | boxes1 | (N, 4): x₁, y₁, x₂, y₂           |
 * | boxes2 | (M, 4)                           |
 * | output | (N, M)                           |
 *
 * Same as `torchvision.ops.box_iou`: two boxes without any area give NaN.
 *
 * @throws {@link ShapeError} for other shapes.
 *
 * @example
 * import { boxIou } from '@kasane/layers-cnn/detection';
 * import { tensor } from '@kasane/tensor-core';
 * boxIou(tensor([[0, 0, 2, 2]]), tensor([[1, 1, 3, 3], [0, 0, 1, 2]])).toArray(); // => [[0.142857,0.5]]
 */
export function boxIou(boxes1: Tensor, boxes2: Tensor): Tensor {
  checkBoxes('boxIou', boxes1);
  checkBoxes('boxIou', boxes2);
  const rows = boxes1.unsqueeze(1); // (N, 1, 4)
  const { common, together } = overlap(rows, boxes2);
  return common.div(together);
}

/** Common and joint areas of boxes x₁, y₁, x₂, y₂ in the last dimension, which are broadcast. @internal */
export function overlap(a: Tensor, b: Tensor): { common: Tensor; together: Tensor } {
  const [from, to] = [a, b].map(corners) as [Corners, Corners]; // two of two
  const sides = from[1].minimum(to[1]).sub(from[0].maximum(to[0])).relu(); // (..., 2)
  const common = sides.prod(-1);
  return { common, together: area(from).add(area(to)).sub(common) };
}

type Corners = readonly [upperLeft: Tensor, lowerRight: Tensor];

const corners = (boxes: Tensor): Corners => [boxes.slice(-1, 0, 2), boxes.slice(-1, 2)];

const area = ([from, to]: Corners): Tensor => to.sub(from).prod(-1);

/** Throws ShapeError unless boxes are (N, 4). @internal */
export function checkBoxes(owner: string, boxes: Tensor): void {
  requireTensor(owner, 'what holds boxes', boxes);
  const { ndim, shape } = boxes;
  if (ndim === 2 && shape[1] === 4) return;
  throw new ShapeError(
    `${owner}: boxes must have shape (N, 4), x₁, y₁, x₂, y₂ in each row, got ${formatShape(shape)}.`,
  );
}
