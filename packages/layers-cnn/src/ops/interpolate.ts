import { run, sizeOf, type GpuLaunch, type OpDef, type Shape } from '@kasane/tensor-core';
import { coordinates, loop } from './gpu-source.ts';

/** The dimension along which an op goes from one size to another. */
export interface InterpolateAttrs {
  readonly dim: number;
  /** How many elements it has afterwards. */
  readonly size: number;
}

/** What comes before, after and within a dimension. */
type Sizes = readonly [outer: number, size: number, inner: number];

function sizesOf(shape: Shape, dim: number): Sizes {
  return [sizeOf(shape.slice(0, dim)), shape[dim]!, sizeOf(shape.slice(dim + 1))];
}

const resized = (shape: Shape, { dim, size }: InterpolateAttrs): number[] =>
  shape.map((d, i) => (i === dim ? size : d));

/** Visits the two elements that each result lies between, the second only if it counts. */
function forEachPart(
  [outer, n, inner]: Sizes,
  places: ArrayLike<number>,
  weights: ArrayLike<number>,
  visit: (x: number, y: number, weight: number) => void,
): void {
  let y = 0;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < places.length; i++) {
      const row = (o * n + places[i]!) * inner;
      const t = weights[i]!;
      for (let j = 0; j < inner; j++, y++) {
        visit(row + j, y, 1 - t);
        if (t !== 0) visit(row + inner + j, y, t);
      }
    }
  }
}

/**
 * Along one dimension, y[i] = (1 - t)·x[p] + t·x[p + 1] with the places p[i], int32, and the weights t[i]. At
 * weight 0, x[p + 1] does not count, whatever it is.
 */
export const interpolate: OpDef<InterpolateAttrs> = {
  name: 'interpolate',
  infer: ([x], attrs) => ({ shape: resized(x!.shape, attrs), dtype: x!.dtype }),
  reference([x, places, weights], { dim }, out) {
    out.data.fill(0);
    forEachPart(sizesOf(x!.shape, dim), places!.data, weights!.data, (i, o, weight) => {
      out.data[o]! += weight * x!.data[i]!;
    });
  },
  vjp: ({ inputs: [x, places, weights], grad, attrs: { dim } }) => [
    run(interpolateBack, [grad, places!, weights!], { dim, size: x!.shape[dim]! }),
    null,
    null,
  ],
  wasm(k, [x, places, weights], { dim, size }, out) {
    if (out.dtype !== 'float32') return false;
    const [outer, n, inner] = sizesOf(x!.shape, dim);
    const pointers = [x!.pointer, places!.pointer, weights!.pointer, out.pointer] as const;
    k.interpolate(...pointers, 0, outer, n, size, inner);
    return true;
  },
  gpu: ([x], { dim, size }) => gpuForth(sizesOf(x!.shape, dim), size),
};

/** The transpose of `interpolate`, its gradient: every result given back to what it lies between. */
export const interpolateBack: OpDef<InterpolateAttrs> = {
  name: 'interpolateBack',
  infer: ([y], attrs) => ({ shape: resized(y!.shape, attrs), dtype: y!.dtype }),
  reference([y, places, weights], { dim }, out) {
    out.data.fill(0);
    forEachPart(sizesOf(out.shape, dim), places!.data, weights!.data, (i, o, weight) => {
      out.data[i]! += weight * y!.data[o]!;
    });
  },
  vjp: ({ inputs: [y, places, weights], grad, attrs: { dim } }) => [
    run(interpolate, [grad, places!, weights!], { dim, size: y!.shape[dim]! }),
    null,
    null,
  ],
  wasm(k, [y, places, weights], { dim, size }, out) {
    if (out.dtype !== 'float32') return false;
    const [outer, m, inner] = sizesOf(y!.shape, dim);
    const pointers = [y!.pointer, places!.pointer, weights!.pointer, out.pointer] as const;
    k.interpolateBack(...pointers, 0, outer, size, m, inner);
    return true;
  },
  gpu: ([y], { dim, size }) => gpuBack(sizesOf(y!.shape, dim), size),
};

function gpuForth([outer, n, inner]: Sizes, m: number): GpuLaunch {
  return {
    source: `function (x, places, weights) {
      ${coordinates(['o', 'i', 'j'], [outer, m, inner])}
      const t = weights[i];
      const at = (o * ${n} + places[i]) * ${inner} + j;
      let mixed = x[at];
      if (t > 0) {
        mixed = mixed * (1 - t) + x[at + ${inner}] * t;
      }
      return mixed;
    }`,
  };
}

function gpuBack([outer, m, inner]: Sizes, n: number): GpuLaunch {
  return {
    source: `function (y, places, weights) {
      ${coordinates(['o', 'r', 'j'], [outer, n, inner])}
      let total = 0;
      ${loop(
        'i',
        'm',
        `const t = weights[i];
        const at = (o * ${m} + i) * ${inner} + j;
        if (places[i] === r) {
          total = total + y[at] * (1 - t);
        }
        if (t > 0 && places[i] + 1 === r) {
          total = total + y[at] * t;
        }`,
      )}
      return total;
    }`,
    constants: { m },
  };
}
