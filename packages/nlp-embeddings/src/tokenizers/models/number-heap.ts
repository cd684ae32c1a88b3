/** Numbers of which the least is taken first. */
export class NumberHeap {
  #items = new Float64Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
  }

  push(item: number): void {
    if (this.#size === this.#items.length) {
      const items = new Float64Array(2 * this.#size);
      items.set(this.#items);
      this.#items = items;
    }
    const items = this.#items;
    let at = this.#size++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (items[above]! <= item) break;
      items[at] = items[above]!;
      at = above;
    }
    items[at] = item;
  }

  /** The least, taken out; the heap must not be empty. */
  pop(): number {
    const items = this.#items;
    const least = items[0]!;
    const last = items[--this.#size]!;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= this.#size) break;
      if (below + 1 < this.#size && items[below + 1]! < items[below]!) below++;
      if (items[below]! >= last) break;
      items[at] = items[below]!;
      at = below;
    }
    items[at] = last;
    return least;
  }
}
