/**
 * Ops of a function that is being traced. They wait until it is over, and are then carried out as a plan: of the kernels of
 * its single ops none is ever built. Where that cannot be, they run op by op after all.
 */
import type { Plan } from '../../compile/plan.ts';
import type { Value } from '../../compile/trace.ts';
import type { Finished, Storage } from '../backend.ts';
import type { GpuBackend } from './backend.ts';
import { GpuPlan, isGiven } from './plan/plan.ts';
import type { GpuStorage, Slot } from './storage.ts';

/** What fills a slot. */
interface Entry {
  readonly slot: Slot;
  readonly operands: readonly Slot[];
  /** Has its job done. */
  act(): void;
}

export class Postponed {
  readonly #backend: GpuBackend;
  #entries: Entry[] = [];
  readonly #bySlot = new Map<Slot, Entry>();
  readonly #byStorage = new Map<Storage, Entry>();
  /** What is to have a copy on the host as soon as it is there. */
  readonly #lasting = new Set<GpuStorage>();
  /** True once something had to be done before the function was over. */
  #isBroken = false;

  constructor(backend: GpuBackend) {
    this.#backend = backend;
  }

  /** Has `act` wait, which computes the storage from the operands. */
  add(storage: GpuStorage, operands: readonly Slot[], act: () => void): void {
    const entry = { slot: storage.holding.slot, operands, act };
    for (const operand of operands) operand.holders++;
    this.#entries.push(entry);
    this.#bySlot.set(entry.slot, entry);
    this.#byStorage.set(storage, entry);
  }

  /** Does what waits if some of it is needed now. */
  need(slots: readonly Slot[]): void {
    if (this.#entries.length === 0 || !slots.some((slot) => this.#bySlot.has(slot))) return;
    this.#isBroken = true;
    this.#opByOp();
  }

  /** True if the storage has no values yet; `lasts` of the backend is then called when it has. */
  isLasting(storage: GpuStorage): boolean {
    if (!this.#bySlot.has(storage.holding.slot)) return false;
    this.#lasting.add(storage);
    return true;
  }

  /** Does all that waits: by `plan` if the function did what that does, by a plan of its own, or op by op without a trace. */
  settle(finished: Finished | null, plan: Plan | null): void {
    const isWhole = !this.#isBroken;
    this.#isBroken = false;
    try {
      if (finished === null || !isWhole || !this.#asPlan(finished, plan)) this.#opByOp();
    } finally {
      const lasting = [...this.#lasting];
      this.#lasting.clear();
      for (const storage of lasting) if (storage.references > 0) this.#backend.lasts(storage);
    }
  }

  #opByOp(): void {
    const entries = this.#take();
    const { jobs } = this.#backend;
    // From the end: what nobody holds, be it one of those that wait, is not made.
    const needed = entries.toReversed().filter(({ slot, operands }) => {
      if (slot.holders > 0) return true;
      for (const operand of operands) jobs.drop(operand);
      return false;
    });
    let failure: Error | null = null;
    for (const { slot, operands, act } of needed.toReversed()) {
      try {
        if (failure === null) act();
      } catch (error) {
        failure = error as Error; // jobs throw nothing else
      }
      slot.error ??= failure;
      for (const operand of operands) jobs.drop(operand);
    }
    if (failure !== null) throw failure;
  }

  /** False if no plan gives all that is held. */
  #asPlan({ trace, storages }: Finished, plan: Plan | null): boolean {
    const slots = new Map<Value, Slot>();
    const values = new Map<Slot, Value>();
    for (const [value, storage] of storages) {
      const slot = this.#byStorage.get(storage)?.slot;
      if (slot === undefined) continue;
      slots.set(value, slot);
      values.set(slot, value);
    }
    for (const step of trace.steps) {
      if (step.kind !== 'op') continue;
      const made = slots.get(step.output.value);
      if (made === undefined) return false;
      step.inputs.forEach(({ value }, i) => {
        if (!slots.has(value)) slots.set(value, this.#bySlot.get(made)!.operands[i]!);
      });
    }
    const apart = new Set<Slot>();
    const wanted = new Set<Value>();
    for (const slot of this.#held()) {
      const value = values.get(slot);
      if (value === undefined) return false; // made where nobody traced
      if (value.origin.kind === 'op') wanted.add(value);
      else apart.add(slot);
    }
    const isSame = plan instanceof GpuPlan && plan.isCurrent && plan.gives(trace, wanted);
    const own = isSame ? plan : new GpuPlan(this.#backend, trace, [], wanted);
    for (const value of own.leavingOf(trace)) if (slots.has(value)) apart.delete(slots.get(value)!);
    for (const value of isSame ? [] : trace.renewed.keys()) {
      if (isGiven(value) && slots.has(value)) apart.add(slots.get(value)!);
    }
    const entries = this.#take();
    try {
      for (const { slot, act } of entries) if (apart.has(slot)) act();
      own.complete(trace, slots);
    } catch (error) {
      // Jobs throw nothing but errors.
      for (const { slot } of entries) if (slot.handle === null) slot.error ??= error as Error;
      throw error;
    } finally {
      const { jobs } = this.#backend;
      for (const { operands } of entries) for (const operand of operands) jobs.drop(operand);
      if (!isSame) own.dispose();
    }
    return true;
  }

  /** What others hold than those that wait. */
  #held(): Slot[] {
    const waiting = new Map<Slot, number>();
    for (const { operands } of this.#entries) {
      for (const operand of operands) waiting.set(operand, (waiting.get(operand) ?? 0) + 1);
    }
    return this.#entries
      .map(({ slot }) => slot)
      .filter((slot) => slot.holders > (waiting.get(slot) ?? 0));
  }

  #take(): readonly Entry[] {
    const entries = this.#entries;
    this.#entries = [];
    this.#bySlot.clear();
    this.#byStorage.clear();
    return entries;
  }
}
