import { formatShape, sameShape, scope, ShapeError, type Tensor } from '@kasane/tensor-core';
import { requireOutputAndTarget } from './metric.ts';

/** Options of metrics that compare classes. */
export interface ClassMetricOptions {
  /** Where there is one score for each target, those above it are class 1. Default 0.5; use 0 for logits. */
  readonly threshold?: number;
  /** A target that does not count. Default -100, as in the losses. */
  readonly ignoreIndex?: number;
}

/** The names of ClassMetricOptions. */
export const classMetricNames = ['threshold', 'ignoreIndex'] as const;

/** The classes of a batch, and how many there are. */
export interface Classes {
  readonly predicted: ArrayLike<number>;
  readonly actual: ArrayLike<number>;
  readonly count: number;
}

/**
 * What output and target say of classes: scores (N, C, ...) of targets (N, ...) are those of C classes, of which the first
 * with the largest counts; scores of the target's shape are those of class 1 against 0.
 */
export async function classesOf(
  owner: string,
  output: Tensor,
  target: Tensor,
  threshold: number,
): Promise<Classes> {
  requireOutputAndTarget(owner, output, target);
  const binary = sameShape(output.shape, target.shape);
  if (!binary) classDim(owner, output, target);
  const predictions = scope(() =>
    binary ? output.detach().greater(threshold) : output.detach().argmax(1),
  );
  const [predicted, actual] = await Promise.all([predictions.data(), target.data()]);
  predictions.dispose();
  return { predicted, actual, count: binary ? 2 : output.shape[1]! };
}

/** Throws unless the output has the target's shape with a dim of classes at 1. Gives how far apart scores of a sample lie. */
export function classDim(owner: string, output: Tensor, target: Tensor): number {
  const { shape } = output;
  if (
    shape.length !== target.ndim + 1 ||
    !sameShape([...shape.slice(0, 1), ...shape.slice(2)], target.shape)
  ) {
    throw new ShapeError(
      `${owner}: needs scores (N, C, ...) of targets (N, ...), or of the targets' shape, got ${formatShape(shape)} and ${formatShape(target.shape)}. Pass class indices, argmax(1) of one-hot targets.`,
    );
  }
  return shape.slice(2).reduce((product, size) => product * size, 1);
}
