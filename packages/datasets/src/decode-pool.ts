import { DataError, requireWhole, requireFunction } from '@kasane/tensor-core';
import type { Image } from './image.ts';

/** A file to decode, as a worker is sent it. */
export interface DecodeJob {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly channels: 1 | 3;
}

/** What a worker sends back: the picture, or why there is none. */
export interface DecodeResult {
  readonly id: number;
  readonly image?: Image;
  readonly error?: string;
}

/** Of a worker, what the pool needs; those of the browser are such. */
export interface DecodeWorker {
  /** Sends a file. */
  postMessage(message: DecodeJob): void;
  /** Ends the worker. */
  terminate(): unknown;
  /** Hears of pictures. */
  addEventListener(type: 'message', listen: (event: { readonly data: DecodeResult }) => void): void;
  /** Hears of its death. */
  addEventListener(type: 'error', listen: (event: { readonly message: string }) => void): void;
}

interface Waiting {
  readonly resolve: (image: Image) => void;
  readonly reject: (error: Error) => void;
}

interface Member {
  readonly worker: DecodeWorker;
  readonly waiting: Map<number, Waiting>;
  /** Why it does nothing any more. */
  ended: string | null;
}

/**
 * Decodes pictures in workers, so that the program goes on meanwhile.
 *
 * In Node, `decodeWorkers` of `@kasane/datasets/node` makes one. In a page, `start` makes a worker from a file of yours whose one line is
 * `import '@kasane/datasets/decode-worker'`. Its promises reject with what `decodeImage` throws, and with Error if the worker dies or the pool was closed;
 * others take over the work of one that died, as long as there are any.
 *
 * @throws RangeError unless `size` is a whole number ≥ 1.
 *
 * @example
 * import { encodePng } from '@kasane/datasets/images';
 * import { decodeWorkers } from '@kasane/datasets/node';
 * const file = encodePng({ data: Uint8Array.of(1, 2, 3), channels: 3, height: 1, width: 1 });
 * const pool = decodeWorkers(1);
 * const image = await pool.decode(file, 'a.png');
 * image.data.join(); // => 1,2,3
 * pool.close();
 */
export class DecodePool {
  readonly #members: readonly Member[];
  #next = 0;

  constructor(size: number, start: () => DecodeWorker) {
    requireWhole('DecodePool', 'size', size, 1);
    requireFunction('DecodePool', start);
    this.#members = Array.from({ length: size }, () => {
      const member: Member = { worker: start(), waiting: new Map(), ended: null };
      member.worker.addEventListener('message', ({ data: { id, image, error } }) => {
        const job = member.waiting.get(id);
        member.waiting.delete(id);
        if (image !== undefined) job?.resolve(image);
        else job?.reject(new DataError(error));
      });
      member.worker.addEventListener('error', ({ message }) => {
        end(member, `a worker died (${message})`);
      });
      return member;
    });
  }

  /** The picture in the bytes of a file, as `decodeImage` gives it; the bytes are copied. */
  decode(bytes: Uint8Array, name: string, channels: 1 | 3 = 3): Promise<Image> {
    const living = this.#members.filter(({ ended }) => ended === null);
    if (living.length === 0) {
      const [{ ended }] = this.#members as [Member]; // there is at least one
      const why = `DecodePool: ${ended} before ${name} was handed over. Make another pool.`;
      return Promise.reject(new Error(why));
    }
    // Whoever has the least to do.
    const { waiting, worker } = living.reduce((a, b) => (b.waiting.size < a.waiting.size ? b : a));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      try {
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
        worker.postMessage({ id, bytes, name, channels });
      } catch (error) {
        waiting.delete(id);
        throw error;
      }
    });
  }

  /** Ends the workers; what they were about to decode is rejected. */
  close(): void {
    for (const member of this.#members) {
      void member.worker.terminate();
      end(member, 'it was closed');
    }
  }
}

function end(member: Member, why: string): void {
  member.ended ??= why;
  for (const { reject } of member.waiting.values()) {
    reject(new Error(`DecodePool: ${why} before the picture was decoded.`));
  }
  member.waiting.clear();
}
