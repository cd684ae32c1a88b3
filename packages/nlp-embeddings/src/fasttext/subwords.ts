/** A word's n-grams as fastText has them: from so many characters to so many, put into so many buckets. */
export interface SubwordOptions {
  readonly minN: number;
  readonly maxN: number;
  readonly bucket: number;
}

const encoder = new TextEncoder();

/** Whether a byte goes on with a character that began before it. */
const goesOn = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/**
 * The bucket of each n-gram of `<word>`, in the order of fastText. A < or > alone is none.
 *
 * The bucket is FNV-1a of the UTF-8 bytes, which fastText takes as signed, modulo the number of buckets: h ← (h xor byte) · 16777619.
 */
export function subwordBuckets(word: string, { minN, maxN, bucket }: SubwordOptions): number[] {
  const bytes = encoder.encode(`<${word}>`);
  const buckets: number[] = [];
  for (let start = 0; start < bytes.length; start++) {
    if (goesOn(bytes[start])) continue;
    let hash = 0x811c9dc5;
    let end = start;
    for (let n = 1; n <= maxN && end < bytes.length; n++) {
      do {
        // Shifted there and back, a byte from 128 on is negative.
        hash = Math.imul(hash ^ ((bytes[end++]! << 24) >> 24), 16777619);
      } while (goesOn(bytes[end]));
      const isEdge = n === 1 && (start === 0 || end === bytes.length);
      if (n >= minN && !isEdge) buckets.push((hash >>> 0) % bucket);
    }
  }
  return buckets;
}
