import { shown } from '@kasane/tensor-core';
import type { AutoresetMode } from './vector-env.ts';

const modes = ['next-step', 'same-step', 'disabled'];

/** Throws RangeError unless a mode is one of the three. @internal */
export function requireMode(owner: string, mode: AutoresetMode): void {
  if (modes.includes(mode)) return;
  throw new RangeError(
    `${owner}: autoresetMode must be 'next-step', 'same-step' or 'disabled', got ${shown(mode)}.`,
  );
}

/** Throws RangeError unless there are as many as wanted. @internal */
export function requireCount(owner: string, what: string, given: unknown, wanted: number): void {
  const { length } = Object(given);
  if (typeof given === 'object' && length === wanted) return;
  throw new RangeError(
    `${owner}: ${what} must be a list of ${wanted}, got ${length === undefined || typeof given !== 'object' ? shown(given) : length}.`,
  );
}

/** Throws for a step before the first reset, or after an end where nothing resets by itself. @internal */
export function refuseEnded(owner: string, i: number): never {
  throw new Error(
    `${owner}: the episode of environment ${i} has ended; call reset({ mask }) with 1 for those that ended.`,
  );
}

/** @internal */
export function refuseUnset(owner: string): never {
  throw new Error(`${owner}: step was called before the first reset; call reset().`);
}
