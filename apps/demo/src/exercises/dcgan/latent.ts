/** Digits of the latent space: of points, and of the ways between them. */
import type { DCGANDiscriminator, DCGANGenerator, GanTrainer } from '@kasane/generative';
import { noGrad, randn, scope, tensor, type Generator, type Tensor } from '@kasane/tensor-core';
import type { PictureEvent } from '../../events/event.ts';
import { SIZE } from '../../images/digit-try.ts';
import { tileOf } from '../../pictures/canvas.ts';
import { gallery, type Layout } from '../../pictures/gallery.ts';

export type Trainer = GanTrainer<DCGANGenerator, DCGANDiscriminator>;

const PIXELS = SIZE * SIZE;

/** A point of N(0, I). */
export async function point(latent: number, generator: Generator): Promise<number[]> {
  const z = randn([latent], { generator });
  const values = Array.from(await z.data(), Number);
  z.dispose();
  return values;
}

/**
 * A point on the way between two, which goes around the origin as all points of N(0, I) lie at about the same distance from it; in the
 * middle of a straight way there are none.
 *
 *     z = (sin((1 − s) ω) a + sin(s ω) b) / sin ω,   ω the angle between a and b
 */
export function between(a: readonly number[], b: readonly number[], share: number): number[] {
  const dot = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  const angle = Math.acos(Math.min(1, Math.max(-1, dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)))));
  const [from, to] =
    Math.sin(angle) < 1e-6
      ? [1 - share, share] // the same direction
      : [Math.sin((1 - share) * angle), Math.sin(share * angle)].map((s) => s / Math.sin(angle));
  return a.map((value, i) => from! * value + to! * b[i]!);
}

/** Points from one to the other, both among them. */
export function way(a: readonly number[], b: readonly number[], parts: number): number[][] {
  return Array.from({ length: parts + 1 }, (_, i) => between(a, b, i / parts));
}

/** What the generator makes of points, (N, 784) from −1 to 1. */
export function made(trainer: Trainer, points: readonly (readonly number[])[]): Tensor {
  return scope(() => trainer.generate(tensor(points.map((z) => [...z]))).flatten(1));
}

/** The same as a picture. */
export async function gridOf(
  name: string,
  trainer: Trainer,
  points: readonly (readonly number[])[],
  layout: Layout,
): Promise<PictureEvent> {
  const digits = made(trainer, points);
  const picture = gridIn(name, await digits.data(), layout);
  digits.dispose();
  return picture;
}

/** Digits, 784 values from −1 to 1 each, in rows. */
export function gridIn(
  name: string,
  values: ArrayLike<number | bigint>,
  layout: Layout,
): PictureEvent {
  const greys = Uint8Array.from(values, (v) => Math.round((Number(v) + 1) * 127.5));
  const tiles = Array.from({ length: greys.length / PIXELS }, (_, i) => {
    const data = greys.slice(i * PIXELS, (i + 1) * PIXELS);
    return tileOf({ data, channels: 1, height: SIZE, width: SIZE });
  });
  return gallery(name, tiles, layout);
}

/** The largest distance of neighbours on a way: of digits, as points in the space of their pixels. */
export async function largestStep(
  trainer: Trainer,
  points: readonly (readonly number[])[],
): Promise<number> {
  const largest = scope(() => {
    const digits = made(trainer, points);
    const n = points.length;
    return digits.slice(0, 1, n).sub(digits.slice(0, 0, n - 1)).square().sum(1).sqrt().max(); // prettier-ignore
  });
  const [value] = await largest.data();
  largest.dispose();
  return Number(value);
}

/** The probability that D gives to one digit, (1, 1, 28, 28) from −1 to 1, in evaluation. */
export async function probability(
  { discriminator }: Trainer,
  digit: () => Tensor,
): Promise<number> {
  discriminator.eval();
  const said = scope(() => noGrad(() => discriminator.forward(digit()).sigmoid()));
  discriminator.train();
  const [value] = await said.data();
  said.dispose();
  return Number(value);
}
