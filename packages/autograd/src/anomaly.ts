import {
  DTypeError,
  formatShape,
  isFloatingPoint,
  refusePromise,
  requireFunction,
  watchOps,
  type Shape,
  type TypedArray,
} from '@kasane/tensor-core';
import { currentGradientOf } from './walk.ts';

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
 * result, so it is for looking for a fault, not for training.
 *
 * Unlike `torch.autograd.detect_anomaly` it checks the forward pass too, and Infinity as well as NaN.
 *
 * @throws {@link AnomalyError} at the first such op.
 * @throws {@link ScopeError} if `fn` returns a promise.
 * @throws {@link DTypeError} on a device that answers later: await `detectAnomalyAsync`.
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
    const { name, synchronous } = output.backend;
    if (!synchronous) {
      throw new DTypeError(
        `detectAnomaly: the data is on ${name}. Use await detectAnomalyAsync(…).`,
      );
    }
    throwAnomaly(named(op), output.shape, output.dataSync());
  });
  try {
    return refusePromise('detectAnomaly', fn());
  } finally {
    stop();
  }
}

/**
 * The same as `detectAnomaly`, also for devices that answer later, and for functions that wait.
 *
 * What a device has computed is known only later: ops go on until it is, and the error is that of the first op
 * whose result is not finite, though later ones ran. It comes before what `fn` itself throws. What others run while
 * `fn` waits is watched as well.
 *
 * @throws {@link AnomalyError} by rejecting.
 *
 * @example
 * import { detectAnomalyAsync } from '@kasane/autograd';
 * import { tensor } from '@kasane/tensor-core';
 * import { gpu } from '@kasane/tensor-core/gpu';
 * await detectAnomalyAsync(() => tensor([1, 0], { backend: gpu() }).log().exp()); // => throws AnomalyError
 */
export async function detectAnomalyAsync<T>(fn: () => T | Promise<T>): Promise<T> {
  requireFunction('detectAnomalyAsync', fn);
  const checks: Promise<void>[] = [];
  let failed = false;
  const stop = watchOps((op, output) => {
    if (!isFloatingPoint(output.dtype)) return;
    const [where, { shape }] = [named(op), output];
    if (output.backend.synchronous) throwAnomaly(where, shape, output.dataSync());
    const check = output.data().then((values) => throwAnomaly(where, shape, values));
    check.catch(() => {
      failed = true;
    });
    checks.push(check);
    // Whatever comes now follows from it; who waits in between need not run to the end.
    if (failed) throw new Error('an earlier op failed');
  });
  try {
    return await fn();
  } finally {
    stop();
    // Awaited in order: the first that fails takes the place of what is thrown or returned.
    for (const check of checks) await check;
  }
}

/** An op, and whose gradient it belongs to, if any. */
function named(op: string): string {
  const of = currentGradientOf();
  return of === null ? op : `${op}, in the gradient of ${of},`;
}

function throwAnomaly(where: string, shape: Shape, values: TypedArray): void {
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad < 0) return;
  throw new AnomalyError(
    `${where} produced ${values[bad]} at element ${bad} of its ${formatShape(shape)} result. Look for a log or division of 0, overflow or a high rate.`,
  );
}
