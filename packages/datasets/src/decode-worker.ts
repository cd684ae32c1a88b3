/**
 * What runs in a worker of `DecodePool`: import it, and nothing else, in the worker's file.
 *
 * @packageDocumentation
 */
import { decodeImage } from './decode-image.ts';
import type { DecodeJob, DecodeResult } from './decode-pool.ts';

/** The side of a worker that faces its maker: the global object in a page, a port in Node. */
interface Side {
  postMessage(message: DecodeResult): void;
  addEventListener(type: 'message', listen: (event: { readonly data: DecodeJob }) => void): void;
  readonly process?: {
    getBuiltinModule?(name: 'node:worker_threads'): { readonly parentPort: Side | null };
  };
}

const host = globalThis as unknown as Side; // neither library's types describe both
const side = host.process?.getBuiltinModule?.('node:worker_threads').parentPort ?? host;

side.addEventListener('message', ({ data: { id, bytes, name, channels } }) => {
  let result: DecodeResult;
  try {
    result = { id, image: decodeImage(bytes, name, channels) };
  } catch (error) {
    result = { id, error: error instanceof Error ? error.message : String(error) };
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
  side.postMessage(result);
});
