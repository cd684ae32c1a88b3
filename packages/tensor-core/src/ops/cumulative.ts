/** Running sums and products along one dim. */
import { run } from '../dispatch.ts';
import type { OpDef } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { concat } from './concat.ts';
import { counted, likeFirst } from './infer.ts';
import { forEachLine, runLines } from './reduce.ts';

interface DimAttrs {
  readonly dim: number;
}

/** yᵢ = x₀ + … + xᵢ along `dim`. bool counts as int32. */
export const cumsum: OpDef<DimAttrs> = {
  name: 'cumsum',
  infer: (inputs) => counted(likeFirst(inputs)),
  reference([x], { dim }, out) {
    const whole = out.dtype === 'int32'; // keeps the low 32 bits
    forEachLine(x!.shape, dim, (start, step, n) => {
      let total = 0;
      for (let i = 0; i < n; i++) {
        const at = start + i * step;
        total += x!.data[at]!;
        out.data[at] = whole ? (total |= 0) : total;
      }
    });
  },
  // xₖ is in every sum from the k-th on: the gradient is the running sum from the end.
  vjp: ({ grad, attrs: { dim } }) => [grad.flip(dim).cumsum(dim).flip(dim)],
  wasm: (k, [x], { dim }, out) => runLines(k.cumsum, x!, [dim], out),
};

/** yᵢ = x₀ · … · xᵢ along `dim`. bool counts as int32. */
export const cumprod: OpDef<DimAttrs> = {
  name: 'cumprod',
  infer: cumsum.infer,
  reference([x], { dim }, out) {
    const whole = out.dtype === 'int32';
    forEachLine(x!.shape, dim, (start, step, n) => {
      let total = 1;
      for (let i = 0; i < n; i++) {
        const at = start + i * step;
        const v = x!.data[at]!;
        out.data[at] = total = whole ? Math.imul(total, v) : total * v;
      }
    });
  },
  // dL/dxₖ = yₖ₋₁ rₖ with rₖ = gₖ + xₖ₊₁ rₖ₊₁: nothing is divided, so zeros do no harm.
  vjp({ inputs: [x], output, grad, attrs: { dim } }) {
    if (x!.ndim === 0) return [grad];
    const next = shifted(x!, dim, -1, 0);
    const rest = run(linearRecurrence, [next, grad], { dim, reverse: true });
    return [shifted(output, dim, 1, 1).mul(rest)];
  },
  wasm: (k, [x], { dim }, out) => runLines(k.cumprod, x!, [dim], out),
};

/**
 * yᵢ = aᵢ yᵢ₋₁ + bᵢ along `dim`, from y₋₁ = 0; with `reverse` yᵢ = aᵢ yᵢ₊₁ + bᵢ, from the end. Its
 * gradient is the same recurrence run the other way, which closes cumprod under differentiation.
 */
export const linearRecurrence: OpDef<DimAttrs & { readonly reverse: boolean }> = {
  name: 'linearRecurrence',
  inputs: 'promote',
  infer: likeFirst,
  reference([a, b], { dim, reverse }, out) {
    forEachLine(a!.shape, dim, (start, step, n) => {
      let y = 0;
      for (let i = 0; i < n; i++) {
        const at = start + (reverse ? n - 1 - i : i) * step;
        y = i === 0 ? b!.data[at]! : a!.data[at]! * y + b!.data[at]!;
        out.data[at] = y;
      }
    });
  },
  vjp({ inputs: [a], output, grad, attrs: { dim, reverse }, needs }) {
    const coefficients = shifted(a!, dim, reverse ? 1 : -1, 0);
    const adjoint = run(linearRecurrence, [coefficients, grad], { dim, reverse: !reverse });
    return [needs(0) ? adjoint.mul(shifted(output, dim, reverse ? -1 : 1, 0)) : null, adjoint];
  },
};

/** The values moved one place along `dim`, up (1) or down (-1), with `fill` in the gap. */
export function shifted(x: Tensor, dim: number, by: 1 | -1, fill: number): Tensor {
  if (x.size === 0) return x;
  const gap = x.newFull(x.shape.with(dim, 1), fill);
  return by === 1 ? concat([gap, x.slice(dim, 0, -1)], dim) : concat([x.slice(dim, 1), gap], dim);
}
