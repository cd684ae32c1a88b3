import {
  optionsOf,
  DataError,
  requireWhole,
  ShapeError,
  stack,
  tensor,
  type NumericArray,
  type Tensor,
  requireTensors,
} from '@kasane/tensor-core';
import { requireList } from './given.ts';
import { checkImage, imageShape, isImage, scaleInto, type Image } from './image.ts';

/** Arrays of numbers that a sample may have beside tensors. */
export type SampleArray = NumericArray;

/**
 * What the default `collate` makes of samples T.
 *
 * Tensors, pictures, numbers and typed arrays become a tensor with the batch as its first dimension, texts
 * a list; objects and lists are gone through field by field.
 */
export type Batch<T> = T extends Tensor | Image | SampleArray | number | boolean
  ? Tensor
  : T extends string
    ? string[]
    : { -readonly [K in keyof T]: Batch<T[K]> };

/**
 * Joins samples to a batch: what `DataLoader` does unless it is told otherwise.
 *
 * | samples | batch |
 * | --- | --- |
 * | tensors of one shape | stacked, their dtype |
 * | pictures of one size | (B, C, H, W), float32 from 0 to 1 |
 * | numbers | (B), float32, as `tensor` makes of them |
 * | booleans | (B), bool |
 * | typed arrays of one length | (B, n): float32, float64, or int32 for whole numbers, bytes too |
 * | texts | a list |
 * | lists and objects | the same, of batches; objects may name their fields in any order |
 *
 * Same as `torch.utils.data.default_collate`, except that numbers are float32: JavaScript does not tell 1 from 1.0. Class indices are therefore int32
 * tensors in the datasets here.
 *
 * @throws {@link DataError} if there are no samples or they are of different kinds.
 * @throws {@link ShapeError} if they differ in shape.
 *
 * @example
 * import { collate } from '@kasane/datasets';
 * import { tensor } from '@kasane/tensor-core';
 * const batch = collate([
 *   { x: tensor([1, 2]), name: 'a' },
 *   { x: tensor([3, 4]), name: 'b' },
 * ]);
 * batch.x.toArray(); // => [[1,2],[3,4]]
 * batch.name; // => ["a","b"]
 */
export function collate<T>(samples: readonly T[]): Batch<T> {
  requireList('collate', 'samples', samples);
  return join(samples) as Batch<T>; // `join` goes through the cases of Batch
}

function join(samples: readonly unknown[]): unknown {
  const [first] = samples;
  const kind = kindOf(first);
  const odd = samples.find((sample) => kindOf(sample) !== kind);
  if (kind === 'nothing' || odd !== undefined) {
    throw new DataError(
      `collate: samples must be of one kind, got ${odd === undefined ? kind : `${kind} and ${kindOf(odd)}`}. Give DataLoader a collate of your own.`,
    );
  }
  // The casts below hold because every sample is of the kind of the first.
  if (kind === 'tensor') return joinTensors(samples as readonly Tensor[]);
  if (kind === 'picture') return joinImages(samples as readonly Image[]);
  if (kind === 'number') return tensor(samples as readonly number[]);
  if (kind === 'boolean') return tensor(samples as readonly boolean[]);
  if (kind === 'text') return samples;
  if (kind === 'typed array') return joinArrays(samples as readonly SampleArray[]);
  const parts = samples as readonly Readonly<Record<string, unknown>>[];
  const entries = keysOf(parts).map((key) => [key, join(parts.map((part) => part[key]))] as const);
  return kind === 'list' ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

function kindOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return typeof value;
  if (typeof value === 'string') return 'text';
  if (typeof value !== 'object' || value === null) return 'nothing';
  if (Array.isArray(value)) return 'list';
  if (ArrayBuffer.isView(value)) return 'typed array';
  if ('provenance' in value) return 'tensor';
  return isImage(value) ? 'picture' : 'object';
}

function keysOf(parts: readonly object[]): string[] {
  const keys = Object.keys(parts[0]!);
  const odd = parts.find((part) => {
    return (
      Object.keys(part).length !== keys.length || keys.some((key) => !Object.hasOwn(part, key))
    );
  });
  if (odd === undefined) return keys;
  throw new DataError(
    `collate: samples must have the same parts, got [${keys.join()}] and [${Object.keys(odd).join()}]. Give DataLoader a collate of your own.`,
  );
}

function joinTensors(samples: readonly Tensor[]): Tensor {
  const { shape } = samples[0]!;
  const odd = samples.find((t) => t.shape.join() !== shape.join());
  if (odd === undefined) return stack(samples);
  throw new ShapeError(
    `collate: samples must have one shape, got [${shape.join()}] and [${odd.shape.join()}]. Pad sequences with padCollate.`,
  );
}

function joinImages(samples: readonly Image[]): Tensor {
  const shape = imageShape(samples[0]!);
  const size = samples[0]!.data.length;
  const out = new Float32Array(samples.length * size);
  samples.forEach((image, b) => {
    if (imageShape(image).join() !== shape.join()) {
      throw new ShapeError(
        `collate: pictures must have one size, got [${shape.join()}] and [${imageShape(image).join()}]. Use resize, crop or pad.`,
      );
    }
    checkImage('collate', image);
    scaleInto(out, image.data, b * size);
  });
  return tensor(out, [samples.length, ...shape]);
}

function joinArrays(samples: readonly SampleArray[]): Tensor {
  return joinTensors(samples.map((array) => tensor(array)));
}

/** What `padCollate` makes of sequences. */
export interface PaddedBatch {
  /** (B, T, ...): T steps of the longest, or a few more. */
  readonly data: Tensor;
  /** How many steps each sequence has. */
  readonly lengths: number[];
}

/** Options of `padCollate`. */
export interface PadCollateOptions {
  /**
   * Round the number of steps up to a multiple of this: batches then have few shapes, each of which
   * `compile` makes a plan for. Default 1.
   */
  readonly multipleOf?: number;
}

/**
 * Joins sequences (T_i, ...) of several lengths to one tensor (B, T, ...), filled up with `value` at the
 * end, and their lengths.
 *
 * For use within a `collate` of your own. As `torch.nn.utils.rnn.pad_sequence` with `batch_first`, and with Hugging Face's `pad_to_multiple_of`.
 *
 * @throws {@link DataError} if there are no sequences.
 * @throws {@link ShapeError} if they differ in more than their lengths.
 * @throws RangeError unless `multipleOf` is a whole number ≥ 1.
 *
 * @example
 * import { padCollate } from '@kasane/datasets';
 * import { tensor } from '@kasane/tensor-core';
 * const { data, lengths } = padCollate([tensor([1, 2, 3]), tensor([4])]);
 * data.toArray(); // => [[1,2,3],[4,0,0]]
 * lengths; // => [3,1]
 * padCollate([tensor([1, 2, 3])], 0, { multipleOf: 8 }).data.shape; // => [1,8]
 */
export function padCollate(
  sequences: readonly Tensor[],
  value: number = 0,
  options?: PadCollateOptions,
): PaddedBatch {
  const { multipleOf = 1 } = optionsOf('padCollate', options, ['multipleOf']);
  requireWhole('padCollate', 'multipleOf', multipleOf, 1);
  requireTensors('padCollate', sequences);
  const lengths = sequences.map(({ shape }) => {
    if (shape[0] !== undefined) return shape[0];
    throw new ShapeError('padCollate: a sequence must have steps as its first dimension.');
  });
  const longest = Math.ceil(Math.max(0, ...lengths) / multipleOf) * multipleOf;
  const padded = sequences.map((sequence, b) => {
    const rest = sequence.shape.slice(1).map((): [number, number] => [0, 0]);
    return sequence.pad([[0, longest - lengths[b]!], ...rest], { value });
  });
  return { data: collate(padded), lengths };
}
