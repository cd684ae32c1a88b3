/** What every place of a convolution's result sees, as matrices. */
import type { ConvGeometry, Kernels } from '@kasane/tensor-core';
import type { WasmBackend } from '@kasane/tensor-core/threads';
import type { Matrix, Products } from './product.ts';

/** Numbers of a block of patches: it stays in the second-level cache until the product has read it. */
const BLOCK: number = 2 ** 17;
/** With fewer results for each patch it is quicker not to lay patches out: 16 took 1.5 times as long, 32 three quarters. */
const LEAST_CHANNELS = 24;

/** Rows of a slice's matrix: products of fewer are slow. */
const LEAST_DEPTH = 16;

/** A convolution of two dimensions. */
export interface Plane {
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
export function planeOf(geometry: ConvGeometry): Plane | null {
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
export function turned(p: Plane): Plane | null {
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

/**
 * The patches of a convolution, laid out as matrices. With steps of one from row to row, patches of neighbouring rows have all
 * but one of the kernel's rows in common: then only those of one row of the kernel are laid out, for all rows of the planes, and every
 * row of the kernel is a product of its own with a part of that matrix.
 */
export class Patches {
  readonly #products: Products;
  readonly #backend: WasmBackend;
  readonly #below: Kernels;
  readonly #p: Plane;
  /** Sizes of a plane with the zeros around it. */
  readonly #tall: number;
  readonly #wide: number;
  readonly #isPadded: boolean;
  /** Products whose sum is the result: one, or one for each row of the kernel. */
  readonly slices: number;
  /** Rows of such a product's matrix: pairs of a channel and a place in the kernel. */
  readonly depth: number;
  /** Rows of the result in a block. */
  readonly rows: number;

  constructor(products: Products, backend: WasmBackend, below: Kernels, p: Plane) {
    this.#products = products;
    this.#backend = backend;
    this.#below = below;
    this.#p = p;
    const { batch, ins, outs, height, width, kernelHeight, kernelWidth, outHeight, outWidth } = p;
    this.#tall = (outHeight - 1) * p.strideY + (kernelHeight - 1) * p.dilationY + 1;
    this.#wide = (outWidth - 1) * p.strideX + (kernelWidth - 1) * p.dilationX + 1;
    this.#isPadded = p.padY > 0 || p.padX > 0 || this.#tall > height || this.#wide > width;
    // It saves copies of patches, and costs one of the kernels.
    const saved = batch * outHeight * outWidth * (kernelHeight - 1);
    const isDeep = ins * kernelWidth >= LEAST_DEPTH || products.isEager;
    const bySlices = p.strideY === 1 && isDeep && saved > outs * kernelHeight;
    this.slices = bySlices ? kernelHeight : 1;
    this.depth = ins * kernelWidth * (bySlices ? 1 : kernelHeight);
    const fit = (numbers: number): number => Math.floor(numbers / (this.depth * outWidth));
    // Each product reads all kernels: a block is to have no fewer numbers than they.
    const wanted = Math.max(fit(BLOCK), Math.ceil(outs / outWidth));
    const rows = (products.isEager ? fit(64) : wanted) - this.#more; // tests want several
    this.rows = Math.max(1, Math.min(outHeight, rows));
  }

  /** Rows of patches that a block has more than rows of the result. */
  get #more(): number {
    return (this.slices - 1) * this.#p.dilationY;
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
    return this.#isDirect ? 0 : (this.rows + this.#more) * this.depth * this.#p.outWidth;
  }

  /** Numbers of all kernels, if they are laid out by slices. */
  get kernels(): number {
    const { groups, outs } = this.#p;
    return this.slices === 1 ? 0 : groups * outs * this.depth * this.slices;
  }

  /** A kernel of one element sees what is there. */
  get #isDirect(): boolean {
    const { kernelHeight, kernelWidth, strideY, strideX, outWidth, width } = this.#p;
    const steps = kernelHeight * kernelWidth * strideY * strideX;
    return steps === 1 && !this.#isPadded && outWidth === width;
  }

  /** The kernels of a group, (slices, outs, depth), from (outs, ins, height, width). */
  take(w: number, room: number): number {
    if (this.slices === 1) return w;
    const { ins, outs, kernelHeight: high, kernelWidth: wide } = this.#p;
    const taps = high * wide;
    this.#below.stridedCopy(w, room, high, outs, ins, wide, wide, ins * taps, taps, 1, 0);
    return room;
  }

  /** Puts kernels of that form back into their own. */
  put(room: number, w: number): void {
    if (this.slices === 1) return;
    const { ins, outs, kernelHeight: high, kernelWidth: wide } = this.#p;
    const { depth } = this;
    this.#below.stridedCopy(room, w, outs, ins, high, wide, depth, wide, outs * depth, 1, 0);
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

  /** For each slice the patches of `rows` rows of results from `y` on, as a matrix (depth, rows · outWidth). */
  lay(source: Source, y: number, rows: number, room: number): (slice: number) => Matrix {
    const p = this.#p;
    if (this.#isDirect) {
      const direct = { at: source.at + 4 * y * p.width, row: p.height * p.width };
      return () => direct;
    }
    const { stridedCopy } = this.#below;
    const all = rows + this.#more;
    const places = all * p.outWidth;
    const high = this.slices === 1 ? p.kernelHeight : 1;
    for (let c = 0; c < p.ins; c++) {
      stridedCopy(
        source.at + 4 * (c * source.plane + y * p.strideY * source.row),
        room + 4 * c * high * p.kernelWidth * places,
        high,
        p.kernelWidth,
        all,
        p.outWidth,
        p.dilationY * source.row,
        p.dilationX,
        p.strideY * source.row,
        p.strideX,
        0,
      );
    }
    const next = 4 * p.dilationY * p.outWidth;
    return (slice) => ({ at: room + slice * next, row: places });
  }
}
