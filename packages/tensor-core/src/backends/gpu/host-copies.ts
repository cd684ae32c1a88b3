/** Values on the host of what is on the device, to be brought back after it was lost. */
import type { GpuStorage, Holding, Slot } from './storage.ts';

export class HostCopies {
  readonly #kept = new Set<WeakRef<GpuStorage>>();

  /** Takes a copy of the proven values that `slot` has for a storage, in place of those before. */
  keep(storage: GpuStorage, values: Float32Array, slot: Slot): void {
    storage.host = values.slice();
    storage.hostOf = slot;
    if (storage.holding.kept !== null) return;
    storage.holding.kept = new WeakRef(storage);
    this.#kept.add(storage.holding.kept);
  }

  forget({ kept }: Holding): void {
    if (kept !== null) this.#kept.delete(kept);
  }

  /** The storages that have a copy. */
  *storages(): Generator<GpuStorage, void> {
    for (const kept of this.#kept) {
      const storage = kept.deref();
      if (storage !== undefined) yield storage; // else its finaliser is about to forget it
    }
  }
}
