/** What own loops save: the states of live objects beside plain data and tensors, and back. */
import {
  CheckpointError,
  formatShape,
  Generator,
  noGrad,
  sameShape,
  scope,
  Tensor,
  type GeneratorState,
} from '@kasane/tensor-core';
import { brief, isRecord } from './header.ts';

/** What a checkpoint has of what was saved: of a module, an optimizer and whatever else has it, what `stateDict` gives; of a generator its state. */
export type StatesOf<L> = L extends Tensor
  ? Tensor
  : L extends Generator
    ? GeneratorState
    : L extends Readonly<Record<'stateDict', () => infer S>>
      ? S
      : { readonly [K in keyof L]: StatesOf<L[K]> };

/** The states as plain data with tensors in it. Throws CheckpointError that names the place of what is neither. @internal */
export function statesOf(owner: string, live: unknown): unknown {
  const inside = new Set<object>();
  const walk = (value: unknown, path: string): unknown => {
    if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return value;
    if (value instanceof Tensor) return value.detach(); // which later assignments do not change
    if (value instanceof Generator) return walk(value.state, path);
    const fail = (got: string): never => {
      throw new CheckpointError(
        `${owner}: ${path === '' ? 'a checkpoint' : path} must be plain data, a tensor, a generator or something with stateDict, got ${got}. Save its parts, or leave it out.`,
      );
    };
    if (typeof value !== 'object') return fail(typeof value);
    if (inside.has(value)) return fail('what it is itself a part of');
    inside.add(value);
    const inner = (part: unknown, key: string | number): unknown =>
      walk(part, path === '' ? String(key) : `${path}.${key}`);
    let result: unknown;
    if (hasState(value)) result = walk(value.stateDict(), path);
    else if (Array.isArray(value)) result = Array.from(value, inner);
    else if (isPlain(value)) {
      // A field that is undefined is read as one that is not there.
      const fields = Object.entries(value).filter(([, part]) => part !== undefined);
      result = Object.fromEntries(fields.map(([key, part]) => [key, inner(part, key)]));
    } else fail(`a ${value.constructor?.name ?? 'thing'}`);
    inside.delete(value);
    return result;
  };
  return walk(live, '');
}

/**
 * Puts the states of a checkpoint back into the objects that they were saved of, all of them or, if one does not fit, none.
 *
 * `live` has modules, optimizers, schedulers, loaders, metrics, generators and tensors under the names that they were saved under, lists and records
 * of them too; what else the checkpoint has is for you to read.
 *
 * @throws {@link CheckpointError} that names what is missing or does not fit.
 *
 * @example
 * import { decodeCheckpoint, encodeCheckpoint, restoreCheckpoint, type StatesOf } from '@kasane/trainer';
 * import { Linear } from '@kasane/nn';
 * import { SGD } from '@kasane/optim';
 * import { Generator } from '@kasane/tensor-core';
 * const model = new Linear(2, 1);
 * const live = { model, optimizer: new SGD(model.parameters(), { lr: 0.1 }), generators: [new Generator(1)] };
 * const parts = { ...live, epoch: 3 };
 * const bytes = await encodeCheckpoint(parts);
 * live.optimizer.paramGroups[0]!.lr = 5;
 *
 * const saved = await decodeCheckpoint<StatesOf<typeof parts>>(bytes);
 * restoreCheckpoint(live, saved);
 * saved.epoch; // => 3
 * live.optimizer.paramGroups[0]!.lr; // => 0.1
 *
 * @category Checkpoints
 */
export function restoreCheckpoint(live: object, saved: object): void {
  const before = statesOf('restoreCheckpoint', live);
  try {
    put(live, saved, '');
  } catch (error) {
    put(live, before, '');
    throw error;
  }
}

function put(live: unknown, saved: unknown, path: string): void {
  const fail = (problem: string, cause?: unknown): never => {
    throw new CheckpointError(
      `restoreCheckpoint: ${problem}. Restore what the checkpoint was saved of.`,
      cause === undefined ? {} : { cause },
    );
  };
  const unfit = (): never => fail(`the state of ${path || 'the checkpoint'} is ${brief(saved)}`);
  if (live instanceof Tensor) {
    if (!(saved instanceof Tensor)) return unfit();
    if (!sameShape(live.shape, saved.shape) || live.dtype !== saved.dtype) {
      const [got, want] = [saved, live].map((t) => `${t.dtype} ${formatShape(t.shape)}`);
      fail(`${path} is ${got} instead of ${want}`);
    }
    noGrad(() => scope(() => live.assign(saved.detach().to(live.backend))));
  } else if (live instanceof Generator || (typeof live === 'object' && hasState(live))) {
    try {
      if (live instanceof Generator) live.state = saved as GeneratorState; // which looks at it
      else if (hasLoad(live)) live.loadStateDict(saved);
      else fail(`${path} has no loadStateDict`);
    } catch (error) {
      if (error instanceof CheckpointError) throw error;
      fail(`the state of ${path} does not fit: ${String(error)}`, error);
    }
  } else if (Array.isArray(live)) {
    if (!Array.isArray(saved) || saved.length !== live.length) unfit();
    live.forEach((part, i) => put(part, (saved as readonly unknown[])[i], `${path}.${i}`));
  } else if (typeof live === 'object' && live !== null) {
    if (!isRecord(saved)) return unfit();
    for (const [key, part] of Object.entries(live)) {
      if (typeof part !== 'object' || part === null) continue; // a number has nothing to put back into
      const inner = path === '' ? key : `${path}.${key}`;
      if (!Object.hasOwn(saved, key)) fail(`the checkpoint has no ${inner}`);
      put(part, saved[key], inner);
    }
  }
}

function hasState(value: object | null): value is { stateDict(): unknown } {
  return value !== null && 'stateDict' in value && typeof value.stateDict === 'function';
}

function hasLoad(value: object): value is { loadStateDict(state: unknown): unknown } {
  return 'loadStateDict' in value && typeof value.loadStateDict === 'function';
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
