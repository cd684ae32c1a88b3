import type { Tensor } from '@kasane/tensor-core';
import { Canvas, type Tile } from './canvas.ts';

const TILE = 64; // pixels
const GAP = 4;

/** Something of `height` by `width`, stretched to the size of a tile. */
const stretched = (height: number, width: number, colourAt: (place: number) => number[]): Tile => ({
  height: TILE,
  width: TILE,
  at(row, column) {
    const place = Math.floor((row * height) / TILE) * width + Math.floor((column * width) / TILE);
    return colourAt(place) as [number, number, number]; // both callers give three
  },
});

/**
 * Pictures (N, 3, H, W) from 0 to 1, one below the other, and to the right of each the map with the largest sum of every
 * group of channels of `maps` (N, C, H', W'), from black to white.
 */
export async function mapsBesidePictures(
  pictures: Tensor,
  maps: Tensor,
  groups: readonly number[],
): Promise<Canvas> {
  const [n, , h, w] = pictures.shape as [number, number, number, number];
  const [, channels, mapHeight, mapWidth] = maps.shape as [number, number, number, number];
  const side = TILE + GAP;
  const canvas = new Canvas((groups.length + 1) * side - GAP, n * side - GAP, 255);
  const colours = Float32Array.from(await pictures.data());
  const values = Float32Array.from(await maps.data());
  const area = mapHeight * mapWidth;
  for (let row = 0; row < n; row++) {
    const picture = stretched(h, w, (place) =>
      [0, 1, 2].map((c) => 255 * colours[(row * 3 + c) * h * w + place]!),
    );
    canvas.paste(picture, 0, row * side, 1);
    let channel = row * channels;
    groups.forEach((count, group) => {
      let best = values.subarray(0, 0);
      let most = -Infinity;
      for (const end = channel + count; channel < end; channel++) {
        const map = values.subarray(channel * area, (channel + 1) * area);
        const sum = map.reduce((a, b) => a + b, 0);
        if (sum > most) [best, most] = [map, sum];
      }
      const top = Math.max(...best, 1e-12);
      const map = stretched(mapHeight, mapWidth, (place) =>
        Array<number>(3).fill((255 * Math.max(best[place]!, 0)) / top),
      );
      canvas.paste(map, (group + 1) * side, row * side, 1);
    });
  }
  return canvas;
}
