import { DataError } from '@kasane/tensor-core';
import { bytesFor, Unpacker } from './unpacker.ts';

/** The bytes of a file from front to back. @internal */
export interface ByteReader {
  /** How many there are, if that can be known: of what is packed it cannot. */
  readonly length?: number;
  /** More than these cannot come. */
  readonly most: number;
  /** The next bytes: fewer than asked for only at the end. */
  read(length: number): Uint8Array;
}

/**
 * Reads a file, unpacking it on the way if it is gzip's: no more than what is asked for.
 *
 * Bytes of a file that is not packed are shared, not copied. Throws DataError when it comes to damage. @internal
 */
export function byteReader(bytes: Uint8Array, name: string): ByteReader {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    let at = 0;
    return {
      length: bytes.length,
      most: bytes.length,
      read: (length) => bytes.subarray(at, (at += Math.min(length, bytes.length - at))),
    };
  }
  const unpacker = new Unpacker([bytes], 'gzip');
  return {
    most: unpacker.most,
    read(length) {
      const out = bytesFor(name, length);
      try {
        return unpacker.readInto(out);
      } catch (error) {
        throw new DataError(
          `${name}: ${bytes.length} bytes of gzip are damaged or not all there. Fetch the file again.`,
          { cause: error },
        );
      }
    },
  };
}
