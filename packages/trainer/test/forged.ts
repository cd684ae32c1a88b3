import { crc32 } from '../src/crc32.ts';

/** A checkpoint file of tensors of one value each and texts, with the right checksum, whatever the texts say. */
export function forged(
  names: readonly string[],
  texts: Readonly<Record<string, string>>,
): Uint8Array {
  const entries = Object.fromEntries(
    names.map((name, i) => {
      return [name, { dtype: 'F32', shape: [], data_offsets: [4 * i, 4 * i + 4] }];
    }),
  );
  const all = { format: 'kasane checkpoint 1', ...texts };
  const data = new Uint8Array(4 * names.length);
  const head = new TextEncoder().encode(JSON.stringify([entries, all]));
  const metadata = { ...all, checksum: String(crc32(data, crc32(head))) };
  const text = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...entries }));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  return bytes;
}
