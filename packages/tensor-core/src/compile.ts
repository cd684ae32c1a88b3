/** The entry `@kasane/tensor-core/compile`: calls that are traced once and then only carried out. */
import { isGradEnabled, isWatched } from './dispatch.ts';
import { defaultBackend } from './backends/default.ts';
import { sameShape, type Shape } from './shape.ts';
import { Tensor } from './tensor.ts';
import { tracer } from './tracing.ts';
import { CompileError } from './compile/error.ts';
import { inspect } from './compile/inspect.ts';
import { Plan } from './compile/plan.ts';
import { trace } from './compile/recorder.ts';
import { difference, same, type Trace } from './compile/trace.ts';

export { CompileError } from './compile/error.ts';

/** Options of `compile`. */
export interface CompileOptions {
  /**
   * Called with the reason when the function cannot be compiled; it then runs as it is, now and in all
   * calls with arguments of these shapes. Without it, such a call throws CompileError.
   */
  readonly onFallback?: (reason: string) => void;
}

/** A compiled function. */
export interface Compiled<A extends readonly unknown[], R> {
  (...args: A): R;
  /** The plans there are, as text: ops, shapes, bytes, the size of the arena. */
  inspect(): string;
}

/** Plans of one function; the one that has not been used for longest makes room. */
const MAX_PLANS = 16;
/** Calls with the same shapes that may differ from the one before until tracing is given up. */
const MAX_TRACES = 4;
/** Calls in a row that may need tracing. */
const MAX_MISSES = 64;

/** What the arguments of a call have in common with those of another that does the same. */
interface Signature {
  readonly tensors: readonly {
    shape: Shape;
    dtype: string;
    requiresGrad: boolean;
    first: number;
  }[];
  readonly statics: readonly unknown[];
  readonly gradEnabled: boolean;
  readonly backend: unknown;
}

/** A signature and what has been found out about it. */
interface Variant {
  readonly signature: Signature;
  /** Null until two calls in a row did the same; a text says why there will be none. */
  plan: Plan | string | null;
  last: Trace | null;
  traces: number;
  replays: number;
}

/**
 * Makes a function fast whose calls all do the same: it is watched until two calls in a row did the
 * same ops, and from then on a call only runs their kernels, one after the other, over memory that was
 * laid out beforehand. Results are the same to the last bit.
 *
 * Arguments may be tensors, numbers, strings and booleans, and arrays and plain objects of these;
 * results likewise. Whatever else the function computes with must be tensors it captures, such as
 * parameters: they are read anew in each call, and what is assigned to them, and gradients that
 * `backward` leaves in them, are there afterwards. Optimizers may step inside: changed learning rates
 * are followed. So are the modes of modules, and random tensors go on in their generator's stream.
 * Plain JavaScript inside runs only while the function is watched (see `effect` and `observe`), and
 * what it makes freely is freed at the end of the call unless it is returned, as in a `scope`. Results
 * carry no history.
 *
 * Arguments of other shapes or dtypes, and other numbers and strings, are watched anew; 16 such
 * variants are kept. Works on the `wasm` backend, for dtypes without kernels with their plain loops.
 *
 * Throws CompileError if the function reads values, draws random numbers on its own, returns what could
 * still be differentiated, keeps tensors, or does not do the same in two of four calls; see
 * `CompileOptions.onFallback`.
 *
 * @example
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * import { compile } from '@kasane/tensor-core/compile';
 * const weights = tensor([1, 2]);
 * const step = compile((x: Tensor) => {
 *   weights.assign(weights.add(x.mul(0.5)));
 *   return weights.sum();
 * });
 * const sums = [1, 2, 3, 4].map((v) => step(tensor([v, v])).item());
 * sums; // => [4,6,9,13]
 * weights.toArray(); // => [6,7]
 */
export function compile<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  options: CompileOptions = {},
): Compiled<A, R> {
  const { onFallback } = options;
  const variants: Variant[] = [];
  let misses = 0;

  const call = (...args: A): R => {
    // Inside of another trace the ops belong to that one; a watcher wants to see them.
    if (tracer !== null || isWatched()) return fn(...args);
    const tensors: Tensor[] = [];
    const statics: unknown[] = [];
    for (let i = 0; i < args.length; i++) flatten(args[i], tensors, statics, i);
    for (let i = 0; i < variants.length; i++) {
      const variant = variants[i]!;
      const { plan, signature } = variant;
      if (plan === null || !fits(signature, tensors, statics)) continue;
      if (typeof plan === 'string') return fn(...args);
      if (!holds(plan.trace, tensors)) continue;
      const done = current(variant, plan)?.run(tensors) ?? null;
      if (done === null) return fn(...args);
      variant.replays++;
      misses = 0;
      if (i > 0) variants.unshift(...variants.splice(i, 1));
      // The trace that the plan was made of returned the same kind of result.
      return done.result as R;
    }
    return watch(args, tensors, statics);
  };

  const watch = (args: A, tensors: readonly Tensor[], statics: readonly unknown[]): R => {
    let variant = variants.find(({ plan, signature }) => {
      return plan === null && fits(signature, tensors, statics);
    });
    if (variant === undefined) {
      variant = {
        signature: signatureOf(tensors, statics),
        plan: null,
        last: null,
        traces: 0,
        replays: 0,
      };
      variants.unshift(variant);
      if (variants.length > MAX_PLANS) {
        const { plan } = variants.pop()!;
        if (plan instanceof Plan) plan.dispose();
      }
    }
    const traced = trace(() => fn(...args), tensors, onFallback !== undefined);
    variant.traces++;
    misses++;
    const failure = settle(variant, traced.trace, misses);
    if (failure !== null) {
      variant.plan = failure;
      if (onFallback === undefined) throw new CompileError(`compile: ${failure}.`);
      onFallback(failure);
    }
    return traced.result;
  };

  return Object.assign(call, { inspect: () => inspect(variants) });
}

/** Makes a plan if the call did what the one before did; gives the reason if there will be none. */
function settle(variant: Variant, now: Trace | string, misses: number): string | null {
  if (typeof now === 'string') return now;
  if (misses === MAX_MISSES) {
    return `${MAX_MISSES} calls in a row had arguments of new shapes or values. Pad them to a few shapes, and pass numbers that change as tensors`;
  }
  const before = variant.last;
  variant.last = now;
  if (before === null) return null;
  const how = difference(before, now);
  if (how === null) {
    if (now.kept !== null) {
      return `a tensor made by ${now.kept} is kept beyond every call. Return it instead`;
    }
    variant.last = null;
    return planFor(variant, now);
  }
  if (variant.traces === MAX_TRACES) {
    return `calls with the same arguments do not do the same: ${how}. Pass what changes in as a tensor`;
  }
  return null;
}

/** Makes a plan of the trace; gives the reason if it cannot. */
function planFor(variant: Variant, traced: Trace): string | null {
  try {
    variant.plan = new Plan(traced);
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
  return null;
}

/** The variant's plan, made anew if the number of threads is another; null if memory is full. */
function current(variant: Variant, plan: Plan): Plan | null {
  if (plan.isCurrent) return plan;
  return planFor(variant, plan.trace) === null ? (variant.plan as Plan) : null; // it has just been made
}

function signatureOf(tensors: readonly Tensor[], statics: readonly unknown[]): Signature {
  return {
    tensors: tensors.map((tensor) => {
      const { shape, dtype, requiresGrad } = tensor;
      return { shape, dtype, requiresGrad, first: tensors.indexOf(tensor) };
    }),
    statics,
    gradEnabled: isGradEnabled(),
    backend: defaultBackend(),
  };
}

function fits(
  { tensors: wanted, statics: fixed, gradEnabled, backend }: Signature,
  tensors: readonly Tensor[],
  statics: readonly unknown[],
): boolean {
  if (gradEnabled !== isGradEnabled() || backend !== defaultBackend()) return false;
  if (wanted.length !== tensors.length || fixed.length !== statics.length) return false;
  for (let i = 0; i < wanted.length; i++) {
    const { shape, dtype, requiresGrad, first } = wanted[i]!;
    const tensor = tensors[i]!;
    if (tensor.dtype !== dtype || tensor.requiresGrad !== requiresGrad) return false;
    if (!sameShape(tensor.shape, shape) || (first < i && tensors[first] !== tensor)) return false;
    if (first === i && i > 0 && tensors.indexOf(tensor) < i) return false;
  }
  for (let i = 0; i < fixed.length; i++) if (!Object.is(fixed[i], statics[i])) return false;
  return true;
}

/** True if everything the trace depended on is as it was. */
function holds(
  { observations, gradients, requiresGrad }: Trace,
  tensors: readonly Tensor[],
): boolean {
  for (const { read, value } of observations) if (!same(read(), value)) return false;
  for (const [{ origin }, needed] of requiresGrad) {
    if (origin.kind === 'captured' && origin.tensor.requiresGrad !== needed) return false;
  }
  for (const { owner, before } of gradients) {
    const { origin } = owner;
    const tensor = origin.kind === 'argument' ? tensors[origin.index]! : capturedOf(origin);
    if ((tensor.peekGrad() !== null) !== before) return false;
  }
  return true;
}

function capturedOf(origin: Trace['values'][number]['origin']): Tensor {
  if (origin.kind === 'captured') return origin.tensor;
  throw new Error(`internal: ${origin.kind} owns no gradient`);
}

/** Takes an argument apart: its tensors, and what has to be equal for a call to be the same. */
function flatten(value: unknown, tensors: Tensor[], statics: unknown[], index: number): void {
  if (value instanceof Tensor) {
    tensors.push(value);
    return;
  }
  if (ArrayBuffer.isView(value)) {
    throw new CompileError(
      `compile: argument ${index + 1} is a ${value.constructor.name}, whose numbers a compiled function does not see. Make it a tensor.`,
    );
  }
  if (Array.isArray(value)) {
    statics.push(value.length);
    for (const item of value) flatten(item, tensors, statics, index);
  } else if (isPlain(value)) {
    for (const [key, item] of Object.entries(value)) {
      statics.push(key);
      flatten(item, tensors, statics, index);
    }
    statics.push(END);
  } else statics.push(value);
}

const END = Symbol('end of an object');

function isPlain(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
