/** Images with zeros around them, in which a step of a convolution is a step in memory. */
import type { Kernels } from '@kasane/tensor-core';
import type { Products } from './product.ts';
import type { Memory } from './room.ts';
import { each, type Three } from './space.ts';

/** Place `a` of phase `p` holds what is at `stride · a + p - pad`, or zero. */
export interface GridAxis {
  readonly size: number;
  readonly stride: number;
  readonly pad: number;
  /** Those that are asked for. */
  readonly phases: readonly number[];
  /** Places of a phase. */
  readonly length: number;
}

/**
 * How many places a row needs of which `needed` are read: the first `pad` of the next row are zeros, too, and serve as the last
 * of this one.
 */
export function rowLength(filled: number, needed: number, pad: number): number {
  return Math.max(Math.min(filled, needed), needed - pad);
}

/** The channels of one group of one image as (phases, channels, depth, height, width). */
export class Grid {
  readonly #products: Products;
  readonly #memory: Memory;
  readonly #below: Kernels;
  readonly #channels: number;
  readonly #axes: Three<GridAxis>;
  readonly #phases: readonly Three<number>[];
  /** The elements are read where they are. */
  readonly #isBare: boolean;
  /** From channel to channel, from plane to plane, and from row to row. */
  readonly channel: number;
  readonly plane: number;
  readonly row: number;

  constructor(
    products: Products,
    memory: Memory,
    below: Kernels,
    channels: number,
    axes: Three<GridAxis>,
  ) {
    this.#products = products;
    this.#memory = memory;
    this.#below = below;
    this.#channels = channels;
    this.#axes = axes;
    const [z, y, x] = each(axes, ({ phases }) => phases);
    this.#phases = z.flatMap((a) => y.flatMap((b) => x.map((c) => [a, b, c] as const)));
    this.#isBare = axes.every((a) => a.stride === 1 && a.pad === 0 && a.length === a.size);
    this.row = axes[2].length;
    this.plane = axes[1].length * this.row;
    this.channel = axes[0].length * this.plane;
  }

  /** Where, from the start on, a place of a phase is. */
  offset(phase: Three<number>, place: Three<number>): number {
    const i = this.#phases.findIndex((known) => known.every((p, axis) => p === phase[axis]));
    return (
      i * this.#channels * this.channel + place[0] * this.plane + place[1] * this.row + place[2]
    );
  }

  /** Numbers that it takes. */
  get room(): number {
    if (this.#isBare) return 0;
    return this.#phases.length * this.#channels * this.channel + this.#axes[2].pad;
  }

  /** Lays out what is at `x`, and says where; null if what is copied would reach beyond the memory. */
  lay(x: number, room: number): number | null {
    if (this.#isBare) return x;
    const [z, y, w] = this.#axes;
    const steps = [z.size * y.size * w.size, y.size * w.size, w.size, 1] as const;
    const size = this.#channels * this.channel;
    const buffer = this.#memory.bufferTo(room + 4 * this.room);
    const numbers = new Float32Array(buffer, room, this.room);
    for (const [i, phase] of this.#phases.entries()) {
      // Copied as if rows went on where the next ones are; then come the zeros.
      let from = 0;
      let last = (this.#channels - 1) * steps[0];
      this.#axes.forEach((a, axis) => {
        from += (phase[axis]! - a.pad) * steps[axis + 1]!;
        last += (a.length - 1) * a.stride * steps[axis + 1]!;
      });
      const start = x + 4 * from;
      if (!this.#products.holds(start, start + 4 * last + 4)) return null;
      this.#below.stridedCopy(
        start,
        room + 4 * i * size,
        this.#channels,
        z.length,
        y.length,
        w.length,
        steps[0],
        z.stride * steps[1],
        y.stride * steps[2],
        w.stride,
        0,
      );
      this.#clear(numbers, i * size, phase);
    }
    numbers.fill(0, this.#phases.length * size);
    return room;
  }

  /** Writes zeros around what a phase has of the image. */
  #clear(numbers: Float32Array, start: number, phase: Three<number>): void {
    const [z, y, w] = each(this.#axes, ({ size, stride, pad, length }, axis) => {
      const within = (at: number): number => {
        return Math.min(length, Math.max(0, Math.ceil((at - phase[axis]!) / stride)));
      };
      return [within(pad), within(pad + size)] as const;
    });
    const { row, plane } = this;
    const [deep, high] = [this.#axes[0].length, this.#axes[1].length];
    const hasSides = w[0] > 0 || w[1] < row;
    for (let c = 0; c < this.#channels; c++) {
      for (let d = 0; d < deep; d++) {
        const at = start + (c * deep + d) * plane;
        const isOutside = d < z[0] || d >= z[1];
        const [top, bottom] = isOutside ? [high, high] : y;
        if (top > 0) numbers.fill(0, at, at + top * row);
        if (bottom < high) numbers.fill(0, at + bottom * row, at + plane);
        if (!hasSides) continue;
        for (let line = at + top * row; line < at + bottom * row; line += row) {
          for (let i = line; i < line + w[0]; i++) numbers[i] = 0;
          for (let i = line + w[1]; i < line + row; i++) numbers[i] = 0;
        }
      }
    }
  }
}
