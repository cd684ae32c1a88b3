/**
 * Functions that kernels may call by name; those they mention are compiled with them. They stand here
 * where a device's own function is missing, wrong at the edges or too rough for float32: software
 * WebGL has sines that are off by 2e-4 and a tanh that is NaN at 100.
 *
 * gpu.js declares a helper too early that is called along two paths and calls others itself. So most
 * call none, and those that do are called by one.
 *
 * @see Moshier (1989), Methods and Programs for Mathematical Functions (Cephes), for the polynomials.
 */

// Some compilers fold x !== x to false; this they leave alone.
const returnNaN = 'if (x <= 0 || x > 0) { } else { return x; }';

const definitions: readonly string[] = [
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
  // Of NaN some devices make Infinity.
  `function exponential(x) {
    ${returnNaN}
    return Math.exp(x);
  }`,
  // Devices know no logarithm of 0, Infinity and negative numbers; the square root of these is NaN.
  `function logarithm(x) {
    ${returnNaN}
    if (x < 0) { return Math.sqrt(x); }
    if (x === 0) { return -1 / Math.abs(x); }
    if (1 / x === 0) { return x; }
    return Math.log(x);
  }`,
  // The Taylor series where exp(x) - 1 would cancel.
  `function expMinusOne(x) {
    ${returnNaN}
    if (Math.abs(x) > 0.5) { return Math.exp(x) - 1; }
    return x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6 * (1 + x / 7 * (1 + x / 8)))))));
  }`,
  // log(1 + x) = 2 artanh(x / (2 + x)), a series that does not cancel.
  `function logOnePlus(x) {
    ${returnNaN}
    if (x < -1) { return Math.sqrt(x); }
    if (x === -1) { return -1 / Math.abs(x + 1); }
    if (x > 0 && 1 / x === 0) { return x; }
    if (Math.abs(x) > 0.5) { return Math.log(1 + x); }
    const s = x / (2 + x);
    const z = s * s;
    return 2 * s * (1 + z * (1 / 3 + z * (0.2 + z * (1 / 7 + z * (1 / 9 + z * (1 / 11 + z / 13))))));
  }`,
  `function hyperbolicTangent(x) {
    ${returnNaN}
    if (x > 9) { return 1; }
    if (x < -9) { return -1; }
    if (Math.abs(x) > 0.3) { return 1 - 2 / (Math.exp(2 * x) + 1); }
    const z = x * x;
    return x * (1 + z * (-1 / 3 + z * (2 / 15 + z * (-17 / 315 + z * (62 / 2835)))));
  }`,
  // The exponential is taken of half of x, for its square may reach where that of x overflows.
  `function hyperbolicSine(x) {
    ${returnNaN}
    if (Math.abs(x) < 1) {
      const z = x * x;
      return x * (1 + z / 6 * (1 + z / 20 * (1 + z / 42 * (1 + z / 72))));
    }
    const e = Math.exp(0.5 * Math.abs(x));
    const y = 0.5 * e * e - 0.5 / e / e;
    if (x < 0) { return -y; }
    return y;
  }`,
  `function hyperbolicCosine(x) {
    ${returnNaN}
    const e = Math.exp(0.5 * Math.abs(x));
    return 0.5 * e * e + 0.5 / e / e;
  }`,
  // π/2 in three parts, whose first products with a quadrant are exact (Cody and Waite).
  `function quadrant(x) { return Math.floor(x * 0.6366197723675814 + 0.5); }`,
  `function reduced(x, q) {
    return x - q * 1.5703125 - q * 0.0004837512969970703 - q * 0.0000000754978995489188;
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
  `function arcTangent2(y, x) {
    const negative = x < 0 || (x === 0 && 1 / x < 0) ? 1 : 0;
    let a = 0;
    if (y !== 0 || x !== 0) { a = arcTangent(Math.abs(y) / Math.abs(x)); }
    if (negative > 0) { a = 3.141592653589793 - a; }
    if (y < 0 || (y === 0 && 1 / y < 0)) { return -a; }
    return a;
  }`,
  // Its series, of positive terms only, and beyond 3 the continued fraction of its complement.
  // @see Abramowitz and Stegun (1964), Handbook of Mathematical Functions, 7.1.6 and 7.1.14.
  `function errorFunction(x) {
    const a = Math.min(Math.abs(x), 6);
    let y = a;
    if (a < 3) {
      let term = a;
      for (let n = 1; n < 48; n++) {
        term = term * (2 * a * a) / (2 * n + 1);
        y = y + term;
      }
      y = 1.1283791670955126 * Math.exp(-a * a) * y;
    } else {
      for (let n = 0; n < 20; n++) { y = a + 0.5 * (20 - n) / y; }
      y = 1 - Math.exp(-a * a) * 0.5641895835477563 / y;
    }
    ${returnNaN}
    if (x < 0) { return -y; }
    return y;
  }`,
  `function logistic(x) {
    ${returnNaN}
    return 1 / (1 + Math.exp(-x));
  }`,
  `function softplus(x) {
    ${returnNaN}
    const y = logOnePlus(Math.exp(-Math.abs(x)));
    if (x > 0) { return x + y; }
    return y;
  }`,
  // By squaring where the exponent is a whole number, which keeps whole numbers exact.
  `function wholePower(x, n) {
    let rest = Math.abs(n);
    let square = x;
    let y = 1;
    for (let i = 0; i < 11; i++) {
      const half = Math.floor(rest / 2);
      if (rest - 2 * half > 0) { y = y * square; }
      rest = half;
      if (rest > 0) { square = square * square; }
    }
    if (n < 0) { return 1 / y; }
    return y;
  }`,
  // As Math.pow, whose rules for negative, zero and infinite bases shading languages leave open.
  `function power(x, y) {
    if (y === 0) { return 1; }
    ${returnNaN}
    if (Math.abs(y) <= 1024 && Math.floor(y) === y) { return wholePower(x, y); }
    if (x < 0) { return Math.sqrt(x); }
    if (x === 0) {
      if (y < 0) { return 1 / x; }
      return 0;
    }
    const z = y * Math.log(x);
    if (z <= 0 || z > 0) { return Math.exp(z); }
    return z;
  }`,
];

const sources: ReadonlyMap<string, string> = new Map(
  definitions.map((source) => [/^function (\w+)/.exec(source)![1]!, source]),
);

/** The sources of the helpers that `source` calls, and of those that they call. */
export function helpersOf(source: string): { source: string; settings: object }[] {
  const found = new Set<string>();
  const visit = (text: string): void => {
    for (const [, name] of text.matchAll(/(?<!\.|function )\b(\w+)\(/g)) {
      const definition = sources.get(name!);
      if (definition === undefined || found.has(name!)) continue;
      visit(definition);
      found.add(name!); // after those it calls
    }
  };
  visit(source);
  return [...found].map((name) => ({ source: sources.get(name)!, settings: {} }));
}
