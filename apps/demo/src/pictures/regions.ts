import type { ScatterEvent } from '../events/event.ts';

const SIDE = 40; // places of the raster along each axis

type Range = readonly [low: number, high: number];

/** What lies behind the points of a scatter: the group, such as a class, of each place [x, y] of a raster, which `groupsOf` says. */
export async function regionsOf(
  x: Range,
  y: Range,
  groupsOf: (places: number[][]) => Promise<readonly number[]>,
): Promise<NonNullable<ScatterEvent['regions']>> {
  const at = ([low, high]: Range, i: number): number => low + ((high - low) * (i + 0.5)) / SIDE;
  const places = Array.from({ length: SIDE * SIDE }, (_, i) => [
    at(x, i % SIDE),
    at(y, SIDE - 1 - Math.floor(i / SIDE)), // from the top
  ]);
  return { x, y, columns: SIDE, groups: await groupsOf(places) };
}
