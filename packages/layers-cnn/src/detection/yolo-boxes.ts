import {
  arange,
  concat,
  formatShape,
  noGrad,
  requireWhole,
  scope,
  ShapeError,
  tensor,
  optionsOf,
  type Tensor,
  requireTensor,
} from '@kasane/tensor-core';
import { perDimension, type Size } from '../size.ts';
import { checkBoxes } from './box-iou.ts';
import type { Detections } from './detections.ts';

/** Options of `encodeYolo`. */
export interface EncodeYoloOptions {
  /** Cells along each side of the image. */
  readonly s: number;
  /** Classes. */
  readonly c: number;
  /** Height and width of the images in pixels. */
  readonly size: Size;
}

/**
 * The target of YOLO's loss: what each cell shall say about the object whose centre lies in it.
 *
 * $$ x = S \frac{x_1 + x_2}{2 \, \mathrm{width}} - \mathrm{column}, \quad y = S \frac{y_1 + y_2}{2 \, \mathrm{height}} - \mathrm{row}, \quad \sqrt w = \sqrt{\frac{x_2 - x_1}{\mathrm{width}}}, \quad \sqrt h = \sqrt{\frac{y_2 - y_1}{\mathrm{height}}} $$
 *
 * | tensor | shape                                                                          |
 * | ------ | ------------------------------------------------------------------------------ |
 * | boxes  | (k, 4) for each image: x₁, y₁, x₂, y₂ in pixels                                |
 * | labels | (k), int32, for each image                                                     |
 * | output | (N, S, S, 5 + C), rows of cells from the top: x, y, √w, √h, 1, and a one-hot class |
 *
 * The centre x, y is in cells from the upper left corner of its cell; w and h are parts of the image's width and height. Cells
 * without a centre are zeros. A cell has room for one object: of several centres the first box's stays, and the others cannot
 * be learned. It is what an output with B = 1 should be, so `decodeYolo` gives the boxes back.
 *
 * @throws {@link ShapeError} for boxes of other shapes.
 * @throws RangeError for a box whose centre is outside of the image and for a label that is no class.
 *
 * @example
 * import { encodeYolo } from '@kasane/layers-cnn/detection';
 * import { tensor } from '@kasane/tensor-core';
 * const [boxes, labels] = [tensor([[10, 4, 20, 8]]), tensor([1], { dtype: 'int32' })];
 * const target = encodeYolo([boxes], [labels], { s: 2, c: 2, size: 40 });
 * target.shape; // => [1,2,2,7]
 * target.select(1, 0).select(1, 0).toArray(); // => [[0.75,0.3,0.5,0.316228,1,0,1]]
 */
export function encodeYolo(
  boxes: readonly Tensor[],
  labels: readonly Tensor[],
  options: EncodeYoloOptions,
): Tensor {
  const { s, c, size } = optionsOf('encodeYolo', options, ['s', 'c', 'size']);
  requireWhole('encodeYolo', 's', s, 1);
  requireWhole('encodeYolo', 'c', c, 1);
  const [height, width] = perDimension('encodeYolo', 'size', size, 2, 1) as [number, number]; // two
  const cell = 5 + c;
  const target = new Float32Array(boxes.length * s * s * cell);
  boxes.forEach((those, image) => {
    checkBoxes('encodeYolo', those);
    const classes = labels[image]?.dataSync() ?? [];
    if (classes.length !== those.shape[0]) {
      throw new ShapeError(
        `encodeYolo: every box needs a label, got ${classes.length} labels for ${those.shape[0]} boxes in image ${image}.`,
      );
    }
    const corner = those.dataSync();
    classes.forEach((label, i) => {
      const [x1, y1, x2, y2] = corner.subarray(4 * i, 4 * i + 4) as unknown as Corner; // four numbers
      const [x, y] = [((x1 + x2) / 2 / width) * s, ((y1 + y2) / 2 / height) * s];
      const [column, row] = [Math.floor(x), Math.floor(y)];
      if (!(column >= 0 && column < s && row >= 0 && row < s && x2 >= x1 && y2 >= y1)) {
        throw new RangeError(
          `encodeYolo: box ${i} of image ${image} must have its centre in the image of ${height} × ${width}, got ${x1}, ${y1}, ${x2}, ${y2}.`,
        );
      }
      if (!(Number.isInteger(label) && label >= 0 && label < c)) {
        throw new RangeError(
          `encodeYolo: labels must be whole numbers from 0 to ${c - 1}, got ${label} for box ${i} of image ${image}.`,
        );
      }
      const at = ((image * s + row) * s + column) * cell;
      if (target[at + 4] === 1) return;
      const [w, h] = [(x2 - x1) / width, (y2 - y1) / height];
      target.set([x - column, y - row, Math.sqrt(w), Math.sqrt(h), 1], at);
      target[at + 5 + label] = 1;
    });
  });
  return tensor(target, [boxes.length, s, s, cell]);
}

type Corner = readonly [number, number, number, number];

/** Options of `decodeYolo`. */
export interface DecodeYoloOptions {
  /** Read from the output: `encodeYolo` and `decodeYolo` may be given one object. */
  readonly s?: number;
  /** Classes. */
  readonly c: number;
  /** Height and width of the images in pixels. */
  readonly size: Size;
}

/**
 * All S·S·B boxes that YOLO's output holds, for each image, with their scores.
 *
 * $$ \text{score} = \text{confidence} \cdot \max_k P(\text{class}_k \mid \text{object}) $$
 *
 * | tensor | shape                                                                     |
 * | ------ | ------------------------------------------------------------------------- |
 * | output | (N, S, S, B·5 + C), in each cell B times x, y, √w, √h, confidence, then classes |
 * | boxes  | (S·S·B, 4) for each image: x₁, y₁, x₂, y₂ in pixels, not cut at its edges   |
 *
 * The number of boxes is fixed: 98 for S = 7 and B = 2. All boxes of a cell have the class of the cell, so of two objects with
 * their centres in one cell at most one is reported with its class. `filterDetections` picks those worth reporting. No
 * gradients flow.
 *
 * @throws {@link ShapeError} for another shape.
 *
 * @example
 * import { decodeYolo } from '@kasane/layers-cnn/detection';
 * import { zeros } from '@kasane/tensor-core';
 * const [detections] = decodeYolo(zeros([1, 7, 7, 2 * 5 + 20]), { c: 20, size: 448 });
 * detections!.boxes.shape; // => [98,4]
 *
 * @see Redmon et al. (2016), You Only Look Once: Unified, Real-Time Object Detection.
 */
export function decodeYolo(output: Tensor, options: DecodeYoloOptions): Detections[] {
  const { c, size } = optionsOf('decodeYolo', options, ['c', 'size', 's']);
  const { n, s, b } = yoloShape('decodeYolo', output, c);
  const [height, width] = perDimension('decodeYolo', 'size', size, 2, 1) as [number, number]; // two
  return scope(() =>
    noGrad(() => {
      const made = { dtype: output.dtype, backend: output.backend };
      const boxes = boxesOf(output, b); // (N, S, S, B, 5)
      const classes = output.slice(3, 5 * b);
      const column = arange(s).to(output.backend).cast(output.dtype).reshape([s, 1, 1]);
      const x = boxes.slice(4, 0, 1).add(column).div(s);
      const y = boxes
        .slice(4, 1, 2)
        .add(column.reshape([s, 1, 1, 1]))
        .div(s);
      const half = boxes.slice(4, 2, 4).square().mul(0.5);
      const centre = concat([x, y], 4);
      const unit = tensor([width, height, width, height], made);
      const corners = concat([centre.sub(half), centre.add(half)], 4).mul(unit); // (N, S, S, B, 4)
      const likeliest = classes.max(3, { keepdim: true }); // (N, S, S, 1)
      const scores = boxes.select(4, 4).mul(likeliest); // (N, S, S, B)
      const labels = classes.argmax(3, { keepdim: true }).broadcastTo([n, s, s, b]);
      const count = s * s * b;
      const [eachBox, eachScore, eachLabel] = [
        corners.reshape([n, count, 4]).unbind(),
        scores.reshape([n, count]).unbind(),
        labels.reshape([n, count]).unbind(),
      ];
      return eachBox.map((own, i) => ({
        boxes: own,
        scores: eachScore[i]!,
        labels: eachLabel[i]!,
      }));
    }),
  );
}

/** The part of the output that is boxes: (N, S, S, B, 5). @internal */
export function boxesOf(output: Tensor, b: number): Tensor {
  const [n, s] = output.shape;
  return output.slice(3, 0, 5 * b).reshape([n!, s!, s!, b, 5]);
}

/** N, S and B of an output (N, S, S, B·5 + C). @internal */
export function yoloShape(
  owner: string,
  output: Tensor,
  c: number,
): { n: number; s: number; b: number } {
  requireTensor(owner, 'the output', output);
  const { ndim, shape } = output;
  requireWhole(owner, 'c', c, 1);
  const [n, s, columns, depth] = shape;
  const b = (depth! - c) / 5;
  if (ndim === 4 && s === columns && Number.isInteger(b) && b >= 1) return { n: n!, s: s!, b };
  throw new ShapeError(
    `${owner}: with ${c} classes the output must have shape (N, S, S, B·5 + ${c}), got ${formatShape(shape)}.`,
  );
}
