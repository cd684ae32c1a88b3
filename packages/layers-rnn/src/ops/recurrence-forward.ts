import type { OpDef, WasmOperand } from '@kasane/tensor-core';
import { cells, checkParts, named, productFlops, sizesOf } from './recurrence-inputs.ts';
import { layoutOf, type ForwardAttrs } from './recurrence-layout.ts';
import { gpuForward } from './recurrence-forward.gpu.ts';

/** All steps of a recurrence, in one flat tensor: the states, and what the way back needs. */
export const recurrenceForward: OpDef<ForwardAttrs> = {
  name: 'recurrenceForward',
  infer(inputs, attrs) {
    const parts = named(attrs.names, inputs);
    checkParts(attrs.kind, parts);
    return { shape: [layoutOf(attrs, sizesOf(parts)).size], dtype: parts.projected.dtype };
  },
  vjp: null,
  flops: productFlops,
  gpu: (inputs, attrs) => gpuForward(inputs, attrs),
  wasm: (kernels, inputs, attrs, out) => {
    const parts = named(attrs.names, inputs);
    const packed = inputs[attrs.names.length]!;
    const { kind, reverse, keep } = attrs;
    const sizes = sizesOf(parts);
    const { steps, rows, hidden } = sizes;
    const layout = layoutOf(attrs, sizes);
    const bytes = 4 * rows * hidden;
    const at = (place: number): number => (place < 0 ? 0 : out.pointer + 4 * place);
    const start = reverse ? steps * bytes : 0;
    kernels.copy(at(layout.states) + start, parts.h0.pointer, bytes);
    if (parts.c0 !== undefined) {
      kernels.copy(at(layout.cells) + (keep ? start : 0), parts.c0.pointer, bytes);
    }
    kernels.recurrentForward(
      cells[kind].code,
      steps,
      rows,
      hidden,
      Number(reverse),
      Number(keep),
      parts.projected.pointer,
      packed.pointer,
      pointerOf(parts.biasHh),
      pointerOf(parts.peephole),
      pointerOf(parts.mask),
      pointerOf(parts.lengths),
      at(layout.states),
      at(layout.cells),
      at(layout.gates),
      at(layout.masked),
      0,
      rows,
    );
    if (layout.lastCell >= 0) {
      const end = keep && !reverse ? steps * bytes : 0;
      kernels.copy(at(layout.lastCell), at(layout.cells) + end, bytes);
    }
    return true;
  },
};

/** The address of a part, 0 if it is not there. */
export function pointerOf(part: WasmOperand | undefined): number {
  return part === undefined ? 0 : part.pointer;
}
