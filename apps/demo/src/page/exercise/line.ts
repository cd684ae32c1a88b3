/** The points of one series, which grows while its run goes on. */
export class Line {
  readonly name: string;
  #x = new Float64Array(256);
  #y = new Float64Array(256);
  #length = 0;

  constructor(name: string) {
    this.name = name;
  }

  get length(): number {
    return this.#length;
  }

  /** Views, until more is appended. */
  get x(): Float64Array {
    return this.#x.subarray(0, this.#length);
  }

  get y(): Float64Array {
    return this.#y.subarray(0, this.#length);
  }

  append(x: ArrayLike<number>, y: ArrayLike<number>): void {
    const length = this.#length + x.length;
    if (length > this.#x.length) {
      const capacity = Math.max(length, 2 * this.#x.length);
      this.#x = grown(this.#x, capacity);
      this.#y = grown(this.#y, capacity);
    }
    this.#x.set(x, this.#length);
    this.#y.set(y, this.#length);
    this.#length = length;
  }
}

function grown(values: Float64Array<ArrayBuffer>, capacity: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(capacity);
  larger.set(values);
  return larger;
}
