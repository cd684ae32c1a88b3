import type { Generator } from '@kasane/tensor-core';
import type { Turns } from '@kasane/tensor-core/turns';
import { largestEigenvectors } from './eigenvectors.ts';
import type { PointValues } from './points.ts';
import { principalPlaces } from './principal-places.ts';
import type { SparseRows } from './sparse-rows.ts';

/**
 * Places that keep neighbours of a graph together, (n, dims): the eigenvectors of the least eigenvalues of its normalized Laplacian, 1 - D^-½ W D^-½,
 * but the very least. Parts of the graph that do not hang together are laid out each for itself, around the principal components of their means.
 *
 * @see Belkin and Niyogi (2003), Laplacian eigenmaps for dimensionality reduction and data representation.
 */
export async function spectralPlaces(
  graph: SparseRows,
  points: PointValues,
  dims: number,
  generator: Generator,
  turns: Turns,
): Promise<Float64Array> {
  const n = points.rows;
  const parts = partsOf(graph);
  const places = new Float64Array(n * dims);
  const middles = await middlesOf(parts, points, dims, generator, turns);
  for (const [c, part] of parts.entries()) {
    const reach = parts.length === 1 ? 1 : reachOf(middles, c, dims);
    const own = await placesOf(graph, part, dims, generator, turns);
    let most = 0;
    for (const v of own) most = Math.max(most, Math.abs(v));
    part.forEach((i, r) => {
      for (let d = 0; d < dims; d++) {
        places[i * dims + d] = middles[c * dims + d]! + (own[r * dims + d]! * reach) / (most || 1);
      }
    });
  }
  return places;
}

/** The points of each part that hangs together. */
function partsOf({ starts, columns }: SparseRows): Int32Array[] {
  const n = starts.length - 1;
  const seen = new Uint8Array(n);
  const list = new Int32Array(n);
  const parts: Int32Array[] = [];
  for (let start = 0, end = 0; start < n; start++) {
    if (seen[start] === 1) continue;
    const begin = end;
    list[end++] = start;
    seen[start] = 1;
    for (let next = begin; next < end; next++) {
      const i = list[next]!;
      for (let e = starts[i]!; e < starts[i + 1]!; e++) {
        const j = columns[e]!;
        if (seen[j] === 1) continue;
        seen[j] = 1;
        list[end++] = j;
      }
    }
    parts.push(list.slice(begin, end));
  }
  return parts;
}

/** Where the parts lie: the principal components of their means, at most 1 away. */
async function middlesOf(
  parts: readonly Int32Array[],
  { values, columns }: PointValues,
  dims: number,
  generator: Generator,
  turns: Turns,
): Promise<Float64Array> {
  if (parts.length === 1) return new Float64Array(dims);
  const means = new Float64Array(parts.length * columns);
  parts.forEach((part, c) => {
    for (const i of part) {
      for (let j = 0; j < columns; j++) {
        means[c * columns + j]! += values[i * columns + j]! / part.length;
      }
    }
  });
  const matrix = { values: means, rows: parts.length, columns };
  const middles = await principalPlaces(matrix, dims, generator, turns);
  let most = 0;
  for (const v of middles) most = Math.max(most, Math.abs(v));
  return middles.map((v) => v / (most || 1));
}

/** Half of the way to the nearest other part that is not in the same place. */
function reachOf(middles: Float64Array, c: number, dims: number): number {
  let nearest = Infinity;
  for (let other = 0; other < middles.length; other += dims) {
    let square = 0;
    for (let d = 0; d < dims; d++) square += (middles[other + d]! - middles[c * dims + d]!) ** 2;
    if (square > 0 && square < nearest) nearest = square;
  }
  return nearest === Infinity ? 1 : Math.sqrt(nearest) / 2;
}

/** The eigenvectors of one part, (its points, dims); drawn if they are too few to have as many. */
async function placesOf(
  { starts, columns, values }: SparseRows,
  part: Int32Array,
  dims: number,
  generator: Generator,
  turns: Turns,
): Promise<Float64Array> {
  const n = part.length;
  const places = new Float64Array(n * dims);
  if (n < 2 * dims || n <= dims + 1) return places.map(() => 2 * generator.random() - 1);
  const row = new Int32Array(starts.length - 1); // of each point within the part
  part.forEach((i, r) => (row[i] = r));
  const root = Float64Array.from(part, (i) => {
    let degree = 0;
    for (let e = starts[i]!; e < starts[i + 1]!; e++) degree += values[e]!;
    return Math.sqrt(degree);
  });
  // D^-½ W D^-½ x: its largest eigenvalues are the Laplacian's least.
  const multiply = (x: Float64Array, out: Float64Array): void => {
    for (let r = 0; r < n; r++) {
      let sum = 0;
      for (let e = starts[part[r]!]!; e < starts[part[r]! + 1]!; e++) {
        const c = row[columns[e]!]!;
        sum += (values[e]! * x[c]!) / root[c]!;
      }
      out[r] = sum / root[r]!;
    }
  };
  // The very largest eigenvalue is 1, with the roots of the degrees.
  const length = Math.sqrt(root.reduce((sum, v) => sum + v * v, 0));
  const known = [root.map((v) => v / length)];
  const found = await largestEigenvectors(n, dims, multiply, generator, turns, known);
  found.forEach((vector, d) => {
    for (let r = 0; r < n; r++) places[r * dims + d] = vector[r]!;
  });
  return places;
}
