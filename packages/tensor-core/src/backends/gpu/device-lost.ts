/**
 * Thrown when a GPU has gone, as a browser may take it at any time: what it held cannot be read.
 *
 * @example
 * import { DeviceLostError } from '@kasane/tensor-core/gpu';
 * const advice = (error: unknown): string =>
 *   error instanceof DeviceLostError ? 'await backend.restore()' : 'report it';
 * advice(new DeviceLostError('gpu(webgl2): the device was lost.')); // => await backend.restore()
 */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';
}

/** The error for what was on a device that has gone, or was given back. */
export function lostError(
  name: string,
  isDestroyed: boolean,
  keepsCopies: boolean,
): DeviceLostError {
  const how = isDestroyed
    ? 'the device was given back by destroy()'
    : 'the device was lost, and what it held with it';
  const next = keepsCopies ? 'go on from the last step' : 'load the parameters again';
  return new DeviceLostError(`${name}: ${how}. Call await backend.restore() and ${next}.`);
}
