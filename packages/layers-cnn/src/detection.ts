/**
 * Detection: boxes, YOLO's network, targets and loss, and how good detections are.
 *
 * @packageDocumentation
 */
export { boxIou } from './detection/box-iou.ts';
export { batchedNms, nms } from './detection/nms.ts';
export { filterDetections, type Detections, type FilterOptions } from './detection/detections.ts';
export {
  meanAveragePrecision,
  type AveragePrecision,
  type AveragePrecisionOptions,
  type LabeledBoxes,
} from './detection/mean-average-precision.ts';
export { YOLO, type YOLOOptions } from './detection/yolo.ts';
export {
  decodeYolo,
  encodeYolo,
  type DecodeYoloOptions,
  type EncodeYoloOptions,
} from './detection/yolo-boxes.ts';
export { yoloLoss, type YoloLossOptions } from './detection/yolo-loss.ts';
