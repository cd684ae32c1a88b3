/** What plain JavaScript may give where the types forbid it. */
import { requireShape, requireTensor, shown, type Shape } from '@kasane/tensor-core';

/** Throws RangeError for an action that is not legal. */
export function refuseAction(owner: string, legal: readonly number[], action: unknown): never {
  const allowed = legal.length === 0 ? 'no action is legal, for the game is over' : null;
  const rule = allowed ?? `the action must be one of ${legal.join(', ')}`;
  throw new RangeError(`${owner}: ${rule}, got ${shown(action)}.`);
}

/** The state, or TypeError for what is no object, such as null. */
export function requireState<State>(owner: string, state: State, form: string): State {
  if (typeof state === 'object' && state !== null) return state;
  throw new TypeError(`${owner}: the state must be ${form}, got ${shown(state)}.`);
}

/** Throws TypeError unless `value` has the methods of a game. */
export function requireGame(owner: string, value: unknown): void {
  const game = Object(value) as Readonly<Record<string, unknown>>;
  const methods = ['initial', 'player', 'legal', 'play', 'outcome', 'key', 'encode'];
  if (methods.every((name) => typeof game[name] === 'function')) return;
  throw new TypeError(`${owner}: needs a game, such as ticTacToe, got ${shown(value)}.`);
}

/** Throws TypeError unless `value` can choose actions. */
export function requirePlayer(owner: string, value: unknown): void {
  if (typeof (Object(value) as { readonly choose?: unknown }).choose === 'function') return;
  throw new TypeError(`${owner}: needs a player, with choose(state), got ${shown(value)}.`);
}

/** Throws RangeError unless `value` is a number that is not negative. */
export function requireExploration(owner: string, value: number): void {
  if (typeof value === 'number' && value >= 0 && value < Infinity) return;
  throw new RangeError(`${owner}: exploration must be 0 or more, got ${shown(value)}.`);
}

/** Throws TypeError unless `value` is a network, with parameters and a pass. */
export function requireModel(owner: string, value: unknown): void {
  const { forward, parameters } = Object(value) as Readonly<Record<string, unknown>>;
  if (typeof forward === 'function' && typeof parameters === 'function') return;
  throw new TypeError(`${owner}: needs a network, such as PolicyValueNet, got ${shown(value)}.`);
}

/** Throws RangeError unless `value` is a number between two others, inclusively. */
export function requireBetween(
  owner: string,
  what: string,
  value: number,
  least: number,
  most: number,
): void {
  if (typeof value === 'number' && value >= least && value <= most) return;
  throw new RangeError(`${owner}: ${what} must be from ${least} to ${most}, got ${shown(value)}.`);
}

/** Throws unless `pictures` is a batch of states as a game of that shape encodes them: (B, planes, rows, columns). */
export function requirePictures(owner: string, shape: Shape, pictures: unknown): void {
  requireTensor(owner, 'pictures', pictures);
  const batch = pictures.shape[0] ?? 1;
  requireShape(owner, 'pictures', [batch, ...shape], pictures.shape);
}
