/** Convolutions as products with patches: what every place of the result sees, in a column. */
import type { ConvGeometry, Kernels } from '@kasane/tensor-core';
import type { WasmBackend } from '@kasane/tensor-core/threads';
import type { Products } from './product.ts';
import { withRoom } from './room.ts';

/** Numbers of a block of patches: it stays in the second-level cache until the product has read it. */
const BLOCK: number = 2 ** 17;
/** With fewer results for each patch it is quicker not to lay patches out: 16 took 1.5 times as long, 32 three quarters. */
const LEAST_CHANNELS = 24;

/** A convolution of two dimensions. */
interface Plane {
  readonly batch: number;
  readonly groups: number;
  /** Channels of a group. */
  readonly ins: number;
  readonly outs: number;
  readonly height: number;
  readonly width: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly padY: number;
  readonly padX: number;
  readonly dilationY: number;
  readonly dilationX: number;
}

/** Null for what has a depth. */
function planeOf(geometry: ConvGeometry): Plane | null {
  const [batch, groups, ins, outs, depth, height, width, kernelDepth, ...rest] = geometry;
  const [kernelHeight, kernelWidth, outDepth, outHeight, outWidth, , strideY, strideX] = rest;
  const [, padY, padX, , dilationY, dilationX] = rest.slice(8) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]; // the tuple has 22 numbers
  if (depth !== 1 || kernelDepth !== 1 || outDepth !== 1) return null;
  return {
    ...{ batch, groups, ins, outs, height, width, kernelHeight, kernelWidth, outHeight, outWidth },
    ...{ strideY, strideX, padY, padX, dilationY, dilationX },
  };
}

/** The planes of one group of one image, with zeros around them where patches reach beyond. */
interface Source {
  readonly at: number;
  readonly plane: number;
  readonly row: number;
}

/** The way back to the input where steps are single ones: a convolution of the gradient with the kernels turned round. */
function turned(p: Plane): Plane | null {
  const padY = (p.kernelHeight - 1) * p.dilationY - p.padY;
  const padX = (p.kernelWidth - 1) * p.dilationX - p.padX;
  if (p.strideY !== 1 || p.strideX !== 1 || padY < 0 || padX < 0) return null;
  const { ins, outs, height, width, outHeight, outWidth } = p;
  return {
    ...p,
    ...{ ins: outs, outs: ins, height: outHeight, width: outWidth, outHeight: height },
    ...{ outWidth: width, padY, padX },
  };
}

class Patches {
  readonly #products: Products;
  readonly #backend: WasmBackend;
  readonly #below: Kernels;
  readonly #p: Plane;
  readonly #taps: number;
  /** Sizes of a plane with the zeros around it. */
  readonly #tall: number;
  readonly #wide: number;
  readonly #isPadded: boolean;
  /** Rows of the result in a block. */
  readonly rows: number;

  constructor(products: Products, backend: WasmBackend, below: Kernels, p: Plane) {
    this.#products = products;
    this.#backend = backend;
    this.#below = below;
    this.#p = p;
    this.#taps = p.kernelHeight * p.kernelWidth;
    this.#tall = (p.outHeight - 1) * p.strideY + (p.kernelHeight - 1) * p.dilationY + 1;
    this.#wide = (p.outWidth - 1) * p.strideX + (p.kernelWidth - 1) * p.dilationX + 1;
    this.#isPadded = p.padY > 0 || p.padX > 0 || this.#tall > p.height || this.#wide > p.width;
    const row = this.depth * p.outWidth;
    this.rows = Math.max(1, Math.min(p.outHeight, Math.floor(BLOCK / row)));
  }

  /** Rows of a block: pairs of a channel and a place of the kernel. */
  get depth(): number {
    return this.#p.ins * this.#taps;
  }

  get pays(): boolean {
    const { outs, outHeight, outWidth, batch, groups } = this.#p;
    const places = outHeight * outWidth;
    return (
      batch * groups > 0 &&
      (outs >= LEAST_CHANNELS || this.#products.isEager) &&
      this.#products.pays(outs, places, this.depth)
    );
  }

  /** Numbers that the planes with zeros around them take. */
  get padded(): number {
    return this.#isPadded ? this.#p.ins * this.#tall * this.#wide : 0;
  }

  /** Numbers of a block of patches. */
  get block(): number {
    // A kernel of one element sees what is there.
    return this.#isDirect ? 0 : this.rows * this.depth * this.#p.outWidth;
  }

  get #isDirect(): boolean {
    const { strideY, strideX, outWidth, width } = this.#p;
    return this.#taps === 1 && !this.#isPadded && strideY * strideX === 1 && outWidth === width;
  }

  /** The planes at `x`, ready to be read; null if what is copied would reach beyond the memory. */
  source(x: number, room: number): Source | null {
    const { ins, height, width, padY, padX } = this.#p;
    if (!this.#isPadded) return { at: x, plane: height * width, row: width };
    const [tall, wide] = [this.#tall, this.#wide];
    const plane = tall * wide;
    // Copied as if rows went on where the next ones are; then come the zeros.
    const from = x - 4 * (padY * width + padX);
    const last = from + 4 * ((ins - 1) * height * width + (tall - 1) * width + wide);
    if (!this.#products.holds(from, last)) return null;
    this.#below.stridedCopy(from, room, 1, ins, tall, wide, 0, height * width, width, 1, 0);
    const buffer = this.#backend.bufferTo(room + 4 * ins * plane);
    const planes = new Float32Array(buffer, room, ins * plane);
    const [bottom, right] = [Math.min(tall, padY + height), Math.min(wide, padX + width)];
    for (let c = 0; c < ins; c++) {
      const start = c * plane;
      planes.fill(0, start, start + Math.min(padY, tall) * wide);
      for (let row = start + padY * wide, end = start + bottom * wide; row < end; row += wide) {
        for (let i = row; i < row + padX; i++) planes[i] = 0;
        for (let i = row + right; i < row + wide; i++) planes[i] = 0;
      }
      planes.fill(0, start + bottom * wide, start + plane);
    }
    return { at: room, plane, row: wide };
  }

  /** The patches of `rows` rows of results from `y` on, as a matrix (ins · taps, rows · outWidth). */
  lay(source: Source, y: number, rows: number, room: number): { at: number; row: number } {
    const p = this.#p;
    const places = rows * p.outWidth;
    if (this.#isDirect) {
      return { at: source.at + 4 * y * p.width, row: p.height * p.width };
    }
    const { stridedCopy } = this.#below;
    for (let c = 0; c < p.ins; c++) {
      stridedCopy(
        source.at + 4 * (c * source.plane + y * p.strideY * source.row),
        room + 4 * c * this.#taps * places,
        p.kernelHeight,
        p.kernelWidth,
        rows,
        p.outWidth,
        p.dilationY * source.row,
        p.dilationX,
        p.strideY * source.row,
        p.strideX,
        0,
      );
    }
    return { at: room, row: places };
  }
}

/** The convolutions of the kernel table. */
export function convolutions(
  products: Products,
  backend: WasmBackend,
  below: Kernels,
): Pick<Kernels, 'convForward' | 'convInput' | 'convWeight'> {
  /** y = w · patches of x + bias, for all images. */
  const forward = (p: Plane, x: number, w: number, bias: number, y: number): boolean => {
    const patches = new Patches(products, backend, below, p);
    if (!patches.pays) return false;
    const { batch, groups, ins, outs, outHeight, outWidth } = p;
    const places = outHeight * outWidth;
    return withRoom(backend, [patches.padded, patches.block], (padded, block) => {
      for (let image = 0; image < batch * groups; image++) {
        const g = image % groups;
        const source = patches.source(x + 4 * image * ins * p.height * p.width, padded);
        if (source === null) return false;
        const kernels = { at: w + 4 * g * outs * patches.depth, row: patches.depth };
        const to = y + 4 * image * outs * places;
        for (let row = 0; row < outHeight; row += patches.rows) {
          const rows = Math.min(patches.rows, outHeight - row);
          const columns = patches.lay(source, row, rows, block);
          const size = [outs, rows * outWidth, patches.depth] as const;
          const result = { at: to + 4 * row * outWidth, row: places };
          if (!products.multiply(false, false, size, kernels, columns, result)) return false;
        }
        const shift = bias + 4 * g * outs;
        if (bias !== 0) below.add(to, shift, to, outs, places, places, 1, 1, 0);
      }
      return true;
    });
  };

  return {
    convForward(...args) {
      const [x, w, bias, y, , from, many, ...geometry] = args;
      const p = planeOf(geometry);
      const done =
        p !== null &&
        from === 0 &&
        many === p.batch &&
        forward(p, x >>> 0, w >>> 0, bias >>> 0, y >>> 0);
      if (!done) below.convForward(...args);
    },
    convInput(...args) {
      const [y, w, bias, x, , from, many, ...geometry] = args;
      const p = planeOf(geometry);
      const back = p === null ? null : turned(p);
      const isWhole = p !== null && from === 0 && many === p.batch;
      const done =
        isWhole &&
        back !== null &&
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

  /** w = Σ y · patches of xᵀ over images and rows. */
  function weight(p: Plane, x: number, y: number, w: number): boolean {
    const patches = new Patches(products, backend, below, p);
    if (!patches.pays) return false;
    const { batch, groups, ins, outs, outHeight, outWidth } = p;
    const places = outHeight * outWidth;
    const { depth } = patches;
    return withRoom(backend, [patches.padded, patches.block], (padded, block) => {
      for (let image = 0; image < batch * groups; image++) {
        const g = image % groups;
        const source = patches.source(x + 4 * image * ins * p.height * p.width, padded);
        if (source === null) return false;
        const result = { at: w + 4 * g * outs * depth, row: depth };
        for (let row = 0; row < outHeight; row += patches.rows) {
          const rows = Math.min(patches.rows, outHeight - row);
          const columns = patches.lay(source, row, rows, block);
          const size = [outs, depth, rows * outWidth] as const;
          const gradient = { at: y + 4 * (image * outs * places + row * outWidth), row: places };
          const sum = image < groups && row === 0 ? 0 : 1;
          if (!products.multiply(false, true, size, gradient, columns, result, 1, sum))
            return false;
        }
      }
      return true;
    });
  }
}

const taps = (p: Plane): number => p.kernelHeight * p.kernelWidth;
