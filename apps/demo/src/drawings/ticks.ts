/** Round numbers along an axis. */

/** Steps of 1, 2 or 5 times a power of ten that make about `count` ticks between two numbers. */
export function linearTicks(low: number, high: number, count: number): number[] {
  if (!(high > low) || !Number.isFinite(high - low)) return Number.isFinite(low) ? [low] : [];
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((one) => one * power >= rough) ?? 10);
  // Steps near the ends of what numbers can be.
  if (!Number.isFinite(step) || !Number.isFinite(1 / step)) return [low];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // By division where a step is a fraction: 3 * 0.1 is no 0.3.
  return Array.from({ length: last - first + 1 }, (_, i) =>
    step < 1 ? (first + i) / Math.round(1 / step) : (first + i) * step,
  );
}

/** Powers of ten between two positive numbers, every one or every few; where there is hardly one, round numbers between. */
export function logTicks(low: number, high: number, count: number): number[] {
  if (!(low > 0) || !(high > low) || !Number.isFinite(high)) return low > 0 ? [low] : [];
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  if (last - first >= 1) {
    const every = Math.max(1, Math.ceil((last - first + 1) / Math.max(1, count)));
    const powers: number[] = [];
    for (let power = first; power <= last; power += every) powers.push(Number(`1e${power}`));
    return powers;
  }
  return linearTicks(low, high, count).filter((tick) => tick > 0);
}
