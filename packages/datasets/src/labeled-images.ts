import { DataError, scope, tensor, type Tensor } from '@kasane/tensor-core';
import { requireImage, requireList } from './given.ts';
import { checkIndex, type Dataset } from './dataset.ts';
import { blankImage, scaleInto, type Image } from './image.ts';
import type { Batch } from './collate.ts';

/** A picture and its class, an int32 scalar. */
export type LabeledImage = [image: Image, label: Tensor];

/** What `LabeledImages` is made of. */
export interface LabeledImagesParts {
  /** The bytes of all pictures, one after the other: (N, C, H, W). */
  readonly data: Uint8Array;
  /** The class of each picture. */
  readonly labels: ArrayLike<number>;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** The names of the classes. */
  readonly classes: readonly string[];
  /** What the pictures are and where they come from. Generated ones say so. */
  readonly origin: string;
}

/**
 * Pictures of one size with a class each, kept as bytes.
 *
 * A batch is (B, C, H, W), float32 from 0 to 1, and the classes (B), int32.
 *
 * @throws {@link DataError} if there are not as many pictures as labels, or a label is none of the classes.
 * @throws RangeError when a picture is asked for that there is not.
 *
 * @example
 * import { LabeledImages } from '@kasane/datasets';
 * const images = new LabeledImages({
 *   data: Uint8Array.of(0, 255, 255, 0),
 *   labels: [0, 1],
 *   channels: 1,
 *   height: 1,
 *   width: 2,
 *   classes: ['right', 'left'],
 *   origin: 'made by hand',
 * });
 * const [x, y] = images.getBatch([1, 0]);
 * x.toArray(); // => [[[[1,0]]],[[[0,1]]]]
 * y.toArray(); // => [1,0]
 */
export class LabeledImages implements Dataset<LabeledImage> {
  readonly data: Uint8Array;
  readonly labels: Int32Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly classes: readonly string[];
  /** What the pictures are and where they come from. */
  readonly origin: string;

  constructor(parts: LabeledImagesParts) {
    requireImage('LabeledImages', parts);
    const { data, labels, channels, height, width, classes, origin } = parts;
    requireList('LabeledImages', 'labels', labels);
    const size = channels * height * width;
    if (data.length !== labels.length * size) {
      throw new DataError(
        `LabeledImages: ${origin}: ${labels.length} labels need ${labels.length} × ${size} bytes, got ${data.length}. Pictures and labels belong to different files.`,
      );
    }
    this.data = data;
    this.labels = Int32Array.from(labels);
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.classes = classes;
    this.origin = origin;
    const odd = this.labels.findIndex((label, i) => {
      return label !== labels[i] || classes[label] === undefined;
    });
    if (odd >= 0) {
      throw new DataError(
        `LabeledImages: ${origin}: label ${labels[odd]} of picture ${odd} is none of the ${classes.length} classes.`,
      );
    }
  }

  get length(): number {
    return this.labels.length;
  }

  /** Picture `index`, whose bytes are shared with the dataset, and its class. */
  get(index: number): LabeledImage {
    return [this.image(index), tensor(this.labels[index]!, { dtype: 'int32' })];
  }

  /** Picture `index` alone. */
  image(index: number): Image {
    checkIndex('LabeledImages', index, this.length);
    const { channels, height, width } = this;
    const size = channels * height * width;
    return { data: this.data.subarray(index * size, (index + 1) * size), channels, height, width };
  }

  /** The pictures `indices` (B, C, H, W) and their classes (B). */
  getBatch(indices: readonly number[]): Batch<LabeledImage> {
    const { channels, height, width } = this;
    const size = channels * height * width;
    const out = new Float32Array(indices.length * size);
    indices.forEach((index, b) => scaleInto(out, this.image(index).data, b * size));
    const labels = Int32Array.from(indices, (index) => this.labels[index]!);
    return scope(() => [tensor(out, [indices.length, channels, height, width]), tensor(labels)]);
  }

  /** The pictures `indices` as a dataset of their own, with a copy of their bytes. */
  select(indices: readonly number[]): LabeledImages {
    const { channels, height, width } = this;
    const { data } = blankImage(indices.length * channels, height, width);
    indices.forEach((index, i) => data.set(this.image(index).data, i * channels * height * width));
    return new LabeledImages({ ...this, data, labels: indices.map((i) => this.labels[i]!) });
  }
}
