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
