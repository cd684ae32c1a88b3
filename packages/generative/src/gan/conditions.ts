import { formatShape, requireTensor, ShapeError, type Tensor } from '@kasane/tensor-core';

/**
 * Labels (N) as ones among zeros, (N, classes); null where there are no classes.
 *
 * @throws TypeError unless labels come with classes and only with them.
 */
export function oneHotLabels(
  owner: string,
  classes: number,
  labels: Tensor | undefined,
  input: Tensor,
): Tensor | null {
  if (labels === undefined) {
    if (classes === 0) return null;
    throw new TypeError(`${owner}: has ${classes} classes and needs labels (N) beside the input.`);
  }
  requireTensor(owner, 'the labels', labels);
  if (classes === 0) {
    throw new TypeError(`${owner}: got labels but has no classes. Build it with { classes }.`);
  }
  const count = input.shape[0]!;
  if (labels.ndim !== 1 || labels.shape[0] !== count) {
    throw new ShapeError(
      `${owner}: the labels must have shape (${count}), got ${formatShape(labels.shape)}.`,
    );
  }
  return labels.oneHot(classes).cast(input.dtype);
}
