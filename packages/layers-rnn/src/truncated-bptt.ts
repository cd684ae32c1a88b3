import {
  optionsOf,
  formatShape,
  requireWhole,
  scope,
  ShapeError,
  type Tensor,
  requireFunction,
  requireTensors,
} from '@kasane/tensor-core';
import { detachState, mapState } from './state.ts';

/** Options of `truncatedBptt`. */
export interface TruncatedBpttOptions<State> {
  /** The state before the first step. Default: undefined, which layers take for zeros. */
  readonly state?: State;
  /** The dimension of the steps: 1 for sequences with the batch first. Default 0. */
  readonly dim?: number;
}

/**
 * Truncated back-propagation through time: cuts long sequences into chunks and lets `learn` train on
 * each, starting from the state that the chunk before ended with, detached. Gradients reach back to the
 * beginning of a chunk and no further, so memory is that of one chunk, however long the sequences are.
 *
 * `learn` gets the chunk of every sequence (inputs, targets), the state before it, and the number of
 * steps before it; it returns the state after it. What it makes, and the state it got, is freed after each
 * chunk, as in a `scope`. Gives the state after the last step, detached. PyTorch has no such function. Throws
 * RangeError unless the length is a whole number ≥ 1, ShapeError if there are no steps or the sequences differ in their
 * number, ScopeError if `learn` is asynchronous, and what it throws.
 *
 * @example
 * import { backward } from '@kasane/autograd';
 * import { RNN, truncatedBptt } from '@kasane/layers-rnn';
 * import { mseLoss } from '@kasane/nn';
 * import { randn, type Tensor } from '@kasane/tensor-core';
 * const rnn = new RNN(1, 4);
 * const [x, y] = [randn([1000, 2, 1]), randn([1000, 2, 4])];
 * let chunks = 0;
 * const state = truncatedBptt([x, y], 50, ([x, y], state?: Tensor) => {
 *   const found = rnn.forward(x, state);
 *   backward(mseLoss(found.output, y)); // and here an optimizer's step
 *   rnn.zeroGrad();
 *   chunks++;
 *   return found.state;
 * });
 * chunks; // => 20
 * state.shape; // => [1,2,4]
 *
 * @see Williams and Peng (1990), An Efficient Gradient-Based Algorithm for On-Line Training of
 * Recurrent Network Trajectories.
 */
export function truncatedBptt<State, const Sequences extends readonly Tensor[]>(
  sequences: Sequences,
  length: number,
  learn: (
    chunks: { readonly [K in keyof Sequences]: Tensor },
    state: State | undefined,
    start: number,
  ) => State,
  options?: TruncatedBpttOptions<State>,
): State {
  const { state: initial, dim = 0 } = optionsOf('truncatedBptt', options, ['state', 'dim']);
  requireWhole('truncatedBptt', 'the length of a chunk', length, 1);
  requireTensors('truncatedBptt', sequences);
  requireFunction('truncatedBptt', learn);
  const steps = sequences.map((sequence) => sequence.shape.at(dim) ?? 0);
  const T = steps[0] ?? 0;
  if (T === 0 || steps.some((n) => n !== T)) {
    throw new ShapeError(
      `truncatedBptt: the sequences must have the same number of steps along dim ${dim}, and at least one, got ${sequences.map(({ shape }) => formatShape(shape)).join(' and ') || 'none'}.`,
    );
  }
  let state = initial;
  for (let start = 0; start < T; start += length) {
    const next = scope(() => {
      const chunks = sequences.map((sequence) => sequence.slice(dim, start, start + length));
      // One chunk for each sequence, in their order.
      const all = chunks as unknown as { readonly [K in keyof Sequences]: Tensor };
      return detachState(learn(all, state, start));
    });
    if (start > 0) mapState(state, dispose); // it belongs to the chunk that began with it
    state = next;
  }
  return state!; // there is at least one chunk
}

function dispose(tensor: Tensor): Tensor {
  tensor.dispose();
  return tensor;
}
