import type { VAE } from '@kasane/generative';
import { noGrad, scope, tensor, type Tensor } from '@kasane/tensor-core';
import type { PictureEvent } from '../../events/event.ts';
import { tileOf } from '../../pictures/canvas.ts';
import { gallery, type Layout } from '../../pictures/gallery.ts';

const SIDE = 28;
export const PIXELS = 784;
const REACH = 2.2; // standard deviations from the middle to the edge of the grid

/** Values from 0 to 1, (B, 784), as a gallery. */
export async function digitsOf(
  name: string,
  values: Tensor,
  layout: Layout,
): Promise<PictureEvent> {
  const all = await values.data();
  const tiles = Array.from({ length: values.shape[0]! }, (_, i) => {
    const own = all.slice(i * PIXELS, (i + 1) * PIXELS);
    const data = Uint8Array.from(own, (v) => Math.round(255 * Number(v)));
    return tileOf({ data, channels: 1, height: SIDE, width: SIDE });
  });
  return gallery(name, tiles, layout);
}

/** What points of the latent space, (N, Z), stand for, as a gallery; they are freed. */
export async function decoded(
  name: string,
  model: VAE,
  points: Tensor,
  layout: Layout,
): Promise<PictureEvent> {
  const means = scope(() => noGrad(() => model.decode(points).mean));
  const picture = await digitsOf(name, means, layout);
  for (const t of [points, means]) t.dispose();
  return picture;
}

/** What stands at every place of the plane of the first two numbers of z, the others being 0, from the upper left. */
export function grid(model: VAE, columns: number): Promise<PictureEvent> {
  const at = (i: number): number => REACH * ((2 * i) / (columns - 1) - 1);
  const points = Array.from({ length: columns ** 2 }, (_, i) => {
    const place = [at(i % columns), -at(Math.floor(i / columns))];
    return Array.from({ length: model.latentSize }, (_, j) => place[j] ?? 0);
  });
  const name = `what stands where, from −${REACH} to ${REACH}`;
  return decoded(name, model, tensor(points), { columns, zoom: 1 });
}
