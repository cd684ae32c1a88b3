/** Asks a device whether it is still there, and whether it had room for all that it was to make. */
import { Batches } from './batches.ts';
import type { Awaitable } from './device.ts';
import type { Context, DeviceArray, ScopedDevice } from './gpu-js.ts';

/** What a device makes is proven by this. */
export interface Proof {
  readonly batches: Batches;
  /** Ends the batch, and resolves when it is known how it went. Throws if the device is gone. */
  ask(): Awaitable<void>;
  /** True if the device does not answer, though it may not say so yet. */
  isDead(): boolean;
}

/** Of devices in this process's memory, whose arrays are there or throw. */
export const certain: Proof = {
  batches: new Batches(),
  ask() {},
  isDead: () => false,
};

const NO_ERROR = 0;
const GL_ERRORS: ReadonlyMap<number, string> = new Map([
  [0x500, 'INVALID_ENUM'],
  [0x501, 'INVALID_VALUE'],
  [0x502, 'INVALID_OPERATION'],
  [0x505, 'OUT_OF_MEMORY'],
  [0x506, 'INVALID_FRAMEBUFFER_OPERATION'],
]);
const CANARY = 8191.25;

/**
 * Of WebGL. A context whose process has died reads zeros, says that it is not lost and has no error, until the
 * page returns to its event loop. But an array of known values, read last, proves what was read before it.
 */
export class GlProof implements Proof {
  readonly batches: Batches = new Batches();
  readonly #context: () => Context | undefined;
  readonly #upload: (values: Float32Array) => DeviceArray;
  #canary: DeviceArray | null = null;

  constructor(context: () => Context | undefined, upload: (values: Float32Array) => DeviceArray) {
    this.#context = context;
    this.#upload = upload;
  }

  ask(): void {
    const fail = this.batches.end();
    const found: string[] = [];
    const gl = this.#context();
    // Each flag is there once, of each kind; a lost context would always have another.
    for (let n = 0; n < GL_ERRORS.size; n++) {
      const code = gl?.getError?.() ?? NO_ERROR;
      if (code === NO_ERROR) break;
      found.push(GL_ERRORS.get(code) ?? `error ${code}`);
    }
    if (this.isDead()) throw new Error('webgl: the context does not answer.');
    if (found.length > 0) fail(found.join(', '));
  }

  isDead(): boolean {
    // Made when the context is new and has room.
    this.#canary ??= this.#upload(Float32Array.of(CANARY));
    return (this.#canary.toArray() as Float32Array)[0] !== CANARY; // WebGL answers at once
  }
}

const FILTERS = ['out-of-memory', 'validation', 'internal'] as const;

/** Of WebGPU, which reports to the scope that stands open when it is told to do something. */
export class WebGpuProof implements Proof {
  readonly batches: Batches = new Batches();
  readonly #device: ScopedDevice;

  /** The proof of a device: scopes are a stack, so those who share it must share that. */
  static of(device: ScopedDevice): WebGpuProof {
    let proof = proofs.get(device);
    if (proof === undefined) proofs.set(device, (proof = new WebGpuProof(device)));
    return proof;
  }

  private constructor(device: ScopedDevice) {
    this.#device = device;
    this.#open();
  }

  async ask(): Promise<void> {
    const fail = this.batches.end();
    const closed = FILTERS.map(() => this.#device.popErrorScope());
    this.#open();
    for (const scope of closed) {
      const error = await scope.catch(() => null); // of a lost device, which is noticed elsewhere
      if (error !== null) fail(error.message);
    }
  }

  isDead(): boolean {
    return false; // it says so before it answers
  }

  #open(): void {
    for (const filter of FILTERS) this.#device.pushErrorScope(filter);
  }
}

const proofs = new WeakMap<ScopedDevice, WebGpuProof>();
