/** The entry `@kasane/tensor-core/compile`: calls that are traced once and then only carried out. */
import { optionsOf } from './options.ts';
import { scope } from './scope.ts';
import type { Tensor } from './tensor.ts';
import { observers, opByOp, tell } from './observer.ts';
import { CompileError } from './compile/error.ts';
import { inspect } from './compile/inspect.ts';
import { NoRoom } from './compile/arena.ts';
import { Plan } from './compile/plan.ts';
import { ENOUGH, Room, type Counted } from './compile/room.ts';
import { commonArguments, type FixedArgument } from './compile/fixed.ts';
import { Rechecks } from './compile/recheck.ts';
import { compiles, trace } from './compile/recorder.ts';
import { fits, flatten, signatureOf, type Signature } from './compile/signature.ts';
import { difference } from './compile/difference.ts';
import { conditions, same, type Trace } from './compile/trace.ts';
import { WasmPlan } from './compile/wasm-plan.ts';
import type { Backend } from './backends/backend.ts';
import { WasmBackend } from './backends/wasm/index.ts';
import { requireBackend } from './given.ts';

export { CompileError } from './compile/error.ts';

/** Options of `compile`. */
export interface CompileOptions {
  /**
   * Called with the reason when the function cannot be compiled; it then runs as it is, now and in all
   * calls with arguments of these shapes. Without it, such a call throws CompileError.
   */
  readonly onFallback?: (reason: string) => void;
  /**
   * Now and then trace a call that has a plan, and compare: what plain JavaScript decided while the plan was made
   * may have changed. The function then runs as it is from there on, and `onFallback` is told; without that,
   * the call throws CompileError. It takes half a percent of the time. Default false.
   */
  readonly verify?: boolean;
}

/** A compiled function. */
export interface Compiled<A extends readonly unknown[], R> {
  (...args: A): R;
  /** The plans there are, as text: ops, shapes, bytes, the size of the arena. */
  inspect(): string;
  /**
   * Asks that the next call of each plan be traced and compared as by the option `verify`, or a later one while
   * this would take more than half a percent of the time: for the beginning of an epoch.
   */
  verify(): void;
}

/** Calls with the same shapes that may differ from the one before until tracing is given up. */
const MAX_TRACES = 4;
/** Calls in a row that may go without a plan as long as there is none. */
const MAX_MISSES = 64;

/** Calls that are alike, and what has been found out about them. */
interface Variant extends Counted {
  /** What the function asked for beside its arguments, and the answers. */
  readonly conditions: unknown;
  /** Null until two calls in a row did the same; a text says why there will be none. */
  plan: Plan | string | null;
  /** Whether there is room in memory by now, if that is why there is no plan. */
  hasRoom: (() => boolean) | null;
  last: Trace | null;
  traces: number;
  replays: number;
  /** When it is traced once more; null as long as there is no plan. */
  rechecks: Rechecks | null;
}

/**
 * Makes a function fast whose calls all do the same: it is watched until two calls in a row did the
 * same ops, and from then on a call only runs their kernels, one after the other, over memory that was
 * laid out beforehand; neighbouring ops of single elements are one loop. Results are the same to the
 * last bit. On a gpu backend, kernels are made anew in which as many ops as possible are computed at once, and
 * results are the same within the rounding of float32; there all calls run like that, also those that are watched.
 *
 * Arguments may be tensors, numbers, strings and booleans, and arrays and plain objects of these;
 * results likewise. Whatever else the function computes with must be tensors it captures, such as
 * parameters: they are read anew in each call, and what is assigned to them, and gradients that
 * `backward` leaves in them, are there afterwards. Optimizers may step inside: changed learning rates
 * are followed. So are the modes of modules, and random tensors go on in their generator's stream.
 * Plain JavaScript inside runs only while the function is watched (see `replay` and `guard`), and
 * what it makes freely is freed at the end of the call unless it is returned, as in a `scope`. Results
 * carry no history.
 *
 * Arguments of other shapes or dtypes, and other numbers and strings, are watched anew. 16 such variants
 * are kept: the most used. Calls of others run as they are, unless they come to be used more; if there
 * are many, `onFallback` is told once. `padCollate` and `DataLoader` of `@kasane/datasets` make batches of
 * few shapes. Works on the backends `wasm`, for dtypes without
 * kernels with their plain loops, and `gpu`.
 *
 * As `torch.compile`, which reads the bytecode of the function instead of watching its calls.
 *
 * @throws {@link CompileError} when called, if the function reads values, draws random numbers on its own, returns what could
 * still be differentiated, lets gradients flow into what was computed before the call, keeps tensors, or
 * does not do the same in two of four calls, or has new shapes or numbers in 64 calls in a row; see `CompileOptions.onFallback`.
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
  const { onFallback, verify = false } = optionsOf('compile', options, ['onFallback', 'verify']);
  const variants: Variant[] = [];
  const room = new Room(variants);
  let misses = 0;
  /** How the function has changed since it was compiled. */
  let changed: string | null = null;

  const call = (...args: A): R => {
    // Inside of another trace the ops belong to that one.
    if (opByOp()) return fn(...args);
    if (changed !== null) return asItIs(args);
    const tensors: Tensor[] = [];
    const statics: unknown[] = [];
    for (let i = 0; i < args.length; i++) flatten(args[i], tensors, statics, i);
    for (let i = 0; i < variants.length; i++) {
      const variant = variants[i]!;
      const { plan, signature } = variant;
      if (plan === null || !fits(signature, tensors, statics)) continue;
      if (typeof plan === 'string') {
        if (variant.hasRoom?.() === true) {
          drop((one) => one === variant);
          break;
        }
        room.used(variant);
        return variant.hasRoom === null ? fn(...args) : asItIs(args);
      }
      if (!plan.accepts(tensors)) continue;
      if (variant.rechecks!.isDue(variant.replays)) return traceAgain(variant, plan, args, tensors);
      const done = current(variant, plan)?.run(tensors) ?? null;
      if (done === null) {
        if (plan.isStale) break;
        return asItIs(args);
      }
      if (observers !== null) tell('replayed', plan);
      variant.replays++;
      misses = 0;
      room.used(variant);
      if (i > 0) variants.unshift(...variants.splice(i, 1));
      // The trace that the plan was made of returned the same kind of result.
      return done.result as R;
    }
    return missed(args, tensors, statics);
  };

  const missed = (args: A, tensors: readonly Tensor[], statics: readonly unknown[]): R => {
    misses++;
    if (misses >= MAX_MISSES && !variants.some(({ plan }) => plan instanceof Plan)) {
      const reason = `${MAX_MISSES} calls in a row had arguments of new shapes or values, or found other settings. Pad them to a few shapes, and pass numbers that change as tensors`;
      if (onFallback === undefined) throw new CompileError(`compile: ${reason}.`);
      if (misses === MAX_MISSES) onFallback(reason);
    }
    drop(({ plan }) => plan instanceof Plan && plan.isStale);
    if (room.has(tensors, statics)) return watch(args, tensors, statics);
    if (room.passed === MAX_MISSES) onFallback?.(room.reason);
    return asItIs(args);
  };

  /** As a plan does: what is not returned is freed. */
  const asItIs = (args: A): R => scope(() => fn(...args));

  const watch = (args: A, tensors: readonly Tensor[], statics: readonly unknown[]): R => {
    // Looked up before the call, which may change what is looked at.
    const signature = signatureOf(tensors, statics);
    const alike = variants.filter((variant) => fits(variant.signature, tensors, statics));
    const traced = trace(() => fn(...args), tensors, onFallback !== undefined);
    let plan: Plan | string | null = null;
    let failure: string | null;
    let variant: Variant;
    try {
      variant = variantFor(signature, alike, traced.trace);
      failure = settle(variant, traced.trace, verify);
      plan = variant.plan;
    } finally {
      traced.settle(plan instanceof Plan ? plan : null);
    }
    if (variant.plan !== null) {
      // Other ways that such calls have gone, as the first of an optimizer, which makes its state.
      const passed = alike.filter(({ plan }) => plan === null);
      for (const one of passed) variant.traces += one.traces;
      drop((one) => passed.includes(one));
    }
    if (failure !== null) {
      // Without room in memory nothing is wrong with the function.
      if (onFallback !== undefined) onFallback(failure);
      else if (variant.hasRoom === null) throw new CompileError(`compile: ${failure}.`);
    }
    return traced.result;
  };

  /** Sees that the function still does what the plan does. */
  const traceAgain = (variant: Variant, plan: Plan, args: A, tensors: readonly Tensor[]): R => {
    const {
      result,
      trace: now,
      settle,
    } = trace(() => fn(...args), tensors, onFallback !== undefined);
    variant.traces++;
    room.used(variant);
    const how = typeof now === 'string' ? now : (difference(plan.trace, now)?.reason ?? null);
    settle(how === null ? plan : null);
    if (how === null) {
      plan.widen(now as Trace); // not a reason, or there would be a difference
      variant.rechecks!.done(variant.replays);
      return result;
    }
    changed = how;
    for (const one of variants) {
      if (one.plan instanceof Plan) one.plan.dispose();
      one.plan = how;
    }
    if (onFallback === undefined) throw new CompileError(`compile: ${how}.`);
    onFallback(how);
    return result;
  };

  /** The variant that a call belongs to which went as `now` says. */
  const variantFor = (
    signature: Signature,
    alike: readonly Variant[],
    now: Trace | string,
  ): Variant => {
    const found = typeof now === 'string' ? null : conditions(now);
    const known = alike.find(({ plan, conditions: before }) => {
      if (typeof plan === 'string' || !same(before, found)) return false;
      return plan === null || typeof now === 'string' || difference(plan.trace, now) === null;
    });
    if (known !== undefined) return known;
    const variant: Variant = {
      signature,
      conditions: found,
      plan: null,
      hasRoom: null,
      last: null,
      traces: 0,
      replays: 0,
      rechecks: null,
      uses: ENOUGH,
    };
    const least = room.least();
    if (least !== null) drop((one) => one === least);
    variants.unshift(variant);
    return variant;
  };

  /** Forgets variants, and gives the memory of their plans back. */
  const drop = (which: (variant: Variant) => boolean): void => {
    for (const variant of variants.filter(which)) {
      variants.splice(variants.indexOf(variant), 1);
      if (variant.plan instanceof Plan) variant.plan.dispose();
    }
  };

  return Object.assign(call, {
    inspect: () => inspect(variants) + room.describe(),
    verify: () => {
      for (const { rechecks, replays } of variants) rechecks?.ask(replays);
    },
  });
}

/**
 * True if functions that compute on the backend can be compiled: on wasm and gpu.
 *
 * @example
 * import { reference, wasm } from '@kasane/tensor-core';
 * import { canCompile } from '@kasane/tensor-core/compile';
 * [canCompile(wasm()), canCompile(reference())]; // => [true,false]
 */
export function canCompile(backend: Backend): boolean {
  return compiles(requireBackend('canCompile', backend));
}

/** Makes a plan if the call did what the one before did; gives the reason if there will be none. */
function settle(variant: Variant, now: Trace | string, verify: boolean): string | null {
  const failure = attempt(variant, now);
  if (variant.plan instanceof Plan) variant.rechecks ??= new Rechecks(variant.plan.trace, verify);
  if (failure !== null) variant.plan = failure;
  return failure;
}

function attempt(variant: Variant, now: Trace | string): string | null {
  variant.traces++;
  if (typeof now === 'string') return now;
  if (variant.plan instanceof Plan) {
    variant.plan.widen(now);
    return null;
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
    return planFor(variant, now, commonArguments(before, now));
  }
  if (how.isLasting || variant.traces === MAX_TRACES) return how.reason;
  return null;
}

/** Makes a plan of the trace; gives the reason if it cannot. */
function planFor(variant: Variant, traced: Trace, fixed: readonly FixedArgument[]): string | null {
  try {
    const { backend } = traced;
    variant.plan =
      backend instanceof WasmBackend
        ? new WasmPlan(backend, traced, fixed)
        : backend.plan!(traced, fixed); // or there would be no trace
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    if (error instanceof NoRoom) variant.hasRoom = error.hasRoom;
    return error.message;
  }
  return null;
}

/** The variant's plan, made anew where what it was made for has changed; null if there is no room for it by now. */
function current(variant: Variant, plan: Plan): Plan | null {
  if (plan.isCurrent) return plan;
  plan.dispose();
  const failure = planFor(variant, plan.trace, plan.fixed);
  if (failure !== null) variant.plan = failure;
  return failure === null ? (variant.plan as Plan) : null; // it has just been made
}
