import { CheckpointError } from '@kasane/tensor-core';
import { brief, isRecord } from '../checkpoint/header.ts';

/** The state that a checkpoint has for a callback: throws CheckpointError unless it has the numbers of `like`; where that says null it may too. */
export function requireState<S extends Readonly<Record<string, number | null>>>(
  owner: string,
  state: unknown,
  like: S,
): { [K in keyof S]: null extends S[K] ? number | null : number } {
  const fits =
    isRecord(state) &&
    Object.entries(like).every(
      ([key, value]) =>
        Object.hasOwn(state, key) &&
        (typeof state[key] === 'number' || (value === null && state[key] === null)),
    );
  if (!fits) {
    throw new CheckpointError(
      `${owner}: the state must be like ${JSON.stringify(like)}, got ${brief(state)}. Resume with the callbacks that the checkpoint was saved with.`,
    );
  }
  // Its fields were compared with those of `like`.
  return state as { [K in keyof S]: null extends S[K] ? number | null : number };
}
