/** The sum of bytes, going on from the one of what stands before them. */
type Checksum = (bytes: Uint8Array, before?: number) => number;

/** Takes the polynomial with its lowest power in the highest bit. */
function checksum(polynomial: number): Checksum {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? polynomial : 0);
    return rest;
  });
  return (bytes, before = 0) => {
    let rest = ~before;
    for (let i = 0; i < bytes.length; i++) {
      rest = (rest >>> 8) ^ table[(rest ^ bytes[i]!) & 0xff]!;
    }
    return ~rest >>> 0;
  };
}

/** The CRC-32 of ISO 3309, as in zip and PNG. */
export const crc32: Checksum = checksum(0xedb88320);

/** The CRC-32C of Castagnoli, as in iSCSI (RFC 3720) and TFRecord files. */
export const crc32c: Checksum = checksum(0x82f63b78);
