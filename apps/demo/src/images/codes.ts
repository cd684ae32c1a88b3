/** What codes of pictures, as numbers in rows, look like. */
import type { LabeledImages } from '@kasane/datasets';
import { tensor } from '@kasane/tensor-core';
import type { ScatterEvent } from '../events/event.ts';
import { principalPlane } from '../pictures/plane.ts';
import { mean } from '../statistics.ts';

const DOTS = 500;

/** Codes in the plane in which they spread most, or as they are if they are two numbers, in the colours of their classes. */
export async function scatter(
  codes: readonly (readonly number[])[],
  images: LabeledImages,
): Promise<ScatterEvent> {
  const every = Math.ceil(codes.length / DOTS);
  const rows = codes.map((_, i) => i).filter((i) => i % every === 0);
  const points = rows.map((i) => codes[i]!);
  const flat = points[0]!.length === 2;
  const [x, y] = flat
    ? [0, 1].map((axis) => points.map((z) => z[axis]!))
    : await principalPlane(tensor(points.map((z) => [...z])));
  const groups = images.classes.map((name, label) => {
    const own = rows.map((_, i) => i).filter((i) => images.labels[rows[i]!] === label);
    return { name, x: own.map((i) => x![i]!), y: own.map((i) => y![i]!) };
  });
  return {
    type: 'scatter',
    name: 'codes of held-out digits',
    x: flat ? 'z₁' : 'first direction',
    y: flat ? 'z₂' : 'second',
    groups,
  };
}

/** KL(N(m, s²) ‖ N(0, 1)), the mean over the numbers of codes, m and s being their mean and standard deviation. */
export function divergence(codes: readonly (readonly number[])[]): number {
  return mean(
    codes[0]!.map((_, j) => {
      const column = codes.map((z) => z[j]!);
      const m = mean(column);
      const variance = mean(column.map((v) => (v - m) ** 2));
      return 0.5 * (variance + m * m - 1 - Math.log(Math.max(variance, 1e-12)));
    }),
  );
}
