/**
 * Marked bytes before and after every block of the wasm backend's memory, which no kernel may change.
 * Until it is written a block holds marks, too, and again when it was freed: what a kernel reads beside an
 * operand, or leaves unwritten, is NaN in its result.
 */
import type { Backend, Storage, Tensor } from '@kasane/tensor-core';
import type { WasmBackend } from '@kasane/tensor-core/threads';
import { afterEach } from 'vitest';

type Heap = WasmBackend['heap'];
type Placement = Parameters<Heap['allocate']>[1];

/** Bytes of marks on either side: blocks keep their place on cache lines. */
export const GUARD = 64;
/** NaN where numbers are read, -1 where indices are. */
const MARK = 0xff;

/** Checks all blocks of a backend; `what` ran before. */
const checks = new Map<Backend, (what: string) => void>();

/**
 * The wasm backend given, with guards around all that it allocates from now on: those of the operands
 * are checked after every op, those of a block when it is freed, and all at the end of a test.
 */
export function guarded(given: Backend): Backend {
  if (checks.has(given)) return given;
  const backend = given as WasmBackend; // what wasm() gives is one
  const { heap } = backend;
  const own = {
    allocate: heap.allocate.bind(heap),
    free: heap.free.bind(heap),
    watch: heap.watch.bind(heap),
  };
  // Asked at each call: compile and profile change it while they watch.
  const home = Object.getPrototypeOf(backend) as WasmBackend;
  // The garbage collector frees blocks without asking; where one has gone, others may be.
  const blocks = new Map<number, { readonly bytes: number; readonly of: WeakRef<Placement> }>();
  let memory = new Uint8Array(heap.memory.buffer);
  const bytesOf = (): Uint8Array => {
    if (memory.buffer !== heap.memory.buffer) memory = new Uint8Array(heap.memory.buffer);
    return memory;
  };

  const check = (pointer: number, bytes: number, what: string): void => {
    const all = bytesOf();
    for (let i = 0; i < GUARD; i++) {
      const isBefore = all[pointer - 1 - i] !== MARK;
      if (!isBefore && all[pointer + bytes + i] === MARK) continue;
      all.fill(MARK, pointer - GUARD, pointer);
      all.fill(MARK, pointer + bytes, pointer + bytes + GUARD);
      throw new Error(
        `${what} wrote ${isBefore ? 'before' : 'after'} a block of ${bytes} bytes, ${i} bytes away.`,
      );
    }
  };
  const checkStorage = (storage: Storage, what: string): void => {
    const { pointer } = storage as Storage & Placement; // what the backend makes is both
    const block = blocks.get(pointer);
    if (block !== undefined) check(pointer, block.bytes, what);
  };
  /** Calls with the block as the heap knows it: from its first guard on. */
  const whole = (placement: Placement, call: () => void): void => {
    placement.pointer -= GUARD;
    call();
    placement.pointer += GUARD;
  };
  const isGuarded = (placement: Placement): boolean =>
    blocks.get(placement.pointer)?.of.deref() === placement;

  heap.allocate = (bytes, into) => {
    if (!own.allocate(bytes + 2 * GUARD, into)) return false;
    bytesOf().fill(MARK, into.pointer, into.pointer + bytes + 2 * GUARD);
    into.pointer += GUARD;
    blocks.set(into.pointer, { bytes, of: new WeakRef(into) });
    return true;
  };
  heap.free = (placement, bytes, watched) => {
    if (!isGuarded(placement)) {
      own.free(placement, bytes, watched);
      return;
    }
    const { pointer } = placement;
    blocks.delete(pointer);
    whole(placement, () => own.free(placement, bytes + 2 * GUARD, watched));
    bytesOf().fill(MARK, pointer, pointer + bytes);
    check(pointer, bytes, 'what ran before');
  };
  heap.watch = (placement, bytes) => {
    if (!isGuarded(placement)) own.watch(placement, bytes);
    else whole(placement, () => own.watch(placement, bytes + 2 * GUARD));
  };
  backend.execute = (...call) => {
    // A generic method loses its types when it is called on something; the result is the method's.
    const storage = Reflect.apply(home.execute as () => Storage, backend, call);
    const [{ name }, inputs] = call as readonly [{ name: string }, readonly Tensor[], ...unknown[]];
    checkStorage(storage, name);
    for (const input of inputs) checkStorage(input.storage, name);
    return storage;
  };
  checks.set(backend, (what) => {
    for (const [pointer, { bytes, of }] of blocks) {
      if (of.deref() === undefined) blocks.delete(pointer);
      else check(pointer, bytes, what);
    }
  });
  return backend;
}

/** Checks all guards after each test of a suite: what is compiled does not run op by op. */
export function checkGuards(): void {
  afterEach(({ task }) => {
    for (const check of checks.values()) check(task.name);
  });
}
