/**
 * Connect four in bits: 49 of them, seven for each column, in two numbers: columns 0 to 3 in `lo`, columns 4 to 6 in `hi`. JavaScript has
 * machine instructions for 32 bits only; those of BigInt take a hundred times as long.
 *
 * In a column the lowest square is the first bit, and the seventh bit is never a stone's, so that nothing is in a row across columns that is not
 * on the board. The next square up is 1 bit further, to the right 7, diagonally 6 and 8.
 */
export const COLUMNS: number = 7;
export const ROWS: number = 6;
/** Bits of a column. */
export const STRIDE: number = ROWS + 1;
/** Columns in `lo`. */
export const LOW_COLUMNS: number = 4;
const LOW = STRIDE * LOW_COLUMNS;

/** The bits of `lo` and of `hi`. */
export const LO: number = 2 ** LOW - 1;
export const HI: number = 2 ** (STRIDE * (COLUMNS - LOW_COLUMNS)) - 1;

/** All lowest squares. */
export const BOTTOM_LO = 0x0204081;
export const BOTTOM_HI = 0x0004081;
/** All squares. */
export const BOARD_LO: number = BOTTOM_LO * (2 ** ROWS - 1);
export const BOARD_HI: number = BOTTOM_HI * (2 ** ROWS - 1);

/** How far a column's bits are from the beginning of its number. */
function shiftOf(column: number): number {
  return STRIDE * (column < LOW_COLUMNS ? column : column - LOW_COLUMNS);
}

/** The lowest square of a column. */
export function bottomBit(column: number): number {
  return 1 << shiftOf(column);
}

/** The highest square of a column. */
export function topBit(column: number): number {
  return 1 << (shiftOf(column) + ROWS - 1);
}

/** All squares of a column. */
export function columnBits(column: number): number {
  return (2 ** ROWS - 1) << shiftOf(column);
}

/** Whether there are four in a row. */
export function aligned(lo: number, hi: number): boolean {
  return inLine(lo, hi, 1) || inLine(lo, hi, 7) || inLine(lo, hi, 6) || inLine(lo, hi, 8);
}

/** Whether there are four, each `step` bits from the next: two pairs at twice the distance. */
function inLine(lo: number, hi: number, step: number): boolean {
  const pairsLo = lo & ((lo >>> step) | (hi << (LOW - step)));
  const pairsHi = hi & (hi >>> step);
  const twice = 2 * step;
  return (
    ((pairsLo & ((pairsLo >>> twice) | (pairsHi << (LOW - twice)))) |
      (pairsHi & (pairsHi >>> twice))) !==
    0
  );
}

/** How many bits are set. */
export function popcount(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return (((n + (n >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** The half `lo` of the free squares that would complete four of these stones, reachable or not. */
export function threatsLo(lo: number, hi: number, allLo: number): number {
  let found = (lo << 1) & (lo << 2) & (lo << 3);
  for (let step = 6; step <= 8; step++) {
    const left = lo << step;
    const right = (lo >>> step) | (hi << (LOW - step));
    const left2 = left & (lo << (2 * step));
    const right2 = right & ((lo >>> (2 * step)) | (hi << (LOW - 2 * step)));
    found |= left2 & ((lo << (3 * step)) | right);
    found |= right2 & (left | (lo >>> (3 * step)) | (hi << (LOW - 3 * step)));
  }
  return found & (BOARD_LO ^ allLo);
}

/** The half `hi` of them. */
export function threatsHi(lo: number, hi: number, allHi: number): number {
  let found = (hi << 1) & (hi << 2) & (hi << 3);
  for (let step = 6; step <= 8; step++) {
    const left = (hi << step) | (lo >>> (LOW - step));
    const right = hi >>> step;
    const left2 = left & ((hi << (2 * step)) | (lo >>> (LOW - 2 * step)));
    const right2 = right & (hi >>> (2 * step));
    found |= left2 & ((hi << (3 * step)) | (lo >>> (LOW - 3 * step)) | right);
    found |= right2 & (left | (hi >>> (3 * step)));
  }
  return found & (BOARD_HI ^ allHi);
}
