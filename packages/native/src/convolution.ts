/** Convolutions as products with patches: what every place of the result sees, in a column. */
import type { Kernels } from '@kasane/tensor-core';
import type { WasmBackend } from '@kasane/tensor-core/threads';
import { Patches, planeOf, turned, type Plane } from './patches.ts';
import type { Matrix, Products } from './product.ts';
import { withRoom } from './room.ts';

/** The convolutions of the kernel table. */
export function convolutions(
  products: Products,
  backend: WasmBackend,
  below: Kernels,
): Pick<Kernels, 'convForward' | 'convInput' | 'convWeight'> {
  /**
   * Calls `multiply` for every slice of every block of patches of every image, with where the block begins; false as soon as one
   * of them is.
   */
  const eachBlock = (
    p: Plane,
    patches: Patches,
    x: number,
    [padded, block]: readonly [number, number],
    multiply: (image: number, row: number, rows: number, slice: number, of: Matrix) => boolean,
  ): boolean => {
    for (let image = 0; image < p.batch * p.groups; image++) {
      const source = patches.source(x + 4 * image * p.ins * p.height * p.width, padded);
      if (source === null) return false;
      for (let row = 0; row < p.outHeight; row += patches.rows) {
        const rows = Math.min(patches.rows, p.outHeight - row);
        const columns = patches.lay(source, row, rows, block);
        for (let slice = 0; slice < patches.slices; slice++) {
          if (!multiply(image, row, rows, slice, columns(slice))) return false;
        }
      }
    }
    return true;
  };

  /** y = Σ w · patches of x + bias, for all images. */
  const forward = (p: Plane, x: number, w: number, bias: number, y: number): boolean => {
    const patches = new Patches(products, backend, below, p);
    if (!patches.pays) return false;
    const { batch, groups, outs, outHeight, outWidth } = p;
    const places = outHeight * outWidth;
    const { depth, slices, padded, block, kernels } = patches;
    const size = 4 * outs * depth * slices;
    return withRoom(backend, [padded, block, kernels], (planes, laid, taken) => {
      const own = Array.from({ length: groups }, (_, g) =>
        patches.take(w + g * size, taken + g * size),
      );
      const done = eachBlock(p, patches, x, [planes, laid], (image, row, rows, slice, columns) => {
        const weights = { at: own[image % groups]! + 4 * slice * outs * depth, row: depth };
        const to = { at: y + 4 * (image * outs * places + row * outWidth), row: places };
        const sizes = [outs, rows * outWidth, depth] as const;
        return products.multiply(false, false, sizes, weights, columns, to, 1, slice === 0 ? 0 : 1);
      });
      if (!done) return false;
      for (let n = 0; bias !== 0 && n < batch; n++) {
        const to = y + 4 * n * groups * outs * places;
        below.add(to, bias, to, groups * outs, places, places, 1, 1, 0);
      }
      return true;
    });
  };

  /** w = Σ y · patches of xᵀ over images and rows. */
  const weight = (p: Plane, x: number, y: number, w: number): boolean => {
    const patches = new Patches(products, backend, below, p);
    if (!patches.pays) return false;
    const { groups, outs, outHeight, outWidth } = p;
    const places = outHeight * outWidth;
    const { depth, slices, padded, block, kernels } = patches;
    const size = 4 * outs * depth * slices;
    return withRoom(backend, [padded, block, kernels], (planes, laid, made) => {
      const sums = slices === 1 ? w : made;
      const done = eachBlock(p, patches, x, [planes, laid], (image, row, rows, slice, columns) => {
        const gradient = { at: y + 4 * (image * outs * places + row * outWidth), row: places };
        const at = sums + (image % groups) * size + 4 * slice * outs * depth;
        const isFirst = image < groups && row === 0;
        const sizes = [outs, depth, rows * outWidth] as const;
        const to = { at, row: depth };
        return products.multiply(false, true, sizes, gradient, columns, to, 1, isFirst ? 0 : 1);
      });
      for (let g = 0; done && g < groups; g++) patches.put(sums + g * size, w + g * size);
      return done;
    });
  };

  return {
    convForward(...args) {
      const [x, w, bias, y, , from, many, ...geometry] = args;
      const p = planeOf(geometry);
      const isWhole = p !== null && from === 0 && many === p.batch;
      if (!isWhole || !forward(p, x >>> 0, w >>> 0, bias >>> 0, y >>> 0)) {
        below.convForward(...args);
      }
    },
    convInput(...args) {
      const [y, w, bias, x, , from, many, ...geometry] = args;
      const p = planeOf(geometry);
      const back = p === null ? null : turned(p);
      const done =
        p !== null &&
        back !== null &&
        from === 0 &&
        many === p.batch &&
        new Patches(products, backend, below, back).pays &&
        withRoom(backend, [p.groups * p.outs * p.ins * taps(p)], (turnedKernels) => {
          const [area, last] = [taps(p), taps(p) - 1];
          const size = p.outs * p.ins * area;
          // (outs, ins, taps) → (ins, outs, taps from the last to the first)
          for (let g = 0; g < p.groups; g++) {
            const start = (w >>> 0) + 4 * g * size;
            const to = turnedKernels + 4 * g * size;
            below.stridedCopy(start, to, 1, p.ins, p.outs, area, 0, area, p.ins * area, -1, last);
          }
          return forward(back, y >>> 0, turnedKernels, bias >>> 0, x >>> 0);
        });
      if (!done) below.convInput(...args);
    },
    convWeight(...args) {
      const [x, y, out, , from, many, ...geometry] = args;
      const p = planeOf(geometry);
      const isWhole = p !== null && from === 0 && many === p.groups * p.outs;
      if (!isWhole || !weight(p, x >>> 0, y >>> 0, out >>> 0)) below.convWeight(...args);
    },
  };
}

const taps = (p: Plane): number => p.kernelHeight * p.kernelWidth;
