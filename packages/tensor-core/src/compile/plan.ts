/** A traced function made ready: what is left of a call are kernels, one after the other. */
import { WasmStorage, type WasmBackend } from '../backends/wasm/index.ts';
import { webAssembly } from '../backends/wasm/webassembly.ts';
import { viewArray } from '../dtype.ts';
import type { View } from '../op.ts';
import { track } from '../scope.ts';
import { Tensor } from '../tensor.ts';
import { compose, numberLives, type Action, type LiveNumbers } from './compose.ts';
import { isPlace, rawCalls } from './kernel-calls.ts';
import { layOut, type Layout, type Place } from './layout.ts';
import { encodeModule } from './module.ts';
import { schedule, type KernelItem, type Schedule } from './schedule.ts';
import { signatures } from './signatures.gen.ts';
import { same, type OpStep, type Operand, type Returned, type Trace, type Value } from './trace.ts';

/** From so many elements on, threads that share the single ops outdo one thread with one loop. */
const SHARED_FROM = 2 ** 15;

export class Plan {
  readonly trace: Trace;
  readonly schedule: Schedule;
  readonly layout: Layout;
  readonly #backend: WasmBackend;
  readonly #block: WasmStorage;
  readonly #actions: readonly Action[];
  readonly #functions: readonly (() => void)[];
  /** What the plan is made for: threads put other kernels in the place of these. */
  readonly #gemm: unknown;
  #tensors: readonly Tensor[] = [];
  #view32: Int32Array = new Int32Array();

  constructor(trace: Trace) {
    const { backend } = trace;
    const { kernels, heap, build, threads } = backend;
    this.trace = trace;
    this.#backend = backend;
    this.#gemm = kernels.gemm;
    this.schedule = schedule(trace, kernels, (n) => threads === 1 || n < SHARED_FROM);
    const { lives, count } = numberLives(this.schedule);
    this.layout = layOut(this.schedule, count);
    this.#block = backend.allocate('float64', Math.ceil(this.layout.bytes / 8));
    if (this.#block.pointer < 0)
      throw new RangeError('its arena does not fit in the memory budget');
    backend.watch(this.#block); // freed with the plan, if nobody disposes it
    for (const { value, offset } of this.layout.constants) this.#write(value, offset);
    const composed = compose(this.schedule, this.layout, lives, this.#block.pointer);
    this.#actions = composed.actions;
    const shared = !(heap.memory.buffer instanceof ArrayBuffer);
    const binary = encodeModule(composed.functions, shared, build === 'relaxed-simd');
    const imports = { env: { memory: heap.memory }, k: kernels };
    const { exports } = new webAssembly!.Instance(new webAssembly!.Module(binary), imports);
    // The names are those that encodeModule gave.
    const named = exports as Record<string, () => void>;
    this.#functions = composed.functions.map((_, i) => named[String(i)]!);
  }

  /** False once there are other kernels, for more threads or fewer. */
  get isCurrent(): boolean {
    return this.#backend.kernels.gemm === this.#gemm;
  }

  /**
   * Does what the function did. Null if some tensor is not in linear memory, where kernels could reach
   * it; nothing has been done then.
   */
  run(tensors: readonly Tensor[]): { readonly result: unknown } | null {
    const { schedule: plan, layout, trace } = this;
    this.#tensors = tensors;
    for (const { owner } of plan.written) makeSole(this.#tensorOf(owner));
    const made = plan.outputs.map(({ operand }) => {
      return this.#backend.allocate(operand.dtype, operand.size);
    });
    const words = this.#words();
    let resident = made.every(({ pointer }) => pointer >= 0);
    for (const { value, word } of layout.sources) {
      const { pointer } = this.#tensorOf(value);
      if (pointer < 0) resident = false;
      words[word] = pointer;
    }
    if (!resident) {
      for (const storage of made) this.#backend.free(storage);
      return null;
    }
    made.forEach(({ pointer }, i) => {
      words[layout.outputs[i]!] = pointer;
    });
    try {
      for (const action of this.#actions) this.#do(action);
    } catch (error) {
      for (const storage of made) this.#backend.free(storage);
      throw error;
    }
    for (const { owner, times } of plan.written) this.#tensorOf(owner).version += times;
    const results: Tensor[] = [];
    plan.outputs.forEach(({ operand, owner }, i) => {
      const tensor = new Tensor(operand.shape, operand.dtype, made[i]!);
      if (owner !== null) this.#tensorOf(owner).putGrad(tensor);
      else {
        track(tensor);
        results.push(tensor);
      }
    });
    for (const { owner, after } of trace.gradients) {
      if (after === null) this.#tensorOf(owner).putGrad(null);
    }
    const result = this.#assemble(trace.returned, results);
    this.#tensors = []; // nothing is held between calls
    return { result };
  }

  /** Gives its memory back. */
  dispose(): void {
    this.#backend.free(this.#block);
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

  get #memory(): ArrayBufferLike {
    return this.#backend.array(this.#block).buffer;
  }

  /** The words of the block; a memory that has grown has other views. */
  #words(): Int32Array {
    const buffer = this.#memory;
    if (this.#view32.buffer !== buffer) {
      this.#view32 = new Int32Array(buffer, this.#block.pointer, this.#block.length * 2);
    }
    return this.#view32;
  }

  /** The tensor behind a value that comes from outside. */
  #tensorOf({ origin }: Value): Tensor {
    switch (origin.kind) {
      case 'argument':
        return this.#tensors[origin.index]!;
      case 'captured':
        return origin.tensor;
      case 'gradient':
        return this.#tensorOf(origin.owner).peekGrad()!;
      default:
        throw new Error(`internal: a value made by ${origin.kind} has no tensor`);
    }
  }

  #placeOf(value: Value): Place {
    return this.layout.places.get(value)!;
  }

  #pointerOf(value: Value): number {
    const place = this.#placeOf(value);
    const base = this.#block.pointer;
    if (place.kind === 'block') return base + place.offset;
    return this.#words()[place.word]! >>> 0;
  }

  #write({ dtype, length, origin }: Value, offset: number): void {
    if (origin.kind !== 'constant') return;
    viewArray(dtype, this.#memory, this.#block.pointer + offset, length).set(origin.data);
  }

  #view({ value, shape, dtype, size }: Operand): View {
    const data = viewArray(dtype, this.#memory, this.#pointerOf(value), size);
    return { shape, dtype, size, data };
  }

  #loop({ op, inputs, attrs, refresh, output }: OpStep): void {
    const now = refresh === null ? attrs : refresh();
    op.reference(
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
    if (same(attrs, live.attrs)) return;
    live.attrs = attrs;
    const now = rawCalls(step, symbols, attrs, this.#backend.kernels);
    if (now === null || now.length !== calls.length) {
      throw new Error(`internal: ${step.op.name} calls other kernels than when it was traced`);
    }
    const memory = new DataView(this.#memory, this.#block.pointer + this.layout.live);
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

  #assemble(part: Returned, results: Tensor[]): unknown {
    switch (part.kind) {
      case 'made':
        return results.shift()!;
      case 'argument':
        return this.#tensors[part.index];
      case 'static':
        return part.value;
      case 'array':
        return part.items.map((item) => this.#assemble(item, results));
      default:
        return Object.fromEntries(
          part.entries.map(([key, item]) => [key, this.#assemble(item, results)]),
        );
    }
  }
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
  const copy = new Tensor(tensor.shape, dtype, backend.upload(backend.readSync(storage), dtype));
  tensor.assign(copy);
  copy.release('');
}
