/** A line as a chart draws it: points in the order of x, or of drawing where x goes back. */
export interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Whether no value is less than the one before it. */
function ascending(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) return false;
  return true;
}

/** The points of a curve in the order of x; of equal x in the order in which they came. */
function sorted({ x, y }: Curve): Curve {
  if (ascending(x)) return { x, y };
  const order = Array.from(x.keys()).sort((a, b) => x[a]! - x[b]!);
  return { x: Float64Array.from(order, (i) => x[i]!), y: Float64Array.from(order, (i) => y[i]!) };
}

/** Whether one curve's x begin like the other's. */
function sameStart(a: Float64Array, b: Float64Array): boolean {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Columns of one x for all curves: null where a curve says nothing, undefined nowhere, so that lines go across what others have between. */
export type Aligned = [x: number[] | Float64Array, ...y: (number | null | undefined)[][]];

/**
 * Curves with x of their own on one x, as uPlot wants them: each x as often as the curve that has it most often. Where a curve has no point
 * there is `undefined`, over which a line goes on; NaN and infinities are `null`, which breaks it.
 */
export function align(curves: readonly Curve[]): Aligned {
  const all = curves.map(sorted);
  const value = (y: number | undefined): number | null | undefined =>
    y === undefined ? undefined : Number.isFinite(y) ? y : null;
  let longest: Float64Array = new Float64Array(0);
  for (const { x } of all) if (x.length > longest.length) longest = x;
  if (all.every(({ x }) => sameStart(x, longest))) {
    return [longest, ...all.map(({ y }) => Array.from(y, value))];
  }
  const x: number[] = [];
  const columns = all.map((): (number | null | undefined)[] => []);
  const at = all.map(() => 0);
  for (;;) {
    let next = Infinity;
    for (let c = 0; c < all.length; c++) {
      const here = all[c]!.x[at[c]!];
      if (here !== undefined && here < next) next = here;
    }
    if (next === Infinity) return [x, ...columns];
    x.push(next);
    for (let c = 0; c < all.length; c++) {
      const has = all[c]!.x[at[c]!] === next;
      columns[c]!.push(has ? value(all[c]!.y[at[c]!]) : undefined);
      if (has) at[c]!++;
    }
  }
}
