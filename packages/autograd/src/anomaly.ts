import {
  formatShape,
  isFloatingPoint,
  refusePromise,
  requireFunction,
  watchOps,
} from '@kasane/tensor-core';
import { currentGradientOf } from './backward.ts';

/**
 * Thrown by `detectAnomaly` at the op that first made NaN or Infinity.
 *
 * @example
 * import { AnomalyError, detectAnomaly } from '@kasane/autograd';
 * import { tensor } from '@kasane/tensor-core';
 * let caught: unknown;
 * try {
 *   detectAnomaly(() => tensor([-1]).sqrt());
 * } catch (error) {
 *   caught = error;
 * }
 * caught instanceof AnomalyError; // => true
 */
export class AnomalyError extends Error {
  override readonly name = 'AnomalyError';
}

/**
 * Runs `fn` and stops at the first op, forward or backward, whose result is not finite. Reads every
 * result, so it is for looking for a fault, not for training. Throws ScopeError if `fn`
 * returns a promise.
 *
 * Unlike `torch.autograd.detect_anomaly` it checks the forward pass too, and Infinity as well as NaN.
 *
 * @example
 * import { detectAnomaly } from '@kasane/autograd';
 * import { tensor } from '@kasane/tensor-core';
 * let message = '';
 * try {
 *   detectAnomaly(() => tensor([1, 0]).log().exp());
 * } catch (error) {
 *   message = String(error).split('.')[0]!;
 * }
 * message; // => AnomalyError: log produced -Infinity at element 1 of its [2] result
 */
export function detectAnomaly<T>(fn: () => T): T {
  requireFunction('detectAnomaly', fn);
  const stop = watchOps((op, output) => {
    if (!isFloatingPoint(output.dtype)) return;
    const values = output.dataSync();
    const bad = values.findIndex((v) => !Number.isFinite(v));
    if (bad < 0) return;
    const of = currentGradientOf();
    const where = of === null ? op : `${op}, in the gradient of ${of},`;
    throw new AnomalyError(
      `${where} produced ${values[bad]} at element ${bad} of its ${formatShape(output.shape)} result. Look for a log or division of 0, overflow or a high rate.`,
    );
  });
  try {
    return refusePromise('detectAnomaly', fn());
  } finally {
    stop();
  }
}
