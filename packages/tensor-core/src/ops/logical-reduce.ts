/** Truth over dims. Any dtype counts: 0 is false, everything else, NaN included, is true. */
import type { OpDef } from '../op.ts';
import { reduced } from './infer.ts';
import { middleLoops, type ReduceAttrs } from './reduce.ts';

/** True where every element is nonzero, and of nothing. */
export const all: OpDef<ReduceAttrs> = quantifier('all', false);

/** True where at least one element is nonzero; false of nothing. */
export const any: OpDef<ReduceAttrs> = quantifier('any', true);

/** `decisive` is the truth value that settles a group as soon as one element has it. */
function quantifier(name: string, decisive: boolean): OpDef<ReduceAttrs> {
  return {
    name,
    infer: (inputs, attrs) => ({ ...reduced(inputs, attrs), dtype: 'bool' }),
    // There is no kernel, so this loop is also the fast one.
    reference([x], { dims }, out) {
      const { n, inner } = middleLoops(x!.shape, dims)!; // run by reduceInRuns
      for (let flat = 0; flat < out.size; flat++) {
        const j = flat % inner;
        const start = (flat - j) * n + j; // of (outer, n, inner)
        let i = 0;
        while (i < n && (x!.data[start + i * inner] !== 0) !== decisive) i++;
        out.data[flat] = Number(i < n === decisive);
      }
    },
    vjp: null,
  };
}
