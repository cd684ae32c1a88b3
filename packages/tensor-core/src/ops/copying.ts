import { bytesPerElement } from '../dtype.ts';
import type { OpDef, Spec } from '../op.ts';
import { fillKernel, fillLoop } from './full.ts';

/** Copies `length` elements of input `i`, at `from`, to `to` in the result. */
type Copy = (i: number, from: number, to: number, length: number) => void;

/**
 * The plain loop and the kernel of an op that only moves elements: `walk` names the runs of elements
 * that stay side by side. Where they do not cover the result, `rest` is the value of what is left.
 */
export function copying<A>(
  rest: ((attrs: A) => number) | null,
  walk: (inputs: readonly Spec[], attrs: A, out: Spec, copy: Copy) => void,
): Required<Pick<OpDef<A>, 'reference' | 'wasm'>> {
  return {
    reference(inputs, attrs, out) {
      if (rest !== null) fillLoop(out, rest(attrs));
      walk(inputs, attrs, out, (i, from, to, length) => {
        out.data.set(inputs[i]!.data.subarray(from, from + length), to);
      });
    },
    wasm(k, inputs, attrs, out) {
      if (rest !== null && !fillKernel(k, out, rest(attrs))) return false;
      const bytes = bytesPerElement[out.dtype];
      walk(inputs, attrs, out, (i, from, to, length) => {
        k.copy(out.pointer + to * bytes, inputs[i]!.pointer + from * bytes, length * bytes);
      });
      return true;
    },
  };
}
