/**
 * Convolutions as one product for each element of the kernel: for it the images are a matrix (channels, places) that begins
 * elsewhere, so that patches need not be laid out. Places follow each other as in the images, ends of rows included; what is
 * computed there is left out of the result.
 *
 * Where channels are too few for that, images are laid out once for each element of a row of the kernel, and a product is made of a
 * row of the kernel: then there are no ends of rows.
 */
import type { Kernels } from '@kasane/tensor-core';
import { Grid, rowLength, type GridAxis } from './grid.ts';
import type { Products } from './product.ts';
import { withRoom, type Memory } from './room.ts';
import { each, volume, type Axis, type Space, type Three } from './space.ts';

/** Multiplications of a small product: up to a million OpenBLAS makes no copy of what it reads, unless that leaves few places. */
const SMALL = 1e6;
const LEAST_PLACES = 200;
/** Numbers that the products of a large block read and write: they stay in the second-level cache. */
const BLOCK: number = 2 ** 18;

/** An element, or a row, of the kernel, and by how many numbers what it is multiplied with is away. */
interface Tap {
  readonly element: number;
  readonly offset: number;
}

/** Results that have the same taps: with strides, every so many of an image. */
interface Target {
  readonly taps: readonly Tap[];
  readonly first: Three<number>;
  readonly step: Three<number>;
  readonly counts: Three<number>;
}

/** Convolutions by products of shifted images; `byRows`: of rows of the kernel. */
export class Shifts {
  readonly #products: Products;
  readonly #memory: Memory;
  readonly #below: Kernels;
  readonly #p: Space;
  /** Elements of the kernel in a product. */
  readonly #together: number;
  readonly #isByRows: boolean;

  constructor(
    products: Products,
    memory: Memory,
    below: Kernels,
    p: Space,
    byRows: boolean = false,
  ) {
    this.#products = products;
    this.#memory = memory;
    this.#below = below;
    this.#p = p;
    this.#isByRows = byRows;
    this.#together = byRows ? p.axes[2].kernel : 1;
  }

  /** y = Σ w x + bias */
  forward(x: number, w: number, bias: number, y: number): boolean {
    const { axes, ins, outs } = this.#p;
    const grid = this.#grid(ins, inputGrid(axes, this.#isByRows));
    const counts = each(axes, (a) => a.out);
    const taps = this.#inputTaps(grid);
    const target = { taps, first: [0, 0, 0], step: [1, 1, 1], counts } as const;
    const few = ins * this.#together;
    return this.#run(grid, [target], false, [few, outs], x, w, bias, y, counts);
  }

  /** x = Σ wᵀ y + bias, for each of the strides' phases by itself. */
  input(y: number, w: number, bias: number, x: number): boolean {
    const { axes, ins, outs } = this.#p;
    const grid = this.#grid(outs, outputGrid(axes));
    const targets: Target[] = [];
    const step = each(axes, (a) => a.stride);
    forEach(step, (first) => {
      const counts = each(axes, (a, i) => Math.ceil((a.size - first[i]!) / a.stride));
      if (counts.some((count) => count <= 0)) return;
      const taps = this.#taps((element) => {
        const place = each(axes, (a, i) => {
          // stride · o + dilation · k = first + pad
          const o = (first[i]! + a.pad - element[i]! * a.dilation) / a.stride;
          return Number.isInteger(o) ? o + frontOf(a) : -1;
        });
        return place.some((at) => at < 0) ? null : grid.offset([0, 0, 0], place);
      });
      targets.push({ taps, first, step, counts });
    });
    const sizes = each(axes, (a) => a.size);
    return this.#run(grid, targets, true, [outs, ins], y, w, bias, x, sizes);
  }

  /** w = Σ y xᵀ */
  weight(x: number, y: number, w: number): boolean {
    const { axes, batch, groups, ins, outs, all: total } = this.#p;
    const grid = this.#grid(ins, inputGrid(axes, this.#isByRows));
    const taps = this.#inputTaps(grid);
    const [deep, high, wide] = each(axes, (a) => a.out);
    // With rows as far from each other, and zeros where these have ends.
    const gradients = this.#grid(outs, [
      { size: deep, stride: 1, pad: 0, phases: [0], length: deep },
      { size: high, stride: 1, pad: 0, phases: [0], length: high },
      { size: wide, stride: 1, pad: 0, phases: [0], length: grid.row },
    ]);
    const few = ins * this.#together;
    const sizes = [outs, few, (high - 1) * grid.row + wide] as const;
    const size = outs * few;
    const all = taps.length * size;
    const rooms = [grid.room, gradients.room, this.#kernels] as const;
    return withRoom(this.#memory, rooms, (planes, rows, made) => {
      const sums = this.#kernels === 0 ? w : made;
      for (let i = 0; i < batch * groups; i++) {
        const seen = grid.lay(x + 4 * i * ins * volume(axes, 'size'), planes);
        const channel = Math.floor(i / groups) * total + (i % groups) * outs;
        const given = gradients.lay(y + 4 * channel * deep * high * wide, rows);
        if (seen === null || given === null) return false;
        for (let z = 0; z < deep; z++) {
          const a = { at: given + 4 * z * gradients.plane, row: gradients.channel };
          for (const { element, offset } of taps) {
            const b = { at: seen + 4 * (offset + z * grid.plane), row: grid.channel };
            const c = { at: sums + 4 * ((i % groups) * all + element * size), row: few };
            const beta = i < groups && z === 0 ? 0 : 1;
            if (!this.#products.multiply(false, true, sizes, a, b, c, 1, beta)) return false;
          }
        }
      }
      this.#eachGroup((at) => this.#unturn(sums + at, w + at));
      return true;
    });
  }

  /** Numbers of all kernels in another order, if they are needed in one. */
  get #kernels(): number {
    const { groups, ins, outs, axes } = this.#p;
    const elements = volume(axes, 'kernel');
    return elements === 1 ? 0 : groups * outs * ins * elements;
  }

  /** Calls `visit` with where the kernels of each group begin, if they are needed in another order. */
  #eachGroup(visit: (at: number) => void): void {
    const size = this.#kernels / this.#p.groups;
    for (let g = 0; size > 0 && g < this.#p.groups; g++) visit(4 * g * size);
  }

  /** (outs, ins, elements) → (elements, outs, ins), or (rows, outs, elements of a row, ins) */
  #turn(w: number, to: number): void {
    const { ins, outs, axes } = this.#p;
    const elements = volume(axes, 'kernel');
    const together = this.#together;
    const { stridedCopy } = this.#below;
    if (together === 1) stridedCopy(w, to, 1, 1, elements, outs * ins, 0, 0, 1, elements, 0);
    else {
      const step = ins * elements;
      const rows = elements / together;
      stridedCopy(w, to, rows, outs, together, ins, together, step, 1, elements, 0);
    }
  }

  /** The way back. */
  #unturn(from: number, w: number): void {
    const { ins, outs, axes } = this.#p;
    const elements = volume(axes, 'kernel');
    const together = this.#together;
    const { stridedCopy } = this.#below;
    if (together === 1) stridedCopy(from, w, 1, 1, outs * ins, elements, 0, 0, 1, outs * ins, 0);
    else {
      const step = together * ins;
      stridedCopy(from, w, outs, ins, elements / together, together, step, 1, outs * step, ins, 0);
    }
  }

  #grid(channels: number, axes: Three<GridAxis>): Grid {
    return new Grid(this.#products, this.#memory, this.#below, channels, axes);
  }

  /** Where images are seen from. */
  #inputTaps(grid: Grid): Tap[] {
    const { axes } = this.#p;
    return this.#taps((element) => {
      const reach = each(axes, (a, i) => element[i]! * a.dilation);
      const phase = each(axes, (a, i) => {
        return this.#isByRows && i === 2 ? reach[i]! : reach[i]! % a.stride;
      });
      return grid.offset(
        phase,
        each(axes, (a, i) => (reach[i]! - phase[i]!) / a.stride),
      );
    });
  }

  /** The elements of the kernel, or first ones of its rows, for which there is an offset. */
  #taps(offsetOf: (element: Three<number>) => number | null): Tap[] {
    const taps: Tap[] = [];
    let element = 0;
    forEach(
      each(this.#p.axes, (a, i) => (this.#isByRows && i === 2 ? 1 : a.kernel)),
      (at) => {
        const offset = offsetOf(at);
        if (offset !== null) taps.push({ element, offset });
        element++;
      },
    );
    return taps;
  }

  /** to = Σ of the taps' kernels, transposed or not, times what they see of `from`, plus bias. */
  #run(
    grid: Grid,
    targets: readonly Target[],
    transposed: boolean,
    [few, many]: readonly [number, number],
    from: number,
    w: number,
    bias: number,
    to: number,
    sizes: Three<number>,
  ): boolean {
    const { batch, groups, axes } = this.#p;
    const of = transposed ? 'out' : 'size';
    const source = (transposed ? few : few / this.#together) * volume(axes, of);
    const places = sizes[0] * sizes[1] * sizes[2];
    const isDense = targets.length === 1 && targets[0]!.step.every((step) => step === 1);
    // Then there are no ends of rows.
    const isDirect = isDense && grid.row === sizes[2];
    const most = Math.max(...targets.map(({ counts }) => counts[1]));
    const small = SMALL / (few * many);
    const wanted = small < LEAST_PLACES ? BLOCK / (few + many) : small;
    const block = this.#products.isEager ? 1 : wanted; // tests want several
    const rows = Math.max(1, Math.min(most, Math.floor(block / grid.row)));
    const size = few * many;
    const all = size * (volume(axes, 'kernel') / this.#together);
    const rooms = [grid.room, this.#kernels, isDirect ? 0 : many * rows * grid.row] as const;
    // What is written without a product.
    if (!this.#products.holds(to, to + 4 * batch * groups * many * places)) return false;
    if (!this.#products.holds(bias, bias + 4 * groups * many)) return false;
    return withRoom(this.#memory, rooms, (planes, laid, made) => {
      const kernels = this.#kernels === 0 ? w : laid;
      this.#eachGroup((at) => this.#turn(w + at, laid + at));
      for (let i = 0; i < batch * groups; i++) {
        const seen = grid.lay(from + 4 * i * source, planes);
        if (seen === null) return false;
        const result = to + 4 * i * many * places;
        const own = bias === 0 ? 0 : bias + 4 * (i % groups) * many;
        for (const target of targets) {
          const [deep, high, wide] = target.counts;
          for (let z = 0; z < deep; z++) {
            for (let y = 0; y < high; y += rows) {
              const now = Math.min(rows, high - y);
              const c = isDirect
                ? { at: result + 4 * (z * sizes[1] + y) * sizes[2], row: places }
                : { at: made, row: now * grid.row };
              for (const [n, { element, offset }] of target.taps.entries()) {
                const at = kernels + 4 * ((i % groups) * all + element * size);
                const a = { at, row: transposed ? many : few };
                const b = {
                  at: seen + 4 * (offset + z * grid.plane + y * grid.row),
                  row: grid.channel,
                };
                const mnk = [many, (now - 1) * grid.row + wide, few] as const;
                const beta = n === 0 ? 0 : 1;
                if (!this.#products.multiply(transposed, false, mnk, a, b, c, 1, beta))
                  return false;
              }
              if (isDirect) continue;
              this.#put(target, c, grid.row, many, [z, y, now], own, result, sizes, isDense);
            }
          }
        }
        if (isDirect && own !== 0) {
          this.#below.add(result, own, result, many, places, places, 1, 1, 0);
        }
      }
      return true;
    });
  }

  /** Puts the results of a block to their places, without the ends of rows. */
  #put(
    { taps, first, step, counts }: Target,
    c: { readonly at: number; readonly row: number },
    row: number,
    many: number,
    [z, y, rows]: Three<number>,
    bias: number,
    to: number,
    sizes: Three<number>,
    isDense: boolean,
  ): void {
    const places = sizes[0] * sizes[1] * sizes[2];
    const wide = counts[2];
    if (isDense && taps.length > 0) {
      for (let o = 0; o < many; o++) {
        const from = c.at + 4 * o * c.row;
        const at = to + 4 * (o * places + (z * sizes[1] + y) * wide);
        if (bias === 0) this.#below.stridedCopy(from, at, 1, 1, rows, wide, 0, 0, row, 1, 0);
        else this.#below.add(from, bias + 4 * o, at, rows, wide, row, 1, 0, 0);
      }
      return;
    }
    const end = Math.max(c.at + 4 * many * c.row, to + 4 * many * places, bias + 4 * many);
    const numbers = new Float32Array(this.#memory.bufferTo(end), 0, end / 4);
    for (let o = 0; o < many; o++) {
      const add = bias === 0 ? 0 : numbers[bias / 4 + o]!;
      for (let r = 0; r < rows; r++) {
        const line = (first[0] + z * step[0]) * sizes[1] + first[1] + (y + r) * step[1];
        let at = to / 4 + o * places + line * sizes[2] + first[2];
        const from = c.at / 4 + o * c.row + r * row;
        for (let i = 0; i < wide; i++, at += step[2]) {
          numbers[at] = taps.length === 0 ? add : numbers[from + i]! + add;
        }
      }
    }
  }
}

/** x as the taps of a convolution see it. */
function inputGrid(axes: Three<Axis>, byRows: boolean): Three<GridAxis> {
  const shifts = each(axes, (a) => Math.floor(((a.kernel - 1) * a.dilation) / a.stride));
  const needs = each(axes, (a, i) => a.out + shifts[i]!);
  const isBare =
    !byRows && axes.every((a, i) => a.stride === 1 && a.pad === 0 && needs[i]! <= a.size);
  return each(axes, ({ size, stride, pad, kernel, dilation, out }, i) => {
    const need = needs[i]!;
    const reach = Array.from({ length: kernel }, (_, k) => k * dilation);
    if (byRows && i === 2) return { size, stride, pad, length: out, phases: reach };
    const filled = Math.ceil((pad + size) / stride);
    const zeros = Math.min(Math.floor(pad / stride), shifts[i]!);
    const length = isBare ? size : i < 2 ? need : rowLength(filled, need, zeros);
    return { size, stride, pad, length, phases: [...new Set(reach.map((at) => at % stride))] };
  });
}

/** Zeros before the gradient, for what the last elements of the kernel see of the first results. */
function frontOf({ kernel, stride, pad, dilation }: Axis): number {
  return Math.max(0, Math.floor(((kernel - 1) * dilation) / stride) - Math.floor(pad / stride));
}

/** y as the taps of the way back see it. */
function outputGrid(axes: Three<Axis>): Three<GridAxis> {
  const needs = each(axes, (a) => {
    return frontOf(a) + Math.ceil(a.pad / a.stride) + Math.ceil(a.size / a.stride);
  });
  const isBare = axes.every((a, i) => frontOf(a) === 0 && needs[i]! <= a.out);
  return each(axes, (a, i) => {
    const [need, pad] = [needs[i]!, frontOf(a)];
    const length = isBare ? a.out : i < 2 ? need : rowLength(pad + a.out, need, pad);
    return { size: a.out, stride: 1, pad, length, phases: [0] };
  });
}

/** Calls `visit` for all places below `counts`, in order. */
function forEach(counts: Three<number>, visit: (at: Three<number>) => void): void {
  for (let z = 0; z < counts[0]; z++) {
    for (let y = 0; y < counts[1]; y++) {
      for (let x = 0; x < counts[2]; x++) visit([z, y, x]);
    }
  }
}
