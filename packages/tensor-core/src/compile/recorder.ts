/** Watches a call of a function and writes down what it does. */
import type { Backend, Storage } from '../backends/backend.ts';
import { wasm, WasmBackend, WasmStorage } from '../backends/wasm/index.ts';
import type { DType, TypedArray } from '../dtype.ts';
import { observe, type Observer } from '../observer.ts';
import type { OpDef } from '../op.ts';
import { partsOf, type SparseGradient } from '../sparse-gradient.ts';
import { full } from '../ops/full.ts';
import { refusePromise, scope } from '../scope.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { numberIn } from '../tensor/apply.ts';
import { setTracer, type Tracer } from '../tracing.ts';
import { Assignments } from './assignments.ts';
import { CompileError } from './error.ts';
import { Histories } from './histories.ts';
import type { Plan } from './plan.ts';
import { formOf, madeIn } from './returned.ts';
import {
  constant,
  typed,
  type GradientRecord,
  type Observation,
  type Operand,
  type OpStep,
  type Origin,
  type Returned,
  type Step,
  type Trace,
  type Value,
} from './trace.ts';
import { Waiting, type Traced } from './waiting.ts';

/**
 * Calls `fn` as it is, and writes down what it does.
 *
 * @throws {@link CompileError} as soon as it does something that cannot be repeated, unless `lenient`: then the call goes on and the
 * trace says why not.
 */
export function trace<R>(fn: () => R, tensors: readonly Tensor[], lenient: boolean): Traced<R> {
  return new Recorder(tensors, lenient).run(fn);
}

class Recorder implements Tracer, Observer {
  readonly opByOp = true;
  readonly #inputs: readonly Tensor[];
  readonly #lenient: boolean;
  #active = false;
  #failure: string | null = null;
  #backend: Backend | null = null;

  readonly #steps: Step[] = [];
  readonly #values: Value[] = [];
  readonly #observations: Observation[] = [];
  readonly #byTensor = new Map<Tensor, Value>();
  readonly #byStorage = new Map<Storage, Value>();
  /** Arguments and captured tensors, with the values they came with. */
  readonly #owners = new Map<Tensor, Value>();
  readonly #requiresGrad = new Map<Value, boolean>();
  readonly #assignments = new Assignments();
  readonly #waiting = new Waiting();
  readonly #gradients = new Set<Storage>();
  readonly #gradientOwners = new Map<Tensor, boolean>();
  readonly #histories = new Histories();
  /** Ops of constants, which are not steps. */
  #folded = 0;
  readonly #lives = new Map<object, () => unknown>();
  readonly #unusedLives = new Set<object>();
  readonly #stands = new Map<object, object>();
  readonly #filled = new Set<TypedArray>();
  /** Above 0 inside `replay` and internal reads, which are not recorded themselves. */
  #depth = 0;
  #lookedAt = 0;

  constructor(inputs: readonly Tensor[], lenient: boolean) {
    this.#inputs = inputs;
    this.#lenient = lenient;
  }

  run<R>(fn: () => R): Traced<R> {
    this.#inputs.forEach((tensor, index) => {
      if (!this.#owners.has(tensor)) this.#own(tensor, { kind: 'argument', index });
    });
    const stop = observe(this);
    setTracer(this);
    this.#active = true;
    let returned: Returned = { kind: 'static', value: undefined };
    let result: R;
    let isOver = false;
    try {
      result = scope(() => {
        const made = fn();
        if (made instanceof Promise) {
          throw new CompileError(
            'compile: the function returned a promise. Compile what it does between two awaits.',
          );
        }
        returned = formOf(
          made,
          (tensor) => this.#returnedTensor(tensor),
          (reason) => this.#fail(reason),
        );
        return made;
      });
      isOver = true;
    } finally {
      this.#active = false;
      setTracer(null);
      stop();
      this.#histories.restore();
      if (!isOver) this.#waiting.settle('it has thrown', this.#byStorage);
    }
    const trace = this.#failure ?? this.#finish(returned);
    const settle = (plan: Plan | null): void => this.#waiting.settle(trace, this.#byStorage, plan);
    return { result, trace, settle };
  }

  // ——— What plain JavaScript says ———

  replay(act: () => void, filled: TypedArray | undefined): void {
    const outermost = this.#depth === 0;
    refusePromise('replay', this.#quietly(act));
    if (!outermost) return;
    this.#steps.push({ kind: 'host', act });
    if (filled !== undefined) this.#filled.add(filled);
  }

  dynamicAttrs<S, A extends object>(source: S, make: (source: S) => A): A {
    // A stand-in for options would observe what is read here; what is read here may change.
    const plain = (this.#stands.get(source as object) ?? source) as S;
    const attrs = refusePromise(
      'dynamicAttrs',
      this.#quietly(() => make(plain)),
    );
    this.#lives.set(attrs, () => make(plain));
    this.#unusedLives.add(attrs);
    return attrs;
  }

  guard<T>(read: () => T): T {
    const value = refusePromise('guard', this.#quietly(read));
    if (this.#depth === 0) this.#observations.push({ read, value });
    return value;
  }

  guardedOptions<T extends object>(options: T): T {
    const standIn = new Proxy(options, {
      get: (target, key) => {
        const read = (): unknown => Reflect.get(target, key);
        return this.#active ? this.guard(read) : read();
      },
    });
    this.#stands.set(standIn, options);
    return standIn;
  }

  waits(backend: Backend): boolean {
    if (!this.#active || this.#depth > 0 || this.#failure !== null) return false;
    this.#waiting.add(backend);
    return true;
  }

  // ——— What it sees ———

  viewed(output: Tensor, input: Tensor): void {
    this.#byTensor.set(output, this.#valueOf(input));
  }

  checked(): void {
    if (this.#depth === 0) this.#lookedAt++;
  }

  draws(method: string): void {
    if (this.#depth > 0) return;
    this.#fail(
      `it draws numbers with ${method}() of a generator. Draw them as a tensor, or outside and pass them in`,
    );
  }

  executed(
    op: OpDef<unknown>,
    inputs: readonly Tensor[],
    attrs: unknown,
    shape: Shape,
    storage: Storage,
  ): void {
    if (this.#depth > 0 || !this.#isOn(storage.backend, 'it runs ops on')) return;
    const checked = this.#lookedAt > 0;
    this.#lookedAt = 0;
    const { dtype, length } = storage;
    // An attribute object is an object wherever `dynamicAttrs` made it.
    const refresh = this.#lives.get(attrs as object) ?? null;
    this.#unusedLives.delete(attrs as object);
    // full() has the backend and dtype of its input, not the values.
    const operands = op === (full as unknown) ? [] : inputs.map((t) => this.#operandOf(t));
    const fixed = operands.every(({ value: { origin } }) => {
      return origin.kind === 'constant' && !origin.filled;
    });
    // Elsewhere the numbers cannot be looked at yet.
    if (storage instanceof WasmStorage && fixed && refresh === null && !checked) {
      const data = storage.backend.array(storage).slice();
      this.#byStorage.set(storage, this.#value(dtype, length, constant(data)));
      this.#folded++;
      return;
    }
    const step: OpStep = {
      kind: 'op',
      op,
      inputs: operands,
      attrs,
      refresh,
      checked,
      output: null as unknown as Operand, // set two lines below: step and value name each other
    };
    const value = this.#value(dtype, length, { kind: 'op', step });
    step.output = { value, shape, dtype, size: length };
    this.#byStorage.set(storage, value);
    this.#steps.push(step);
  }

  uploaded(values: TypedArray, storage: Storage): void {
    if (this.#depth > 0 || !this.#isOn(storage.backend, 'it runs ops on')) return;
    const filled = this.#filled.delete(values);
    const data = filled ? values : typed(values, storage.dtype);
    const value = this.#value(storage.dtype, storage.length, { ...constant(data), filled });
    if (filled) this.#steps.push({ kind: 'upload', value });
    this.#byStorage.set(storage, value);
  }

  reads(tensor: Tensor, method: string): void {
    if (this.#depth > 0) return;
    const { origin } = this.#valueOf(tensor);
    if (method === 'data') {
      // Not thrown: nobody may be there to catch it. A result that waits for this is refused anyway.
      this.#failure ??= 'data() answers after the call';
    } else if (origin.kind !== 'constant' || origin.filled) {
      const what =
        origin.kind === 'op'
          ? `the result of ${origin.step.op.name}`
          : `${origin.kind === 'argument' ? 'an' : 'a'} ${origin.kind} tensor`;
      this.#fail(
        `${method}() reads ${what}. Return the tensor and read it outside, or decide with where()`,
      );
    }
  }

  assigns(tensor: Tensor, source: Tensor): void {
    const before = this.#valueOf(tensor); // what it holds, if nobody has asked yet
    const value = this.#valueOf(source);
    this.#byTensor.set(tensor, value);
    this.#assignments.add(tensor, this.#owners.get(tensor) ?? null, before);
  }

  gradient(tensor: Tensor, next?: Tensor | SparseGradient | null): void {
    // What was looked at is left to the garbage collector when it is dropped.
    for (const { storage } of partsOf(next ?? null)) this.#gradients.add(storage);
    if (this.#depth > 0) return;
    this.#quietly(() => {
      const value = this.#valueOf(tensor);
      const owner = this.#owners.get(tensor);
      if (owner === undefined || this.#gradientOwners.has(tensor)) return;
      const grad = tensor.peekGrad();
      this.#gradientOwners.set(tensor, grad !== null);
      if (grad !== null) {
        const origin: Origin = { kind: 'gradient', owner: value };
        this.#byTensor.set(grad, this.#value(grad.dtype, grad.size, origin));
      }
    });
  }

  // ——— Values ———

  #value(dtype: DType, length: number, origin: Origin): Value {
    const value = { id: this.#values.length, dtype, length, origin };
    this.#values.push(value);
    return value;
  }

  #valueOf(tensor: Tensor): Value {
    const known = this.#byTensor.get(tensor) ?? this.#byStorage.get(tensor.storage);
    if (known !== undefined) return known;
    const number = numberIn(tensor.storage);
    if (number !== undefined) {
      const data = typed(Float64Array.of(number), tensor.dtype);
      const value = this.#value(tensor.dtype, 1, constant(data));
      this.#byTensor.set(tensor, value);
      return value;
    }
    return this.#own(tensor, { kind: 'captured', tensor });
  }

  #own(tensor: Tensor, origin: Origin): Value {
    this.#isOn(tensor.storage.backend, 'a tensor lives on');
    const value = this.#value(tensor.dtype, tensor.size, origin);
    this.#byTensor.set(tensor, value);
    this.#owners.set(tensor, value);
    this.#requiresGrad.set(value, tensor.requiresGrad);
    this.#histories.guard(tensor, () => {
      this.#fail(
        'gradients flow on into what made a tensor before the call. Pass or capture its detach(), or compile all of it',
      );
    });
    return value;
  }

  #operandOf(tensor: Tensor): Operand {
    const { shape, dtype, size } = tensor;
    return { value: this.#valueOf(tensor), shape, dtype, size };
  }

  /** True on a backend whose calls are compiled; there must be one only. */
  #isOn(backend: Backend, how: string): boolean {
    if (!compiles(backend)) {
      this.#fail(`${how} ${backend.name}, but only wasm and gpu have compiled functions`);
      return false;
    }
    this.#backend ??= backend;
    if (this.#backend !== backend) this.#fail('it runs ops on two backends');
    return true;
  }

  // ——— The end ———

  #returnedTensor(tensor: Tensor): Returned {
    const owner = this.#owners.get(tensor);
    if (owner !== undefined) {
      const { origin } = owner;
      return origin.kind === 'argument' ? origin : { kind: 'static', value: tensor };
    }
    if (tensor.provenance !== null && !tensor.provenance.released) {
      this.#fail(
        `the result of ${tensor.provenance.op.name} could be differentiated further, which that of a compiled function cannot be. Call backward inside, or return it under noGrad or through detach()`,
      );
    } else {
      // As at every later call.
      tensor.provenance = null;
      tensor.requiresGrad = false;
    }
    return { kind: 'made', operand: this.#operandOf(tensor) };
  }

  #finish(returned: Returned): Trace | string {
    const gradients: GradientRecord[] = [];
    const alive = new Set(this.#gradients);
    for (const [tensor, before] of this.#gradientOwners) {
      const after = partsOf(tensor.heldGrad()).map((part) => this.#operandOf(part));
      gradients.push({ owner: this.#owners.get(tensor)!, before, after });
    }
    for (const tensor of this.#owners.keys()) if (!tensor.isDisposed) alive.add(tensor.storage);
    const back = new Set([...madeIn(returned)].map(({ value }) => value.id));
    let kept: string | null = null;
    for (const [storage, { origin, ...value }] of this.#byStorage) {
      if (storage.references > 0 && !alive.has(storage) && !back.has(value.id)) {
        kept = origin.kind === 'op' ? origin.step.op.name : 'a creating function';
      }
    }
    if (this.#unusedLives.size > 0)
      return 'what dynamicAttrs() made was not passed to run() as it is';
    if (this.#filled.size > 0) return 'random numbers were drawn that went into no tensor';
    return {
      // A function without ops can be said to run anywhere.
      backend: this.#backend ?? wasm(),
      steps: this.#steps,
      values: this.#values,
      inputs: this.#inputs.map((tensor) => this.#owners.get(tensor)!),
      given: this.#inputs.map((tensor) => new WeakRef(tensor)),
      folded: this.#folded,
      requiresGrad: this.#requiresGrad,
      ...this.#assignments.outcome((tensor) => this.#byTensor.get(tensor)!, back),
      gradients,
      observations: this.#observations,
      returned,
      kept,
    };
  }

  #quietly<T>(act: () => T): T {
    this.#depth++;
    try {
      return act();
    } finally {
      this.#depth--;
    }
  }

  #fail(reason: string): void {
    if (!this.#lenient) throw new CompileError(`compile: ${reason}.`);
    this.#failure ??= reason;
  }
}

/** True for backends that have compiled functions. */
export function compiles(backend: Backend): boolean {
  return backend instanceof WasmBackend || backend.plan !== undefined;
}
