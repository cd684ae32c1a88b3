/**
 * Functions for kernels: sines, cosines, tangents and their inverses.
 *
 * @see Moshier (1989), Methods and Programs for Mathematical Functions (Cephes), for the polynomials.
 */
import { returnIfNaN, returnNaN } from './helpers-basic.ts';

export const trigonometry: readonly string[] = [
  // π/2 in three parts, whose first products with a quadrant are exact (Cody and Waite).
  `function quadrant(x) { return Math.floor(x * 0.6366197723675814 + 0.5); }`,
  // Beyond 10⁵ the digits run out, and the rest is kept small so that no sine is.
  `function reduced(x, q) {
    const r = x - q * 1.5703125 - q * 0.0004837512969970703 - q * 0.0000000754978995489188;
    if (r > 1) { return 1; }
    if (r < -1) { return -1; }
    return r;
  }`,
  `function sineNearZero(r) {
    const z = r * r;
    return r + r * z * (-0.16666654611 + z * (0.0083321608736 + z * -0.00019515295891));
  }`,
  `function cosineNearZero(r) {
    const z = r * r;
    return 1 - 0.5 * z + z * z * (0.04166664568298827 + z * (-0.001388731625493765 + z * 0.00002443315711809948));
  }`,
  `function sineOfQuadrant(r, q) {
    const k = q - 4 * Math.floor(q / 4);
    if (k < 1) { return sineNearZero(r); }
    if (k < 2) { return cosineNearZero(r); }
    if (k < 3) { return -sineNearZero(r); }
    return -cosineNearZero(r);
  }`,
  `function sine(x) {
    const q = quadrant(x);
    return sineOfQuadrant(reduced(x, q), q);
  }`,
  `function cosine(x) {
    const q = quadrant(x);
    return sineOfQuadrant(reduced(x, q), q + 1);
  }`,
  `function tangent(x) {
    const q = quadrant(x);
    const r = reduced(x, q);
    const t = sineNearZero(r) / cosineNearZero(r);
    if (q - 2 * Math.floor(q / 2) > 0) { return -1 / t; }
    return t;
  }`,
  `function arcSineNearZero(x) {
    const z = x * x;
    return x + x * z * (0.16666752422 + z * (0.074953002686 + z * (0.045470025998 + z * (0.024181311049 + z * 0.042163199048))));
  }`,
  `function arcSine(x) {
    const a = Math.abs(x);
    if (a <= 0.5) { return arcSineNearZero(x); }
    const y = 1.5707963267948966 - 2 * arcSineNearZero(Math.sqrt(0.5 * (1 - a)));
    if (x < 0) { return -y; }
    return y;
  }`,
  `function arcCosine(x) {
    if (x > 0.5) { return 2 * arcSineNearZero(Math.sqrt(0.5 * (1 - x))); }
    if (x < -0.5) { return 3.141592653589793 - 2 * arcSineNearZero(Math.sqrt(0.5 * (1 + x))); }
    return 1.5707963267948966 - arcSineNearZero(x);
  }`,
  `function arcTangentNearZero(x) {
    const z = x * x;
    return x + x * z * (-0.333329491539 + z * (0.199777106478 + z * (-0.138776856032 + z * 0.0805374449538)));
  }`,
  `function arcTangent(x) {
    const a = Math.abs(x);
    let y = 0;
    if (a > 2.414213562373095) {
      y = 1.5707963267948966 + arcTangentNearZero(-1 / a);
    } else if (a > 0.4142135623730951) {
      y = 0.7853981633974483 + arcTangentNearZero((a - 1) / (a + 1));
    } else {
      y = arcTangentNearZero(a);
    }
    if (x < 0) { return -y; }
    return y;
  }`,
  // The quadrants beyond the first follow from signs; 1 / -0 tells which zero it is.
  // Two infinities are as far as each other.
  `function arcTangent2(y, x) {
    ${returnNaN}
    ${returnIfNaN('y')}
    const negative = x < 0 || (x === 0 && 1 / x < 0) ? 1 : 0;
    let a = 0;
    if (Math.abs(y) === Math.abs(x)) {
      if (x !== 0) { a = 0.7853981633974483; }
    } else {
      a = arcTangent(Math.abs(y) / Math.abs(x));
    }
    if (negative > 0) { a = 3.141592653589793 - a; }
    if (y < 0 || (y === 0 && 1 / y < 0)) { return -a; }
    return a;
  }`,
];
