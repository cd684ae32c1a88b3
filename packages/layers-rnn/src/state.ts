/** States: a tensor, or plain objects and arrays of states. */
import { isTensor, Tensor } from '@kasane/tensor-core';

/**
 * A state of the same form, each of its tensors made of those at its place in `states`. With them
 * comes that place: `h`, `forward.c`, or `` if the state is a single tensor.
 */
export function combineStates<State>(
  states: readonly State[],
  combine: (tensors: readonly Tensor[], place: string) => Tensor,
): State {
  // The result has the form of the first state; what it is made of, only the walk below knows.
  return merge(states, combine, '') as State;
}

/** A state of the same form, each of its tensors changed by `change`. */
export function mapState<State>(
  state: State,
  change: (tensor: Tensor, place: string) => Tensor,
): State {
  return combineStates([state], ([tensor], place) => change(tensor!, place));
}

/**
 * A state without its history: no gradient flows through it into what came before.
 *
 * The final state of one piece of a sequence, detached, is the initial state of the next: so an endless sequence streams
 * through a layer, and each piece learns by itself. PyTorch's `Tensor.detach`, of every tensor in the state.
 *
 * @throws TypeError for what is neither a tensor nor a plain object or array of them.
 *
 * @example
 * import { detachState, LSTM } from '@kasane/layers-rnn';
 * import { randn } from '@kasane/tensor-core';
 * const lstm = new LSTM(2, 4);
 * let { state } = lstm.forward(randn([5, 1, 2]));
 * ({ state } = lstm.forward(randn([5, 1, 2]), detachState(state)));
 * state.h.shape; // => [1,1,4]
 * [state.c.requiresGrad, detachState(state).c.requiresGrad]; // => [true,false]
 */
export function detachState<State>(state: State): State {
  return mapState(state, (tensor) => tensor.detach());
}

function merge(
  states: readonly unknown[],
  combine: (tensors: readonly Tensor[], place: string) => Tensor,
  place: string,
): unknown {
  const [first] = states;
  if (first instanceof Tensor) {
    const tensors = states.filter((s) => s instanceof Tensor);
    if (tensors.length === states.length) return combine(tensors, place);
  }
  if (!isParts(first) || !states.every(isParts)) throw unlike(place);
  const at = (key: string): string => (place === '' ? key : `${place}.${key}`);
  const part = (key: string): unknown =>
    merge(
      states.map((s) => s[key]),
      combine,
      at(key),
    );
  const keys = Object.keys(first);
  if (Array.isArray(first)) return keys.map(part);
  return Object.fromEntries(keys.map((key) => [key, part(key)]));
}

/** True for plain objects and arrays. */
function isParts(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !(value instanceof Tensor);
}

function unlike(place: string): TypeError {
  const where = place === '' ? 'the state' : `its part ${place}`;
  return new TypeError(
    `state: must be a tensor or a plain object of tensors, of one form at every step, but ${where} is not. Give the state that the cell or layer itself returned, or leave it out for zeros.`,
  );
}

/** Where the tensors of a state stand in it, as `mapState` names it; `?` for what is none. */
export function placesOf(state: unknown, place: string = ''): string[] {
  if (isTensor(state)) return [place];
  if (typeof state !== 'object' || state === null) return ['?'];
  return Object.entries(state).flatMap(([name, part]) =>
    placesOf(part, place === '' ? name : `${place}.${name}`),
  );
}
