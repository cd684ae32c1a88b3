import type { ReduceKernel } from '../backends/wasm/kernels.ts';
import type { OpDef } from '../op.ts';
import { kernelNamed } from './elementwise.ts';
import { reducedSome } from './extrema.ts';
import { forEachGroup, runLines, type ReduceAttrs } from './reduce.ts';

/** Where the largest element stands among the reduced ones: the first of equals, or the first NaN. */
export const argmax: OpDef<ReduceAttrs> = argExtremum('argmax', (a, b) => a > b);

/** Where the smallest element stands: the first of equals, or the first NaN. */
export const argmin: OpDef<ReduceAttrs> = argExtremum('argmin', (a, b) => a < b);

// Indices have no gradient. `dims` is one dim, or all of them: then indices count in row-major order.
function argExtremum(name: string, better: (a: number, b: number) => boolean): OpDef<ReduceAttrs> {
  const kernel = kernelNamed<ReduceKernel>(name);
  return {
    name,
    infer: (inputs, attrs) => ({ ...reducedSome(name, inputs, attrs), dtype: 'int32' }),
    reference([x], { dims }, out) {
      forEachGroup(x!, dims, (flat, offsets) => {
        let at = 0;
        let best = x!.data[offsets[0]!]!;
        for (let i = 1; i < offsets.length && !Number.isNaN(best); i++) {
          const value = x!.data[offsets[i]!]!;
          if (!better(value, best) && !Number.isNaN(value)) continue;
          best = value;
          at = i;
        }
        out.data[flat] = at;
      });
    },
    vjp: null,
    wasm: (k, [x], { dims }, out) => runLines(kernel(k), x!, dims, out),
  };
}
