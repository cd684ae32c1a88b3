const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  return rest;
});

/** The CRC-32 of bytes, going on from the one of what stands before them. */
export function crc32(bytes: Uint8Array, before: number = 0): number {
  let rest = ~before;
  for (let i = 0; i < bytes.length; i++) {
    rest = (rest >>> 8) ^ table[(rest ^ bytes[i]!) & 0xff]!;
  }
  return ~rest >>> 0;
}
