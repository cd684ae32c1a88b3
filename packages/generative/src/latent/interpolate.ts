import {
  formatShape,
  linspace,
  optionsOf,
  requireTensor,
  requireWhole,
  sameShape,
  ShapeError,
  shown,
  tensor,
  type Tensor,
} from '@kasane/tensor-core';

/** Options of `interpolate`. */
export interface InterpolateOptions {
  /** How many points there are, both ends among them. Default 8. */
  readonly steps?: number;
  /** Along the great circle: for normal noise, whose mass lies far from 0, where a straight way leads past it. Default false. */
  readonly spherical?: boolean;
}

/**
 * The way from one latent point to another of the same shape, both ends among them: (steps, ...shape).
 *
 * $$ (1 - t)\, a + t\, b, \qquad \text{spherical: } \frac{\sin((1 - t)\, \Omega)\, a + \sin(t\, \Omega)\, b}{\sin \Omega} $$
 *
 * Ω is the angle between the vectors of the last dim, which for `spherical` are to be normal noise; where they point the same way or
 * opposite ways, it is straight.
 *
 * @throws {@link ShapeError} if the points have different shapes, or a spherical way is asked for between numbers.
 * @throws RangeError if `steps` is not a whole number of at least 2.
 *
 * @example
 * import { interpolate } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * const [a, b] = [tensor([1, 0]), tensor([0, 1])];
 * interpolate(a, b, { steps: 3 }).toArray(); // => [[1,0],[0.5,0.5],[0,1]]
 * interpolate(a, b, { steps: 3, spherical: true }).norm(1).round().toArray(); // => [1,1,1]
 *
 * @see White (2016), Sampling Generative Networks.
 * @category Latent spaces
 */
export function interpolate(from: Tensor, to: Tensor, options?: InterpolateOptions): Tensor {
  const owner = 'interpolate';
  const { steps = 8, spherical = false } = optionsOf(owner, options, ['steps', 'spherical']);
  requireTensor(owner, 'the first point', from);
  requireTensor(owner, 'the second point', to);
  requireWhole(owner, 'steps', steps, 2);
  if (!sameShape(from.shape, to.shape)) {
    throw new ShapeError(
      `${owner}: both points must have the same shape, got ${formatShape(from.shape)} and ${formatShape(to.shape)}.`,
    );
  }
  const { backend, dtype } = from;
  const t = linspace(0, 1, steps, { backend, dtype }).reshape([steps, ...from.shape.map(() => 1)]);
  const rest = t.neg().add(1);
  const straight = from.mul(rest).add(to.mul(t));
  if (!spherical) return straight;
  if (from.ndim === 0) {
    throw new ShapeError(`${owner}: a spherical way needs vectors, got numbers.`);
  }
  const sum = (x: Tensor): Tensor => x.sum(-1, { keepdim: true });
  const lengths = sum(from.square()).mul(sum(to.square())).clamp(1e-24).sqrt();
  const cosine = sum(from.mul(to)).div(lengths).clamp(-1, 1);
  const isLine = cosine.abs().gt(1 - 1e-6);
  const angle = cosine.maskedFill(isLine, 0).acos(); // of a right angle where it is not used
  const round = from
    .mul(angle.mul(rest).sin())
    .add(to.mul(angle.mul(t).sin()))
    .div(angle.sin());
  return isLine.where(straight, round);
}

/**
 * A latent point z, (D), once for each value, which takes the place of one of its numbers: (values, D). What a decoder makes of them shows
 * what that number stands for.
 *
 * $$ y_{ij} = v_i \text{ if } j = \text{index}, \text{ else } z_j $$
 *
 * @throws {@link ShapeError} if z is not a vector.
 * @throws RangeError if it has no number of that index.
 * @throws TypeError if a value is not finite.
 *
 * @example
 * import { traverse } from '@kasane/generative';
 * import { zeros } from '@kasane/tensor-core';
 * traverse(zeros([3]), 1, [-2, 2]).toArray(); // => [[0,-2,0],[0,2,0]]
 * @category Latent spaces
 */
export function traverse(z: Tensor, index: number, values: readonly number[]): Tensor {
  const owner = 'traverse';
  requireTensor(owner, 'z', z);
  if (z.ndim !== 1) {
    throw new ShapeError(`${owner}: z must be a vector (D), got ${formatShape(z.shape)}.`);
  }
  const D = z.shape[0]!;
  requireWhole(owner, 'index', index, 0, D - 1);
  if (!Array.isArray(values) || values.some((value) => !Number.isFinite(value))) {
    throw new TypeError(
      `${owner}: values must be an array of finite numbers, got ${shown(values)}.`,
    );
  }
  const { backend, dtype } = z;
  const isMoved = tensor(
    Array.from({ length: D }, (_, i) => i === index),
    { backend },
  );
  const moved = tensor([...values], [values.length, 1], { backend, dtype });
  return isMoved.where(moved, z);
}
