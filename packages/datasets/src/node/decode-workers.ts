import { Worker } from 'node:worker_threads';
import { DecodePool, type DecodeWorker } from '../decode-pool.ts';

/**
 * Workers that decode pictures on other processors, for `ImageFolder`; they do not hold the program up.
 *
 * @throws RangeError unless `size` is a whole number ≥ 1.
 *
 * @example
 * import { encodePng } from '@kasane/datasets/images';
 * import { decodeWorkers } from '@kasane/datasets/node';
 * const pool = decodeWorkers(2);
 * const file = encodePng({ data: Uint8Array.of(7), channels: 1, height: 1, width: 1 });
 * const image = await pool.decode(file, 'grey.png', 1);
 * image.data.join(); // => 7
 * pool.close();
 */
export function decodeWorkers(size: number): DecodePool {
  // From the sources, or as it was built into dist.
  const sources = import.meta.url.endsWith('.ts');
  const file = sources ? '../decode-worker.ts' : './decode-worker.js';
  return new DecodePool(size, () => nodeWorker(new URL(file, import.meta.url)));
}

/** A worker of Node with the manners of a page's. @internal */
export function nodeWorker(file: URL): DecodeWorker {
  const worker = new Worker(file);
  // Only what is waited for keeps the program alive.
  worker.unref();
  let pending = 0;
  worker.on('message', () => {
    if (--pending === 0) worker.unref();
  });
  return {
    postMessage(job) {
      if (pending++ === 0) worker.ref();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
      worker.postMessage(job);
    },
    terminate: () => worker.terminate(),
    addEventListener(type: 'message' | 'error', listen: (event: never) => void): void {
      // A page's worker wraps what was sent in an event, Node's does not; each type has its own event.
      worker.on(type, (value: unknown) =>
        listen((type === 'message' ? { data: value } : value) as never),
      );
      // One that ends by itself says no more than that.
      if (type === 'error') {
        worker.on('exit', (code) => listen({ message: `it ended with code ${code}` } as never));
      }
    },
  };
}
