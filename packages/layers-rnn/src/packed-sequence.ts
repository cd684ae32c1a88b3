import {
  optionsOf,
  concat,
  formatShape,
  ShapeError,
  tensor,
  type Tensor,
  requireFunction,
  requireTensor,
  requireTensors,
  shown,
} from '@kasane/tensor-core';
import { checkLengths } from './lengths.ts';

/**
 * Sequences of several lengths without padding: the first steps of all sequences, then the second
 * steps of those that have one, and so on, the longest sequence first.
 *
 * | field     | what                                                     |
 * | --------- | -------------------------------------------------------- |
 * | data      | (N, ...): all steps, N the sum of the lengths             |
 * | batchSizes | how many sequences have a step t                         |
 * | order     | the sequences of the batch from the longest to the shortest |
 *
 * `packSequence` and `packPaddedSequence` make it, `forwardPacked` of a layer takes and gives it,
 * `padPackedSequence` undoes it. States stay in the order of the batch. Same as
 * `torch.nn.utils.rnn.PackedSequence`, whose `sorted_indices` are `order`; the batch never has to be
 * sorted.
 *
 * @example
 * import { packSequence } from '@kasane/layers-rnn';
 * import { tensor } from '@kasane/tensor-core';
 * const packed = packSequence([tensor([1, 2]), tensor([3, 4, 5])]);
 * packed.data.toArray(); // => [3,1,4,2,5]
 * packed.batchSizes; // => [2,2,1]
 * packed.order; // => [1,0]
 */
export class PackedSequence {
  /** (N, ...): step by step, the longest sequence first. */
  readonly data: Tensor;
  /** How many sequences have a step t. */
  readonly batchSizes: readonly number[];
  /** The sequences of the batch from the longest to the shortest. */
  readonly order: readonly number[];

  constructor(data: Tensor, batchSizes: readonly number[], order: readonly number[]) {
    this.data = data;
    this.batchSizes = batchSizes;
    this.order = order;
  }

  /** The number of steps of each sequence, in the order of the batch. */
  get lengths(): number[] {
    const lengths = this.order.map(() => 0);
    for (const size of this.batchSizes) for (let r = 0; r < size; r++) lengths[this.order[r]!]!++;
    return lengths;
  }

  /** The same packing of other data: what a layer makes of every step by itself. */
  map(change: (data: Tensor) => Tensor): PackedSequence {
    requireFunction('PackedSequence.map', change);
    return new PackedSequence(change(this.data), this.batchSizes, this.order);
  }
}

/** Options of packing and padding. */
export interface PaddingOptions {
  /** The batch is the first dimension, the steps are the second. Default false: steps first. */
  readonly batchFirst?: boolean;
}

/** Options of `padSequence`. */
export interface PadSequenceOptions extends PaddingOptions {
  /** What stands behind the end of a sequence. Default 0. */
  readonly paddingValue?: number;
}

/** Options of `padPackedSequence`. */
export interface PadPackedOptions extends PadSequenceOptions {
  /** The number of steps to pad to. Default: that of the longest sequence. */
  readonly totalLength?: number;
}

/**
 * Packs sequences (T_i, ...) of several lengths. Same as `torch.nn.utils.rnn.pack_sequence` without `enforce_sorted`.
 *
 * @throws {@link ShapeError} if there are none, or one has no steps.
 *
 * @example
 * import { LSTM, packSequence } from '@kasane/layers-rnn';
 * import { randn } from '@kasane/tensor-core';
 * const lstm = new LSTM(3, 4);
 * const { output, state } = lstm.forwardPacked(packSequence([randn([2, 3]), randn([5, 3])]));
 * output.data.shape; // => [7,4]
 * state.h.shape; // => [1,2,4]
 */
export function packSequence(sequences: readonly Tensor[]): PackedSequence {
  return packPaddedSequence(
    padSequence(sequences),
    sequences.map(({ shape }) => shape[0]!),
  );
}

/**
 * Joins sequences (T_i, ...) to one tensor (T, B, ...), or (B, T, ...) with `batchFirst`, with T steps of the longest. Same as
 * `torch.nn.utils.rnn.pad_sequence`, without `padding_side`.
 *
 * @throws {@link ShapeError} if there are none, or they differ in more than their lengths.
 *
 * @example
 * import { padSequence } from '@kasane/layers-rnn';
 * import { tensor } from '@kasane/tensor-core';
 * padSequence([tensor([1, 2, 3]), tensor([4])], { batchFirst: true }).toArray(); // => [[1,2,3],[4,0,0]]
 */
export function padSequence(sequences: readonly Tensor[], options?: PadSequenceOptions): Tensor {
  const names = ['batchFirst', 'paddingValue'] as const;
  const { batchFirst = false, paddingValue = 0 } = optionsOf('padSequence', options, names);
  requireTensors('padSequence', sequences);
  const T = Math.max(0, ...sequences.map(({ shape }) => shape[0] ?? 0));
  const padded = sequences.map((sequence) => {
    const [steps = 0, ...rest] = sequence.shape;
    const missing = sequence.newFull([T - steps, ...rest], paddingValue);
    return (steps === T ? sequence : concat([sequence, missing])).unsqueeze(batchFirst ? 0 : 1);
  });
  return concat(padded, batchFirst ? 0 : 1);
}

/**
 * Packs padded sequences (T, B, ...), or (B, T, ...) with `batchFirst`, of known lengths. Same as
 * `torch.nn.utils.rnn.pack_padded_sequence` without `enforce_sorted`.
 *
 * @throws {@link ShapeError} if the lengths do not fit.
 *
 * @example
 * import { packPaddedSequence } from '@kasane/layers-rnn';
 * import { tensor } from '@kasane/tensor-core';
 * const padded = tensor([[1, 2, 0], [3, 4, 5]]);
 * packPaddedSequence(padded, [2, 3], { batchFirst: true }).data.toArray(); // => [3,1,4,2,5]
 */
export function packPaddedSequence(
  input: Tensor,
  lengths: readonly number[],
  options?: PaddingOptions,
): PackedSequence {
  const { batchFirst = false } = optionsOf('packPaddedSequence', options, ['batchFirst']);
  requireTensor('packPaddedSequence', 'the input', input);
  if (!Array.isArray(lengths)) {
    throw new TypeError(
      `packPaddedSequence: needs the lengths as an array of numbers, got ${shown(lengths)}.`,
    );
  }
  if (input.ndim < 2) {
    throw new ShapeError(
      `packPaddedSequence: the input must have steps and a batch as its first dimensions, got shape ${formatShape(input.shape)}. Unsqueeze the batch.`,
    );
  }
  const [first, second, ...rest] = input.shape;
  const [T, B] = batchFirst ? [second!, first!] : [first!, second!];
  checkLengths('packPaddedSequence', lengths, T, B, input);
  // Sorting is stable: sequences of one length stay in their order.
  const order = lengths.map((_, b) => b).sort((a, b) => lengths[b]! - lengths[a]!);
  const longest = Math.max(0, ...lengths);
  const batchSizes = Array.from({ length: longest }, (_, t) => lengths.filter((n) => n > t).length);
  const flat = input.reshape([T * B, ...rest]);
  const rows = positions(batchSizes, order, batchFirst ? [1, T] : [B, 1]);
  return new PackedSequence(take(flat, rows), batchSizes, order);
}

/** Padded sequences (T, B, ...) packed as others were. */
export function packLike(packed: PackedSequence, padded: Tensor): PackedSequence {
  const [T, B, ...rest] = padded.shape;
  const rows = positions(packed.batchSizes, packed.order, [B!, 1]);
  return packed.map(() => take(padded.reshape([T! * B!, ...rest]), rows));
}

/** Padded sequences and how many steps each has. */
export interface PaddedSequences {
  /** (T, B, ...), or (B, T, ...) with batchFirst. */
  readonly output: Tensor;
  /** In the order of the batch. */
  readonly lengths: number[];
}

/**
 * The padded sequences (T, B, ...), or (B, T, ...) with `batchFirst`, that were packed, and their lengths. Same as
 * `torch.nn.utils.rnn.pad_packed_sequence`.
 *
 * @throws {@link ShapeError} if `totalLength` is less than the longest sequence has.
 *
 * @example
 * import { packSequence, padPackedSequence } from '@kasane/layers-rnn';
 * import { tensor } from '@kasane/tensor-core';
 * const packed = packSequence([tensor([1, 2]), tensor([3, 4, 5])]);
 * const { output, lengths } = padPackedSequence(packed, { batchFirst: true, paddingValue: -1 });
 * output.toArray(); // => [[1,2,-1],[3,4,5]]
 * lengths; // => [2,3]
 */
export function padPackedSequence(
  packed: PackedSequence,
  options: PadPackedOptions = {},
): PaddedSequences {
  const names = ['batchFirst', 'paddingValue', 'totalLength'] as const;
  const given = optionsOf('padPackedSequence', options, names);
  if (!(packed instanceof PackedSequence)) {
    throw new TypeError(
      `padPackedSequence: needs a PackedSequence, got ${shown(packed)}. Make one with packPaddedSequence.`,
    );
  }
  const { data, batchSizes, order, lengths } = packed;
  const { batchFirst = false, paddingValue = 0, totalLength = batchSizes.length } = given;
  const [T, B] = [totalLength, order.length];
  if (T < batchSizes.length) {
    throw new ShapeError(
      `padPackedSequence: totalLength must be at least ${batchSizes.length}, the steps of the longest sequence, got ${T}. Leave it out to pad to that.`,
    );
  }
  const [N, ...rest] = data.shape;
  // Every place takes the row that belongs there, or the one row of padding behind the data.
  const rows = Array.from({ length: T * B }, () => N!);
  positions(batchSizes, order, batchFirst ? [1, T] : [B, 1]).forEach((place, row) => {
    rows[place] = row;
  });
  const output = take(concat([data, data.newFull([1, ...rest], paddingValue)]), rows);
  return { output: output.reshape([...(batchFirst ? [B, T] : [T, B]), ...rest]), lengths };
}

function take(data: Tensor, rows: readonly number[]): Tensor {
  return data.indexSelect(0, tensor([...rows], { dtype: 'int32', backend: data.backend }));
}

/** Where each packed row stands among the padded ones, a step and a sequence being so far apart. */
function positions(
  batchSizes: readonly number[],
  order: readonly number[],
  [perStep, perSequence]: readonly [number, number],
): number[] {
  return batchSizes.flatMap((size, t) =>
    order.slice(0, size).map((b) => t * perStep + b * perSequence),
  );
}
