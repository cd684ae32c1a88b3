/** Points in the plane to learn: each is of a class, which is the Gaussian or the moon that it was drawn from. */
import { tensor, type Generator, type Tensor } from '@kasane/tensor-core';

export const SHAPES = ['8 Gaussians', 'two moons'] as const;
export type Shape = (typeof SHAPES)[number];
export const SIGMA = 0.15; // of a Gaussian
const BLUR = 0.08; // of a moon

/** How many classes a shape has. */
export const classesOf = (shape: Shape): number => (shape === '8 Gaussians' ? 8 : 2);

/** What is drawn of a shape. */
export interface Drawn {
  /** (N, 2) */
  readonly x: Tensor;
  /** (N), int32 */
  readonly labels: Tensor;
}

/** Draws points of all classes alike. */
export function drawn(shape: Shape, count: number, generator: Generator): Drawn {
  const x = new Float32Array(2 * count);
  const labels = new Int32Array(count);
  const isRing = shape === '8 Gaussians';
  const sigma = isRing ? SIGMA : BLUR;
  for (let i = 0; i < count; i++) {
    const label = generator.below(classesOf(shape));
    const [cx, cy] = isRing ? centre(label) : onMoon(label, Math.PI * generator.random());
    x[2 * i] = cx + sigma * generator.normal();
    x[2 * i + 1] = cy + sigma * generator.normal();
    labels[i] = label;
  }
  return { x: tensor(x, [count, 2]), labels: tensor(labels) };
}

/** The middle of a Gaussian: they stand on a circle of radius 2. */
export function centre(label: number): readonly [x: number, y: number] {
  const angle = (Math.PI / 4) * label;
  return [2 * Math.cos(angle), 2 * Math.sin(angle)];
}

/** A place on one of two half circles, which reach into each other. */
function onMoon(label: number, angle: number): readonly [x: number, y: number] {
  const [x, y] = [1.5 * Math.cos(angle), 1.5 * Math.sin(angle)];
  return label === 0 ? [x - 0.75, y - 0.375] : [0.75 - x, 0.375 - y];
}

/** How far a point is from the middle of its class: the centre of its Gaussian, or the line of its moon. */
export function distance(shape: Shape, label: number, [x, y]: readonly [x: number, y: number]): number {
  if (shape === '8 Gaussians') {
    const [cx, cy] = centre(label);
    return Math.hypot(x - cx, y - cy);
  }
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= 100; i++) {
    const [mx, my] = onMoon(label, (Math.PI * i) / 100);
    least = Math.min(least, Math.hypot(x - mx, y - my));
  }
  return least;
} // prettier-ignore

/** Three standard deviations: nearly all points of a class are as near as that. */
export const reach = (shape: Shape): number => 3 * (shape === '8 Gaussians' ? SIGMA : BLUR);
