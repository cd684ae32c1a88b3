/**
 * Thrown when a function cannot be compiled: it reads values, or does not do the same twice. The
 * message says what it did and the way out.
 *
 * @example
 * import { tensor } from '@kasane/tensor-core';
 * import { compile, CompileError } from '@kasane/tensor-core/compile';
 * const weights = tensor([1, 2]);
 * const total = compile(() => weights.sum().item());
 * let caught: unknown;
 * try {
 *   total();
 * } catch (error) {
 *   caught = error;
 * }
 * caught instanceof CompileError; // => true
 */
export class CompileError extends Error {
  override readonly name = 'CompileError';
}
