import { ShapeError } from '../errors.ts';
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
 * result[i, k] = Σⱼ a[i, j] · b[j, k] for `'ij,jk->ik'`
 *
 * - Without `->` the result has the letters that occur once, in alphabetical order.
 * - A letter twice in a term takes the diagonal: `'ii->i'`; `'ii->'` is the trace.
 * - `...` stands for any number of leading dims, which broadcast; a result without it sums them.
 * - Sizes of 1 stretch to the size the letter has elsewhere.
 *
 * Pairs are contracted from left to right through `matmul`, so order three or more operands by size.
 * bool counts as int32. Same as `torch.einsum`, except for its form with lists of numbers.
 *
 * Throws ShapeError if the equation is malformed or does not fit the shapes.
 *
 * @example
 * import { einsum, tensor } from '@kasane/tensor-core';
 * const a = tensor([[1, 2], [3, 4]]);
 * einsum('ij,jk->ik', a, a).toArray(); // => [[7,10],[15,22]]
 * einsum('ii->', a).item(); // => 5
 * einsum('...i,...i->...', a, a).toArray(); // => [5,25]
 */
export function einsum(equation: string, ...tensors: readonly Tensor[]): Tensor {
  const { terms, result } = expandEquation(
    equation,
    tensors.map((t) => t.shape),
  );
  const sizes = labelSizes(equation, terms, tensors);
  let operands: readonly Labelled[] = tensors.map((t, i) => {
    const counted = t.dtype === 'bool' ? t.cast('int32') : t;
    return dropStretched(takeDiagonals({ tensor: counted, labels: terms[i]! }), sizes);
  });
  while (operands.length > 1) {
    const [a, b, ...rest] = operands;
    const later = new Set([...result, ...rest.flatMap((operand) => operand.labels)]);
    operands = [contract(a!, b!, later), ...rest];
  }
  const summed = sumExcept(operands[0]!, new Set(result));
  return arrange(summed, result);
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

/** Every repeated label becomes one dim, the diagonal of its two. */
function takeDiagonals(operand: Labelled): Labelled {
  let { tensor, labels } = operand;
  for (;;) {
    const second = labels.findIndex((label, d) => labels.indexOf(label) < d);
    if (second < 0) return { tensor, labels };
    const label = labels[second]!;
    const first = labels.indexOf(label);
    const others = labels.map((_, d) => d).filter((d) => d !== first && d !== second);
    const [m, n] = [tensor.shape[first]!, tensor.shape[second]!];
    const lead = others.map((d) => tensor.shape[d]!);
    const moved = permuted(tensor, [...others, first, second]); // (...lead, m, n)
    // A size of 1 stretches over the other; else the diagonal is every (n+1)-th element.
    tensor =
      m === n && n > 1
        ? moved.reshape([...lead, n * n]).slice(-1, 0, n * n, n + 1)
        : moved.reshape([...lead, m === 1 ? n : m]);
    labels = [...others.map((d) => labels[d]!), label];
  }
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

/** The product of two operands, summed over the labels that neither a later one nor the result has. */
function contract(a: Labelled, b: Labelled, later: ReadonlySet<string>): Labelled {
  const x = sumExcept(a, new Set([...later, ...b.labels]));
  const y = sumExcept(b, new Set([...later, ...a.labels]));
  const shared = x.labels.filter((label) => y.labels.includes(label));
  const batch = shared.filter((label) => later.has(label));
  const inner = shared.filter((label) => !later.has(label));
  const rows = x.labels.filter((label) => !shared.includes(label));
  const columns = y.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...rows, ...columns];
  const size = (operand: Labelled, names: readonly string[]): number[] =>
    names.map((label) => operand.tensor.shape[operand.labels.indexOf(label)]!);
  const shape = [...size(x, batch), ...size(x, rows), ...size(y, columns)];
  if (inner.length === 0) {
    const left = arrange(x, [...batch, ...rows]);
    const right = arrange(y, [...batch, ...columns]);
    const ones = rows.map(() => 1);
    const spread = [...size(x, batch), ...ones, ...size(y, columns)];
    return {
      tensor: left.reshape([...left.shape, ...columns.map(() => 1)]).mul(right.reshape(spread)),
      labels,
    };
  }
  // Σ over `inner` is a matrix product: (batch, rows, inner) × (batch, inner, columns). An operand
  // that stands the other way round is read transposed instead of being moved.
  const matrices = (
    operand: Labelled,
    first: readonly string[],
    second: readonly string[],
  ): [Tensor, boolean] => {
    const turned = standsAs(operand, [...batch, ...second, ...first]);
    const sides = turned ? [second, first] : [first, second];
    const lead = batch.length === 0 ? [] : [batch];
    const moved = arrange(operand, [...batch, ...sides.flat()]);
    return [
      moved.reshape([...lead, ...sides].map((names) => sizeOf(size(operand, names)))),
      turned,
    ];
  };
  const [left, transposeA] = matrices(x, rows, inner);
  const [right, transposeB] = matrices(y, inner, columns);
  const result = left.matmul(right, { transposeA, transposeB });
  return { tensor: result.reshape(shape), labels };
}

function sumExcept({ tensor, labels }: Labelled, kept: ReadonlySet<string>): Labelled {
  const dims = labels.map((_, d) => d).filter((d) => !kept.has(labels[d]!));
  if (dims.length === 0) return { tensor, labels };
  return { tensor: tensor.sum(dims), labels: labels.filter((label) => kept.has(label)) };
}

function standsAs({ labels }: Labelled, order: readonly string[]): boolean {
  return order.every((label, d) => labels[d] === label);
}

function arrange({ tensor, labels }: Labelled, order: readonly string[]): Tensor {
  return permuted(
    tensor,
    order.map((label) => labels.indexOf(label)),
  );
}

function permuted(tensor: Tensor, dims: readonly number[]): Tensor {
  return dims.every((d, i) => d === i) ? tensor : tensor.permute(dims);
}
