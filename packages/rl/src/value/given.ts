/** What an agent needs to know of an environment's spaces. */
import { shown, sizeOf } from '@kasane/tensor-core';
import type { Env } from '../env.ts';

/** How many numbers an observation has. Throws TypeError unless the space is a box of one. */
export function observationSizeOf<Action>(owner: string, env: Env<Float32Array, Action>): number {
  requireEnv(owner, env);
  // Only boxes have these; which class it is does not matter.
  const { shape, low } = env.observationSpace as { shape?: unknown; low?: unknown };
  if (Array.isArray(shape) && low !== undefined) return sizeOf(shape);
  throw new TypeError(
    `${owner}: observations must be of a Box, got ${String(env.observationSpace)}. Wrap the environment: FlattenObservation makes numbers of it.`,
  );
}

/** How many actions there are, and the first. Throws TypeError unless the space is Discrete. */
export function discreteOf(owner: string, env: Env): { n: number; start: number } {
  requireEnv(owner, env);
  // Only Discrete has these.
  const { n, start = 0 } = env.actionSpace as { n?: unknown; start?: unknown };
  if (typeof n === 'number' && typeof start === 'number') return { n, start };
  throw new TypeError(
    `${owner}: actions must be Discrete, got ${String(env.actionSpace)}. Use DDPG, TD3 or SAC for those of a Box.`,
  );
}

/** The bounds of continuous actions. Throws TypeError unless the space is a Box, RangeError unless it is bounded. */
export function boundsOf(
  owner: string,
  env: Env<Float32Array, Float32Array>,
): { low: Float32Array; high: Float32Array } {
  requireEnv(owner, env);
  // Only boxes have these.
  const { low, high } = env.actionSpace as { low?: ArrayLike<number>; high?: ArrayLike<number> };
  if (low === undefined || high === undefined) {
    throw new TypeError(
      `${owner}: actions must be of a Box, got ${String(env.actionSpace)}. Use DQN for those that are Discrete.`,
    );
  }
  const bounds = { low: Float32Array.from(low), high: Float32Array.from(high) };
  if ([...bounds.low, ...bounds.high].every(Number.isFinite)) return bounds;
  throw new RangeError(`${owner}: actions must be bounded, got ${String(env.actionSpace)}.`);
}

function requireEnv(owner: string, env: unknown): void {
  const { step, reset, actionSpace, observationSpace } = Object(env) as Partial<Env>; // null has none
  const functions = typeof step === 'function' && typeof reset === 'function';
  if (
    functions &&
    Object(actionSpace) === actionSpace &&
    Object(observationSpace) === observationSpace
  )
    return;
  throw new TypeError(
    `${owner}: needs an environment with reset, step and two spaces, got ${shown(env)}.`,
  );
}
