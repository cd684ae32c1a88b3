/**
 * Runs ops: infer, kernel, provenance. The one place where the attribute types of ops are erased.
 */
import type { Backend, Storage } from './backends/backend.ts';
import { DTypeError } from './errors.ts';
import { bytesPerElement, isFloatingPoint, promoteTypes, toFloating, type DType } from './dtype.ts';
import { observe, observers, opByOp, tell } from './observer.ts';
import { requireFunction, requireTensor, requireTensors } from './given.ts';
import type { OpDef, Spec } from './op.ts';
import { shown } from './options.ts';
import { refusePromise, track } from './scope.ts';
import type { Shape } from './shape.ts';
import type { Tensor } from './tensor.ts';

type MakeTensor = (shape: Shape, dtype: DType, storage: Storage) => Tensor;

// create.ts, where all first tensors come from, hands the constructor over when it loads, so that imports point
// one way: ops and the methods of Tensor import dispatch, dispatch imports neither.
export let makeTensor: MakeTensor;
export function setTensorFactory(make: MakeTensor): void {
  makeTensor = make;
}

let gradEnabled = true;
let sequence = 0;

/**
 * False inside `noGrad`.
 *
 * @example
 * import { isGradEnabled, noGrad } from '@kasane/tensor-core';
 * [isGradEnabled(), noGrad(() => isGradEnabled())]; // => [true,false]
 */
export function isGradEnabled(): boolean {
  return gradEnabled;
}

/**
 * Runs `fn` without recording provenance, so that its results carry no gradient.
 *
 * As `torch.no_grad`, but given a function.
 *
 * @throws {@link ScopeError} if `fn` returns a promise.
 *
 * @example
 * import { noGrad, tensor } from '@kasane/tensor-core';
 * const w = tensor([1, 2], { requiresGrad: true });
 * noGrad(() => w.mul(2)).requiresGrad; // => false
 */
export function noGrad<T>(fn: () => T): T {
  return withGrad('noGrad', false, fn);
}

/**
 * Runs `fn` recording provenance, also where a surrounding `noGrad` switched it off.
 *
 * As `torch.enable_grad`, but given a function.
 *
 * @throws {@link ScopeError} if `fn` returns a promise.
 *
 * @example
 * import { enableGrad, noGrad, tensor } from '@kasane/tensor-core';
 * const w = tensor([1, 2], { requiresGrad: true });
 * noGrad(() => enableGrad(() => w.mul(2))).requiresGrad; // => true
 */
export function enableGrad<T>(fn: () => T): T {
  return withGrad('enableGrad', true, fn);
}

function withGrad<T>(owner: string, enabled: boolean, fn: () => T): T {
  const before = gradEnabled;
  requireFunction(owner, fn);
  gradEnabled = enabled;
  try {
    return refusePromise(owner, fn());
  } finally {
    gradEnabled = before;
  }
}

/**
 * Calls `watch` with every op's output; returns what stops it. `detectAnomaly` is built on it. Compiled
 * functions run op by op meanwhile.
 *
 * @example
 * import { tensor, watchOps } from '@kasane/tensor-core';
 * const seen: string[] = [];
 * const stop = watchOps((op) => seen.push(op));
 * tensor([1, 2]).exp().sum();
 * stop();
 * seen; // => ["exp","sum"]
 */
export function watchOps(watch: (op: string, output: Tensor) => void): () => void {
  requireFunction('watchOps', watch);
  return observe({ opByOp: true, made: watch });
}

/**
 * Runs an op: checks and shapes by `op.infer`, the values by the backend's kernel, and, if an input
 * requires gradients, a record of how the result came to be. The door for ops of other packages.
 *
 * @throws what `op.infer` throws: {@link ShapeError} or {@link DTypeError} for inputs that do not fit its rule.
 * @throws {@link DTypeError} if the inputs live on two backends.
 * @throws TypeError if `infer` gives no shape and dtype.
 *
 * @example
 * import { run, tensor, type OpDef } from '@kasane/tensor-core';
 * const double: OpDef = {
 *   name: 'double',
 *   infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
 *   reference([x], _, out) {
 *     for (let i = 0; i < out.size; i++) out.data[i] = 2 * x!.data[i]!;
 *   },
 *   vjp: ({ grad }) => [grad.mul(2)],
 * };
 * run(double, [tensor([1, 2])], undefined).toArray(); // => [2,4]
 */
export function run<A>(op: OpDef<A>, inputs: readonly Tensor[], attrs: A): Tensor {
  const backend = commonBackend(op, inputs); // first, for it finds out what is no op or no tensor
  const operands = op.inputs === undefined ? inputs : castInputs(op.inputs, inputs);
  const { shape, dtype } = inferred(op, operands, attrs);
  if (op.decompose && (backend.decomposes || dtype !== 'float32')) {
    return op.decompose(operands, attrs);
  }
  const output = makeTensor(shape, dtype, execute(backend, op, operands, attrs, shape, dtype));
  if (gradEnabled && isFloatingPoint(dtype)) remember(output, op, operands, attrs);
  track(output);
  if (observers !== null) tell('made', op.name, output);
  return output;
}

/**
 * Gives `target` the result of an op whose first input it is, `others` being the rest: the same as
 * `target.assign(run(op, [target, ...others], attrs))`, but in place where nobody else holds its data.
 * The op's loop and kernels must allow that their output is their first input.
 *
 * @throws what `run` throws, and {@link ScopeError} if `target` is the recorded result of an op.
 *
 * @example
 * import { runInto, tensor, type OpDef } from '@kasane/tensor-core';
 * const double: OpDef = {
 *   name: 'double',
 *   infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
 *   reference([x], _, out) {
 *     for (let i = 0; i < out.size; i++) out.data[i] = 2 * x!.data[i]!;
 *   },
 *   vjp: null,
 * };
 * const x = tensor([1, 2]);
 * runInto(double, x, [], undefined);
 * x.toArray(); // => [2,4]
 */
export function runInto<A>(
  op: OpDef<A>,
  target: Tensor,
  others: readonly Tensor[],
  attrs: A,
): void {
  if (!Array.isArray(others)) requireTensors(nameOf(op), others); // throws
  const inputs = [target, ...others];
  const backend = commonBackend(op, inputs);
  const { storage, shape, dtype } = target;
  if (!isSole(target) || !storage.backend.inPlace) {
    target.assign(run(op, inputs, attrs));
    return;
  }
  inferred(op, inputs, attrs);
  execute(backend, op, inputs, attrs, shape, dtype, storage);
  target.version++;
}

function execute<A>(
  backend: Backend,
  op: OpDef<A>,
  inputs: readonly Tensor[],
  attrs: A,
  shape: Shape,
  dtype: DType,
  into?: Storage,
): Storage {
  if (observers === null) return backend.execute(op, inputs, attrs, shape, dtype, into);
  tell('starts');
  const storage = backend.execute(op, inputs, attrs, shape, dtype, into);
  // Who looks passes `attrs` to nothing but the op that they stand beside.
  tell('executed', op as OpDef<unknown>, inputs, attrs, shape, storage);
  return storage;
}

/** True if nobody would notice that the data changes where it is, or that an op was not run. */
function isSole({ storage, provenance }: Tensor): boolean {
  return storage.references === 1 && provenance === null && !opByOp();
}

/**
 * Gives `input`'s data another shape without copying it; `op` is recorded so that gradients find
 * their way back.
 *
 * @throws what `op.infer` throws.
 *
 * @example
 * import { runView, tensor, type OpDef } from '@kasane/tensor-core';
 * const column: OpDef = {
 *   name: 'column',
 *   infer: ([x]) => ({ shape: [x!.size, 1], dtype: x!.dtype }),
 *   reference([x], _, out) {
 *     out.data.set(x!.data);
 *   },
 *   vjp: ({ inputs: [x], grad }) => [grad.reshape(x!.shape)],
 * };
 * runView(column, tensor([1, 2]), undefined).shape; // => [2,1]
 */
export function runView<A>(op: OpDef<A>, input: Tensor, attrs: A): Tensor {
  requireTensor(nameOf(op), 'the input', input);
  const { storage } = input;
  const { shape, dtype } = inferred(op, [input], attrs);
  const output = makeTensor(shape, dtype, storage);
  storage.references++;
  if (observers !== null) tell('viewed', output, input);
  if (gradEnabled && input.requiresGrad) remember(output, op, [input], attrs);
  track(output);
  return output;
}

/**
 * Remembers how `output` was made, if an input requires gradients, or `always`, for ops that may
 * close over tensors that do. `output` must be fresh. For results that were not made by `run`.
 *
 * @example
 * import { record, tensor, type OpDef } from '@kasane/tensor-core';
 * const external: OpDef = {
 *   name: 'external',
 *   infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
 *   reference([x], _, out) {
 *     out.data.set(x!.data);
 *   },
 *   vjp: ({ grad }) => [grad.mul(2)],
 * };
 * const x = tensor([1, 2], { requiresGrad: true });
 * const y = tensor([2, 4]); // 2x, computed elsewhere
 * record(y, external, [x], undefined);
 * y.requiresGrad; // => true
 */
export function record<A>(
  output: Tensor,
  op: OpDef<A>,
  inputs: readonly Tensor[],
  attrs: A,
  always: boolean = false,
): void {
  requireTensor(nameOf(op), 'the output', output);
  requireTensors(op.name, inputs);
  remember(output, op, inputs, attrs, always);
}

function remember<A>(
  output: Tensor,
  op: OpDef<A>,
  inputs: readonly Tensor[],
  attrs: A,
  always = false,
): void {
  let needed = always;
  let version = 0;
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i]!;
    if (input.requiresGrad) needed = true;
    version += input.version;
  }
  if (!needed) return;
  output.requiresGrad = true;
  // Backward passes `attrs` back to the op it stands beside, so its type may be forgotten between.
  const erased = op as OpDef<unknown>;
  output.provenance = {
    op: erased,
    inputs,
    attrs,
    sequence: ++sequence,
    version,
    released: false,
    grad: null,
  };
}

function castInputs(rule: 'promote' | 'float', inputs: readonly Tensor[]): readonly Tensor[] {
  let common: DType = inputs[0]!.dtype;
  for (let i = 1; i < inputs.length; i++) common = promoteTypes(common, inputs[i]!.dtype);
  if (rule === 'float') common = toFloating(common);
  for (let i = 0; i < inputs.length; i++) {
    if (inputs[i]!.dtype !== common) return inputs.map((t) => t.cast(common));
  }
  return inputs;
}

/** The name of an op; TypeError for what is none. */
function nameOf<A>(op: OpDef<A>): string {
  if (typeof op?.infer === 'function') return op.name;
  throw new TypeError(`run: needs an OpDef, got ${shown(op)}.`);
}

/** What the shape rule of an op says; TypeError if that is no shape and dtype. */
function inferred<A>(op: OpDef<A>, inputs: readonly Tensor[], attrs: A): Spec {
  const spec = op.infer(inputs, attrs);
  if (Array.isArray(spec?.shape) && spec.dtype in bytesPerElement) return spec;
  throw new TypeError(`${op.name}: infer must give { shape, dtype }, got ${shown(spec)}.`);
}

function commonBackend<A>(of: OpDef<A>, inputs: readonly Tensor[]): Backend {
  const op = nameOf(of);
  // Undefined of what JavaScript callers may give and is no tensor.
  const backend = inputs?.[0]?.storage?.backend;
  if (backend === undefined) requireTensor(op, 'every input', inputs?.[0]);
  for (let i = 1; i < inputs.length; i++) {
    const other = inputs[i]?.storage?.backend;
    if (other !== backend) {
      requireTensor(op, 'every input', inputs[i]);
      throw new DTypeError(
        `${op}: inputs must live on one backend, got ${backend!.name} and ${other!.name}. Move one with .to(backend).`,
      );
    }
  }
  return backend!; // tensors have one
}
