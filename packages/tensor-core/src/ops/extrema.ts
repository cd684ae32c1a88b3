import { ShapeError } from '../errors.ts';
import type { ReduceKernel } from '../backends/wasm/kernels.ts';
import type { OpDef, Spec } from '../op.ts';
import { formatShape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { kernelNamed } from './elementwise.ts';
import { reduced } from './infer.ts';
import { forEachGroup, runLines, restoreDims, type ReduceAttrs } from './reduce.ts';

/** The largest element over dims; NaN if there is one. */
export const max: OpDef<ReduceAttrs> = extremum('max', Math.max, -Infinity);

/** The smallest element over dims; NaN if there is one. */
export const min: OpDef<ReduceAttrs> = extremum('min', Math.min, Infinity);

function extremum(
  name: string,
  better: (a: number, b: number) => number,
  worst: number,
): OpDef<ReduceAttrs> {
  const kernel = kernelNamed<ReduceKernel>(name);
  return {
    name,
    infer: (inputs, attrs) => reducedSome(name, inputs, attrs),
    reference([x], { dims }, out) {
      forEachGroup(x!, dims, (flat, offsets) => {
        let best = worst;
        for (let i = 0; i < offsets.length; i++) best = better(best, x!.data[offsets[i]!]!);
        out.data[flat] = best;
      });
    },
    // Elements that tie share the gradient equally; NaN, which is the result wherever there is one, ties with NaN.
    vjp({ inputs: [x], output, grad, attrs }) {
      const { shape } = x!;
      // Where the result is NaN, all that is not worse than the best of numbers has won.
      const bound = restoreDims(output.isNaN().where(-worst, output), shape, attrs);
      const losers = worst < 0 ? x!.less(bound) : x!.greater(bound);
      const count = losers.where(0, 1).sum(attrs.dims, { keepdim: true });
      const share = restoreDims(grad, shape, attrs).div(count.cast(grad.dtype));
      // The kernel of where takes one number or all.
      return [losers.where(0, share.size === 1 ? share : share.broadcastTo(shape))];
    },
    wasm: (k, [x], { dims }, out) => runLines(kernel(k), x!, dims, out),
  };
}

/** As `reduced`, but throws where a result has no elements to come from. */
export function reducedSome(op: string, inputs: readonly Tensor[], attrs: ReduceAttrs): Spec {
  const spec = reduced(inputs, attrs);
  const [x] = inputs;
  if (x!.size > 0 || sizeOf(spec.shape) === 0) return spec;
  throw new ShapeError(
    `${op}: needs elements, but dims [${attrs.dims.join(',')}] of ${formatShape(x!.shape)} have none. Reduce other dims, or check .size.`,
  );
}
