/** Steps at most; a dozen are usual. */
const MOST = 500;

/** Where the curve is compared: this many places from 0 to 3 spreads. */
const PLACES = 300;

/**
 * The a and b with which 1 / (1 + a x^2b) comes nearest to a curve that is 1 up to `minDist` and falls as exp(-(x - minDist) / spread) from there: least
 * squares by Levenberg's and Marquardt's method.
 */
export function fallingCurve(spread: number, minDist: number): readonly [a: number, b: number] {
  const x = Float64Array.from({ length: PLACES }, (_, i) => (3 * spread * i) / (PLACES - 1));
  const y = x.map((v) => (v < minDist ? 1 : Math.exp(-(v - minDist) / spread)));
  const loss = (a: number, b: number): number => {
    let sum = 0;
    for (let i = 0; i < PLACES; i++) sum += (1 / (1 + a * x[i]! ** (2 * b)) - y[i]!) ** 2;
    return sum;
  };
  let [a, b, damping] = [1, 1, 1e-3];
  let least = loss(a, b);
  for (let step = 0; step < MOST && damping < 1e12; step++) {
    // JᵀJ and -Jᵀr of the residuals
    let [aa, ab, bb, ra, rb] = [0, 0, 0, 0, 0];
    for (let i = 1; i < PLACES; i++) {
      const power = x[i]! ** (2 * b);
      const f = 1 / (1 + a * power);
      const da = -power * f * f;
      const db = 2 * a * Math.log(x[i]!) * da;
      const r = y[i]! - f;
      aa += da * da;
      ab += da * db;
      bb += db * db;
      ra += da * r;
      rb += db * r;
    }
    const [p, q] = [aa * (1 + damping), bb * (1 + damping)];
    const determinant = p * q - ab * ab;
    const nextA = a + (q * ra - ab * rb) / determinant;
    const nextB = b + (p * rb - ab * ra) / determinant;
    const next = nextA > 0 && nextB > 0 ? loss(nextA, nextB) : Infinity;
    if (next < least) {
      const done = Math.abs(nextA - a) <= 1e-10 * a && Math.abs(nextB - b) <= 1e-10 * b;
      [a, b, least, damping] = [nextA, nextB, next, damping / 10];
      if (done) break;
    } else {
      damping *= 10;
    }
  }
  return [a, b];
}
