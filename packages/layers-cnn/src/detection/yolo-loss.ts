import {
  concat,
  formatShape,
  noGrad,
  ShapeError,
  optionsOf,
  type Tensor,
  requireTensor,
} from '@kasane/tensor-core';
import { overlap } from './box-iou.ts';
import { boxesOf, yoloShape } from './yolo-boxes.ts';

/** Options of `yoloLoss`. */
export interface YoloLossOptions {
  /** The weight of errors of places and sizes. Default 5. */
  readonly lambdaCoord?: number;
  /** The weight of the confidence of boxes that stand for no object. Default 0.5. */
  readonly lambdaNoobj?: number;
}

/** Below any area, so that two empty boxes overlap by 0 and not by 0 / 0. */
const TINY = 1e-12;

/**
 * YOLO's loss: squared errors of places, sizes, confidences and classes.
 *
 * $$ \ell = \lambda_{coord} \sum_{i} \mathbb{1}_{ij}^{obj} \left[ (x - \hat x)^2 + (y - \hat y)^2 + (\sqrt w - \sqrt{\hat w})^2 +
 * (\sqrt h - \sqrt{\hat h})^2 \right] + \sum_{i, j} (\mathbb{1}_{ij}^{obj} + \lambda_{noobj} \mathbb{1}_{ij}^{noobj}) (C - \hat C)^2 +
 * \sum_i \mathbb{1}_i^{obj} \sum_k (p_k - \hat p_k)^2 $$
 *
 * | tensor | shape                                                                                |
 * | ------ | ------------------------------------------------------------------------------------ |
 * | output | (N, S, S, B·5 + C), in each cell B times x, y, √w, √h, confidence, then classes      |
 * | target | (N, S, S, 5 + C), from `encodeYolo`                                                  |
 * | loss   | (): the sum over cells, averaged over the N images                                   |
 *
 * Of the B boxes of a cell with an object, the one with the highest IoU is responsible (the first of equal ones), and its
 * confidence shall be that IoU, through which no gradient flows. The confidence of all other boxes shall be 0. As in the
 * authors' program, the output holds the roots of width and height, so that no root of a negative number is asked for and none
 * has an infinite slope. Not in torchvision.
 *
 * @throws {@link ShapeError} if output and target do not fit.
 *
 * @example
 * import { encodeYolo, yoloLoss } from '@kasane/layers-cnn/detection';
 * import { tensor, zeros } from '@kasane/tensor-core';
 * const [boxes, labels] = [tensor([[0, 0, 2, 2]]), tensor([0], { dtype: 'int32' })];
 * const target = encodeYolo([boxes], [labels], { s: 1, c: 2, size: 4 });
 * yoloLoss(target, target).item(); // => 0
 * // 5 · (0.25² + 0.25² + 0.5 + 0.5) for the box and 1 for the class; the IoU is 0, and so is the confidence.
 * yoloLoss(zeros([1, 1, 1, 2 * 5 + 2]), target).item(); // => 6.625
 *
 * @see Redmon et al. (2016), You Only Look Once: Unified, Real-Time Object Detection.
 */
export function yoloLoss(output: Tensor, target: Tensor, options?: YoloLossOptions): Tensor {
  const names = ['lambdaCoord', 'lambdaNoobj'] as const;
  const { lambdaCoord = 5, lambdaNoobj = 0.5 } = optionsOf('yoloLoss', options, names);
  requireTensor('yoloLoss', 'the target', target);
  const c = target.shape[3]! - 5;
  const { n, s, b } = yoloShape('yoloLoss', output, c);
  if (formatShape(target.shape) !== formatShape([n, s, s, 5 + c])) {
    throw new ShapeError(
      `yoloLoss: for an output ${formatShape(output.shape)} the target must have shape [${n},${s},${s},5+C], got ${formatShape(target.shape)}.`,
    );
  }
  const boxes = boxesOf(output, b); // (N, S, S, B, 5)
  const truth = target.slice(3, 0, 4).unsqueeze(3); // (N, S, S, 1, 4)
  const object = target.slice(3, 4, 5); // (N, S, S, 1)
  const iou = noGrad(() => {
    const { common, together } = overlap(extent(boxes, s), extent(truth, s));
    return common.div(together.maximum(TINY)); // (N, S, S, B)
  });
  const responsible = iou.argmax(3).oneHot(b).mul(object); // (N, S, S, B)
  const confidence = boxes.select(4, 4);

  const places = boxes.slice(4, 0, 4).sub(truth).square().sum(4).mul(responsible).sum();
  const right = confidence.sub(iou).square().mul(responsible).sum();
  const idle = confidence.square().mul(responsible.neg().add(1)).sum();
  const classes = output
    .slice(3, 5 * b)
    .sub(target.slice(3, 5))
    .square()
    .mul(object)
    .sum();
  return places.mul(lambdaCoord).add(right).add(idle.mul(lambdaNoobj)).add(classes).div(n);
}

/** x₁, y₁, x₂, y₂ in parts of the image, from the corner of the cell: all that matters for an IoU. */
function extent(boxes: Tensor, s: number): Tensor {
  const centre = boxes.slice(4, 0, 2).div(s);
  const half = boxes.slice(4, 2, 4).square().mul(0.5);
  return concat([centre.sub(half), centre.add(half)], 4);
}
