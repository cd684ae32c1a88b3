/** What waits for a device and runs on it, one after the other: computing into slots, and reading them. */
import { chain, type Awaitable, type Device } from './device.ts';
import type { Failure } from './batches.ts';
import type { DeviceLostError } from './device-lost.ts';
import type { Handle } from './gpu-js.ts';
import { Preparation, type PreparationProgress } from './preparation.ts';
import type { Slot } from './storage.ts';

/** The errors that only the backend can word. */
export interface Words {
  /** The device is gone. */
  lost(): DeviceLostError;
  /** It had no room for what was to be made. */
  refused(failure: Failure): RangeError;
}

export class Jobs {
  readonly device: Device;
  /** Arrays brought back from the device. */
  readBacks = 0;
  /** Arrays brought to it. */
  uploads = 0;
  #preparation: Preparation | null = null;
  /** That of the job which is being done. */
  #current: Preparation | null = null;
  /** What settles when the device has got so far. */
  readonly #marks: Promise<void>[] = [];
  readonly #ready: Awaitable<void>;
  readonly #words: Words;
  /** The last of the jobs that wait for the device; settled ones cost nothing. */
  #last: Promise<void>;

  /** Jobs wait until `ready`. */
  constructor(device: Device, ready: Awaitable<void>, words: Words) {
    this.device = device;
    this.#ready = ready;
    this.#words = words;
    this.#last = Promise.resolve();
    // Who never asks ready() finds the error in the first tensor it reads.
    if (ready instanceof Promise) this.#last = ready.catch(() => {});
  }

  /**
   * Computes into `slot` from the arrays in `inputs`: now, or on `webgpu` when the jobs before it are
   * done. There an error is kept in the slot, to be thrown where somebody waits for the values.
   */
  schedule(
    slot: Slot,
    inputs: readonly Slot[],
    work: (handles: readonly (Handle | null)[]) => Awaitable<Handle>,
  ): void {
    this.scheduleAll([slot], inputs, (handles) => chain(work(handles), (handle) => [handle]));
  }

  /** The same for several slots that one job fills, which calls `pause` after each of its `pauses` parts. */
  scheduleAll(
    slots: readonly Slot[],
    inputs: readonly Slot[],
    work: (handles: readonly (Handle | null)[]) => Awaitable<readonly (Handle | null)[]>,
    pauses: number = 0,
  ): void {
    const preparation = this.#preparation;
    preparation?.expect(Math.max(1, pauses));
    const fail = (error: Error): void => {
      for (const slot of slots) slot.error = error;
      preparation?.fail(error);
    };
    this.#enqueue(() => {
      this.#current = preparation;
      this.#check(inputs);
      const { batches } = this.device;
      for (const slot of slots) slot.firstBatch = batches.current;
      return chain(work(inputs.map((input) => input.handle)), (made) => {
        let isFull = false;
        for (const [i, slot] of slots.entries()) {
          slot.handle = made[i]!;
          slot.lastBatch = batches.current;
          isFull = batches.count(slot.bytes) || isFull;
        }
        const asked = isFull ? chain(this.device.ask(), () => this.#check(slots)) : undefined;
        return pauses > 0 ? asked : chain(asked, () => this.pause());
      });
    }, fail);
  }

  /** The values in a slot when the jobs before are done. */
  read(slot: Slot): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      slot.holders++; // a part is read by a kernel, which may yet have to be built
      const fail = (error: Error): void => {
        this.drop(slot);
        reject(error);
      };
      this.#enqueue(() => {
        // Not awaited: the copy is ordered after the jobs before it, and later ones need not wait.
        void this.#proven(slot).then(
          (values) => {
            this.drop(slot);
            resolve(values);
          },
          async (error: unknown) => {
            // What was to be read may be refused before the device is said to be gone.
            if (!this.device.host) await new Promise((next) => setTimeout(next));
            fail(this.#explain(error));
          },
        );
      }, fail);
    });
  }

  /** The values in a slot now. */
  readSync(slot: Slot): Float32Array {
    this.#check([slot]);
    this.readBacks++;
    return slot.handle as Float32Array; // only host modes are synchronous
  }

  /** Runs `work`, and waits for its jobs, which give way when they have built a kernel. */
  async prepare<T>(
    work: () => T,
    tell: ((progress: PreparationProgress) => void) | undefined,
  ): Promise<T> {
    const { host } = this.device;
    const outer = this.#preparation;
    const own = host ? null : new Preparation(this.device, tell);
    this.#preparation = own;
    let result: T;
    try {
      result = work();
    } finally {
      // What others add meanwhile waits for its turn, too.
      for (let last = null; last !== this.#last; await last) last = this.#last;
      if (this.#preparation === own) this.#preparation = outer;
    }
    // A device that answers later says of what went wrong only where it is read.
    if (own !== null && own.failure !== null) throw own.failure;
    return result;
  }

  /** Waits until the device has done all but what was asked of it since the last `most` calls of this. */
  async keepUp(most: number): Promise<void> {
    this.#marks.push(
      new Promise((resolve) => {
        this.#enqueue(() => {
          // Not awaited: jobs that follow may be given to the device meanwhile.
          void this.device
            .finished()
            .catch(() => {})
            .then(resolve);
        });
      }),
    );
    while (this.#marks.length > most) await this.#marks.shift();
    if (this.device.isLost) throw this.#words.lost(); // a loop that reads nothing hears of it nowhere else
  }

  /** What a job waits for between two of its parts. */
  pause(): Awaitable<void> {
    return this.#current?.step();
  }

  /** Brings an array to the device, in a job. */
  upload(values: Float32Array): Awaitable<Handle> {
    this.uploads++;
    return this.device.upload(values);
  }

  /** The values of arrays, for a job that needs them on the host. What was refused of them is noted for what it makes. */
  readAll(handles: readonly (Handle | null)[]): Awaitable<Float32Array[]> {
    const arrays = handles.map((handle) => {
      if (handle === null) return new Float32Array(0);
      this.readBacks++;
      return this.device.read(handle);
    });
    const all = arrays.some((array) => array instanceof Promise)
      ? Promise.all(arrays)
      : (arrays as Float32Array[]); // none is a promise
    return chain(all, (values) => chain(this.device.ask(), () => values));
  }

  /** One holder less; the last one frees the array, after the jobs that still use it. */
  drop(slot: Slot): void {
    if (--slot.holders > 0) return;
    const { device } = slot;
    this.#enqueue(() => {
      if (slot.handle !== null && !device.isLost) device.release(slot.handle);
      slot.handle = null;
    });
  }

  async #proven(slot: Slot): Promise<Float32Array> {
    this.#check([slot]);
    this.readBacks++;
    const [values] = await Promise.all([this.device.read(slot.handle!), this.device.proven()]);
    this.#check([slot]);
    return values;
  }

  /** Throws where the device is known to be gone, and what is asked of it is done at once. */
  requireDevice(): void {
    if (this.device.mode !== 'webgpu' && this.device.isLost) throw this.#words.lost();
  }

  /** Throws unless what is in slots is what was to be there. */
  #check(slots: readonly Slot[]): void {
    for (const { error } of slots) if (error !== null) throw error;
    const gone = this.device.isLost || slots.some(({ device }) => device !== this.device);
    if (gone) throw this.#words.lost();
    for (const slot of slots) {
      const failure = this.#failureOf(slot);
      if (failure !== null) throw this.#words.refused(failure);
    }
  }

  /** True if the device had no room for the array of a slot, or of what it was made of. */
  isRefused(slot: Slot): boolean {
    return this.#failureOf(slot) !== null;
  }

  #failureOf({ firstBatch, lastBatch }: Slot): Failure | null {
    return this.device.batches.failureIn(firstBatch, lastBatch);
  }

  /** Does what is to be done when the jobs so far are over. */
  after(act: () => void): void {
    this.#enqueue(act);
  }

  #enqueue(job: () => Awaitable<void>, fail: (error: Error) => void = () => {}): void {
    if (this.device.mode !== 'webgpu' && this.#preparation === null) {
      try {
        void job();
      } catch (error) {
        throw this.#explain(error);
      }
      return;
    }
    this.#last = this.#last.then(async () => {
      try {
        await this.#ready;
        await job();
      } catch (error) {
        fail(this.#explain(error));
      }
    });
  }

  #explain(error: unknown): Error {
    if (this.device.isDead()) return this.#words.lost();
    return error as Error; // gpu.js and we throw nothing else
  }
}
