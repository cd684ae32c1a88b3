// pow and atan2 with the broadcasting of binary.ts, computed in float64 and rounded once.

const POW = 0;
const ATAN2 = 1;

/** x^y as ECMAScript defines it: unlike C, (±1)^±Infinity and 1^NaN are NaN. */
@inline
function power(x: f64, y: f64): f64 {
  if (y != y || (abs<f64>(x) == 1 && abs<f64>(y) == Infinity)) return NaN;
  return NativeMath.pow(x, y);
}

/** */
@inline
function apply(op: i32, a: f64, b: f64): f64 {
  return op == POW ? power(a, b) : NativeMath.atan2(a, b);
}

/** */
@inline
function general(
  op: i32,
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  for (let i = 0; i < outer; i++) {
    let pa = a + ((<usize>(i * aOuter)) << 2);
    let pb = b + ((<usize>(i * bOuter)) << 2);
    for (let j = 0; j < inner; j++) {
      store<f32>(out, <f32>apply(op, <f64>load<f32>(pa), <f64>load<f32>(pb)));
      pa += (<usize>aInner) << 2;
      pb += (<usize>bInner) << 2;
      out += 4;
    }
  }
}

/** a^y for one exponent y that has a short, equally exact form; false if it has none. */
function constantPower(a: usize, out: usize, n: i32, y: f32): bool {
  if (y == 2) {
    for (; n > 0; n--, a += 4, out += 4) {
      const x = load<f32>(a);
      store<f32>(out, x * x);
    }
    return true;
  }
  if (y == 3) {
    for (; n > 0; n--, a += 4, out += 4) {
      const x = <f64>load<f32>(a);
      store<f32>(out, <f32>(x * x * x));
    }
    return true;
  }
  if (y == -1) {
    for (; n > 0; n--, a += 4, out += 4) store<f32>(out, 1 / load<f32>(a));
    return true;
  }
  if (y == 0.5) {
    // Unlike sqrt, (-0)^½ is 0 and (-Infinity)^½ is Infinity.
    for (; n > 0; n--, a += 4, out += 4) {
      const x = load<f32>(a);
      store<f32>(out, x == -Infinity ? Infinity : sqrt<f32>(x + 0));
    }
    return true;
  }
  return false;
}

/** a^b as ECMAScript defines it, computed in float64. @kernel */
export function pow(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  const whole = outer == 1 || (bOuter == 0 && aOuter == inner);
  if (aInner == 1 && bInner == 0 && whole && outer > 0 && inner > 0) {
    if (constantPower(a, out, outer * inner, load<f32>(b))) return;
  }
  general(POW, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}

/** atan2(a, b), computed in float64. @kernel */
export function atan2(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  general(ATAN2, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}
