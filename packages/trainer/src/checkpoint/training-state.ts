import type { GeneratorState } from '@kasane/tensor-core';
import type { EpochLogs } from '../callback.ts';
import { isRecord } from './header.ts';

/** Where a training stands beside its tensors: JSON. */
export interface TrainingState {
  /** Epochs that are over. */
  readonly finished: number;
  /** Steps of the epoch that is not. */
  readonly step: number;
  /** Its batches. */
  readonly batches: number;
  /** The sum of its losses, each times the samples it is the mean of. */
  readonly lossSum: number;
  /** Its samples. */
  readonly samples: number;
  /** The epochs that are over. */
  readonly history: readonly EpochLogs[];
  /** The sums of metrics over the epoch. */
  readonly metrics: Readonly<Record<string, unknown>>;
  /** States of the callbacks in their order, the scheduler's first. */
  readonly callbacks: readonly unknown[];
  /** Whose they are, so that callbacks may be added and removed. Without it, they are taken in their order. */
  readonly callbackNames?: readonly string[];
  /** The default generator's state, and those of the generators given. */
  readonly generators: readonly GeneratorState[];
  /** Where the loaders of training and validation stand, null for what has no state. */
  readonly loaders: readonly unknown[];
}

/** Whether a value has all of it: a file may say anything. @internal */
export function isTrainingState(value: unknown): value is TrainingState {
  if (!isRecord(value)) return false;
  const { finished, step, batches, lossSum, samples } = value;
  const { history, metrics, callbacks, callbackNames = [], generators, loaders } = value;
  return (
    [finished, step, batches, samples].every(isCount) &&
    typeof lossSum === 'number' &&
    isListOf(history, (logs) => isRecord(logs) && Object.values(logs).every(isNumber)) &&
    isRecord(metrics) &&
    Array.isArray(callbacks) &&
    isListOf(callbackNames, (name) => typeof name === 'string') &&
    isListOf(generators, (one) => isRecord(one) && isCount(one.seed) && isCount(one.counter)) &&
    Array.isArray(loaders)
  );
}

/** Whether a value is a list of what `is` says. @internal */
export function isListOf(
  value: unknown,
  is: (item: unknown) => boolean,
): value is readonly unknown[] {
  return Array.isArray(value) && value.every(is);
}

/**
 * Whether a value has the fields of another state of the same thing, of their kinds; what is null or empty there may be anything. With
 * `orNull` a number may be null as well. @internal
 */
export function isLike(value: unknown, own: unknown, orNull: boolean = false): boolean {
  if (own === null || own === undefined) return value !== undefined;
  if (Array.isArray(own)) {
    return isListOf(value, (item) => own.length === 0 || isLike(item, own[0], orNull));
  }
  if (typeof own !== 'object') return typeof value === typeof own || (orNull && value === null);
  return (
    isRecord(value) &&
    Object.entries(own).every(
      ([key, part]) => Object.hasOwn(value, key) && isLike(value[key], part, orNull),
    )
  );
}

/** Whether a value is a whole number ≥ 0. @internal */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}
