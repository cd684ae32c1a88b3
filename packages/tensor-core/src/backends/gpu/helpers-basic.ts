/** Functions for kernels: whole numbers, order, NaN. */

/**
 * A statement that returns the variable `name` if it is NaN. Some compilers fold x !== x to false;
 * this they leave alone.
 */
export const returnIfNaN: (name: string) => string = (name: string): string =>
  `if (${name} <= 0 || ${name} > 0) { } else { return ${name}; }`;
/** The same for `x`. */
export const returnNaN: string = returnIfNaN('x');

export const basic: readonly string[] = [
  // Division is not exact on every device, so the quotient is put right: exact below 2²⁴.
  `function floorDiv(a, b) {
    let q = Math.floor(a / b);
    if (a - q * b >= b) { q = q + 1; }
    if (a - q * b < 0) { q = q - 1; }
    return q;
  }`,
  `function isNaNValue(x) {
    if (x <= 0 || x > 0) { return 0; }
    return 1;
  }`,
  `function truncate(x) {
    if (x < 0) { return Math.ceil(x); }
    return Math.floor(x);
  }`,
  `function roundHalfToEven(x) {
    const low = Math.floor(x);
    const rest = x - low;
    if (rest < 0.5) { return low; }
    if (rest > 0.5) { return low + 1; }
    if (low - 2 * Math.floor(low / 2) > 0) { return low + 1; }
    return low;
  }`,
  `function larger(x, y) {
    ${returnNaN}
    if (y <= x) { return x; }
    return y;
  }`,
  `function smaller(x, y) {
    ${returnNaN}
    if (y >= x) { return x; }
    return y;
  }`,
];
