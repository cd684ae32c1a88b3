/** Runs programs: eagerly on a backend, or compiled. */
import { gradients } from '@kasane/autograd';
import { Module } from '@kasane/nn';
import {
  isFloatingPoint,
  manualSeed,
  noGrad,
  scope,
  Tensor,
  tensor,
  withBackend,
  type Backend,
  type DType,
  type Shape,
  type TypedArray,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { exported } from './library.ts';
import {
  isNode,
  nodesOf,
  type Leaf,
  type Made,
  type Program,
  type Steps,
  type Value,
} from './program.ts';

/** One tensor that a program gave. */
export interface Result {
  /** `value.sum`, `gradient 0`: what it is, for messages. */
  readonly label: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly data: TypedArray;
}

/** What came of a program. */
export interface Outcome {
  readonly results: readonly Result[];
  /** Numbers and texts it gave beside tensors. */
  readonly notes: string;
  readonly error: { readonly name: string; readonly message: string } | null;
  /** An input whose values are others afterwards. */
  readonly touched: string | null;
  /** Why `compile` ran it as it is. */
  readonly fallback: string | null;
}

type Callable = (...args: unknown[]) => unknown;

const floating = (t: Tensor): boolean => isFloatingPoint(t.dtype);

/** Gradients that flow into an output: few alike, and such that their sums are exact in float32. */
const seedsFor = (t: Tensor, phase: number): Tensor =>
  tensor(
    Array.from({ length: t.size }, (_, i) => (((i + phase) * 37) % 61) / 16 - 1.96875),
    t.shape,
    { dtype: t.dtype },
  );

/** Tensors in a value, with the path to each, and what else is in it. */
export function flatten(value: unknown, path: string, into: [string, Tensor][]): unknown {
  if (value instanceof Tensor) {
    into.push([path, value]);
    return 'tensor';
  }
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map((v, i) => flatten(v, `${path}[${i}]`, into));
  return Object.entries(value).map(([key, v]) => [key, flatten(v, `${path}.${key}`, into)]);
}

/** A program on a backend: its modules and optimizers are made, and it can be called. */
class Session {
  readonly #program: Program;
  readonly #made = new Map<Made, unknown>();
  readonly #steps = new Map<Steps, { params: Tensor[]; optimizer: { step(): void } }>();
  readonly leaves: readonly Leaf[];
  /** Paths to all results of the last call that was not a replay. */
  labels: readonly string[] = [];

  constructor(program: Program) {
    this.#program = program;
    this.leaves = nodesOf(program.root, 'tensor');
    for (const made of nodesOf(program.root, 'made')) this.#made.set(made, this.#make(made));
    for (const steps of nodesOf(program.root, 'steps')) {
      const params = steps.params.map((leaf) => build(leaf));
      // The table names optimizers where it says so.
      const Class = exported(steps.name) as new (
        params: readonly Tensor[],
        options: object,
      ) => { step(): void };
      this.#steps.set(steps, { params, optimizer: new Class(params, steps.options) });
    }
  }

  #make(made: Made): unknown {
    // The table names classes where it says so.
    const Class = exported(made.name) as new (...args: unknown[]) => unknown;
    const own = new Map(nodesOf(made.args, 'tensor').map((leaf) => [leaf, build(leaf)]));
    const instance = new Class(...made.args.map((arg) => this.#value(arg, own)));
    if (!(instance instanceof Module)) return instance;
    const state = Object.entries(made.state).map(([key, leaf]) => [key, build(leaf)] as const);
    if (state.length > 0) instance.loadStateDict(Object.fromEntries(state));
    return made.training ? instance.train() : instance.eval();
  }

  /** Runs the program on these leaves: its results and gradients, none of which can be differentiated. */
  call(inputs: readonly Tensor[]): { tensors: Tensor[]; notes: string } {
    const env = new Map(this.leaves.map((leaf, i) => [leaf, inputs[i]!]));
    const found: [string, Tensor][] = [];
    const rest = flatten(this.#value(this.#program.root, env), 'value', found);
    const outputs = found.map(([, t]) => t);
    const lists = [found];
    if (this.#program.order > 0) {
      const wrt = [...inputs, ...this.#parameters()].filter((t) => t.requiresGrad);
      const once = this.#differentiate(outputs, wrt, this.#program.order > 1, 1);
      lists.push(once.map(([i, t]) => [`gradient ${i}`, t]));
      if (this.#program.order > 1) {
        const first = once.map(([, t]) => t);
        const twice = this.#differentiate(first, wrt, false, 2);
        lists.push(twice.map(([i, t]) => [`second gradient ${i}`, t]));
      }
    }
    const all = lists.flat();
    this.labels = all.map(([label]) => label);
    // Which inputs get a gradient is part of the answer.
    const notes = `${JSON.stringify(rest)} ${this.labels.join(' ')}`;
    return { tensors: all.map(([, t]) => t.detach()), notes };
  }

  #differentiate(
    outputs: readonly Tensor[],
    wrt: readonly Tensor[],
    createGraph: boolean,
    phase: number,
  ): [number, Tensor][] {
    const smooth = outputs.filter((t) => t.requiresGrad && floating(t));
    if (smooth.length === 0 || wrt.length === 0) return [];
    const gradOutputs = smooth.map((t) => seedsFor(t, phase));
    const grads = gradients(smooth, wrt, { gradOutputs, createGraph });
    return grads.flatMap((g, i) => (g === null ? [] : [[i, g]]));
  }

  #parameters(): Tensor[] {
    return [...this.#made.values()].flatMap((m) => (m instanceof Module ? m.parameters() : []));
  }

  /** What lasts from call to call: buffers of modules, parameters of optimizers. */
  lasting(): [string, Tensor][] {
    const modules = [...this.#made.values()].filter((m) => m instanceof Module);
    const buffers = modules.flatMap((m) => m.namedBuffers());
    const params = [...this.#steps.values()].flatMap(({ params }) => params);
    return [
      ...buffers.map(([name, t]) => [`state ${name}`, t] as [string, Tensor]),
      ...params.map((t, i) => [`state of parameter ${i}`, t] as [string, Tensor]),
    ];
  }

  #value(value: Value, env: ReadonlyMap<Leaf, Tensor>): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const all = (list: readonly Value[]): unknown[] => list.map((v) => this.#value(v, env));
    if (!isNode(value)) {
      if (Array.isArray(value)) return all(value);
      const given = Object.entries(value).filter(([, v]) => v !== undefined);
      return Object.fromEntries(given.map(([key, v]) => [key, this.#value(v, env)]));
    }
    switch (value.kind) {
      case 'tensor':
        return env.get(value);
      case 'call':
        // The table names functions where it says so.
        return (exported(value.name) as Callable)(...all(value.args));
      case 'method': {
        const on = this.#value(value.on, env) as Record<string, Callable>; // the table knows its methods
        return on[value.name]!(...all(value.args));
      }
      case 'made':
        return this.#made.get(value);
      default: {
        const { params, optimizer } = this.#steps.get(value)!;
        value.grads.forEach((leaf, i) => {
          params[i]!.grad = env.get(leaf)!.detach();
        });
        optimizer.step();
        return null;
      }
    }
  }
}

function build(leaf: Leaf): Tensor {
  return tensor(leaf.values, leaf.shape, {
    dtype: leaf.dtype,
    requiresGrad: leaf.grad && isFloatingPoint(leaf.dtype),
  });
}

/** True if a second call may give something else than the first. */
export function isStateful(root: Value): boolean {
  return (
    nodesOf(root, 'steps').length > 0 || nodesOf(root, 'made').some(({ training }) => training)
  );
}

/** How a program is run. */
export interface How {
  readonly backend: Backend;
  readonly compiled?: boolean;
  /** Other values for the leaves in the first calls of a compiled function, while it is watched. */
  readonly first?: readonly Leaf[];
}

/** A compiled function is watched twice and then replayed. */
const CALLS = 4;

/** Runs a program and reads all that comes of it. */
export function evaluate(program: Program, how: How): Outcome {
  const nothing = { results: [], notes: '', touched: null, fallback: null };
  try {
    return withBackend(how.backend, () => scope(() => evaluateHere(program, how)));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { ...nothing, error: { name: error.name, message: error.message } };
  }
}

function evaluateHere(program: Program, { compiled = false, first }: How): Outcome {
  manualSeed(1);
  const session = new Session(program);
  let fallback: string | null = null;
  const plain = (...inputs: Tensor[]): { tensors: Tensor[]; notes: string } => session.call(inputs);
  const run = compiled ? compile(plain, { onFallback: (why) => (fallback = why) }) : plain;
  const calls = compiled || isStateful(program.root) ? CALLS : 1;
  let outcome: Outcome | null = null;
  for (let i = 0; i < calls; i++) {
    manualSeed(i === calls - 1 ? 1 : 2);
    const leaves = i < 2 && first !== undefined ? first : session.leaves;
    const inputs = leaves.map((leaf) => build(leaf));
    const { tensors, notes } = run(...inputs);
    if (i < calls - 1) {
      for (const t of tensors) t.dispose();
      continue;
    }
    const named = tensors.map((t, k) => [session.labels[k]!, t] as const);
    const results = [...named, ...noGrad(() => session.lasting())].map(([label, t]) => {
      return { label, shape: t.shape, dtype: t.dtype, data: t.dataSync() };
    });
    const touched = leaves.findIndex((leaf, k) => {
      const data = inputs[k]!.dataSync();
      return leaf.values.some((v, j) => !Object.is(data[j], v));
    });
    outcome = {
      results,
      notes,
      error: null,
      touched: touched < 0 ? null : `input ${touched}`,
      fallback,
    };
  }
  return outcome!; // of the last call
}
