/**
 * Pictures from PNG and JPEG files, here and in workers.
 *
 * @packageDocumentation
 */
export { decodeImage } from './decode-image.ts';
export { DecodePool, type DecodeJob, type DecodeResult, type DecodeWorker } from './decode-pool.ts';
export type { Image } from './image.ts';
