import { DataError } from '@kasane/tensor-core';
import {
  Z_BUF_ERROR,
  Z_NO_FLUSH,
  Z_OK,
  Z_STREAM_END,
  zlibInflate,
  zlibInflateInit2,
  zlibInflateReset,
  ZStream,
} from 'pako';

/** What deflate makes of a byte at most: two bits may stand for 258 bytes. */
const MOST = 1032;

/** Which checksum and frame the packed bytes have: zlib's numbers for a window of 32 kB. */
const formats = { zlib: 15, gzip: 31 } as const;

/**
 * What zlib or gzip packed, unpacked as far as it is asked for.
 *
 * Checksums are verified where they stand. A file of gzip may have several members, and zeros behind each. Throws
 * Error where the packed bytes are damaged or end. @internal
 */
export class Unpacker {
  /** More bytes than these cannot come. */
  readonly most: number;
  readonly #pieces: Iterator<Uint8Array>;
  readonly #stream = new ZStream();
  readonly #isGzip: boolean;
  #ended = false;

  constructor(pieces: readonly Uint8Array[], format: 'zlib' | 'gzip') {
    this.most = MOST * pieces.reduce((sum, { length }) => sum + length, 0);
    this.#pieces = pieces.values();
    this.#isGzip = format === 'gzip';
    const status = zlibInflateInit2(this.#stream, formats[format]);
    if (status !== Z_OK) throw new Error(`zlib's state cannot be made (${status})`);
  }

  /** Fills `out`, and gives what there was: less only at the end, which is checked then. */
  readInto(out: Uint8Array<ArrayBuffer>): Uint8Array {
    const stream = this.#stream;
    stream.output = out;
    stream.next_out = 0;
    stream.avail_out = out.length;
    while (stream.avail_out > 0 && !this.#ended) {
      if (stream.avail_in === 0) this.#feed();
      const status = zlibInflate(stream, Z_NO_FLUSH);
      if (status === Z_STREAM_END) this.#ended = !this.#hasMember();
      else if (status !== Z_OK && status !== Z_BUF_ERROR) {
        throw new Error(stream.msg || `zlib's status ${status}`);
      }
    }
    return out.subarray(0, stream.next_out);
  }

  /** Whether nothing is left. */
  atEnd(): boolean {
    return this.readInto(new Uint8Array(1)).length === 0;
  }

  #feed(): void {
    const piece = this.#pieces.next();
    if (piece.done === true) throw new Error('the packed data end too early');
    this.#stream.input = piece.value;
    this.#stream.next_in = 0;
    this.#stream.avail_in = piece.value.length;
  }

  /** Goes to the next member of gzip, if there is one. */
  #hasMember(): boolean {
    const stream = this.#stream;
    if (!this.#isGzip) return false;
    while (stream.avail_in > 0 && stream.input[stream.next_in] === 0) {
      stream.next_in++;
      stream.avail_in--;
    }
    if (stream.avail_in === 0) return false;
    zlibInflateReset(stream);
    return true;
  }
}

/** Zeroed bytes for what a file holds. Throws DataError if there is no memory for them. @internal */
export function bytesFor(name: string, length: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (error) {
    throw new DataError(
      `${name}: what the file says it holds takes ${length} bytes, more than there is memory for.`,
      { cause: error },
    );
  }
}
