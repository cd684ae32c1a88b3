/** How numbers become shades. */

/** Where a value lies between light, 0, and dark, 1; a value that is no number is light. */
export function shadeOf(value: number, [low, high]: readonly [number, number]): number {
  if (!(high > low)) return 0;
  return Math.min(1, Math.max(0, (value - low) / (high - low) || 0));
}

/** The least and the greatest finite value; 0 and 1 where there is none. */
export function rangeOf(values: Iterable<number>): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? [0, 1] : [low, high];
}

/** What a colour says beside its shade: right or good in green, wrong or bad in red, nothing in blue. */
export type Tone = 'good' | 'bad';

const DARK = { good: [0, 110, 60], bad: [170, 30, 30], none: [8, 48, 107] } as const;

/** The colour of a shade, from white at 0 to the dark one of the tone at 1; red, green and blue from 0 to 255. */
export function shadeColor(shade: number, tone?: Tone): number[] {
  return DARK[tone ?? 'none'].map((dark) => Math.round(255 + (dark - 255) * shade));
}
