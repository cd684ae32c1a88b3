/**
 * Examples as `learnRows` takes them, one behind the other. Whoever makes one writes its rows into `words` himself, which is
 * what takes the time:
 *
 *     let at = buffer.begin(most);
 *     buffer.words[at++] = input;
 *     buffer.endInputs(at);
 *     buffer.words[at++] = target;
 *     buffer.end(at);
 */
export class ExampleBuffer {
  /** Grows where there is no room for an example. */
  words: Int32Array = new Int32Array(1 << 16);
  /** How many of the words are in use. */
  length = 0;
  /** How many examples they are. */
  count = 0;

  clear(): void {
    this.length = this.count = 0;
  }

  /** The place of the first input of an example that has room for so many rows. */
  begin(rows: number): number {
    if (this.length + rows + 2 > this.words.length) {
      const more = new Int32Array(2 * (this.words.length + rows));
      more.set(this.words);
      this.words = more;
    }
    return this.length + 2;
  }

  /** The inputs end before this place, where the targets begin. */
  endInputs(at: number): void {
    this.words[this.length] = at - this.length - 2;
  }

  /** The targets end before this place. */
  end(at: number): void {
    const { words, length } = this;
    words[length + 1] = at - length - 2 - words[length]!;
    this.length = at;
    this.count++;
  }
}
