/**
 * Philox 4x32-10: a bijection of 128-bit counters under a 64-bit key whose outputs look random, so
 * that any block of a stream can be computed without those before it.
 *
 * @see Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3 (2011)
 */
const ROUNDS = 10;

const M0 = 0xd2511f53 | 0;
const M1 = 0xcd9e8d57 | 0;
const WEYL0 = 0x9e3779b9 | 0;
const WEYL1 = 0xbb67ae85 | 0;

/**
 * Fills `out` with the words of consecutive blocks, four each, under the key (key0, key1). The first
 * block has the counter words (low, high, c2, c3); low and high count up as one 64-bit number. A last
 * block that does not fit is cut off.
 */
export function philox(
  out: Uint32Array,
  key0: number,
  key1: number,
  low: number,
  high: number,
  c2: number,
  c3: number,
): void {
  low |= 0;
  high |= 0;
  const length = out.length;
  for (let i = 0; i < length; i += 4) {
    let x0 = low;
    let x1 = high;
    let x2 = c2 | 0;
    let x3 = c3 | 0;
    let k0 = key0 | 0;
    let k1 = key1 | 0;
    // Two rounds a turn, so that no word changes its name: a third quicker.
    for (let round = 0; round < ROUNDS; round += 2) {
      const y0 = upperHalf(x2, M1) ^ x1 ^ k0;
      const y1 = Math.imul(x2, M1);
      const y2 = upperHalf(x0, M0) ^ x3 ^ k1;
      const y3 = Math.imul(x0, M0);
      k0 = (k0 + WEYL0) | 0;
      k1 = (k1 + WEYL1) | 0;
      x0 = upperHalf(y2, M1) ^ y1 ^ k0;
      x1 = Math.imul(y2, M1);
      x2 = upperHalf(y0, M0) ^ y3 ^ k1;
      x3 = Math.imul(y0, M0);
      k0 = (k0 + WEYL0) | 0;
      k1 = (k1 + WEYL1) | 0;
    }
    out[i] = x0;
    out[i + 1] = x1; // beyond the end a typed array drops what is written
    out[i + 2] = x2;
    out[i + 3] = x3;
    low = (low + 1) | 0;
    if (low === 0) high = (high + 1) | 0;
  }
}

/** The upper 32 bits of x·m, which JavaScript drops, by 16-bit pieces: no partial sum leaves 32 bits. */
function upperHalf(x: number, m: number): number {
  const low = x & 0xffff;
  const high = x >>> 16;
  const mLow = m & 0xffff;
  const mHigh = m >>> 16;
  const middle = (Math.imul(high, mLow) + (Math.imul(low, mLow) >>> 16)) | 0;
  const cross = (Math.imul(low, mHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(high, mHigh) + (middle >>> 16) + (cross >>> 16)) | 0;
}
