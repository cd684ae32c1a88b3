/** A plan for linear memory: what is left of a call are kernels, one after the other. */
import { runLoop } from '../backends/backend.ts';
import { WasmStorage, type WasmBackend } from '../backends/wasm/index.ts';
import { webAssembly } from '../backends/wasm/webassembly.ts';
import { viewArray, type DType, type TypedArray } from '../dtype.ts';
import type { View } from '../op.ts';
import { Tensor } from '../tensor.ts';
import { Arena, room } from './arena.ts';
import { compose, numberLives, type Action, type LiveNumbers } from './compose.ts';
import type { FixedArgument } from './fixed.ts';
import { describe } from './inspect.ts';
import { isPlace, rawCalls } from './kernel-calls.ts';
import { layOut, type Layout, type Place } from './layout.ts';
import { encodeModule } from './module.ts';
import { Plan } from './plan.ts';
import { schedule, type KernelItem, type Schedule } from './schedule.ts';
import { records } from '../kernels/index.ts';
import { signatures } from '../kernels/signatures.gen.ts';
import { same, type OpStep, type Operand, type Trace, type Value } from './trace.ts';

export class WasmPlan extends Plan {
  readonly schedule: Schedule;
  readonly layout: Layout;
  readonly #backend: WasmBackend;
  readonly #block: WasmStorage;
  readonly #arena: Arena;
  readonly #actions: readonly Action[];
  readonly #functions: readonly (() => void)[];
  /** What the plan is made for: threads put other kernels in the place of these. */
  readonly #gemm: unknown;
  #isRunning = false;
  #view32: Int32Array = new Int32Array();

  /** `fixed` are the arguments that have to be the tensors that they were. */
  constructor(backend: WasmBackend, trace: Trace, fixed: readonly FixedArgument[]) {
    super(trace, fixed);
    const { kernels, heap, build, threads } = backend;
    this.#backend = backend;
    this.#gemm = kernels.gemm;
    this.schedule = schedule(trace, kernels, (kernel, n) => {
      // Threads that share the single ops outdo one thread with one loop.
      return threads === 1 || n < records.get(kernel)!.threshold;
    });
    const { lives, count } = numberLives(this.schedule);
    this.layout = layOut(this.schedule, count);
    this.#block = room(backend, this.layout.block);
    try {
      this.#arena = Arena.of(backend, this.layout.arena);
    } catch (error) {
      backend.free(this.#block);
      throw error;
    }
    for (const { value, offset } of this.layout.constants) this.#write(value, offset);
    const composed = compose(
      this.schedule,
      this.layout,
      lives,
      this.#block.pointer,
      this.#arena.pointer,
    );
    this.#actions = composed.actions;
    const shared = !(heap.memory.buffer instanceof ArrayBuffer);
    const binary = encodeModule(composed.functions, shared, build === 'relaxed-simd');
    const imports = { env: { memory: heap.memory }, k: kernels };
    const { exports } = new webAssembly!.Instance(new webAssembly!.Module(binary), imports);
    // The names are those that encodeModule gave.
    const named = exports as Record<string, () => void>;
    this.#functions = composed.functions.map((_, i) => named[String(i)]!);
  }

  /** False once there are other kernels, for more threads or fewer, or its arena has gone. */
  get isCurrent(): boolean {
    return this.#backend.kernels.gemm === this.#gemm && !this.#arena.isGone;
  }

  /**
   * Does what the function did. Null if some tensor is gone or not in linear memory, where kernels could
   * reach it, or if the plan is running already; nothing has been done then.
   */
  run(tensors: readonly Tensor[]): { readonly result: unknown } | null {
    if (this.#isRunning || this.#arena.isBusy) return null;
    const made: WasmStorage[] = [];
    this.#isRunning = this.#arena.isBusy = true;
    this.tensors = tensors;
    let at: 'start' | 'middle' | 'end' = 'start';
    try {
      if (!this.#place(made)) return null;
      at = 'middle';
      for (const action of this.#actions) this.#do(action);
      at = 'end';
      return { result: this.#finish(made) };
    } finally {
      if (at !== 'end') for (const storage of made) this.#backend.free(storage);
      if (at === 'middle') this.#countWrites(); // some may have been done
      this.#isRunning = this.#arena.isBusy = false;
      this.tensors = []; // nothing is held between calls
    }
  }

  /** Writes the addresses of the present call; false if one is not in linear memory. */
  #place(made: WasmStorage[]): boolean {
    const { schedule: plan, layout } = this;
    for (const { owner } of plan.written) {
      const tensor = this.tensorOf(owner);
      if (tensor.isDisposed || tensor.backend !== this.#backend) return false;
      makeSole(tensor);
    }
    for (const { operand } of plan.outputs) {
      made.push(this.#backend.allocate(operand.dtype, operand.size));
    }
    // Asked for again at every word: a gradient of rows is made dense here, and the memory may grow.
    for (const { value, word } of layout.sources) {
      const tensor = this.tensorOf(value);
      if (tensor.isDisposed) return false;
      const { storage } = tensor;
      if (storage.backend !== this.#backend) return false;
      this.#words()[word] = (storage as WasmStorage).pointer; // the backend makes no others
      if ((storage as WasmStorage).pointer < 0) return false;
    }
    for (let i = 0; i < made.length; i++) {
      const { pointer } = made[i]!;
      if (pointer < 0) return false;
      this.#words()[layout.outputs[i]!] = pointer;
    }
    return true;
  }

  /** So that graphs of the old values notice. */
  #countWrites(): void {
    for (const { owner, times } of this.schedule.written) this.tensorOf(owner).version += times;
  }

  #finish(made: readonly WasmStorage[]): unknown {
    this.#countWrites();
    return this.finish(this.schedule, made);
  }

  describe(): string {
    return describe(this);
  }

  /** Gives its memory back, unless it is in use; then the garbage collector will. */
  dispose(): void {
    if (this.#isRunning) return;
    this.#backend.free(this.#block);
    this.#arena.release();
  }

  #do(action: Action): void {
    switch (action.kind) {
      case 'kernels':
        this.#functions[action.index]!();
        break;
      case 'host':
        action.act();
        break;
      case 'upload': {
        const place = this.#placeOf(action.value);
        if (place.kind === 'block') this.#write(action.value, place.offset);
        break;
      }
      case 'check':
        this.#check(action.step);
        break;
      case 'loop':
        this.#loop(action.step);
        break;
      default:
        this.#refresh(action.item, action.live);
    }
  }

  /** The words of the block; a memory that has grown has other views. */
  #words(): Int32Array {
    const { pointer, length } = this.#block;
    const buffer = this.#backend.bufferTo(pointer + 8 * length);
    if (this.#view32.buffer !== buffer) this.#view32 = new Int32Array(buffer, pointer, length * 2);
    return this.#view32;
  }

  /** Numbers anywhere in linear memory, for now: what runs next may let it grow. */
  #numbers(dtype: DType, pointer: number, length: number): TypedArray {
    return viewArray(dtype, this.#backend.bufferTo(pointer + 8 * length), pointer, length);
  }

  #placeOf(value: Value): Place {
    return this.layout.places.get(value)!;
  }

  #pointerOf(value: Value): number {
    const place = this.#placeOf(value);
    if (place.kind === 'slot') return this.#words()[place.word]! >>> 0;
    return (place.kind === 'block' ? this.#block : this.#arena).pointer + place.offset;
  }

  #write({ dtype, length, origin }: Value, offset: number): void {
    if (origin.kind !== 'constant') return;
    this.#numbers(dtype, this.#block.pointer + offset, length).set(origin.data);
  }

  #view({ value, shape, dtype, size }: Operand): View {
    return { shape, dtype, size, data: this.#numbers(dtype, this.#pointerOf(value), size) };
  }

  #loop({ op, inputs, attrs, refresh, output }: OpStep): void {
    const now = refresh === null ? attrs : refresh();
    runLoop(
      this.#backend.name,
      op,
      inputs.map((input) => this.#view(input)),
      now,
      this.#view(output),
    );
  }

  /** Lets the shape rule look at the values again. */
  #check({ op, inputs, attrs }: OpStep): void {
    op.infer(
      inputs.map(({ value, shape, dtype, size }) => {
        const storage = new WasmStorage(this.#backend, dtype, size);
        storage.pointer = this.#pointerOf(value);
        return new Tensor(shape, dtype, storage);
      }),
      attrs,
    );
  }

  /** Makes the numbers of an op anew; most are what they were in the last call. */
  #refresh({ step, symbols, calls }: KernelItem, live: LiveNumbers): void {
    const attrs = step.refresh!();
    if (sameFields(attrs, live.attrs) || same(attrs, live.attrs)) return;
    live.attrs = attrs;
    const now = rawCalls(step, symbols, attrs, this.#backend.kernels);
    if (now === null || now.length !== calls.length) {
      throw new Error(`internal: ${step.op.name} calls other kernels than when it was traced`);
    }
    const memory = new DataView(this.#words().buffer, this.#block.pointer + this.layout.live);
    for (const { call, argument, offset } of live.numbers) {
      const { kernel, args } = now[call]!;
      if (kernel !== calls[call]!.kernel || isPlace(now[call]!, argument)) {
        throw new Error(
          `internal: ${step.op.name} calls ${kernel} otherwise than when it was traced`,
        );
      }
      put(memory, offset, signatures[kernel]![argument]!, args[argument]!);
    }
  }
}

/** Equality of what one function made, if it is flat: the quick question before `same`. */
function sameFields(a: unknown, b: unknown): boolean {
  if (b === undefined) return false;
  // `dynamicAttrs` makes objects, and both are of the same function.
  const [x, y] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const key in x) if (!Object.is(x[key], y[key])) return false;
  for (const key in y) if (!(key in x)) return false;
  return true;
}

function put(memory: DataView, offset: number, type: string, value: number): void {
  if (type === 'i') memory.setInt32(offset, value, true);
  else if (type === 'f') memory.setFloat32(offset, value, true);
  else memory.setFloat64(offset, value, true);
}

/** Gives a tensor that shares its data with another memory of its own: it is going to be written. */
function makeSole(tensor: Tensor): void {
  const { storage } = tensor;
  if (storage.references === 1) return;
  const { backend, dtype } = storage;
  // A copy: where memory is not shared, growing for the new place would detach a view.
  const values = backend.readSync(storage).slice();
  const copy = new Tensor(tensor.shape, dtype, backend.upload(values, dtype));
  tensor.assign(copy);
  tensor.version--; // it still has the same numbers
  copy.release('');
}
