import { optionsOf, type Tensor, requireTensor, shown } from '@kasane/tensor-core';
import type { Detections } from './detections.ts';
import { iouOf, surestFirst } from './nms.ts';

/** The objects that are in an image. */
export interface LabeledBoxes {
  /** (k, 4): x₁, y₁, x₂, y₂ in pixels. */
  readonly boxes: Tensor;
  /** (k), int32: the class of each one. */
  readonly labels: Tensor;
}

/** Options of `meanAveragePrecision`. */
export interface AveragePrecisionOptions {
  /** The IoU from which a box counts as found. Default 0.5. */
  readonly iouThreshold?: number;
}

/** What `meanAveragePrecision` gives. */
export interface AveragePrecision {
  /** The mean over the classes that occur; NaN if there are none. */
  readonly map: number;
  /** The average precision of each class that occurs in the truth. */
  readonly ap: ReadonlyMap<number, number>;
}

/** A detection of one class: how sure it is, and whether it is right. */
interface Judged {
  readonly score: number;
  readonly right: boolean;
}

/**
 * How good detections are: the area under the curve of precision over recall, averaged over classes.
 *
 * $$ \mathrm{AP} = \sum_k (r_k - r_{k-1}) \max_{j \ge k} p_j $$
 *
 * where p and r are precision and recall of the k surest detections of a class in all images. So it is the
 * exact area under the curve that falls monotonically, as PASCAL VOC has it since 2010, not a mean over 11 or 101
 * recalls. As there, a detection is held to the object of its class in its image that it overlaps most; it is right if
 * their IoU is at least the threshold and no surer detection has found that object. A score of NaN is the lowest. Give
 * it detections with low scores too, after non-maximum suppression. Not in torchvision. Needs the values.
 *
 * @throws RangeError unless there is one element of truth for each image.
 *
 * @example
 * import { meanAveragePrecision } from '@kasane/layers-cnn/detection';
 * import { tensor } from '@kasane/tensor-core';
 * const labels = tensor([0, 0], { dtype: 'int32' });
 * const truth = { boxes: tensor([[0, 0, 4, 4], [5, 5, 9, 9]]), labels };
 * const found = { boxes: tensor([[0, 0, 4, 3], [6, 0, 9, 3]]), scores: tensor([0.9, 0.8]), labels };
 * meanAveragePrecision([found], [truth]).map; // => 0.5
 *
 * @see Everingham et al. (2010), The PASCAL Visual Object Classes (VOC) Challenge.
 */
export function meanAveragePrecision(
  detections: readonly Detections[],
  truths: readonly LabeledBoxes[],
  options?: AveragePrecisionOptions,
): AveragePrecision {
  const { iouThreshold = 0.5 } = optionsOf('meanAveragePrecision', options, ['iouThreshold']);
  for (const [list, wanted] of [
    [detections, ['boxes', 'scores', 'labels']],
    [truths, ['boxes', 'labels']],
  ] as const) {
    if (!Array.isArray(list)) {
      throw new TypeError(
        `meanAveragePrecision: needs one object of tensors for each image, in an array, got ${shown(list)}.`,
      );
    }
    for (const one of list) {
      for (const name of wanted) requireTensor('meanAveragePrecision', name, Object(one)[name]);
    }
  }
  if (detections.length !== truths.length) {
    throw new RangeError(
      `meanAveragePrecision: needs detections and truth of the same images, got ${detections.length} and ${truths.length}.`,
    );
  }
  const judged = new Map<number, Judged[]>();
  const objects = new Map<number, number>();
  truths.forEach((truth, image) => {
    for (const label of truth.labels.dataSync()) objects.set(label, (objects.get(label) ?? 0) + 1);
    judge(detections[image]!, truth, iouThreshold, judged);
  });
  const classes = [...objects.keys()].toSorted((a, b) => a - b);
  const ap = new Map(
    classes.map((label) => [label, areaUnderCurve(judged.get(label) ?? [], objects.get(label)!)]),
  );
  return { map: [...ap.values()].reduce((sum, one) => sum + one, 0) / ap.size, ap };
}

/** Adds the detections of one image, the surest first, to those of their classes. */
function judge(
  found: Detections,
  truth: LabeledBoxes,
  iouThreshold: number,
  judged: Map<number, Judged[]>,
): void {
  const [boxes, scores, labels] = [found.boxes, found.scores, found.labels].map((t) =>
    t.dataSync(),
  );
  const [objects, classes] = [truth.boxes.dataSync(), truth.labels.dataSync()];
  const taken = new Set<number>();
  for (const i of surestFirst(found.scores)) {
    let [best, most] = [-1, -1];
    classes.forEach((label, j) => {
      if (label !== labels![i]) return;
      const iou = iouOf(boxes!, i, objects, j);
      if (iou > most) [best, most] = [j, iou];
    });
    const right = most >= iouThreshold && !taken.has(best);
    if (right) taken.add(best);
    const those = judged.get(labels![i]!) ?? [];
    judged.set(labels![i]!, those);
    const score = scores![i]!;
    those.push({ score: Number.isNaN(score) ? -Infinity : score, right });
  }
}

function areaUnderCurve(judged: readonly Judged[], objects: number): number {
  const surest = judged.toSorted((a, b) => b.score - a.score);
  let right = 0;
  const precision = surest.map((one, k) => (right += Number(one.right)) / (k + 1));
  let [area, highest] = [0, 0];
  for (let k = surest.length - 1; k >= 0; k--) {
    highest = Math.max(highest, precision[k]!);
    // Recall rises by one object where a detection is right.
    if (surest[k]!.right) area += highest / objects;
  }
  return area;
}
