/** A product of a share and a count is a whole number if it is off by no more than floats round. */
const nearly = (value: number): number => 1e-9 + 1e-15 * value;

/**
 * How many samples of each class (rows) go into each part (columns), for shares that add up to 1.
 *
 * A row adds up to its class. Each number, and the sum of each column, is the exact share rounded up or down.
 * Such a table always exists: the exact shares are a flow from classes to parts within these bounds, and
 * where there is a flow there is one of whole numbers. @internal
 */
export function stratifiedSizes(counts: readonly number[], shares: readonly number[]): number[][] {
  const all = counts.reduce((a, b) => a + b, 0);
  const exact = counts.map((count) => shares.map((share) => share * count));
  const sizes = exact.map((row) => row.map(floor));
  const totals = shares.map(() => 0);
  let before = 0;
  counts.forEach((count, c) => {
    before += count;
    const row = sizes[c]!;
    row.forEach((size, p) => (totals[p]! += size));
    // What rounding down left over goes to the parts that have the least of what is due to them so far.
    const due = cumulative(before, shares);
    const order = [...shares.keys()]
      .filter((p) => ceil(exact[c]![p]!) > row[p]!)
      .sort((p, q) => due[q]! - totals[q]! - (due[p]! - totals[p]!) || p - q);
    const left = count - row.reduce((a, b) => a + b, 0);
    for (const p of order.slice(0, left)) {
      row[p]!++;
      totals[p]!++;
    }
  });
  // Step by step that may miss the sums by more than rounding; samples are then passed on from part to part.
  const least = shares.map((share) => floor(share * all));
  const most = shares.map((share) => ceil(share * all));
  const gives = (c: number, p: number): boolean => sizes[c]![p]! > floor(exact[c]![p]!);
  const takes = (c: number, p: number): boolean => sizes[c]![p]! < ceil(exact[c]![p]!);
  const pass = (starts: (p: number) => boolean, ends: (p: number) => boolean): boolean => {
    const path = shortestPath(counts.length, shares.length, { starts, ends, gives, takes });
    for (const { from, to, by } of path) {
      sizes[by]![from]!--;
      sizes[by]![to]!++;
    }
    if (path.length === 0) return false;
    totals[path.at(-1)!.from]!--;
    totals[path[0]!.to]!++;
    return true;
  };
  shares.forEach((_, p) => {
    const here = (q: number): boolean => q === p;
    while (totals[p]! > most[p]! && pass(here, (q) => totals[q]! < most[q]!));
    while (totals[p]! < least[p]! && pass((q) => totals[q]! > least[q]!, here));
  });
  return sizes;
}

const floor = (value: number): number => Math.floor(value + nearly(value));
const ceil = (value: number): number => Math.ceil(value - nearly(value));

/** The parts of n samples whose bounds are rounded. */
function cumulative(n: number, shares: readonly number[]): number[] {
  let share = 0;
  let from = 0;
  return shares.map((part, p) => {
    share += part;
    const to = p === shares.length - 1 ? n : Math.round(share * n);
    const size = to - from;
    from = to;
    return size;
  });
}

/** A sample of class `by` that moves from one part to another. */
interface Move {
  readonly from: number;
  readonly to: number;
  readonly by: number;
}

interface Moves {
  readonly starts: (part: number) => boolean;
  readonly ends: (part: number) => boolean;
  /** Whether the part has a sample of the class to spare. */
  readonly gives: (label: number, part: number) => boolean;
  readonly takes: (label: number, part: number) => boolean;
}

/** The moves that take one sample from a part that starts to one that ends, the last first. */
function shortestPath(classes: number, parts: number, moves: Moves): Move[] {
  const reached = new Map<number, Move | null>();
  for (let p = 0; p < parts; p++) if (moves.starts(p)) reached.set(p, null);
  // A map goes through what is added meanwhile, too.
  for (const from of reached.keys()) {
    if (moves.ends(from)) {
      const path: Move[] = [];
      for (let m = reached.get(from)!; m !== null; m = reached.get(m.from)!) path.push(m);
      return path;
    }
    for (let by = 0; by < classes; by++) {
      if (!moves.gives(by, from)) continue;
      for (let to = 0; to < parts; to++) {
        if (!reached.has(to) && moves.takes(by, to)) reached.set(to, { from, to, by });
      }
    }
  }
  return [];
}
