import type { Curve } from './aligned.ts';

/** Buckets that are more than a screen has pixels. */
const BUCKETS = 4000;

/** A curve with at most some 8,000 points that looks the same: of each bucket the least and the greatest, in their order. */
export function thinned({ x, y }: Curve): Curve {
  const length = x.length;
  if (length <= 2 * BUCKETS) return { x, y };
  const kept: number[] = [];
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const start = Math.floor((bucket * length) / BUCKETS);
    const end = Math.floor(((bucket + 1) * length) / BUCKETS);
    let [low, high] = [start, start];
    for (let i = start; i < end; i++) {
      if (y[i]! < y[low]!) low = i;
      if (y[i]! > y[high]!) high = i;
    }
    if (low === high) kept.push(low);
    else kept.push(Math.min(low, high), Math.max(low, high));
  }
  return { x: Float64Array.from(kept, (i) => x[i]!), y: Float64Array.from(kept, (i) => y[i]!) };
}
