import { bytesPerElement, type DType, type TypedArray } from '../../dtype.ts';
import type { Tensor } from '../../tensor.ts';
import type { Backend, Storage } from '../backend.ts';
import type { Device } from './device.ts';
import type { Handle } from './gpu-js.ts';

/**
 * An array on the device, or the place where one will be: `webgpu` fills it when its turn comes.
 * Several storages may hold one: `overwrite` shares instead of copying, for arrays are never written.
 */
export class Slot {
  /** After a loss the backend has another device, and this array is gone. */
  readonly device: Device;
  handle: Handle | null = null;
  /** Why there is no array: what its computation, or one before it, died of. */
  error: Error | null = null;
  holders = 1;
  readonly bytes: number;
  /** The batches in which the array was made: a computation that waits may see several. */
  firstBatch = 0;
  lastBatch = 0;

  /** For so many elements. */
  constructor(device: Device, length: number) {
    this.device = device;
    this.bytes = length * bytesPerElement.float32; // as every dtype is on the device
  }
}

/** What the garbage collector hands back of a storage; `slot` changes when values are overwritten. */
export interface Holding {
  slot: Slot;
  /** Where the backend finds the storage again after a loss; null if nothing of it is kept. */
  kept: WeakRef<GpuStorage> | null;
  readonly dtype: DType;
  readonly length: number;
  readonly bytes: number;
}

export class GpuStorage implements Storage {
  references = 1;
  watched = false;
  readonly backend: Backend;
  readonly dtype: DType;
  readonly length: number;
  readonly holding: Holding;
  /** The latest values, for `restore`; null unless they were asked to be kept. */
  host: Float32Array | null = null;
  /** The slot that has, or had, those values. */
  hostOf: Slot | null = null;

  constructor(backend: Backend, dtype: DType, length: number, slot: Slot) {
    this.backend = backend;
    this.dtype = dtype;
    this.length = length;
    this.holding = { slot, kept: null, dtype, length, bytes: slot.bytes };
  }
}

/** Where the values of a tensor are that this backend has made. */
export function slotOf({ storage }: Tensor): Slot {
  return (storage as GpuStorage).holding.slot; // dispatch only hands a backend its own
}

/** Device values as an array of their dtype: the same array for float32. */
export function fromFloats(values: Float32Array, dtype: DType): TypedArray {
  if (dtype === 'int32') return Int32Array.from(values);
  return dtype === 'bool' ? Uint8Array.from(values) : values;
}
