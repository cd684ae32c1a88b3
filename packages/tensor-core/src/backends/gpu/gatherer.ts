/**
 * Launches that go to a WebGPU device together: gpu.js submits each by itself, which takes the browser as long as many a
 * launch. While a kernel is called, the queue keeps what is submitted; reads and other backends find it as it is.
 */
import type { GpuQueue, JsKernel } from './gpu-js.ts';

// Arrays are freed with what was gathered, so it must not be too much.
const LAUNCHES = 256;
const ELEMENTS = 2 ** 25;

export class Gatherer {
  readonly #queue: GpuQueue;
  #commands: unknown[] = [];
  #releases: (() => void)[] = [];
  /** The kernels of what is gathered, with the numbers they were given. */
  readonly #kernels = new Map<JsKernel, string | null>();
  #elements = 0;

  constructor(queue: GpuQueue) {
    this.#queue = queue;
  }

  /**
   * Notes that a kernel will run. What it is given beside arrays, and what is brought to the device, is written before
   * all that is gathered: what needs other numbers in the same place has to be passed on first.
   */
  starts(kernel: JsKernel, scalars: readonly number[] | null, size: number): void {
    const numbers = scalars === null ? null : scalars.join();
    const before = this.#kernels.get(kernel);
    const isOther = before !== undefined && (numbers === null || before !== numbers);
    this.#elements += size;
    if (isOther || this.#kernels.size >= LAUNCHES || this.#elements > ELEMENTS) this.flush();
    this.#kernels.set(kernel, numbers);
  }

  /** Keeps what `call` submits. A kernel that is yet to be compiled submits later, after all that is gathered. */
  keeps<T>(call: () => T): T {
    const before = this.#commands.length;
    const commands = this.#commands;
    // Hides the method of the queue's class.
    this.#queue.submit = (more) => void commands.push(...more);
    try {
      return call();
    } finally {
      Reflect.deleteProperty(this.#queue, 'submit'); // what the class has shows again
      if (commands.length === before) this.flush();
    }
  }

  /** Frees an array when the device has been given what reads it. */
  releases(act: () => void): void {
    this.#releases.push(act);
  }

  /** Passes on what there is. */
  flush(): void {
    const [commands, releases] = [this.#commands, this.#releases];
    this.#commands = [];
    this.#releases = [];
    this.#kernels.clear();
    this.#elements = 0;
    if (commands.length > 0) this.#queue.submit(commands);
    for (const release of releases) release();
  }
}
