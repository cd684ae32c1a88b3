const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A number as a person reads it: `10,000`, `0.00872`, `3.1e-9`, `NaN`; `digits` significant ones. */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return whole.format(value);
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e7) {
    return value
      .toExponential(digits - 1)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  }
  return new Intl.NumberFormat('en', { maximumSignificantDigits: digits }).format(value);
}
