import {
  concat,
  formatShape,
  guardedOptions,
  shown,
  ShapeError,
  type Padding,
  type Tensor,
} from '@kasane/tensor-core';
import { Module } from './module.ts';
import { checkTensor } from './shapes.ts';

/** How much to add on every side, or, as PyTorch has it, on each: left, right, top, bottom, front, back. */
export type PadSize = number | readonly number[];

/** What layers that pad so many last dims share. */
abstract class Pad extends Module {
  /** How much is added: left, right, and so on from the last dim to the first. */
  readonly padding: readonly number[];

  constructor(dims: number, padding: PadSize) {
    super();
    const all = typeof padding === 'number' ? Array<number>(2 * dims).fill(padding) : padding;
    if (all?.length !== 2 * dims) {
      throw new RangeError(
        `${this.constructor.name}: padding must be one number or ${2 * dims}, got ${shown(all?.length ?? all)}.`,
      );
    }
    this.padding = [...all];
  }

  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    const { padding } = this;
    const pairs = padding.flatMap((after, i): Padding[] =>
      i % 2 === 0 ? [] : [[padding[i - 1]!, after]],
    );
    return this.pad(input, pairs.reverse());
  }

  /** Pads the last dims, one pair for each. */
  protected abstract pad(input: Tensor, pairs: readonly Padding[]): Tensor;

  /** The description in the parentheses. @internal */
  override extraRepr(): string {
    return `padding=[${this.padding.join(',')}]`;
  }
}

abstract class ConstantPad extends Pad {
  /** What the border holds. */
  value: number;

  constructor(dims: number, padding: PadSize, value: number) {
    super(dims, padding);
    this.value = value;
  }

  protected pad(input: Tensor, pairs: readonly Padding[]): Tensor {
    return input.pad(pairs, { value: guardedOptions(this).value });
  }

  /** The description in the parentheses. @internal */
  override extraRepr(): string {
    return `${super.extraRepr()}, value=${this.value}`;
  }
}

abstract class ReflectionPad extends Pad {
  protected pad(input: Tensor, pairs: readonly Padding[]): Tensor {
    return input.pad(pairs, { mode: 'reflect' });
  }
}

abstract class ReplicationPad extends Pad {
  protected pad(input: Tensor, pairs: readonly Padding[]): Tensor {
    return input.pad(pairs, { mode: 'replicate' });
  }
}

abstract class CircularPad extends Pad {
  protected pad(input: Tensor, pairs: readonly Padding[]): Tensor {
    let x = input;
    pairs.forEach(([before, after], i) => {
      const dim = input.ndim - pairs.length + i;
      const size = input.shape[dim]!;
      for (const amount of [before, after]) {
        if (!(Number.isInteger(amount) && amount >= 0 && amount <= size)) {
          throw new ShapeError(
            `${this.constructor.name}: adds from 0 to ${size} on a side of dim ${dim} of ${formatShape(input.shape)}, got ${amount}.`,
          );
        }
      }
      x = concat([x.slice(dim, size - before), x, x.slice(dim, 0, after)], dim);
    });
    return x;
  }
}

/**
 * Adds zeros around the last dim: one number for every side, or [left, right].
 *
 * (..., L) becomes (..., left + L + right): $y_j = x_{j - l}$ for $l \le j < l + L$, else 0, with l = left. Same as `torch.nn.ZeroPad1d`, with
 * any dims before. Throws RangeError for another number of sides, ShapeError for negative ones, with which PyTorch crops, or too few dims.
 *
 * @example
 * import { ZeroPad1d } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * new ZeroPad1d([0, 2]).forward(ones([1, 2])).toArray(); // => [[1,1,0,0]]
 *
 * @category Padding
 */
export class ZeroPad1d extends ConstantPad {
  constructor(padding: PadSize) {
    super(1, padding, 0);
  }
}

/**
 * Adds zeros around the last two dims: one number for every side, or [left, right, top, bottom].
 *
 * (..., H, W) becomes (..., top + H + bottom, left + W + right): $y_j = x_{j - l}$ for $l \le j < l + W$, else 0, with l = left, and along H
 * alike. Same as `torch.nn.ZeroPad2d`, with any dims before. Throws RangeError for another number of sides, ShapeError for negative ones, with
 * which PyTorch crops, or too few dims.
 *
 * @example
 * import { ZeroPad2d } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * new ZeroPad2d([0, 1, 1, 0]).forward(ones([1, 1])).toArray(); // => [[0,0],[1,0]]
 *
 * @category Padding
 */
export class ZeroPad2d extends ConstantPad {
  constructor(padding: PadSize) {
    super(2, padding, 0);
  }
}

/**
 * Adds zeros around the last three dims: one number for every side, or [left, right, top, bottom, front, back].
 *
 * (..., D, H, W) becomes (..., front + D + back, top + H + bottom, left + W + right): $y_j = x_{j - l}$ for $l \le j < l + W$, else 0, with l =
 * left, and along H and D alike. Same as `torch.nn.ZeroPad3d`, with any dims before. Throws RangeError for another number of sides, ShapeError
 * for negative ones, with which PyTorch crops, or too few dims.
 *
 * @example
 * import { ZeroPad3d } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * new ZeroPad3d(1).forward(ones([1, 2, 3])).shape; // => [3,4,5]
 *
 * @category Padding
 */
export class ZeroPad3d extends ConstantPad {
  constructor(padding: PadSize) {
    super(3, padding, 0);
  }
}

/**
 * Adds a value around the last dim: one number for every side, or [left, right].
 *
 * (..., L) becomes (..., left + L + right): $y_j = x_{j - l}$ for $l \le j < l + L$, else value, with l = left. Same as
 * `torch.nn.ConstantPad1d`, with any dims before. Throws RangeError for another number of sides, ShapeError for negative ones, with which
 * PyTorch crops, or too few dims.
 *
 * @example
 * import { ConstantPad1d } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * new ConstantPad1d([1, 0], 7).forward(ones([1, 2])).toArray(); // => [[7,1,1]]
 *
 * @category Padding
 */
export class ConstantPad1d extends ConstantPad {
  constructor(padding: PadSize, value: number) {
    super(1, padding, value);
  }
}

/**
 * Adds a value around the last two dims: one number for every side, or [left, right, top, bottom].
 *
 * (..., H, W) becomes (..., top + H + bottom, left + W + right): $y_j = x_{j - l}$ for $l \le j < l + W$, else value, with l = left, and along
 * H alike. Same as `torch.nn.ConstantPad2d`, with any dims before. Throws RangeError for another number of sides, ShapeError for negative ones,
 * with which PyTorch crops, or too few dims.
 *
 * @example
 * import { ConstantPad2d } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * new ConstantPad2d([0, 1, 1, 0], 7).forward(ones([1, 1])).toArray(); // => [[7,7],[1,7]]
 *
 * @category Padding
 */
export class ConstantPad2d extends ConstantPad {
  constructor(padding: PadSize, value: number) {
    super(2, padding, value);
  }
}

/**
 * Adds a value around the last three dims: one number for every side, or [left, right, top, bottom, front, back].
 *
 * (..., D, H, W) becomes (..., front + D + back, top + H + bottom, left + W + right): $y_j = x_{j - l}$ for $l \le j < l + W$, else value, with
 * l = left, and along H and D alike. Same as `torch.nn.ConstantPad3d`, with any dims before. Throws RangeError for another number of sides,
 * ShapeError for negative ones, with which PyTorch crops, or too few dims.
 *
 * @example
 * import { ConstantPad3d } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * new ConstantPad3d(1, 7).forward(ones([1, 2, 3])).shape; // => [3,4,5]
 *
 * @category Padding
 */
export class ConstantPad3d extends ConstantPad {
  constructor(padding: PadSize, value: number) {
    super(3, padding, value);
  }
}

/**
 * Adds what lies inside the edges of the last dim, mirrored: one number for every side, or [left, right].
 *
 * (..., L) becomes (..., left + L + right): $y_j = x_i$, $i = |L - 1 - |L - 1 - j + l||$, with l = left. Same as `torch.nn.ReflectionPad1d`,
 * with any dims before. Throws RangeError for another number of sides, ShapeError for more than the size less one or too few dims.
 *
 * @example
 * import { ReflectionPad1d } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new ReflectionPad1d([2, 1]).forward(tensor([[1, 2, 3]])).toArray(); // => [[3,2,1,2,3,2]]
 *
 * @category Padding
 */
export class ReflectionPad1d extends ReflectionPad {
  constructor(padding: PadSize) {
    super(1, padding);
  }
}

/**
 * Adds what lies inside the edges of the last two dims, mirrored: one number for every side, or [left, right, top, bottom].
 *
 * (..., H, W) becomes (..., top + H + bottom, left + W + right): $y_j = x_i$, $i = |W - 1 - |W - 1 - j + l||$, with l = left, and along H
 * alike. Same as `torch.nn.ReflectionPad2d`, with any dims before. Throws RangeError for another number of sides, ShapeError for more than the
 * size less one or too few dims.
 *
 * @example
 * import { ReflectionPad2d } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new ReflectionPad2d([1, 0, 0, 1]).forward(tensor([[[1, 2], [3, 4]]])).toArray(); // => [[[2,1,2],[4,3,4],[2,1,2]]]
 *
 * @category Padding
 */
export class ReflectionPad2d extends ReflectionPad {
  constructor(padding: PadSize) {
    super(2, padding);
  }
}

/**
 * Adds what lies inside the edges of the last three dims, mirrored: one number for every side, or [left, right, top, bottom, front, back].
 *
 * (..., D, H, W) becomes (..., front + D + back, top + H + bottom, left + W + right): $y_j = x_i$, $i = |W - 1 - |W - 1 - j + l||$, with l =
 * left, and along H and D alike. Same as `torch.nn.ReflectionPad3d`, with any dims before. Throws RangeError for another number of sides,
 * ShapeError for more than the size less one or too few dims.
 *
 * @example
 * import { ReflectionPad3d } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * new ReflectionPad3d(1).forward(ones([2, 2, 3])).shape; // => [4,4,5]
 *
 * @category Padding
 */
export class ReflectionPad3d extends ReflectionPad {
  constructor(padding: PadSize) {
    super(3, padding);
  }
}

/**
 * Repeats the edges of the last dim: one number for every side, or [left, right].
 *
 * (..., L) becomes (..., left + L + right): $y_j = x_i$, $i = \min(\max(j - l, 0), L - 1)$, with l = left. Same as `torch.nn.ReplicationPad1d`,
 * with any dims before. Throws RangeError for another number of sides, ShapeError for negative ones or too few dims.
 *
 * @example
 * import { ReplicationPad1d } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new ReplicationPad1d([2, 1]).forward(tensor([[1, 2, 3]])).toArray(); // => [[1,1,1,2,3,3]]
 *
 * @category Padding
 */
export class ReplicationPad1d extends ReplicationPad {
  constructor(padding: PadSize) {
    super(1, padding);
  }
}

/**
 * Repeats the edges of the last two dims: one number for every side, or [left, right, top, bottom].
 *
 * (..., H, W) becomes (..., top + H + bottom, left + W + right): $y_j = x_i$, $i = \min(\max(j - l, 0), W - 1)$, with l = left, and along H
 * alike. Same as `torch.nn.ReplicationPad2d`, with any dims before. Throws RangeError for another number of sides, ShapeError for negative ones
 * or too few dims.
 *
 * @example
 * import { ReplicationPad2d } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new ReplicationPad2d([1, 0, 0, 1]).forward(tensor([[[1, 2], [3, 4]]])).toArray(); // => [[[1,1,2],[3,3,4],[3,3,4]]]
 *
 * @category Padding
 */
export class ReplicationPad2d extends ReplicationPad {
  constructor(padding: PadSize) {
    super(2, padding);
  }
}

/**
 * Repeats the edges of the last three dims: one number for every side, or [left, right, top, bottom, front, back].
 *
 * (..., D, H, W) becomes (..., front + D + back, top + H + bottom, left + W + right): $y_j = x_i$, $i = \min(\max(j - l, 0), W - 1)$, with l =
 * left, and along H and D alike. Same as `torch.nn.ReplicationPad3d`, with any dims before. Throws RangeError for another number of sides,
 * ShapeError for negative ones or too few dims.
 *
 * @example
 * import { ReplicationPad3d } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * new ReplicationPad3d(1).forward(ones([2, 2, 3])).shape; // => [4,4,5]
 *
 * @category Padding
 */
export class ReplicationPad3d extends ReplicationPad {
  constructor(padding: PadSize) {
    super(3, padding);
  }
}

/**
 * Goes on around the last dim from the other side: one number for every side, or [left, right].
 *
 * (..., L) becomes (..., left + L + right): $y_j = x_i$, $i = (j - l) \bmod L$, with l = left. Same as `torch.nn.CircularPad1d`, with any dims
 * before. Throws RangeError for another number of sides, ShapeError for more than the size or too few dims.
 *
 * @example
 * import { CircularPad1d } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new CircularPad1d([2, 1]).forward(tensor([[1, 2, 3]])).toArray(); // => [[2,3,1,2,3,1]]
 *
 * @category Padding
 */
export class CircularPad1d extends CircularPad {
  constructor(padding: PadSize) {
    super(1, padding);
  }
}

/**
 * Goes on around the last two dims from the other side: one number for every side, or [left, right, top, bottom].
 *
 * (..., H, W) becomes (..., top + H + bottom, left + W + right): $y_j = x_i$, $i = (j - l) \bmod W$, with l = left, and along H alike. Same as
 * `torch.nn.CircularPad2d`, with any dims before. Throws RangeError for another number of sides, ShapeError for more than the size or too few
 * dims.
 *
 * @example
 * import { CircularPad2d } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new CircularPad2d([1, 0, 0, 1]).forward(tensor([[[1, 2], [3, 4]]])).toArray(); // => [[[2,1,2],[4,3,4],[2,1,2]]]
 *
 * @category Padding
 */
export class CircularPad2d extends CircularPad {
  constructor(padding: PadSize) {
    super(2, padding);
  }
}

/**
 * Goes on around the last three dims from the other side: one number for every side, or [left, right, top, bottom, front, back].
 *
 * (..., D, H, W) becomes (..., front + D + back, top + H + bottom, left + W + right): $y_j = x_i$, $i = (j - l) \bmod W$, with l = left, and
 * along H and D alike. Same as `torch.nn.CircularPad3d`, with any dims before. Throws RangeError for another number of sides, ShapeError for
 * more than the size or too few dims.
 *
 * @example
 * import { CircularPad3d } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * new CircularPad3d(1).forward(ones([2, 2, 3])).shape; // => [4,4,5]
 *
 * @category Padding
 */
export class CircularPad3d extends CircularPad {
  constructor(padding: PadSize) {
    super(3, padding);
  }
}
