/** Where the coefficients of a block stand, in the order in which they are stored. @internal */
export const zigzag: Uint8Array = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48],
  ...[41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22],
  ...[15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63],
);

const work = new Int32Array(64);
const line = new Int32Array(8);

/**
 * The samples of a block: coefficients times factors, through the inverse cosine transform.
 *
 * That of Loeffler, Ligtenberg and Moschytz with 11 multiplications for 8 values, in whole numbers with 13 bits
 * behind the point, of which 2 are kept between columns and rows: rounded as libjpeg rounds, so that samples are
 * the same. @internal
 */
export function inverseDct(
  coefficients: Int16Array,
  from: number,
  factors: Int32Array,
  out: Uint8Array,
  to: number,
  stride: number,
): void {
  for (let x = 0; x < 8; x++) {
    for (let y = 0; y < 8; y++) {
      line[y] = Math.imul(coefficients[from + 8 * y + x]!, factors[8 * y + x]!);
    }
    transform(11);
    for (let y = 0; y < 8; y++) work[8 * y + x] = line[y]!;
  }
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) line[x] = work[8 * y + x]!;
    transform(18);
    for (let x = 0; x < 8; x++) {
      const value = line[x]! + 128;
      out[to + y * stride + x] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  }
}

// cos(k π / 16) √2 and sums of them, times 2^13
const C = {
  p298: 2446,
  p390: 3196,
  p541: 4433,
  p765: 6270,
  p899: 7373,
  p1175: 9633,
  p1501: 12299,
  p1847: 15137,
  p1961: 16069,
  p2053: 16819,
  p2562: 20995,
  p3072: 25172,
} as const;

/** Eight values of `line`, and `bits` fewer behind the point. */
function transform(bits: number): void {
  const half = 1 << (bits - 1);
  const x0 = line[0]!;
  const x1 = line[1]!;
  const x2 = line[2]!;
  const x3 = line[3]!;
  const x4 = line[4]!;
  const x5 = line[5]!;
  const x6 = line[6]!;
  const x7 = line[7]!;
  if ((x1 | x2 | x3 | x4 | x5 | x6 | x7) === 0) {
    line.fill(((x0 << 13) + half) >> bits);
    return;
  }
  // Those of even number
  const turned = Math.imul(x2 + x6, C.p541);
  const b = turned - Math.imul(x6, C.p1847);
  const a = turned + Math.imul(x2, C.p765);
  const sum = (x0 + x4) << 13;
  const difference = (x0 - x4) << 13;
  const e0 = sum + a;
  const e1 = difference + b;
  const e2 = difference - b;
  const e3 = sum - a;
  // Those of odd number
  const both = Math.imul(x7 + x3 + x5 + x1, C.p1175);
  const z1 = Math.imul(x7 + x1, -C.p899);
  const z2 = Math.imul(x5 + x3, -C.p2562);
  const z3 = Math.imul(x7 + x3, -C.p1961) + both;
  const z4 = Math.imul(x5 + x1, -C.p390) + both;
  const o3 = Math.imul(x7, C.p298) + z1 + z3;
  const o2 = Math.imul(x5, C.p2053) + z2 + z4;
  const o1 = Math.imul(x3, C.p3072) + z2 + z3;
  const o0 = Math.imul(x1, C.p1501) + z1 + z4;
  line[0] = (e0 + o0 + half) >> bits;
  line[7] = (e0 - o0 + half) >> bits;
  line[1] = (e1 + o1 + half) >> bits;
  line[6] = (e1 - o1 + half) >> bits;
  line[2] = (e2 + o2 + half) >> bits;
  line[5] = (e2 - o2 + half) >> bits;
  line[3] = (e3 + o3 + half) >> bits;
  line[4] = (e3 - o3 + half) >> bits;
}
