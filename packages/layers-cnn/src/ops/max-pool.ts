import {
  valuesToCheck,
  DTypeError,
  formatShape,
  run,
  sameShape,
  ShapeError,
  sizeOf,
  type OpDef,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { gpuFold, gpuIndices, gpuPut, gpuTake } from './pool.gpu.ts';
import { extentOf, planesOf, pooledShape, poolGeometry, type Windows } from './window.ts';

/**
 * Which element of its plane is the largest of each window: int32, the last NaN if there is one, -1 for a
 * window that lies wholly in padding.
 */
export const maxPoolIndices: OpDef<Windows> = {
  name: 'maxPoolIndices',
  inputs: 'float',
  infer: ([x], windows) => ({ shape: pooledShape(x!.shape, windows), dtype: 'int32' }),
  reference([x], { axes: [rows, columns] }, out) {
    const [planes, height, width] = planesOf(x!.shape);
    let at = 0;
    for (let p = 0; p < planes; p++) {
      for (let i = 0; i < rows.count; i++) {
        const [top, bottom] = extentOf(rows, i, height);
        for (let j = 0; j < columns.count; j++) {
          const [left, right] = extentOf(columns, j, width);
          let [best, found] = [-Infinity, -1];
          for (let r = top; r < Math.min(bottom, height); r += rows.dilation) {
            for (let c = left; c < Math.min(right, width); c += columns.dilation) {
              if (r < 0 || c < 0) continue;
              const v = x!.data[(p * height + r) * width + c]!;
              if (found < 0 || v > best || Number.isNaN(v)) [best, found] = [v, r * width + c];
            }
          }
          out.data[at++] = found;
        }
      }
    }
  },
  vjp: null,
  wasm(k, [x], windows, out) {
    if (x!.dtype !== 'float32') return false;
    const [planes] = planesOf(x!.shape);
    const [rows, columns] = windows.axes;
    const geometry = poolGeometry(x!.shape, windows);
    const steps = [rows.dilation, columns.dilation] as const;
    k.maxPoolIndices(x!.pointer, out.pointer, 0, planes, ...geometry, ...steps);
    return true;
  },
  gpu: ([x], windows) => gpuIndices(planesOf(x!.shape), windows),
};

// Taking elements of planes and putting them back are the gradients of each other.

/** What `takePlanes` is told. */
export interface TakeAttrs {
  /** The windows whose largest elements the indices are of, if they are. */
  readonly windows: Windows | null;
  /** The windows that the indices are of all elements of, the first of each window first. */
  readonly blocks?: Windows;
  /** What is taken for index -1: the maximum of nothing, or the gradient of what went nowhere. */
  readonly none: number;
}

/** y[n, c, i] = x[n, c, index[n, c, i]], with indices that count within the plane. */
export const takePlanes: OpDef<TakeAttrs> = {
  name: 'takePlanes',
  infer: ([x, index]) => ({ shape: index!.shape, dtype: x!.dtype }),
  reference([x, index], { none }, out) {
    const [size, count] = [planeSize(x!.shape), planeSize(out.shape)];
    for (let i = 0; i < out.size; i++) {
      const at = index!.data[i]!;
      out.data[i] = at < 0 ? none : x!.data[Math.floor(i / count) * size + at]!;
    }
  },
  vjp: ({ inputs: [x, index], grad, attrs }) => [
    run(putPlanes, [grad, index!], { ...attrs, size: x!.shape.slice(2) }),
    null,
  ],
  wasm(k, [x, index], { none }, out) {
    if (out.dtype !== 'float32') return false;
    const [planes] = planesOf(x!.shape);
    const sizes = [planeSize(x!.shape), planeSize(out.shape)] as const;
    k.takePlanes(x!.pointer, index!.pointer, out.pointer, 0, planes, ...sizes, none);
    return true;
  },
  gpu: ([x], { none }, out) => gpuTake(planeSize(x!.shape), planeSize(out.shape), none),
};

/** What `putPlanes` is told. */
export interface PutAttrs extends Omit<TakeAttrs, 'none'> {
  /** The height and width of the result. */
  readonly size: readonly number[];
}

/** x[n, c, index[n, c, i]] += y[n, c, i], from zeros; what has index -1 goes nowhere. */
export const putPlanes: OpDef<PutAttrs> = {
  name: 'putPlanes',
  infer([y, index], { windows, blocks, size }) {
    if (!sameShape(y!.shape, index!.shape)) {
      throw new ShapeError(
        `maxUnpool: values and indices must have one shape, got ${formatShape(y!.shape)} and ${formatShape(index!.shape)}. Give both results of one pooling.`,
      );
    }
    if (index!.dtype !== 'int32') {
      throw new DTypeError(
        `maxUnpool: indices must be int32, got ${index!.dtype}. Use .cast('int32').`,
      );
    }
    if (windows === null && blocks === undefined) checkPlaces(index!, size);
    return { shape: [...y!.shape.slice(0, 2), ...size], dtype: y!.dtype };
  },
  reference([y, index], _, out) {
    const [size, count] = [planeSize(out.shape), planeSize(y!.shape)];
    out.data.fill(0);
    for (let i = 0; i < y!.size; i++) {
      const at = index!.data[i]!;
      if (at >= 0) out.data[Math.floor(i / count) * size + at]! += y!.data[i]!;
    }
  },
  vjp: ({ inputs: [, index], grad, attrs }) => [
    run(takePlanes, [grad, index!], { ...attrs, none: 0 }),
    null,
  ],
  wasm(k, [y, index], _, out) {
    if (out.dtype !== 'float32') return false;
    const [planes] = planesOf(y!.shape);
    const sizes = [planeSize(out.shape), planeSize(y!.shape)] as const;
    k.putPlanes(y!.pointer, index!.pointer, out.pointer, 0, planes, ...sizes);
    return true;
  },
  gpu: ([y], { windows, blocks }, out) => {
    const planes = planesOf(out.shape);
    if (blocks !== undefined) return gpuFold(planes, blocks);
    return gpuPut(planes, windows, planeSize(y!.shape));
  },
};

/** Throws unless all indices lie within planes of this size. */
function checkPlaces(indices: Tensor, size: Shape): void {
  const count = sizeOf(size);
  for (const index of valuesToCheck(indices)) {
    if (index >= 0 && index < count) continue;
    throw new ShapeError(
      `maxUnpool: index ${index} is outside of planes ${formatShape(size)}. Give outputSize, the size that was pooled.`,
    );
  }
}

function planeSize(shape: Shape): number {
  return sizeOf(shape.slice(2));
}
