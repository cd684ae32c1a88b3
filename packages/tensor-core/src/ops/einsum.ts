import { ShapeError } from '../errors.ts';
import { requireTensors } from '../given.ts';
import { formatShape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { expandEquation } from './einsum-equation.ts';

/** A tensor and the name of each of its dims. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/**
 * Products and sums of any number of tensors, said in Einstein's notation: one letter per dim, terms
 * separated by commas, and after `->` the dims of the result. Letters that the result lacks are
 * summed over.
 *
 * $$ y_{ik} = \sum_j a_{ij} b_{jk} \quad \text{for} \quad \texttt{ij,jk->ik} $$
 *
 * - Without `->` the result has the letters that occur once, in alphabetical order.
 * - A letter twice in a term takes the diagonal: `'ii->i'`; `'ii->'` is the trace.
 * - `...` stands for any number of leading dims, which broadcast; a result without it sums them.
 * - Sizes of 1 stretch to the size the letter has elsewhere.
 *
 * Pairs are contracted from left to right through `matmul`, so order three or more operands by size.
 * bool counts as int32. Same as `torch.einsum`, except for its form with lists of numbers.
 *
 * @throws {@link ShapeError} if the equation is malformed or does not fit the shapes.
 * @throws {@link DTypeError} if the tensors live on two backends.
 *
 * @example
 * import { einsum, tensor } from '@kasane/tensor-core';
 * const a = tensor([[1, 2], [3, 4]]);
 * einsum('ij,jk->ik', a, a).toArray(); // => [[7,10],[15,22]]
 * einsum('ii->', a).item(); // => 5
 * einsum('...i,...i->...', a, a).toArray(); // => [5,25]
 */
export function einsum(equation: string, ...tensors: readonly Tensor[]): Tensor {
  requireTensors('einsum', tensors);
  const { terms, result } = expandEquation(
    equation,
    tensors.map((t) => t.shape),
  );
  const sizes = labelSizes(equation, terms, tensors);
  const operands = tensors.map((t, i) => {
    const counted = t.dtype === 'bool' ? t.cast('int32') : t;
    return takeDiagonals(dropStretched({ tensor: counted, labels: terms[i]! }, sizes));
  });
  const product = operands.reduce((a, b, i) => {
    const later = operands.slice(i + 1).flatMap(({ labels }) => labels);
    return contract(a, b, [...result, ...later]);
  });
  return arrange(sumExcept(product, result), result);
}

/** The size of every label. Sizes of 1 give way. */
function labelSizes(
  equation: string,
  terms: readonly (readonly string[])[],
  tensors: readonly Tensor[],
): Map<string, number> {
  const sizes = new Map<string, number>();
  terms.forEach((labels, i) => {
    labels.forEach((label, d) => {
      const size = tensors[i]!.shape[d]!;
      const known = sizes.get(label) ?? 1;
      if (size !== known && size !== 1 && known !== 1) {
        const what = label.length === 1 ? `"${label}"` : 'a dimension under "..."';
        throw new ShapeError(
          `einsum: ${what} is ${known} and ${size} in "${equation}" for ${tensors.map((t) => formatShape(t.shape)).join(', ')}. Sizes must be equal or 1.`,
        );
      }
      sizes.set(label, known === 1 ? size : known);
    });
  });
  return sizes;
}

/** Without the dims of size 1 whose label is larger elsewhere: there is nothing to repeat or sum. */
function dropStretched({ tensor, labels }: Labelled, sizes: Map<string, number>): Labelled {
  const kept = labels.map((_, d) => d).filter((d) => tensor.shape[d] === sizes.get(labels[d]!));
  if (kept.length === labels.length) return { tensor, labels };
  return {
    tensor: tensor.reshape(kept.map((d) => tensor.shape[d]!)),
    labels: kept.map((d) => labels[d]!),
  };
}

/** Every repeated label becomes one dim, the diagonal of its two. */
function takeDiagonals({ tensor, labels }: Labelled): Labelled {
  const second = labels.findIndex((label, d) => labels.indexOf(label) < d);
  if (second < 0) return { tensor, labels };
  const first = labels.indexOf(labels[second]!);
  const others = labels.map((_, d) => d).filter((d) => d !== first && d !== second);
  const n = tensor.shape[first]!;
  // Of the n·n elements at the end the diagonal is every (n+1)-th.
  const square = permuted(tensor, [...others, first, second]);
  return takeDiagonals({
    tensor: square.reshape([...square.shape.slice(0, -2), n * n]).slice(-1, 0, n * n, n + 1),
    labels: [...others, first].map((d) => labels[d]!),
  });
}

/** The product of two operands, summed over the labels that neither a later one nor the result has. */
function contract(a: Labelled, b: Labelled, later: readonly string[]): Labelled {
  const x = sumExcept(a, [...later, ...b.labels]);
  const y = sumExcept(b, [...later, ...a.labels]);
  const shared = x.labels.filter((label) => y.labels.includes(label));
  const batch = shared.filter((label) => later.includes(label));
  const inner = shared.filter((label) => !later.includes(label));
  const rows = x.labels.filter((label) => !shared.includes(label));
  const columns = y.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...rows, ...columns];
  if (inner.length === 0) return { tensor: arrange(x, labels).mul(arrange(y, labels)), labels };
  // Σ over `inner` is a matrix product: (batch, rows, inner) × (batch, inner, columns). An operand
  // that stands the other way round is read transposed instead of being moved.
  const matrices = (
    operand: Labelled,
    first: readonly string[],
    second: readonly string[],
  ): [Tensor, boolean] => {
    const turned = [...batch, ...second, ...first].every((l, d) => operand.labels[d] === l);
    const sides = turned ? [second, first] : [first, second];
    const groups = batch.length === 0 ? sides : [batch, ...sides];
    const sizes = groups.map((names) => sizeOf(names.map((label) => sizeIn(operand, label))));
    return [arrange(operand, groups.flat()).reshape(sizes), turned];
  };
  const [left, transposeA] = matrices(x, rows, inner);
  const [right, transposeB] = matrices(y, inner, columns);
  const shape = labels.map((label) => sizeIn(x.labels.includes(label) ? x : y, label));
  return { tensor: left.matmul(right, { transposeA, transposeB }).reshape(shape), labels };
}

function sumExcept({ tensor, labels }: Labelled, kept: readonly string[]): Labelled {
  const dims = labels.map((_, d) => d).filter((d) => !kept.includes(labels[d]!));
  if (dims.length === 0) return { tensor, labels };
  return { tensor: tensor.sum(dims), labels: labels.filter((label) => kept.includes(label)) };
}

/** The dims in the order of their labels; where the operand has none, one of size 1. */
function arrange(operand: Labelled, order: readonly string[]): Tensor {
  const { tensor, labels } = operand;
  const present = order.filter((label) => labels.includes(label));
  const moved = permuted(
    tensor,
    present.map((label) => labels.indexOf(label)),
  );
  if (present.length === order.length) return moved;
  return moved.reshape(order.map((label) => sizeIn(operand, label)));
}

/** 1 where the operand has no such label. */
function sizeIn({ tensor, labels }: Labelled, label: string): number {
  return tensor.shape[labels.indexOf(label)] ?? 1;
}

function permuted(tensor: Tensor, dims: readonly number[]): Tensor {
  return dims.every((d, i) => d === i) ? tensor : tensor.permute(dims);
}
