/** A stretch of an array on the device: several results of one launch. */
import type { DeviceArray } from './gpu-js.ts';

/** The array that parts share; it goes with the last of them. */
export interface Whole {
  readonly array: DeviceArray;
  readonly size: number;
  parts: number;
}

export class Part implements DeviceArray {
  readonly whole: Whole;
  readonly offset: number;
  readonly size: number;
  readonly #copy: (part: Part) => Float32Array | Promise<Float32Array>;
  readonly #free: (array: DeviceArray) => void;
  #isDeleted = false;

  /** `copy` reads its elements, `free` gives the array back. */
  constructor(
    whole: Whole,
    offset: number,
    size: number,
    copy: (part: Part) => Float32Array | Promise<Float32Array>,
    free: (array: DeviceArray) => void,
  ) {
    this.whole = whole;
    this.offset = offset;
    this.size = size;
    this.#copy = copy;
    this.#free = free;
    whole.parts++;
  }

  toArray(): Float32Array | Promise<Float32Array> {
    return this.#copy(this);
  }

  delete(): void {
    if (this.#isDeleted) return;
    this.#isDeleted = true;
    if (--this.whole.parts === 0) this.#free(this.whole.array);
  }
}

/** The source of a kernel whose arrays begin at `offsets` of what it is given. */
export function shifted(source: string, offsets: readonly number[]): string {
  const names = /\(([^)]*)\)/
    .exec(source)![1]!
    .split(',')
    .map((name) => name.trim());
  return offsets.reduce((text, offset, i) => {
    if (offset === 0) return text;
    // gpu.js takes sums of literals for floats.
    const read = new RegExp(`(?<![\\w.])${names[i]}\\s*\\[(?:(\\d+)\\])?`, 'g');
    return text.replace(read, (_, index?: string) =>
      index === undefined ? `${names[i]}[${offset} + ` : `${names[i]}[${offset + Number(index)}]`,
    );
  }, source);
}
