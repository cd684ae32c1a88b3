/** Values on the host of what is on the device, to be brought back after it was lost. */
import type { GpuStorage, Holding, Slot } from './storage.ts';

export class HostCopies {
  /** Why a copy did not come. */
  failed: Error | null = null;
  readonly #kept = new Set<WeakRef<GpuStorage>>();
  readonly #copying = new Set<Promise<void>>();

  /** Takes a copy of the proven values that `slot` has for a storage, in place of those before. */
  keep(storage: GpuStorage, values: Float32Array, slot: Slot): void {
    storage.host = values.slice();
    storage.hostOf = slot;
    if (storage.holding.kept !== null) return;
    storage.holding.kept = new WeakRef(storage);
    this.#kept.add(storage.holding.kept);
  }

  /** Takes the copy that `before` has for a storage in its place, until that has its own. */
  inherit(storage: GpuStorage, { host, hostOf }: GpuStorage): void {
    if (host !== null && hostOf !== null) this.keep(storage, host, hostOf);
  }

  /** Takes the copy that is on its way. */
  expect(storage: GpuStorage, coming: Promise<Float32Array>, slot: Slot): void {
    const copying = coming.then(
      (values) => {
        if (storage.references > 0) this.keep(storage, values, slot);
      },
      (error: Error) => {
        this.failed ??= error;
      },
    );
    this.#copying.add(copying);
    void copying.then(() => this.#copying.delete(copying));
  }

  /** Resolves when none is on its way; throws if one did not come since the last time. */
  async kept(): Promise<void> {
    await Promise.all(this.#copying);
    const { failed } = this;
    this.failed = null;
    if (failed !== null) throw failed;
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
