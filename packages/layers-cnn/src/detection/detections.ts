import { scope, optionsOf, type Tensor, requireTensors } from '@kasane/tensor-core';
import { batchedNms, checkEach } from './nms.ts';

/** What was found in one image. */
export interface Detections {
  /** (k, 4): x₁, y₁, x₂, y₂ in pixels. */
  readonly boxes: Tensor;
  /** (k): how sure each one is. */
  readonly scores: Tensor;
  /** (k), int32: the class of each one. */
  readonly labels: Tensor;
}

/** Options of `filterDetections`. */
export interface FilterOptions {
  /** Scores must be above it. Default 0.05. */
  readonly scoreThreshold?: number;
  /** The IoU above which the worse of two boxes of one class goes. Default 0.5. */
  readonly iouThreshold?: number;
}

/**
 * The detections worth reporting: those whose score is high enough and that no better one of their class
 * covers, the surest first.
 *
 * The thresholds are those of torchvision's detectors. Needs the values, so it cannot be compiled. Throws
 * ShapeError unless boxes, scores and labels fit together.
 *
 * @example
 * import { filterDetections } from '@kasane/layers-cnn/detection';
 * import { tensor } from '@kasane/tensor-core';
 * const { boxes, scores } = filterDetections({
 *   boxes: tensor([[0, 0, 4, 4], [0, 0, 4, 5], [6, 6, 9, 9]]),
 *   scores: tensor([0.5, 0.75, 0.01]),
 *   labels: tensor([1, 1, 1], { dtype: 'int32' }),
 * });
 * boxes.toArray(); // => [[0,0,4,5]]
 * scores.toArray(); // => [0.75]
 */
export function filterDetections(detections: Detections, options?: FilterOptions): Detections {
  const names = ['scoreThreshold', 'iouThreshold'] as const;
  const given = optionsOf('filterDetections', options, names);
  const { boxes, scores, labels } = Object(detections) as Detections; // null has none
  requireTensors('filterDetections', [boxes, scores, labels]);
  checkEach('filterDetections', boxes, { scores, labels });
  const { scoreThreshold = 0.05, iouThreshold = 0.5 } = given;
  return scope(() => {
    const taken = (of: Detections, index: Tensor): Detections => ({
      boxes: of.boxes.indexSelect(0, index),
      scores: of.scores.indexSelect(0, index),
      labels: of.labels.indexSelect(0, index),
    });
    const sure = taken(
      { boxes, scores, labels },
      scores.greater(scoreThreshold).nonzero().flatten(),
    );
    return taken(sure, batchedNms(sure.boxes, sure.scores, sure.labels, iouThreshold));
  });
}
