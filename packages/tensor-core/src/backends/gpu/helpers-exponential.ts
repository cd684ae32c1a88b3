/** Functions for kernels: exponentials and logarithms, and what is made of them. */
import { returnIfNaN, returnNaN } from './helpers-basic.ts';

export const exponentials: readonly string[] = [
  // Of NaN some devices make Infinity.
  `function exponential(x) {
    ${returnNaN}
    return Math.exp(x);
  }`,
  // log(1 + x) = 2 artanh(x / (2 + x)) for |x| ≤ 0.5, a series that does not cancel.
  `function logNearOne(x) {
    const s = x / (2 + x);
    const z = s * s;
    return 2 * s * (1 + z * (1 / 3 + z * (0.2 + z * (1 / 7 + z * (1 / 9 + z * (1 / 11 + z / 13))))));
  }`,
  // Devices know no logarithm of 0, Infinity and negative numbers; the square root of these is NaN.
  // Near 1 theirs is rough.
  `function logarithm(x) {
    ${returnNaN}
    if (x < 0) { return Math.sqrt(x); }
    if (x === 0) { return -1 / Math.abs(x); }
    if (x * 0.5 === x) { return x; }
    if (Math.abs(x - 1) <= 0.5) { return logNearOne(x - 1); }
    return Math.log(x);
  }`,
  // The Taylor series where exp(x) - 1 would cancel.
  `function expMinusOne(x) {
    ${returnNaN}
    if (Math.abs(x) > 0.5) { return Math.exp(x) - 1; }
    return x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6 * (1 + x / 7 * (1 + x / 8)))))));
  }`,
  `function logOnePlus(x) {
    ${returnNaN}
    if (x < -1) { return Math.sqrt(x); }
    if (x === -1) { return -1 / Math.abs(x + 1); }
    if (Math.abs(x) <= 0.5) { return logNearOne(x); }
    if (x * 0.5 === x) { return x; }
    return Math.log(1 + x);
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
  // x + x E(x²) below 0.9, else 1 - exp(-p(|x|)) with p = -log erfc: the polynomials of the
  // WebAssembly kernel.
  `function errorFunction(x) {
    ${returnNaN}
    const a = Math.min(Math.abs(x), 3.95);
    const z = a * a;
    if (a < 0.9) {
      return x + x * (0.128379154 + z * (-0.3761252328 + z * (0.1128214098 + z * (-0.0267789179 + z * (0.005011978738 + z * -0.0006090450837)))));
    }
    const p = 0.0001777847619 + a * (1.127748213 + a * (0.6370623195 + a * (0.1040348162 + a * (-0.0222757065 + a * (0.003055219539 + a * -0.0001971377426)))));
    const y = 1 - Math.exp(-p);
    if (x < 0) { return -y; }
    return y;
  }`,
  // The chance of a standard normal below x: exp(-x²/2) Q(w) for x ≤ 0, with w = 1 / (1 + 0.3 |x|) and
  // Q the polynomial of the WebAssembly kernel. Its tail keeps digits that 1 + erf would lose.
  `function normalBelow(x) {
    ${returnNaN}
    const w = 1 / (1 + 0.3 * Math.abs(x));
    const q = 0.1196867004 + w * (0.1195715887 + w * (0.1102374678 + w * (0.07837928626 + w * (0.09618923674 + w * (-0.07948834779 + w * (0.1918677801 + w * (-0.228279817 + w * (0.1124653029 + w * -0.02062919993))))))));
    const tail = Math.exp(-0.5 * x * x) * w * q;
    if (x < 0) { return tail; }
    return 1 - tail;
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
  // By squaring, which keeps whole numbers exact; |n| ≤ 32.
  `function wholePower(x, n) {
    let rest = Math.abs(n);
    let square = x;
    let y = 1;
    for (let i = 0; i < 6; i++) {
      const half = Math.floor(rest / 2);
      if (rest - 2 * half > 0) { y = y * square; }
      rest = half;
      if (rest > 0) { square = square * square; }
    }
    if (n < 0) { return 1 / y; }
    return y;
  }`,
  // As Math.pow, whose rules for negative, zero and infinite bases shading languages leave open. A
  // negative base has powers to whole exponents, of which odd ones keep its sign; -Infinity has all.
  `function power(x, y) {
    if (y === 0) { return 1; }
    ${returnNaN}
    ${returnIfNaN('y')}
    const whole = Math.floor(y) === y ? 1 : 0;
    if (whole > 0 && Math.abs(y) <= 32) { return wholePower(x, y); }
    if (x < 0 && whole < 1 && x * 0.5 !== x) { return Math.sqrt(x); }
    const z = y * logarithm(Math.abs(x));
    ${returnIfNaN('z')}
    const negative = x < 0 || (x === 0 && 1 / x < 0) ? 1 : 0;
    if (negative > 0 && whole > 0 && y - 2 * Math.floor(y * 0.5) > 0) { return -Math.exp(z); }
    return Math.exp(z);
  }`,
];
