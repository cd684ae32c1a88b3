/**
 * Pictures from PNG and JPEG files, here and in workers, and to PNG.
 *
 * @packageDocumentation
 */
export { decodeImage } from './decode-image.ts';
export { DecodePool, type DecodeJob, type DecodeResult, type DecodeWorker } from './decode-pool.ts';
export { encodePng } from './encode-png.ts';
export type { Image } from './image.ts';
