/** A plan for the gpu backend: few launches, whose kernels are made of those of the ops. */
import { Plan } from '../../../compile/plan.ts';
import type { FixedArgument } from '../../../compile/fixed.ts';
import { leavingWith, outcomeOf, stepsFor, type Outcome } from '../../../compile/outcome.ts';
import { same, type OpStep, type Step, type Trace, type Value } from '../../../compile/trace.ts';
import { full } from '../../../ops/full.ts';
import { formatShape } from '../../../shape.ts';
import { Tensor } from '../../../tensor.ts';
import type { GpuBackend } from '../backend.ts';
import { chain, type Awaitable, type Device } from '../device.ts';
import type { Handle } from '../gpu-js.ts';
import { hostLoop } from '../host-loop.ts';
import { GpuStorage, Slot, slotOf } from '../storage.ts';
import { launchesOf, type Scalar } from './graph.ts';
import { packAll, packsOf, successorsOf, type Pack } from './packing.ts';
import { programOf, type Instruction, type Program, type Run } from './program.ts';

/** The numbers of a step that may change from call to call, and what they were made of. */
interface Live {
  attrs: unknown;
  /** By launch of the op. */
  scalars: readonly (readonly number[])[];
}

/** What the host brings to one call. */
interface Brought {
  /** By instruction. */
  readonly scalars: readonly (readonly number[])[];
  readonly filled: ReadonlyMap<number, Float32Array>;
}

export class GpuPlan extends Plan {
  readonly #backend: GpuBackend;
  readonly #device: Device;
  readonly #failures: number;
  readonly #steps: readonly Step[];
  readonly #outcome: Outcome;
  readonly #leaving: ReadonlySet<Value>;
  readonly #packs: readonly Pack[];
  readonly #program: Program;
  readonly #live = new Map<OpStep, Live>();
  /** Constants that have been brought to the device, by their registers. */
  #constants: Map<number, Handle> | null = null;
  #isDisposed = false;

  /** With `kept`, it is for the one call that was traced: these are wanted, too, and what lives on from it is there before. */
  constructor(
    backend: GpuBackend,
    trace: Trace,
    fixed: readonly FixedArgument[],
    kept: ReadonlySet<Value> | null = null,
  ) {
    super(trace, fixed);
    this.#backend = backend;
    this.#device = backend.jobs.device;
    this.#failures = this.#device.failures;
    this.#outcome = outcomeOf(trace);
    this.#leaving = new Set([...leavingWith(this.#outcome), ...(kept ?? [])]);
    this.#steps = stepsFor(trace, this.#leaving);
    const returned = this.#outcome.outputs.filter(({ owner }) => owner === null);
    const ends = {
      leaving: this.#leaving,
      returned: new Set(returned.map(({ operand }) => operand.value)),
      given: new Set(kept && [...trace.renewed.keys()].filter(isGiven)),
    };
    this.#program = programOf(this.#steps, ends, this.#device.vectors);
    this.#packs = this.#device.host ? [] : packsOf(this.#program, successorsOf(trace));
  }

  /** False once there is another device in the place of a lost one, or constants may have been refused. */
  get isCurrent(): boolean {
    return this.#backend.jobs.device === this.#device && this.#device.failures === this.#failures;
  }

  run(tensors: readonly Tensor[]): { readonly result: unknown } | null {
    const { tensors: sources } = this.#program;
    const outside = sources.map((value) => this.tensorOf(value, tensors));
    const written = this.#outcome.written.map(({ owner }) => this.tensorOf(owner, tensors));
    for (const tensor of [...outside, ...written]) {
      if (tensor.isDisposed || tensor.backend !== this.#backend) return null;
    }
    this.#backend.jobs.requireDevice(); // before anything is counted
    this.tensors = tensors;
    try {
      const used = outside.map(slotOf);
      const brought = this.#bring();
      const slots = new Map<Value, Slot>(sources.map((value, i) => [value, used[i]!]));
      const made = [...this.#leaving].filter((value) => !slots.has(value));
      for (const value of made) slots.set(value, new Slot(this.#device, value.length));
      this.#schedule(slots, made, brought);
      return { result: this.#give(slots, new Set(made)) };
    } finally {
      this.tensors = []; // nothing is held between calls
    }
  }

  /** True if it makes these of the values of a call that was traced, which did the same. */
  gives(now: Trace, values: ReadonlySet<Value>): boolean {
    const leaving = new Set(this.leavingOf(now));
    return [...values].every((value) => leaving.has(value));
  }

  /** Of a call that did the same, the values that leave it. */
  leavingOf(now: Trace): readonly Value[] {
    return [...this.#leaving].map(({ id }) => now.values[id]!);
  }

  /** Does what is left of a call that was traced, and did the same: fills the slots of what leaves it. */
  complete(now: Trace, places: ReadonlyMap<Value, Slot>): void {
    const slots = new Map<Value, Slot>();
    for (const value of this.trace.values) {
      const slot = places.get(now.values[value.id]!);
      if (slot !== undefined) slots.set(value, slot);
    }
    const sources = new Set(this.#program.tensors);
    const made = [...this.#leaving].filter((value) => slots.has(value) && !sources.has(value));
    // Nobody may hold some of them any more.
    for (const value of made) slots.get(value)!.holders++;
    try {
      this.#schedule(slots, made, this.#broughtTo(now));
    } finally {
      for (const value of made) this.#backend.jobs.drop(slots.get(value)!);
    }
  }

  #schedule(slots: ReadonlyMap<Value, Slot>, made: readonly Value[], brought: Brought): void {
    const { tensors, registers, instructions } = this.#program;
    // What leaves the call as it came may be looked at by nothing.
    const used = tensors.filter((value) => slots.has(value));
    const sources = used.map((value) => registers.get(value)!);
    const places = made.map((value) => registers.get(value)!);
    this.#backend.jobs.scheduleAll(
      made.map((value) => slots.get(value)!),
      used.map((value) => slots.get(value)!),
      (handles) =>
        this.#device.gathered(() =>
          this.#carryOut(new Map(sources.map((at, i) => [at, handles[i]!])), brought, places),
        ),
      instructions.length,
    );
  }

  /** Gives tensors the slots that will hold their values. */
  #give(slots: ReadonlyMap<Value, Slot>, fresh: Set<Value>): unknown {
    const storageFor = (value: Value): GpuStorage => {
      const slot = slots.get(value)!;
      // A slot begins with one holder.
      if (!fresh.delete(value)) slot.holders++;
      return this.#backend.storageFor(slot, value.dtype, value.length);
    };
    const made = this.#outcome.outputs.map(({ operand }) => storageFor(operand.value));
    // All are made before one is given away: a tensor may get what another held.
    const given = this.#outcome.written.map(({ value }) => storageFor(value));
    this.#outcome.written.forEach(({ owner, times }, i) => {
      const tensor = this.tensorOf(owner);
      const next = new Tensor(tensor.shape, tensor.dtype, given[i]!);
      tensor.assign(next);
      tensor.version += times - 1; // graphs of the old values notice
      next.release('');
    });
    return this.finish(this.#outcome, made);
  }

  /** What happens in plain JavaScript, and the numbers that come of it. */
  #bring(): Brought {
    const filled = new Map<number, Float32Array>();
    for (const step of this.#steps) {
      if (step.kind === 'host') step.act();
      else if (step.kind === 'upload') this.#fill(step.value, step.value, filled);
      else if (step.refresh !== null) this.#refresh(step, step.refresh());
    }
    for (const value of this.#program.filled) {
      if (value.origin.kind === 'constant' && !value.origin.filled)
        this.#fill(value, value, filled);
    }
    return this.#numbered(filled);
  }

  /** What a call that was traced has brought. */
  #broughtTo(now: Trace): Brought {
    const filled = new Map<number, Float32Array>();
    for (const value of this.#program.filled) this.#fill(value, now.values[value.id]!, filled);
    const own = new Set(this.#steps);
    this.trace.steps.forEach((step, i) => {
      const same = now.steps[i]!;
      if (step.kind !== 'op' || same.kind !== 'op' || step.refresh === null) return;
      if (own.has(step)) this.#refresh(step, same.attrs);
    });
    return this.#numbered(filled);
  }

  #numbered(filled: ReadonlyMap<number, Float32Array>): Brought {
    const scalars = this.#program.instructions.map((one) => {
      return one.kind === 'run' ? one.scalars.map((scalar) => this.#number(scalar)) : [];
    });
    return { scalars, filled };
  }

  /** The numbers of a value as a call has it. A copy: the next call fills the array again, and the device may be behind. */
  #fill(value: Value, { origin, length }: Value, filled: Map<number, Float32Array>): void {
    const register = this.#program.registers.get(value);
    if (register === undefined || origin.kind !== 'constant' || length === 0) return;
    filled.set(register, Float32Array.from(origin.data));
  }

  #refresh(step: OpStep, attrs: unknown): void {
    const live = this.#live.get(step);
    if (live !== undefined && same(live.attrs, attrs)) return;
    const launches = launchesOf(step, attrs, this.#device.vectors) ?? [];
    this.#live.set(step, { attrs, scalars: launches.map(({ scalars = [] }) => scalars) });
  }

  #number(scalar: Scalar): number {
    if (typeof scalar === 'number') return scalar;
    const { step, launch, at } = scalar;
    const number = this.#live.get(step)?.scalars[launch]?.[at];
    if (number === undefined) {
      throw new Error(`internal: ${step.op.name} launches other kernels than when it was traced`);
    }
    return number;
  }

  /** Runs the launches; gives the arrays of `places`. */
  #carryOut(
    handles: ReadonlyMap<number, Handle | null>,
    { scalars, filled }: Brought,
    places: readonly number[],
  ): Awaitable<readonly (Handle | null)[]> {
    const { instructions, count } = this.#program;
    const arrays: (Handle | null)[] = Array.from({ length: count }, () => null);
    for (const [register, handle] of handles) arrays[register] = handle;
    let packed: readonly Handle[] = [];
    const step = (i: number): Awaitable<readonly (Handle | null)[]> => {
      const one = instructions[i];
      if (one === undefined) {
        for (const handle of packed) this.#device.release(handle);
        return places.map((place) => arrays[place]!);
      }
      return chain(this.#do(one, scalars[i]!, arrays), () => {
        for (const register of one.dying) {
          if (arrays[register] !== null) this.#device.release(arrays[register]!);
          arrays[register] = null;
        }
        return chain(this.#backend.jobs.pause(), () => step(i + 1));
      });
    };
    return chain(this.#uploadAll(filled, arrays), () =>
      chain(this.#constantsOn(), (constants) => {
        for (const [register, handle] of constants) arrays[register] = handle;
        return chain(packAll(this.#device, this.#packs, arrays), (found) => {
          packed = found;
          return step(0);
        });
      }),
    );
  }

  #uploadAll(
    filled: ReadonlyMap<number, Float32Array>,
    arrays: (Handle | null)[],
  ): Awaitable<void> {
    return [...filled].reduce<Awaitable<void>>(
      (before, [register, values]) =>
        chain(before, () =>
          chain(this.#backend.jobs.upload(values), (handle) => {
            arrays[register] = handle;
          }),
        ),
      undefined,
    );
  }

  #constantsOn(): Awaitable<Map<number, Handle>> {
    if (this.#constants !== null) return this.#constants;
    const { constants, registers } = this.#program;
    const found = new Map<number, Handle>();
    const bring = (i: number): Awaitable<Map<number, Handle>> => {
      const value = constants[i];
      if (value === undefined) return (this.#constants = found);
      const { origin } = value;
      if (origin.kind !== 'constant' || value.length === 0) return bring(i + 1);
      return chain(this.#backend.jobs.upload(Float32Array.from(origin.data)), (handle) => {
        found.set(registers.get(value)!, handle);
        return bring(i + 1);
      });
    };
    return bring(0);
  }

  #do(one: Instruction, scalars: readonly number[], arrays: (Handle | null)[]): Awaitable<void> {
    if (one.kind === 'run') return this.#launch(one, scalars, arrays);
    const { step, inputs, made } = one;
    if (one.kind === 'check') {
      step.op.infer(
        step.inputs.map(({ shape, dtype, size }, i) => {
          const slot = new Slot(this.#device, size);
          slot.handle = arrays[inputs[i]!]!;
          return new Tensor(shape, dtype, new GpuStorage(this.#backend, dtype, size, slot));
        }),
        step.attrs,
      );
      return;
    }
    const attrs = step.refresh === null ? step.attrs : this.#live.get(step)!.attrs;
    const loop = hostLoop(this.#backend, step.op, step.inputs, attrs, step.output);
    return chain(loop(inputs.map((register) => arrays[register]!)), (handle) => {
      arrays[made[0]!] = handle;
    });
  }

  #launch(
    { launch, inputs, sizes, vectors, size, made, lengths }: Run,
    scalars: readonly number[],
    arrays: (Handle | null)[],
  ): Awaitable<void> {
    const isEmpty = inputs.some((register) => arrays[register] === null);
    const zero = isEmpty ? this.#device.upload(new Float32Array(1)) : null;
    return chain(zero, (placeholder) => {
      const operands = inputs.map((register, i) => {
        return { handle: arrays[register] ?? placeholder!, size: sizes[i]!, vector: vectors[i]! };
      });
      return chain(this.#device.run({ ...launch, scalars }, size, operands), (handle) => {
        this.#device.parts(handle, lengths).forEach((part, i) => (arrays[made[i]!] = part));
        if (placeholder !== null) this.#device.release(placeholder);
      });
    });
  }

  describe(): string {
    const { instructions } = this.#program;
    const ops = this.#steps.filter(({ kind }) => kind === 'op').length;
    const runs = instructions.filter(({ kind }) => kind === 'run').length;
    return [
      `  ${ops} ops in ${runs} launches`,
      ...instructions.map((one) => {
        if (one.kind !== 'run') return `  ${one.step.op.name} on the host`;
        const { names, inputs, lengths } = one;
        return `  ${names.join(' + ')} of ${inputs.length} arrays → ${lengths.map((n) => formatShape([n])).join(', ')}`;
      }),
    ].join('\n');
  }

  /** The constants go after the calls that have been made. */
  dispose(): void {
    if (this.#isDisposed || this.#backend.jobs.device !== this.#device) return;
    this.#isDisposed = true;
    this.#backend.jobs.after(() => {
      for (const handle of this.#constants?.values() ?? []) this.#device.release(handle);
    });
  }
}

/** True for what a traced call may begin with: numbers that were not computed. */
export function isGiven({ origin }: Value): boolean {
  // Ops are compared, whatever their attributes.
  return (
    origin.kind === 'constant' || (origin.kind === 'op' && origin.step.op === (full as unknown))
  );
}
