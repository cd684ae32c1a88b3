import {
  optionsOf,
  ShapeError,
  stack,
  formatShape,
  type Operand,
  type Tensor,
  requireFunction,
  requireTensor,
} from '@kasane/tensor-core';
import type { Stepper } from './cell.ts';
import { checkLengths, type Lengths, type SequenceOptions } from './lengths.ts';
import { combineStates } from './state.ts';

/** What a pass over sequences gives. */
export interface SequenceOutput<State> {
  /** The output of every step, (T, B, H), or (B, T, H) with batchFirst; zeros in padding. */
  readonly output: Tensor;
  /** The state after each sequence's last step: after its first, for a pass that runs backwards. */
  readonly state: State;
}

/** Options of `unroll`. */
export interface UnrollOptions extends SequenceOptions {
  /** Begin with the last step of each sequence. The output stays in the order of the input. Default false. */
  readonly reverse?: boolean;
}

/**
 * Runs a cell over sequences, step by step: the loop that works for every cell.
 *
 * $$ y_t, s_t = \mathrm{step}(x_t, s_{t-1}), \quad t = 1, \dots, T $$
 *
 * | tensor | shape                                         |
 * | ------ | --------------------------------------------- |
 * | input  | (T, B, ...): T steps of B sequences            |
 * | state  | what the cell says; zeros by default           |
 * | output | (T, B, ...)                                    |
 *
 * Beyond a sequence's length its state stays as it is and its outputs are zeros. The layers of this package do the same, faster
 * for their own cells. PyTorch has no such function.
 *
 * @throws {@link ShapeError} if there are no steps, or if the lengths do not fit.
 * @throws {@link DTypeError} for lengths that are not int32, and what the cell throws.
 *
 * @example
 * import { GRUCell, unroll } from '@kasane/layers-rnn';
 * import { randn } from '@kasane/tensor-core';
 * const cell = new GRUCell(3, 4);
 * const { output, state } = unroll(cell, randn([5, 2, 3]), undefined, { lengths: [5, 2] });
 * output.shape; // => [5,2,4]
 * state.shape; // => [2,4]
 * output.select(0, 4).select(0, 1).toArray(); // => [0,0,0,0]
 */
export function unroll<State>(
  cell: Stepper<State>,
  input: Tensor,
  state?: State,
  options?: UnrollOptions,
): SequenceOutput<State> {
  const { lengths, reverse = false } = optionsOf('unroll', options, ['lengths', 'reverse']);
  requireFunction('unroll', cell?.step);
  requireTensor('unroll', 'the input', input);
  if (input.ndim < 2) {
    throw new ShapeError(
      `unroll: the input must have steps and a batch as its first dimensions, got shape ${formatShape(input.shape)}. Unsqueeze the batch.`,
    );
  }
  const [T, B] = [input.shape[0]!, input.shape[1]!];
  const known = checkLengths('unroll', lengths, T, B, input);
  return loop(cell, input, state, known, reverse);
}

/** unroll with checked lengths. */
export function loop<State>(
  cell: Stepper<State>,
  input: Tensor,
  initial: State | undefined,
  lengths: Lengths | null,
  reverse: boolean,
): SequenceOutput<State> {
  const inputs = stepsOf(input);
  const T = inputs.length;
  const zeros = cell.zeroState(input.shape[1]!, input);
  // A state of another form is refused here, where it is given.
  if (initial !== undefined) combineStates([zeros, initial], ([zero]) => zero!);
  let state = initial ?? zeros;
  let still: Tensor | undefined;
  const outputs: Tensor[] = [];
  for (let k = 0; k < T; k++) {
    const t = reverse ? T - 1 - k : k;
    if (lengths === null || t < lengths.shortest) {
      const next = cell.step(inputs[t]!, state);
      outputs.push(next.output);
      state = next.state;
    } else {
      const within = lengths.values.greater(t); // (B)
      still ??= stillInput(inputs[0]!, lengths);
      const next = cell.step(pick(within, inputs[t]!, still), state);
      outputs.push(pick(within, next.output, 0));
      state = combineStates([next.state, state], ([after, before]) =>
        pick(within, after!, before!),
      );
    }
  }
  if (reverse) outputs.reverse();
  return { output: stack(outputs), state };
}

/**
 * What a cell reads in padding, which may hold anything: its results count for nothing, but 0 times NaN is NaN,
 * in the cell's gradients too. Zeros may be what a cell cannot take; it takes the first step of a sequence.
 */
function stillInput(first: Tensor, { values, shortest }: Lengths): Tensor {
  return shortest > 0 ? first.detach() : pick(values.greater(0), first.detach(), 0);
}

/** `a` for the sequences that go on, `b` for those that are over. */
function pick(within: Tensor, a: Tensor, b: Operand): Tensor {
  return within.reshape([within.size, ...a.shape.slice(1).map(() => 1)]).where(a, b);
}

/**
 * The steps of a sequence. A slice's gradient is as large as what it was cut from, so T slices of a
 * whole sequence would cost T² steps; cut in halves and halves again, T·log T.
 */
export function stepsOf(input: Tensor): Tensor[] {
  if (!input.requiresGrad || input.shape[0]! <= 4) return input.unbind(0);
  return input.chunk(2, 0).flatMap(stepsOf);
}
