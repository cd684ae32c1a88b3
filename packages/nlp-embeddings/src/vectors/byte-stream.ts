import { DataError } from '@kasane/tensor-core';
import { requireEach } from '../given.ts';
import type { Turns } from '@kasane/tensor-core/turns';

/** The bytes of a file, whole or piece by piece, such as from `fs.createReadStream` or the `body` of a response. */
export type ByteSource = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Takes a stream of bytes apart, without ever holding more than a piece of it. */
export class ByteStream {
  readonly #owner: string;
  readonly #turns: Turns;
  readonly #pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** How many bytes were taken. */
  #taken = 0;

  constructor(owner: string, source: ByteSource, turns: Turns) {
    requireEach(owner, 'the bytes of a file, or pieces of them', source, 'later');
    this.#owner = owner;
    this.#turns = turns;
    const pieces: Partial<AsyncIterable<Uint8Array> & Iterable<Uint8Array>> =
      source instanceof Uint8Array ? [source] : source;
    this.#pieces = pieces[Symbol.asyncIterator]?.() ?? pieces[Symbol.iterator]!();
  }

  /** Fills `out` with the next bytes; `what` they are is for the error when there are too few. */
  async take(out: Uint8Array, what: string): Promise<void> {
    for (let filled = 0; filled < out.length;) {
      await this.#more(what);
      const part = this.#piece.subarray(this.#at, this.#at + out.length - filled);
      out.set(part, filled);
      filled += part.length;
      this.#at += part.length;
      this.#taken += part.length;
      if (this.#turns.due) await this.#turns.give();
    }
  }

  /** The next bytes as a view. */
  async view(length: number, what: string): Promise<DataView> {
    const bytes = new Uint8Array(length);
    await this.take(bytes, what);
    return new DataView(bytes.buffer);
  }

  /** The bytes up to the next zero, which is taken too. */
  async untilZero(what: string): Promise<Uint8Array> {
    const parts: number[] = [];
    for (;;) {
      await this.#more(what);
      const end = this.#piece.indexOf(0, this.#at);
      for (const byte of this.#piece.subarray(this.#at, end < 0 ? undefined : end))
        parts.push(byte);
      const next = end < 0 ? this.#piece.length : end + 1;
      this.#taken += next - this.#at;
      this.#at = next;
      if (end >= 0) return Uint8Array.from(parts);
    }
  }

  /** Sees to it that there is a byte. */
  async #more(what: string): Promise<void> {
    while (this.#at === this.#piece.length) {
      const { done, value } = await this.#pieces.next();
      if (done === true) {
        throw new DataError(
          `${this.#owner}: the file ends after ${this.#taken} bytes, in ${what}. It is cut off.`,
        );
      }
      if (!(value instanceof Uint8Array)) {
        throw new DataError(`${this.#owner}: the source must give pieces of bytes, Uint8Array.`);
      }
      this.#piece = value;
      this.#at = 0;
    }
  }
}
