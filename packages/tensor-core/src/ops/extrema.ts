import { ShapeError } from '../errors.ts';
import type { Kernels } from '../backends/wasm/index.ts';
import type { ReduceKernel } from '../backends/wasm/kernels.ts';
import type { OpDef } from '../op.ts';
import { formatShape, sizeOf, type Shape } from '../shape.ts';
import { forEachGroup, middleLoops, reduceShape, restoreDims, type ReduceAttrs } from './reduce.ts';

/** The largest element over dims; NaN if there is one. */
export const max: OpDef<ReduceAttrs> = extremum('max', Math.max, -Infinity, (k) => k.max);

/** The smallest element over dims; NaN if there is one. */
export const min: OpDef<ReduceAttrs> = extremum('min', Math.min, Infinity, (k) => k.min);

function extremum(
  name: string,
  better: (a: number, b: number) => number,
  worst: number,
  kernel: (k: Kernels) => ReduceKernel,
): OpDef<ReduceAttrs> {
  return {
    name,
    infer([x], attrs) {
      const shape = reduceShape(x!, attrs);
      refuseEmpty(name, x!.shape, attrs.dims, shape);
      return { shape, dtype: x!.dtype };
    },
    reference([x], { dims }, out) {
      forEachGroup(x!, dims, (flat, offsets) => {
        let best = worst;
        for (let i = 0; i < offsets.length; i++) best = better(best, x!.data[offsets[i]!]!);
        out.data[flat] = best;
      });
    },
    // Elements that tie share the gradient equally.
    vjp({ inputs: [x], output, grad, attrs }) {
      const winners = x!.equal(restoreDims(output, x!.shape, attrs)).cast(grad.dtype);
      const share = restoreDims(grad, x!.shape, attrs).div(
        winners.sum(attrs.dims, { keepdim: true }),
      );
      return [winners.mul(share)];
    },
    wasm(k, [x], { dims }, out) {
      const loops = middleLoops(x!.shape, dims);
      if (x!.dtype !== 'float32' || loops === null) return false;
      kernel(k)(x!.pointer, out.pointer, loops.outer, loops.n, loops.inner);
      return true;
    },
  };
}

/** Throws where a result is asked for that has no elements to come from. */
export function refuseEmpty(
  op: string,
  shape: Shape,
  dims: readonly number[],
  result: Shape,
): void {
  if (sizeOf(result) === 0 || sizeOf(shape) > 0) return;
  const [names, hold] =
    dims.length === 1 ? [`dim ${dims[0]}`, 'holds'] : [`dims [${dims.join(',')}]`, 'hold'];
  throw new ShapeError(
    `${op}: ${names} of ${formatShape(shape)} ${hold} no elements, and nothing has no ${op}. Reduce another dim, or check .size first.`,
  );
}
