/** A traced function made ready: what is left of a call are kernels, one after the other. */
import { WasmStorage, type WasmBackend } from '../backends/wasm/index.ts';
import { webAssembly } from '../backends/wasm/webassembly.ts';
import { bytesPerElement, viewArray } from '../dtype.ts';
import type { View } from '../op.ts';
import { track } from '../scope.ts';
import { Tensor } from '../tensor.ts';
import { isPlace, rawCalls, type Argument } from './kernel-calls.ts';
import { layOut, type Layout, type Place } from './layout.ts';
import { encodeModule, type CallArgument, type KernelCall } from './module.ts';
import { schedule, type KernelItem, type Schedule } from './schedule.ts';
import { signatures } from './signatures.gen.ts';
import { same, type OpStep, type Operand, type Returned, type Trace, type Value } from './trace.ts';

/** Part of a call: JavaScript, or a function of the plan's module. */
type Action = (() => void) | number;

/** The numbers of an op's kernel calls that may change from call to call. */
interface LiveNumbers {
  /** What they were made of last; undefined before the first call. */
  attrs: unknown;
  readonly numbers: readonly {
    readonly call: number;
    readonly argument: number;
    readonly offset: number;
  }[];
}

export class Plan {
  readonly trace: Trace;
  readonly schedule: Schedule;
  readonly layout: Layout;
  readonly #backend: WasmBackend;
  readonly #block: WasmStorage;
  readonly #functions: KernelCall[][] = [];
  readonly #actions: Action[] = [];
  readonly #binary: Uint8Array;
  /** One of the kernels that the module is bound to: threads replace them together. */
  #bound: unknown = null;
  #linked: (() => void)[] = [];
  #tensors: readonly Tensor[] = [];
  #view32: Int32Array = new Int32Array();

  constructor(trace: Trace) {
    const { backend } = trace;
    this.trace = trace;
    this.#backend = backend;
    this.schedule = schedule(trace, backend.kernels);
    const live = new Map<KernelItem, LiveNumbers>();
    let numbers = 0;
    for (const item of this.schedule.items) {
      if (item.kind !== 'kernels' || item.step.refresh === null) continue;
      const found = item.calls.flatMap(({ args }, call) => {
        return args.flatMap((arg, argument) => {
          return typeof arg === 'number' ? [{ call, argument, offset: 8 * numbers++ }] : [];
        });
      });
      live.set(item, { attrs: undefined, numbers: found });
    }
    this.layout = layOut(this.schedule, numbers);
    this.#block = backend.allocate('float64', Math.ceil(this.layout.bytes / 8));
    if (this.#block.pointer < 0)
      throw new RangeError('its arena does not fit in the memory budget');
    backend.watch(this.#block); // freed with the plan
    for (const { value, offset } of this.layout.constants) this.#write(value, offset);
    this.#compose(live);
    this.#binary = encodeModule(
      this.#functions,
      !(backend.heap.memory.buffer instanceof ArrayBuffer),
    );
  }

  /**
   * Does what the function did. Null if some tensor is not in linear memory, where kernels could reach
   * it; nothing has been done then.
   */
  run(tensors: readonly Tensor[]): { readonly result: unknown } | null {
    const { schedule: plan, layout, trace } = this;
    const { kernels } = this.#backend;
    if (kernels.gemm !== this.#bound) this.#link();
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
      for (const action of this.#actions) {
        if (typeof action === 'number') this.#linked[action]!();
        else action();
      }
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

  // ——— Making it ready ———

  /** Cuts the items into stretches of kernels, and JavaScript between them. */
  #compose(live: ReadonlyMap<KernelItem, LiveNumbers>): void {
    const { saved, copies } = this.layout;
    const base = this.#block.pointer;
    let calls: KernelCall[] = [];
    // Values of the present stretch: JavaScript that looks at them has to wait for its end.
    let fresh = new Set<Value>();
    const flush = (): void => {
      if (calls.length > 0) this.#actions.push(this.#functions.push(calls) - 1);
      calls = [];
      fresh = new Set();
    };
    const copy = (to: CallArgument, from: CallArgument, value: Value): void => {
      const bytes = bytesPerElement[value.dtype] * value.length;
      if (bytes > 0) calls.push({ kernel: 'copy', args: [to, from, number(bytes)] });
    };
    for (const { value, offset } of saved) {
      copy(number(base + offset), this.#address({ value, offset: 0 }), value);
    }
    for (const item of this.schedule.items) {
      if (item.kind === 'host') this.#actions.push(item.act);
      else if (item.kind === 'upload') {
        const { value } = item;
        const place = this.#placeOf(value);
        if (place.kind === 'block') this.#actions.push(() => this.#write(value, place.offset));
      } else {
        const { step } = item;
        const looks = item.kind === 'loop' || step.checked;
        if (looks && step.inputs.some(({ value }) => fresh.has(value))) flush();
        if (step.checked) this.#actions.push(() => this.#check(step));
        if (item.kind === 'loop') {
          flush();
          this.#actions.push(() => this.#loop(step));
        } else {
          const numbers = live.get(item);
          if (numbers !== undefined) this.#actions.push(() => this.#refresh(item, numbers));
          item.calls.forEach(({ kernel, args }, c) => {
            const encoded = args.map((arg, a) => {
              const own = numbers?.numbers.find(
                ({ call, argument }) => call === c && argument === a,
              );
              if (own === undefined) return this.#address(arg);
              return {
                kind: 'load',
                address: base + this.layout.live + own.offset,
                offset: 0,
              } as const;
            });
            calls.push({ kernel, args: encoded });
          });
          fresh.add(step.output.value);
        }
      }
    }
    const places = new Map(saved.map(({ value, offset }) => [value, offset]));
    const homes = new Set(this.layout.sources.map(({ word }) => word));
    for (const { from, word } of copies) {
      const kept = homes.has(word) ? places.get(from) : undefined;
      const source =
        kept === undefined ? this.#address({ value: from, offset: 0 }) : number(base + kept);
      copy({ kind: 'load', address: base + 4 * word, offset: 0 }, source, from);
    }
    flush();
  }

  #address(arg: Argument): CallArgument {
    if (typeof arg === 'number') return number(arg);
    const place = this.#placeOf(arg.value);
    const base = this.#block.pointer;
    if (place.kind === 'block') return number(base + place.offset + arg.offset);
    return { kind: 'load', address: base + 4 * place.word, offset: arg.offset };
  }

  /** Binds the module to the kernels as they are now: threads put others in their place. */
  #link(): void {
    const { kernels, heap } = this.#backend;
    const imports = { env: { memory: heap.memory }, k: kernels };
    const { exports } = new webAssembly!.Instance(new webAssembly!.Module(this.#binary), imports);
    // The names are those that encodeModule gave.
    const functions = exports as Record<string, () => void>;
    this.#linked = this.#functions.map((_, i) => functions[String(i)]!);
    this.#bound = kernels.gemm;
  }

  // ——— In a call ———

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

const number = (value: number): CallArgument => ({ kind: 'number', value });

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
