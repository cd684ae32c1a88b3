/** What waits for a device and runs on it, one after the other: computing into slots, and reading them. */
import { chain, type Awaitable, type Device } from './device.ts';
import type { DeviceLostError } from './device-lost.ts';
import type { Handle } from './gpu-js.ts';
import type { Slot } from './storage.ts';

export class Jobs {
  readonly device: Device;
  /** Arrays brought back from the device. */
  readBacks = 0;
  readonly #ready: Awaitable<void>;
  readonly #lost: () => DeviceLostError;
  /** The last of the jobs that wait for the device; settled ones cost nothing. */
  #last: Promise<void>;

  /** Jobs wait until `ready`; `lost` is what they throw once the device has gone. */
  constructor(device: Device, ready: Awaitable<void>, lost: () => DeviceLostError) {
    this.device = device;
    this.#ready = ready;
    this.#lost = lost;
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
    this.#enqueue(() => {
      const poisoned = inputs.find((input) => input.error !== null);
      if (poisoned !== undefined) throw poisoned.error!;
      this.checkLost(inputs);
      return chain(work(inputs.map((input) => input.handle)), (handle) => {
        slot.handle = handle;
      });
    }, slot);
  }

  /** The values in a slot when the jobs before are done. */
  read(slot: Slot): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      this.#enqueue(() => {
        if (slot.error !== null) return reject(slot.error);
        try {
          this.checkLost([slot]);
          this.readBacks++;
          // Not awaited: the copy is ordered after the jobs before it, and later ones need not wait.
          Promise.resolve(this.device.read(slot.handle!)).then(
            (values) => (this.device.isLost ? reject(this.#lost()) : resolve(values)),
            (error: unknown) => reject(this.#explain(error)),
          );
        } catch (error) {
          reject(this.#explain(error));
        }
      });
    });
  }

  /** The values of arrays, for a job that needs them on the host. */
  readAll(handles: readonly (Handle | null)[]): Awaitable<Float32Array[]> {
    const arrays = handles.map((handle) => {
      if (handle === null) return new Float32Array(0);
      this.readBacks++;
      return this.device.read(handle);
    });
    return arrays.some((array) => array instanceof Promise)
      ? Promise.all(arrays)
      : (arrays as Float32Array[]); // none is a promise
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

  /** Throws DeviceLostError if the device is gone, or was there before this one. */
  checkLost(used: readonly Slot[]): void {
    const gone = this.device.isLost || used.some(({ device }) => device !== this.device);
    if (gone) throw this.#lost();
  }

  #enqueue(job: () => Awaitable<void>, slot?: Slot): void {
    if (this.device.mode !== 'webgpu') {
      void job();
      return;
    }
    this.#last = this.#last.then(async () => {
      try {
        await this.#ready;
        await job();
      } catch (error) {
        if (slot !== undefined) slot.error = this.#explain(error);
      }
    });
  }

  #explain(error: unknown): Error {
    if (this.device.isLost) return this.#lost();
    return error as Error; // gpu.js and we throw nothing else
  }
}
