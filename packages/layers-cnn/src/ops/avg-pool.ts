import { run, type OpDef, type View } from '@kasane/tensor-core';
import { gpuAvg, gpuAvgInput } from './pool.gpu.ts';
import {
  extentOf,
  planesOf,
  pooledShape,
  poolGeometry,
  type Axis,
  type Windows,
} from './window.ts';

/** Windows, and whether padding counts among their elements. */
export interface AvgAttrs extends Windows {
  readonly countIncludePad: boolean;
}

/** The mean of each window. */
export const avgPool: OpDef<AvgAttrs> = {
  name: 'avgPool',
  inputs: 'float',
  infer: ([x], windows) => ({ shape: pooledShape(x!.shape, windows), dtype: x!.dtype }),
  reference([x], attrs, out) {
    out.data.fill(0);
    forEachShare(x!, attrs, (i, o, share) => (out.data[o]! += share * x!.data[i]!));
  },
  vjp: ({ inputs: [x], grad, attrs }) => [
    run(avgPoolInput, [grad], { ...attrs, size: x!.shape.slice(2) }),
  ],
  wasm(k, [x], attrs, out) {
    if (out.dtype !== 'float32') return false;
    const [planes] = planesOf(x!.shape);
    const countPad = Number(attrs.countIncludePad);
    const geometry = poolGeometry(x!.shape, attrs);
    k.avgPool(x!.pointer, out.pointer, 0, planes, countPad, ...geometry);
    return true;
  },
  gpu: ([x], attrs) => gpuAvg(planesOf(x!.shape), attrs),
};

/** The transpose of `avgPool`, its gradient: every result spread over its window. */
export const avgPoolInput: OpDef<AvgAttrs & { readonly size: readonly number[] }> = {
  name: 'avgPoolInput',
  inputs: 'float',
  infer: ([y], { size }) => ({ shape: [...y!.shape.slice(0, 2), ...size], dtype: y!.dtype }),
  reference([y], attrs, out) {
    out.data.fill(0);
    forEachShare(out, attrs, (i, o, share) => (out.data[i]! += share * y!.data[o]!));
  },
  vjp: ({ grad, attrs }) => [run(avgPool, [grad], attrs)],
  wasm(k, [y], attrs, out) {
    if (out.dtype !== 'float32') return false;
    const [planes] = planesOf(out.shape);
    const countPad = Number(attrs.countIncludePad);
    const geometry = poolGeometry(out.shape, attrs);
    k.avgPoolInput(y!.pointer, out.pointer, 0, planes, countPad, ...geometry);
    return true;
  },
  gpu: (_, attrs, out) => gpuAvgInput(planesOf(out.shape), attrs),
};

/** Elements of a window along one dimension. */
function lengthOf(
  axis: Axis,
  [first, end]: readonly [number, number],
  size: number,
  countPad: boolean,
): number {
  return countPad
    ? Math.min(end, size + axis.pad) - first
    : Math.min(end, size) - Math.max(first, 0);
}

/** Visits the elements of all windows with the share they have in the mean. */
function forEachShare(
  { shape }: View,
  { axes: [rows, columns], countIncludePad }: AvgAttrs,
  visit: (x: number, y: number, share: number) => void,
): void {
  const [planes, height, width] = planesOf(shape);
  let at = 0;
  for (let p = 0; p < planes; p++) {
    for (let i = 0; i < rows.count; i++) {
      const down = extentOf(rows, i, height);
      for (let j = 0; j < columns.count; j++) {
        const across = extentOf(columns, j, width);
        const count =
          lengthOf(rows, down, height, countIncludePad) *
          lengthOf(columns, across, width, countIncludePad);
        for (let r = Math.max(down[0], 0); r < Math.min(down[1], height); r++) {
          for (let c = Math.max(across[0], 0); c < Math.min(across[1], width); c++) {
            visit((p * height + r) * width + c, at, 1 / count);
          }
        }
        at++;
      }
    }
  }
}
