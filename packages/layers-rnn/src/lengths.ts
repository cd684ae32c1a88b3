import { DTypeError, formatShape, ShapeError, tensor, Tensor, shown } from '@kasane/tensor-core';

/** How many steps each sequence of a batch has. */
export interface Lengths {
  /** (B), int32. */
  readonly values: Tensor;
  /** No sequence is shorter; 0 if that is not known. */
  readonly shortest: number;
}

/** Options of a pass over sequences. */
export interface SequenceOptions {
  /**
   * The number of steps of each sequence; those behind it are padding. Numbers are checked. An int32
   * tensor (B) is not read, so that it may differ from call to call of a compiled function; what is
   * greater than the number of steps means all of them. Default: all.
   */
  readonly lengths?: readonly number[] | Tensor;
}

/** Checks lengths for a batch of B sequences of T steps; null if no sequence is shorter than T. */
export function checkLengths(
  name: string,
  lengths: readonly number[] | Tensor | undefined,
  T: number,
  B: number,
  like: Tensor,
): Lengths | null {
  if (T === 0) {
    throw new ShapeError(
      `${name}: a sequence needs at least one step, got input ${formatShape(like.shape)}. Leave empty sequences out of the batch.`,
    );
  }
  if (lengths === undefined) return null;
  if (lengths instanceof Tensor) {
    if (lengths.dtype !== 'int32') {
      throw new DTypeError(
        `${name}: lengths must be int32 or plain numbers, got ${lengths.dtype}. Cast them.`,
      );
    }
    checkCount(name, lengths.ndim === 1 ? lengths.size : formatShape(lengths.shape), B);
    return { values: lengths, shortest: 0 };
  }
  if (!Array.isArray(lengths)) {
    throw new TypeError(
      `${name}: lengths must be an array of numbers, or int32, got ${shown(lengths)}.`,
    );
  }
  checkCount(name, lengths.length, B);
  const wrong = lengths.find((n) => !Number.isInteger(n) || n < 1 || n > T);
  if (wrong !== undefined) {
    throw new ShapeError(
      `${name}: lengths must be whole numbers from 1 to ${T}, the number of steps, got ${wrong}. Leave empty sequences out of the batch, or pad to the longest.`,
    );
  }
  const shortest = Math.min(...lengths);
  if (shortest >= T) return null;
  return { values: tensor([...lengths], { dtype: 'int32', backend: like.backend }), shortest };
}

/**
 * Sequences (T, B, ...) with zeros for padding, whatever stood there: a step of padding counts for nothing, but
 * 0 times NaN or Infinity is NaN, in gradients too.
 */
export function withoutPadding(sequences: Tensor, lengths: Tensor): Tensor {
  const [T, B, ...rest] = sequences.shape;
  const times = lengths.newFull([T!, 1], 1).cumsum(0); // 1 to T
  const within = times.lessEqual(lengths).reshape([T!, B!, ...rest.map(() => 1)]);
  return within.where(sequences, 0);
}

function checkCount(name: string, count: number | string, B: number): void {
  if (count === B) return;
  throw new ShapeError(
    `${name}: needs one length for each of the ${B} sequences of the batch, got ${count}. Mind which dimension is the batch: batchFirst says so.`,
  );
}
