/** Reads messages of Protocol Buffers, field by field. */
import { DataError } from '@kasane/tensor-core';

/** A field of a message: its number and what it holds, a number or bytes. */
export interface ProtoField {
  readonly field: number;
  readonly value: number | Uint8Array;
}

/** The fields of a message, in their order. Throws DataError, with the place, for bytes that are none. */
export function* protoFields(bytes: Uint8Array, name: string): Generator<ProtoField> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const refusal = (what: string): DataError =>
    new DataError(`${name}: byte ${at}: expected ${what}; the file is cut off or of another kind.`);
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at];
      if (byte === undefined || scale > 2 ** 63) throw refusal('a number');
      at++;
      value += (byte & 127) * scale; // beyond 2⁵³, such as of negative ones, it is not exact
      if (byte < 128) return value;
    }
  };
  const skip = (count: number): number => {
    if (at + count > bytes.length) throw refusal(`${count} bytes`);
    at += count;
    return at - count;
  };
  while (at < bytes.length) {
    const key = varint();
    const field = Math.floor(key / 8);
    const kind = key % 8;
    if (field === 0) throw refusal('the number of a field');
    if (kind === 0) yield { field, value: varint() };
    else if (kind === 1) yield { field, value: view.getFloat64(skip(8), true) };
    else if (kind === 5) yield { field, value: view.getFloat32(skip(4), true) };
    else if (kind === 2) {
      const length = varint();
      const start = skip(length);
      yield { field, value: bytes.subarray(start, start + length) };
    } else throw refusal('a field of a known kind');
  }
}
