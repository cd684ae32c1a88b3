/** A table from pairs of whole numbers ≥ 0 to a number ≥ 0: open addressing in flat arrays. */
export class PairTable {
  #keys: Int32Array;
  #values: Int32Array;
  #mask: number;
  #size = 0;

  constructor(capacity: number = 16) {
    const slots = 2 ** Math.max(4, Math.ceil(Math.log2(2 * capacity + 1)));
    this.#keys = new Int32Array(2 * slots).fill(-1);
    this.#values = new Int32Array(slots);
    this.#mask = slots - 1;
  }

  get size(): number {
    return this.#size;
  }

  /** The value of a pair, or -1. */
  get(a: number, b: number): number {
    const slot = this.#slot(a, b);
    return this.#keys[2 * slot] === -1 ? -1 : this.#values[slot]!;
  }

  set(a: number, b: number, value: number): void {
    const slot = this.#slot(a, b);
    if (this.#keys[2 * slot] === -1) {
      if (2 * this.#size > this.#mask) {
        this.#grow();
        this.set(a, b, value);
        return;
      }
      this.#size++;
      this.#keys[2 * slot] = a;
      this.#keys[2 * slot + 1] = b;
    }
    this.#values[slot] = value;
  }

  /** Where the pair is, or would be. */
  #slot(a: number, b: number): number {
    const keys = this.#keys;
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    for (let slot = (hash ^ (hash >>> 13)) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const key = keys[2 * slot];
      if (key === -1 || (key === a && keys[2 * slot + 1] === b)) return slot;
    }
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    const slots = 2 * values.length;
    this.#keys = new Int32Array(2 * slots).fill(-1);
    this.#values = new Int32Array(slots);
    this.#mask = slots - 1;
    this.#size = 0;
    for (let slot = 0; slot < values.length; slot++) {
      if (keys[2 * slot] !== -1) this.set(keys[2 * slot]!, keys[2 * slot + 1]!, values[slot]!);
    }
  }
}
