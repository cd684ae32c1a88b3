/** Convolutions of few channels as products with patches: what every place of the result sees, in a column. */
import type { Kernels } from '@kasane/tensor-core';
import { Grid } from './grid.ts';
import type { Matrix, Products } from './product.ts';
import { withRoom, type Memory } from './room.ts';
import { each, volume, type Space } from './space.ts';

/** Numbers of a block of patches: it stays in the second-level cache until the product has read it. */
const BLOCK: number = 2 ** 17;

/** Convolutions by products with patches. */
export class Patches {
  readonly #products: Products;
  readonly #memory: Memory;
  readonly #below: Kernels;
  readonly #p: Space;
  readonly #grid: Grid;
  /** Numbers of a patch. */
  readonly depth: number;
  /** Rows of the result in a block. */
  readonly #rows: number;

  constructor(products: Products, memory: Memory, below: Kernels, p: Space) {
    this.#products = products;
    this.#memory = memory;
    this.#below = below;
    this.#p = p;
    const seen = each(p.axes, (a) => (a.out - 1) * a.stride + (a.kernel - 1) * a.dilation + 1);
    const isBare = p.axes.every((a, i) => a.pad === 0 && seen[i]! <= a.size);
    const axes = each(p.axes, ({ size, pad }, i) => {
      return { size, stride: 1, pad, phases: [0], length: isBare ? size : seen[i]! };
    });
    this.#grid = new Grid(products, memory, below, p.ins, axes);
    this.depth = p.ins * volume(p.axes, 'kernel');
    const [, high, wide] = each(p.axes, ({ out }) => out);
    const fit = (numbers: number): number => Math.floor(numbers / (this.depth * wide));
    // Each product reads all kernels: a block is to have no fewer numbers than they.
    const wanted = Math.max(fit(BLOCK), Math.ceil(p.outs / wide));
    const rows = products.isEager ? fit(64) : wanted; // tests want several
    this.#rows = Math.max(1, Math.min(high, rows));
  }

  /** y = Σ w · patches of x + bias */
  forward(x: number, w: number, bias: number, y: number): boolean {
    const { batch, groups, outs } = this.#p;
    const { depth } = this;
    const places = volume(this.#p.axes, 'out');
    const done = this.#eachBlock(x, (image, place, count, patches) => {
      const weights = { at: w + 4 * (image % groups) * outs * depth, row: depth };
      const to = { at: y + 4 * (image * outs * places + place), row: places };
      return this.#products.multiply(false, false, [outs, count, depth], weights, patches, to);
    });
    for (let n = 0; done && bias !== 0 && n < batch; n++) {
      const to = y + 4 * n * groups * outs * places;
      this.#below.add(to, bias, to, groups * outs, places, places, 1, 1, 0);
    }
    return done;
  }

  /** x = Σ of the patches wᵀ y where they came from, plus bias. */
  input(y: number, w: number, bias: number, x: number): boolean {
    const { batch, groups, ins, outs, axes } = this.#p;
    const { depth } = this;
    const [deep, high, wide] = each(axes, ({ out }) => out);
    const [places, size] = [deep * high * wide, volume(axes, 'size')];
    const end = Math.max(x + 4 * batch * groups * ins * size, bias + 4 * groups * ins);
    if (!this.#products.holds(x, end)) return false;
    return withRoom(this.#memory, [depth * this.#rows * wide], (block) => {
      const reach = Math.max(end, block + 4 * depth * this.#rows * wide);
      const numbers = new Float32Array(this.#memory.bufferTo(reach), 0, Math.floor(reach / 4));
      for (let image = 0; image < batch * groups; image++) {
        const start = x / 4 + image * ins * size;
        for (let c = 0; c < ins; c++) {
          const value = bias === 0 ? 0 : numbers[bias / 4 + (image % groups) * ins + c]!;
          numbers.fill(value, start + c * size, start + (c + 1) * size);
        }
        const kernels = { at: w + 4 * (image % groups) * outs * depth, row: depth };
        for (let z = 0; z < deep; z++) {
          for (let row = 0; row < high; row += this.#rows) {
            const rows = Math.min(this.#rows, high - row);
            const sizes = [depth, rows * wide, outs] as const;
            const from = {
              at: y + 4 * (image * outs * places + (z * high + row) * wide),
              row: places,
            };
            const to = { at: block, row: rows * wide };
            if (!this.#products.multiply(true, false, sizes, kernels, from, to)) return false;
            this.#add(numbers, block / 4, start, z, row, rows);
          }
        }
      }
      return true;
    });
  }

  /** Adds the patches of `rows` rows from row `y` of plane `z` on to the image that they are of. */
  #add(
    numbers: Float32Array,
    patches: number,
    image: number,
    z: number,
    y: number,
    rows: number,
  ): void {
    const [d, h, w] = this.#p.axes;
    let from = patches;
    for (let c = 0; c < this.#p.ins; c++) {
      for (let kd = 0; kd < d.kernel; kd++) {
        const plane = z * d.stride + kd * d.dilation - d.pad;
        const isOutside = plane < 0 || plane >= d.size;
        for (let kh = 0; kh < h.kernel; kh++) {
          for (let kw = 0; kw < w.kernel; kw++) {
            const left = kw * w.dilation - w.pad;
            const first = Math.max(0, Math.ceil(-left / w.stride));
            const last = Math.min(w.out, Math.ceil((w.size - left) / w.stride));
            for (let r = 0; r < rows; r++, from += w.out) {
              const line = (y + r) * h.stride + kh * h.dilation - h.pad;
              if (isOutside || line < 0 || line >= h.size) continue;
              let to =
                image + ((c * d.size + plane) * h.size + line) * w.size + left + first * w.stride;
              for (let i = first; i < last; i++, to += w.stride) numbers[to]! += numbers[from + i]!;
            }
          }
        }
      }
    }
  }

  /** w = Σ y · patches of xᵀ */
  weight(x: number, y: number, w: number): boolean {
    const { groups, outs, all } = this.#p;
    const { depth } = this;
    const places = volume(this.#p.axes, 'out');
    return this.#eachBlock(x, (image, place, count, patches) => {
      const channel = Math.floor(image / groups) * all + (image % groups) * outs;
      const gradient = { at: y + 4 * (channel * places + place), row: places };
      const to = { at: w + 4 * (image % groups) * outs * depth, row: depth };
      const beta = image < groups && place === 0 ? 0 : 1;
      const sizes = [outs, depth, count] as const;
      return this.#products.multiply(false, true, sizes, gradient, patches, to, 1, beta);
    });
  }

  /**
   * Calls `multiply` for every block of patches of every group of every image, with the place where it begins and how many it
   * has; false as soon as one of them is.
   */
  #eachBlock(
    x: number,
    multiply: (image: number, place: number, count: number, patches: Matrix) => boolean,
  ): boolean {
    const { batch, groups, ins, axes } = this.#p;
    const [deep, high, wide] = each(axes, ({ out }) => out);
    const rooms = [this.#grid.room, this.depth * this.#rows * wide] as const;
    return withRoom(this.#memory, rooms, (planes, block) => {
      for (let image = 0; image < batch * groups; image++) {
        const seen = this.#grid.lay(x + 4 * image * ins * volume(axes, 'size'), planes);
        if (seen === null) return false;
        for (let z = 0; z < deep; z++) {
          for (let y = 0; y < high; y += this.#rows) {
            const count = Math.min(this.#rows, high - y) * wide;
            this.#lay(seen, z, y, count, block);
            const patches = { at: block, row: count };
            if (!multiply(image, (z * high + y) * wide, count, patches)) return false;
          }
        }
      }
      return true;
    });
  }

  /** The patches of `count` places from row `y` of plane `z` on, as a matrix (depth, count). */
  #lay(seen: number, z: number, y: number, count: number, block: number): void {
    const grid = this.#grid;
    const [d, h, w] = this.#p.axes;
    const size = h.kernel * w.kernel * count;
    for (let c = 0; c < this.#p.ins; c++) {
      for (let k = 0; k < d.kernel; k++) {
        const plane = c * grid.channel + (z * d.stride + k * d.dilation) * grid.plane;
        this.#below.stridedCopy(
          seen + 4 * (plane + y * h.stride * grid.row),
          block + 4 * (c * d.kernel + k) * size,
          h.kernel,
          w.kernel,
          count / w.out,
          w.out,
          h.dilation * grid.row,
          w.dilation,
          h.stride * grid.row,
          w.stride,
          0,
        );
      }
    }
  }
}
