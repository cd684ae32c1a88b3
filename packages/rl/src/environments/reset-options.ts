import { optionsOf, requireThat, shown } from '@kasane/tensor-core';
import { requireFinite } from '../planning/given.ts';

/** What `reset` takes as `options` where a state is drawn between two bounds. */
export interface ResetBounds {
  readonly low?: number;
  readonly high?: number;
}

/** The bounds that `reset` was given, or those of the environment. @internal */
export function boundsOf(
  owner: string,
  options: Readonly<Record<string, unknown>>,
  least: number,
  most: number,
): readonly [low: number, high: number] {
  const { low = least, high = most } = optionsOf<ResetBounds, ['low', 'high']>(owner, options, [
    'low',
    'high',
  ]);
  requireFinite(owner, 'low', low);
  requireFinite(owner, 'high', high);
  requireThat(low <= high, owner, 'low', low, `at most high, ${high}`);
  return [low, high];
}

/** Throws TypeError if `reset` was given options, where an environment has none. @internal */
export function requireNoOptions(owner: string, options: Readonly<Record<string, unknown>>): void {
  const [name] = Object.keys(options);
  if (name === undefined) return;
  throw new TypeError(`${owner}: reset has no options of its own, got ${shown(name)}.`);
}

/** Throws RangeError unless an action is a list of `size` finite numbers; they may lie outside the space. @internal */
export function requireNumbers(owner: string, action: unknown, size: number): void {
  const list = Object(action) as ArrayLike<unknown>; // what is none has no length
  let holds = typeof action === 'object' && list.length === size;
  for (let i = 0; holds && i < size; i++) holds = Number.isFinite(list[i]);
  if (holds) return;
  const numbers = size === 1 ? 'a finite number' : `${size} finite numbers`;
  const got =
    typeof action === 'object' && list.length !== undefined
      ? `[${Array.from(list, shown).join(', ')}]`
      : shown(action);
  throw new RangeError(`${owner}: an action must be a list of ${numbers}, got ${got}.`);
}
