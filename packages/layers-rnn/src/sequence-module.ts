import { Module } from '@kasane/nn';
import {
  optionsOf,
  formatShape,
  ShapeError,
  type Tensor,
  requireTensor,
} from '@kasane/tensor-core';
import { checkLengths, type Lengths, type SequenceOptions } from './lengths.ts';
import {
  packLike,
  padPackedSequence,
  type PackedSequence,
  type PaddingOptions,
} from './packed-sequence.ts';
import type { SequenceOutput } from './unroll.ts';

/** What a pass over packed sequences gives. */
export interface PackedOutput<State> {
  /** The output of every step, packed as the input was. */
  readonly output: PackedSequence;
  /** The state after each sequence's last step, in the order of the batch. */
  readonly state: State;
}

/**
 * The base class of modules that read sequences: they take padded sequences, with lengths where they
 * differ, or packed ones, from an initial state to a final one.
 *
 * | tensor | shape                                      |
 * | ------ | ------------------------------------------ |
 * | input  | (T, B, ...), or (B, T, ...) with batchFirst |
 * | output | the same first two dimensions               |
 *
 * A subclass writes `pass`, for steps first and checked lengths. PyTorch's layers take a packed sequence in `forward`; here
 * that is `forwardPacked`.
 *
 * @throws {@link ShapeError} if the input has no steps, or the lengths do not fit.
 * @throws {@link DTypeError} for lengths that are not int32.
 *
 * @example
 * import { GRU, SequenceModule } from '@kasane/layers-rnn';
 * new GRU(2, 3) instanceof SequenceModule; // => true
 */
export abstract class SequenceModule<State> extends Module {
  /** The batch is the first dimension, the steps are the second. */
  readonly batchFirst: boolean;

  constructor({ batchFirst = false }: PaddingOptions = {}) {
    super();
    this.batchFirst = batchFirst;
  }

  /** From (T, B, ...) to (T, B, ...); `state` undefined means zeros, `lengths` null all steps. */
  protected abstract pass(
    input: Tensor,
    state: State | undefined,
    lengths: Lengths | null,
  ): SequenceOutput<State>;

  /** Reads padded sequences, from zeros by default. */
  forward(input: Tensor, state?: State, options?: SequenceOptions): SequenceOutput<State> {
    const { lengths } = optionsOf(this.constructor.name, options, ['lengths']);
    requireTensor(this.constructor.name, 'the input', input);
    if (input.ndim < 2) {
      throw new ShapeError(
        `${this.constructor.name}: the input must have steps and a batch as its first dimensions, got shape ${formatShape(input.shape)}. Unsqueeze what is missing.`,
      );
    }
    const steps = this.batchFirst ? input.transpose(0, 1) : input; // (T, B, ...)
    const found = this.pass(steps, state, this.#check(steps, lengths));
    return this.batchFirst ? { ...found, output: found.output.transpose(0, 1) } : found;
  }

  /** Reads packed sequences, from zeros by default. */
  forwardPacked(input: PackedSequence, state?: State): PackedOutput<State> {
    const { output: steps, lengths } = padPackedSequence(input);
    const found = this.pass(steps, state, this.#check(steps, lengths));
    return { output: packLike(input, found.output), state: found.state };
  }

  #check(steps: Tensor, lengths: readonly number[] | Tensor | undefined): Lengths | null {
    const [T, B] = steps.shape;
    return checkLengths(this.constructor.name, lengths, T!, B!, steps);
  }
}
