import type { Tensor } from '@kasane/tensor-core';

/** An RGB picture, as the event `picture` has it. */
export interface RGBPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

const TILE = 64; // pixels
const GAP = 4;

/**
 * Pictures (N, 3, H, W) from 0 to 1, one below the other, and to the right of each the map with the largest sum of every
 * group of channels of `maps` (N, C, H', W'), from black to white.
 */
export function mapsBesidePictures(
  pictures: Tensor,
  maps: Tensor,
  groups: readonly number[],
): RGBPicture {
  const [n, , h, w] = pictures.shape as [number, number, number, number];
  const [, channels, mapHeight, mapWidth] = maps.shape as [number, number, number, number];
  const width = (groups.length + 1) * (TILE + GAP) - GAP;
  const height = n * (TILE + GAP) - GAP;
  const pixels = new Uint8Array(width * height * 3).fill(255);
  const draw = (row: number, column: number, rgbAt: (y: number, x: number) => number[]): void => {
    for (let i = 0; i < TILE * TILE; i++) {
      const [y, x] = [Math.floor(i / TILE), i % TILE];
      const at = (row * (TILE + GAP) + y) * width + column * (TILE + GAP) + x;
      pixels.set(rgbAt(y / TILE, x / TILE), at * 3);
    }
  };
  const colours = Float32Array.from(pictures.dataSync());
  const values = Float32Array.from(maps.dataSync());
  const area = mapHeight * mapWidth;
  for (let row = 0; row < n; row++) {
    draw(row, 0, (y, x) => {
      const place = Math.floor(y * h) * w + Math.floor(x * w);
      return [0, 1, 2].map((c) => 255 * colours[(row * 3 + c) * h * w + place]!);
    });
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
      draw(row, group + 1, (y, x) => {
        const value = best[Math.floor(y * mapHeight) * mapWidth + Math.floor(x * mapWidth)]!;
        return Array<number>(3).fill((255 * Math.max(value, 0)) / top);
      });
    });
  }
  return { width, height, pixels };
}
