import { bytesPerElement } from '../dtype.ts';
import type { OpDef, Spec } from '../op.ts';
import { fillKernel, fillLoop } from './full.ts';

/** Copies `length` elements of input `i`, at `from`, to `to` in the result. */
type Copy = (i: number, from: number, to: number, length: number) => void;

/**
 * The plain loop and the kernel of an op that only moves elements: `walk` names the runs of elements
 * that stay side by side, `rest` the value everywhere else. (concat and unslice, which recurrent layers
 * call at every time step, write their loops out: a call for every run costs more than a short run.)
 */
export function copying<A>(
  rest: (attrs: A) => number,
  walk: (inputs: readonly Spec[], attrs: A, out: Spec, copy: Copy) => void,
): Required<Pick<OpDef<A>, 'reference' | 'wasm'>> {
  return {
    reference(inputs, attrs, out) {
      fillLoop(out, rest(attrs));
      walk(inputs, attrs, out, (i, from, to, length) => {
        out.data.set(inputs[i]!.data.subarray(from, from + length), to);
      });
    },
    wasm(k, inputs, attrs, out) {
      if (!fillKernel(k, out, rest(attrs))) return false;
      const { pointer } = out;
      const pointers = inputs.map((x) => x.pointer); // once: a getter for every run would be slow
      const bytes = bytesPerElement[out.dtype];
      walk(inputs, attrs, out, (i, from, to, length) => {
        k.copy(pointer + to * bytes, pointers[i]! + from * bytes, length * bytes);
      });
      return true;
    },
  };
}
