/**
 * The memory in which plans compute. They run one at a time, and leave nothing there that a later call reads:
 * so those of about the same size, such as the plans of a step for sentences of many lengths, have one together.
 * Where one of them needs more, that becomes the arena of all: the others are made anew in it when they are called.
 */
import type { WasmBackend, WasmStorage } from '../backends/wasm/index.ts';

/** A plan does not take an arena that is so many times as large as it needs, and would keep it from being freed. */
const TOO_LARGE = 4;

/** Thrown by a plan that finds no room; there may be some later. */
export class NoRoom extends RangeError {
  /** Whether there is room by now. */
  readonly hasRoom: () => boolean;

  constructor({ heap }: WasmBackend, bytes: number) {
    super(`its arena of ${bytes} bytes does not fit in the memory budget`);
    const enough = heap.budget - heap.bytes + bytes;
    this.hasRoom = () => heap.budget - heap.bytes >= enough;
  }
}

/** Memory that is freed with what holds the storage, if nobody frees it before. Throws NoRoom. */
export function room(backend: WasmBackend, bytes: number): WasmStorage {
  const storage = backend.allocate('float64', Math.ceil(bytes / 8));
  if (storage.pointer < 0) {
    backend.free(storage);
    throw new NoRoom(backend, bytes);
  }
  backend.watch(storage);
  return storage;
}

export class Arena {
  /** The arenas of each backend; those that no plan holds any more may be gone. */
  static readonly #all = new WeakMap<WasmBackend, Set<WeakRef<Arena>>>();

  /** True while a plan runs. */
  isBusy = false;
  #isGone = false;
  readonly #backend: WasmBackend;
  readonly #storage: WasmStorage;
  readonly #bytes: number;
  /** Plans that have it. */
  #users = 1;

  private constructor(backend: WasmBackend, bytes: number) {
    this.#backend = backend;
    this.#storage = room(backend, bytes);
    this.#bytes = bytes;
  }

  /** An arena of at least so many bytes for one plan more. Throws NoRoom. */
  static of(backend: WasmBackend, bytes: number): Arena {
    const all = Arena.#all.get(backend) ?? new Set();
    Arena.#all.set(backend, all);
    const arenas: Arena[] = [];
    for (const one of all) {
      const arena = one.deref();
      if (arena === undefined || arena.#isGone) all.delete(one);
      else arenas.push(arena);
    }
    const fitting = arenas.filter((one) => one.#bytes >= bytes && one.#bytes <= TOO_LARGE * bytes);
    if (fitting.length > 0) {
      const best = fitting.reduce((a, b) => (b.#bytes < a.#bytes ? b : a));
      best.#users++;
      return best;
    }
    for (const one of arenas) {
      if (one.#bytes < bytes && bytes <= TOO_LARGE * one.#bytes && !one.isBusy) one.#free();
    }
    const made = new Arena(backend, bytes);
    all.add(new WeakRef(made));
    return made;
  }

  /** True once the memory has been freed: whoever has it needs another. */
  get isGone(): boolean {
    return this.#isGone;
  }

  get pointer(): number {
    return this.#storage.pointer;
  }

  /** One plan has gone; with the last its memory goes. */
  release(): void {
    if (--this.#users === 0 && !this.#isGone) this.#free();
  }

  #free(): void {
    this.#isGone = true;
    this.#backend.free(this.#storage);
  }
}
