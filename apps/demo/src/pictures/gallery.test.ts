import { tensor } from '@kasane/tensor-core';
import { expect, test } from 'vitest';
import { pixels } from '../../test/pixels.ts';
import { Canvas, tileOf } from './canvas.ts';
import { gallery, kernelPicture, mistakes, RED, weightPicture } from './gallery.ts';
import { principalPlane } from './plane.ts';

test('mistakes show the pixels, and captions below', () => {
  const picture = mistakes('wrong', pixels(10, 20, 30), Int32Array.of(0, 7, 2), { zoom: 10 });
  expect([picture.width, picture.height]).toEqual([10 + 2 * 4, 10 + 14 + 2 * 4]); // one tile
  const at = (y: number, x: number): number[] => [
    ...picture.pixels.subarray(3 * (y * picture.width + x), 3 * (y * picture.width + x) + 3),
  ];
  expect(at(4, 4)).toEqual([20, 20, 20]); // the second picture
  expect(at(3, 4)).toEqual([255, 255, 255]);
  expect(at(16, 6)).toEqual([0, 128, 64]); // the top of a green 1
  expect(at(16, 4)).toEqual([255, 255, 255]); // which is narrower than a 7
});

test('without mistakes others are shown', () => {
  const picture = mistakes('wrong', pixels(10, 20), Int32Array.of(0, 1), { zoom: 1 });
  expect(picture.width).toBe(2 * (1 + 4) + 4);
});

test('weights are red above zero and blue below, each by its own largest', async () => {
  const picture = await weightPicture('w', tensor([[[2, -1]], [[0, 8]]]), { columns: 1, zoom: 1 });
  const row = (y: number): number[] => [
    ...picture.pixels.subarray(3 * (y * picture.width + 4), 3 * (y * picture.width + 6)),
  ];
  expect(row(4)).toEqual([255, 0, 0, 128, 128, 255]);
  expect(row(9)).toEqual([255, 255, 255, 255, 0, 0].map((v, i) => (i < 3 ? 255 : v)));
});

test('kernels over colours fill their own range', async () => {
  const kernel = tensor([[[[-1]], [[0]], [[1]]]]); // (1, 3, 1, 1)
  const picture = await kernelPicture('k', kernel, { columns: 1, zoom: 1 });
  const start = 3 * (4 * picture.width + 4);
  expect([...picture.pixels.subarray(start, start + 3)]).toEqual([0, 127, 255]);
});

/** The red values of a row of a picture. */
const redRow = ({ pixels, width }: ReturnType<typeof gallery>, y: number): number[] =>
  Array.from({ length: width }, (_, x) => pixels[(y * width + x) * 3]!);

test('tiles stand side by side, enlarged', () => {
  const grey = (value: number) =>
    tileOf({ data: Uint8Array.of(value), channels: 1, height: 1, width: 1 });
  const picture = gallery('tiles', [grey(1), grey(2), grey(3)], { columns: 2, zoom: 2 });
  expect([picture.height, picture.width]).toEqual([4 + 2 * 6, 4 + 2 * 6]);
  expect(redRow(picture, 3)).toEqual(Array(16).fill(255));
  expect(redRow(picture, 4).filter((v) => v < 255)).toEqual([1, 1, 2, 2]);
  expect(redRow(picture, 11).slice(0, 8)).toEqual([255, 255, 255, 255, 3, 3, 255, 255]);
  expect(() => gallery('none', [], { columns: 1, zoom: 1 })).toThrow(
    'internal: the picture "none" would be empty',
  );
});

test('captions stand below, in their colours', () => {
  const tile = tileOf({ data: new Uint8Array(16), channels: 1, height: 1, width: 16 });
  const picture = gallery('one', [{ ...tile, caption: [['1>', RED]] }], { columns: 1, zoom: 1 });
  const dots = [0, 2, 4, 6, 8].map(
    (y) =>
    redRow(picture, 7 + y).map((v) => (v === RED[0] ? '#' : '.')).join(''), // prettier-ignore
  );
  expect(dots).toEqual([
    '......##....##..........',
    '....####......##........',
    '......##........##......',
    '......##......##........',
    '....######..##..........',
  ]);
});

test('planes of colour become colours', () => {
  const tile = tileOf({ data: Uint8Array.of(10, 11, 12), channels: 3, height: 1, width: 1 });
  expect(tile.at(0, 0)).toEqual([10, 11, 12]);
});

test('a frame is two pixels wide, and what is outside of the canvas is left out', () => {
  const canvas = new Canvas(6, 5, 0);
  canvas.frame([1, 1, 9, 9], [9, 9, 9]);
  canvas.paste(tileOf({ data: Uint8Array.of(7), channels: 1, height: 1, width: 1 }), 5, 4, 3);
  const rows = Array.from({ length: 5 }, (_, y) => redRow(canvas.shown('c'), y).join(''));
  expect(rows).toEqual(['000000', '099999', '099999', '099000', '099007']);
});

test('points are seen along the two directions where they spread most', async () => {
  const corners = [[2, 1], [2, -1], [-2, 1], [-2, -1]]; // prettier-ignore
  const points = corners.map(([a, b]) => [a! + 7, b! * 0.6, b! * 0.8]); // turned and moved
  const [x, y] = await principalPlane(tensor(points));
  const [across, along] = [x, y].map((values) => values.map((v) => Math.abs(v)));
  for (const value of across!) expect(value).toBeCloseTo(2, 5);
  for (const value of along!) expect(value).toBeCloseTo(1, 5);
  expect(x[0]! * x[2]!).toBeLessThan(0);
  expect(y[0]! * y[1]!).toBeLessThan(0);
});
