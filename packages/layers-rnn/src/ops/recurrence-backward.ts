import type { OpDef } from '@kasane/tensor-core';
import { pointerOf } from './recurrence-forward.ts';
import { gpuBackward } from './recurrence-backward.gpu.ts';
import { cells, named, productFlops, sizesOf } from './recurrence-inputs.ts';
import { backwardLayout, layoutOf, type BackwardAttrs } from './recurrence-layout.ts';

/**
 * The gradients of the sums of all gates, from that of what the forward pass showed and from what it
 * left: inputs are the parts, the two, and the panels of the weights.
 */
export const recurrenceBackward: OpDef<BackwardAttrs> = {
  name: 'recurrenceBackward',
  infer(inputs, attrs) {
    const { projected } = named(attrs.names, inputs);
    const [, rows, width] = projected.shape;
    const { count } = backwardLayout(attrs, sizesOf(named(attrs.names, inputs)));
    return { shape: [count, rows!, width!], dtype: projected.dtype };
  },
  vjp: null,
  flops: productFlops,
  gpu: (inputs, attrs) => gpuBackward(inputs, attrs),
  wasm(kernels, inputs, attrs, out) {
    const { names, kind, reverse } = attrs;
    const parts = named(names, inputs);
    const [grad, reserve, packed] = inputs.slice(names.length);
    const sizes = sizesOf(parts);
    const { steps, rows, hidden } = sizes;
    const { code, hasCell } = cells[kind];
    const layout = layoutOf({ ...attrs, keep: true }, sizes);
    const { projected, work, spare, count } = backwardLayout(attrs, sizes);
    const at = (place: number): number => (place < 0 ? 0 : reserve!.pointer + 4 * place);
    const row = out.size / count;
    const state = 4 * rows * hidden;
    if (spare > 0) kernels.fill(out.pointer + 4 * work * row, spare * row, 0);
    kernels.recurrentBackward(
      code,
      steps,
      rows,
      hidden,
      Number(reverse),
      Number(spare > 0),
      grad!.pointer + (reverse && hasCell ? state : 0),
      hasCell ? grad!.pointer + (reverse ? 0 : steps * state) : 0,
      packed!.pointer,
      pointerOf(parts.peephole),
      pointerOf(parts.mask),
      pointerOf(parts.lengths),
      at(layout.states),
      at(layout.cells),
      at(layout.gates),
      out.pointer,
      out.pointer + 4 * projected * row,
      out.pointer + 4 * work * row,
      0,
      rows,
    );
    return true;
  },
};
