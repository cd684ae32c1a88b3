import { Generator, ones, ShapeError, tensor } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  centerCrop,
  colorJitter,
  compose,
  crop,
  flipHorizontal,
  flipVertical,
  normalize,
  oneHot,
  padImage,
  randomCrop,
  randomRotation,
  resize,
  rotate,
  toTensor,
  type Image,
  type Transform,
} from './index.ts';

/** Two planes of 3 × 4 with values that tell their place: 100 c + 10 y + x. */
const image: Image = {
  data: Uint8Array.from({ length: 24 }, (_, i) => {
    return 100 * Math.floor(i / 12) + 10 * (Math.floor(i / 4) % 3) + (i % 4);
  }),
  channels: 2,
  height: 3,
  width: 4,
};
const size = ({ channels, height, width }: Image): number[] => [channels, height, width];

describe('transforms of pictures', () => {
  it('crop and pad keep pixels where they belong', () => {
    expect([...crop(1, 2, 2, 2)(image).data]).toEqual([12, 13, 22, 23, 112, 113, 122, 123]);
    expect([...centerCrop(1, 2)(image).data]).toEqual([11, 12, 111, 112]);
    // Halves go to the even number, as in torchvision: from 0.5, 1.5, 2.5 to 0, 2, 2.
    const line = (width: number): Image => {
      return {
        data: Uint8Array.from({ length: width }, (_, i) => i),
        channels: 1,
        height: 1,
        width,
      };
    };
    const starts = [2, 3, 4, 5, 6, 7, 8].map((width) => centerCrop(1, 1)(line(width)).data[0]);
    expect(starts).toEqual([0, 1, 2, 2, 2, 3, 4]);
    const padded = padImage(2, 9)(image);
    expect(size(padded)).toEqual([2, 7, 8]);
    expect(crop(2, 2, 3, 4)(padded).data).toEqual(image.data);
    expect(padded.data.filter((value) => value === 9).length).toBe(2 * (7 * 8 - 12));
    expect(() => crop(2, 0, 2, 4)(image)).toThrow(
      'crop: 2 × 4 at (2, 0) does not fit a picture of 3 × 4. Pad it first.',
    );
    expect(() => centerCrop(4, 4)(image)).toThrow(RangeError);
    expect(() => randomCrop(9, 9, 1)(image)).toThrow(RangeError);
    expect(() => crop(-1, 0, 1, 1)).toThrow(RangeError);
  });

  it('centerCrop lies where that of torchvision lies', () => {
    // int(round(rest / 2)) of Python, for rests from 0 to 9
    [0, 0, 1, 2, 2, 2, 3, 4, 4, 4].forEach((place, rest) => {
      const data = Uint8Array.from({ length: 3 + rest }, (_, i) => i);
      const row = { data, channels: 1, height: 1, width: data.length };
      const column = { ...row, height: data.length, width: 1 };
      expect([...centerCrop(1, 3)(row).data]).toEqual([place, place + 1, place + 2]);
      expect([...centerCrop(3, 1)(column).data]).toEqual([place, place + 1, place + 2]);
    });
  });

  it('randomCrop reaches every place', () => {
    const generator = new Generator(1);
    const places = new Set<number>();
    for (let i = 0; i < 100; i++) places.add(randomCrop(2, 2)(image, generator).data[0]!);
    expect([...places].sort((a, b) => a - b)).toEqual([0, 1, 2, 10, 11, 12]);
  });

  it('flips undo themselves, and are as frequent as asked', () => {
    expect([...flipHorizontal()(image).data.subarray(12, 16)]).toEqual([103, 102, 101, 100]);
    expect([...flipVertical()(image).data.subarray(12, 16)]).toEqual([120, 121, 122, 123]);
    for (const flip of [flipHorizontal(), flipVertical()]) {
      expect(flip(flip(image))).toEqual(image);
    }
    const generator = new Generator(2);
    let flipped = 0;
    for (let i = 0; i < 1000; i++)
      flipped += Number(flipHorizontal(0.3)(image, generator) !== image);
    expect(Math.abs(flipped - 300)).toBeLessThan(60);
    expect(() => flipVertical(1.5)).toThrow('flipVertical: p must be from 0 to 1, got 1.5.');
  });

  it('rotate turns by right angles exactly, and by others between', () => {
    const square = crop(0, 0, 3, 3)(image);
    expect([...rotate(90)(square).data.subarray(0, 9)]).toEqual([2, 12, 22, 1, 11, 21, 0, 10, 20]);
    expect(compose(rotate(90), rotate(90))(square)).toEqual(rotate(180)(square));
    expect(rotate(180)(image)).toEqual(compose(flipHorizontal(), flipVertical())(image));
    expect(rotate(0)(image)).toEqual(image);
    expect(rotate(-90)(rotate(90)(square))).toEqual(square);
    for (const turn of [rotate, randomRotation]) {
      expect(() => turn(Number.NaN)).toThrow(
        new RangeError(`${turn.name}: degrees must be finite, got NaN.`),
      );
    }
    const turned = rotate(45, 77)(square);
    // The corner comes from 0.41 pixels above the middle of the edge: 0.41 · 77 + 0.59 · 1
    expect([turned.data[0], turned.data[4]]).toEqual([32, 11]);
    const again = (seed: number) => randomRotation(30)(image, new Generator(seed)).data.join();
    expect(again(1)).toBe(again(1));
    expect(again(1)).not.toBe(again(2));
  });

  it('resize is what PyTorch interpolates', () => {
    const row = {
      data: Uint8Array.of(10, 20, 30, 40, 50, 60, 70, 80),
      channels: 1,
      height: 2,
      width: 4,
    };
    // F.interpolate(x, (3, 3), mode='bilinear'), rounded
    expect([...resize(3, 3)(row).data]).toEqual([12, 25, 38, 32, 45, 58, 52, 65, 78]);
    expect(resize(3, 4)(image)).toEqual(image);
    expect(() => resize(0, 3)).toThrow(RangeError);
  });

  it('colorJitter changes what it was asked to, and stays within bytes', () => {
    const grey = {
      data: Uint8Array.of(100, 200, 100, 200, 100, 200),
      channels: 3,
      height: 1,
      width: 2,
    };
    const generator = new Generator(4);
    expect(colorJitter({ saturation: 1 })(grey, generator).data).toEqual(grey.data);
    for (let i = 0; i < 20; i++) {
      const { data } = colorJitter({ contrast: 0.9 })(grey, generator);
      expect(Math.abs(data[0]! + data[1]! - 300)).toBeLessThanOrEqual(46); // cut at 255
      const light = colorJitter({ brightness: 0.2 })(grey, generator).data;
      expect(Math.abs(light[1]! / light[0]! - 2)).toBeLessThan(0.02);
    }
    expect(
      colorJitter({ brightness: 5 })({ ...grey, data: new Uint8Array(6).fill(255) }).data,
    ).toHaveLength(6);
    expect(() => colorJitter({ contrast: -1 })).toThrow(
      'colorJitter: contrast must be ≥ 0, got -1.',
    );
  });

  it('give the same for the same seed, leave the original alone, and keep the sizes they promise', () => {
    const all: readonly [Transform<Image>, number[]][] = [
      [
        compose(randomCrop(2, 3, 1), flipHorizontal(0.5), colorJitter({ brightness: 1 })),
        [2, 2, 3],
      ],
      [compose(randomRotation(90), flipVertical(0.5), resize(5, 6)), [2, 5, 6]],
    ];
    const before = image.data.slice();
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...all), (seed, [change, expected]) => {
        const out = change(image, new Generator(seed));
        expect(out).toEqual(change(image, new Generator(seed)));
        expect(size(out)).toEqual(expected);
        expect(image.data).toEqual(before);
      }),
      { numRuns: 50 },
    );
  });
});

describe('transforms of tensors', () => {
  it('normalize takes pictures and batches', () => {
    const x = tensor([[[1, 2]], [[3, 4]]]);
    const change = normalize([1, 2], [1, 2]);
    expect(change(x).toArray()).toEqual([[[0, 1]], [[0.5, 1]]]);
    expect(change(x.unsqueeze(0)).shape).toEqual([1, 2, 1, 2]);
    const bytes = tensor(Uint8Array.of(3, 4, 0, 8), [2, 1, 2]);
    expect([change(bytes).dtype, change(bytes).toArray()]).toEqual([
      'float32',
      [[[2, 3]], [[-1, 3]]],
    ]);
    expect(normalize([0.5, 0.25], [0.5, 2])(bytes).toArray()).toEqual([
      [[5, 7]],
      [[-0.125, 3.875]],
    ]);
    expect(() => normalize([0], [0])).toThrow('normalize: needs a positive standard deviation');
    expect(() => normalize([0, 1], [1])).toThrow(RangeError);
  });

  it('normalize makes no channels of means', () => {
    const change = normalize([0, 1, 2], [1, 2, 4]);
    expect(() => change(ones([1, 2, 2]))).toThrow(
      new ShapeError(
        'normalize: 3 means need (..., 3, H, W), got [1,2,2]. Give a mean for each channel, or one for all.',
      ),
    );
    expect(() => change(ones([3, 2]))).toThrow(ShapeError);
    expect(() => normalize([1], [2])(ones([2, 2]))).toThrow('(..., C, H, W)');
    expect(normalize([1], [2])(ones([3, 1, 1])).toArray()).toEqual([[[0]], [[0]], [[0]]]);
  });

  it('toTensor wants the bytes of the picture', () => {
    expect(toTensor(image).shape).toEqual([2, 3, 4]);
    expect(() => toTensor({ ...image, width: 5 })).toThrow(
      'toTensor: a picture of 2 × 3 × 5 needs 30 bytes, got 24.',
    );
  });

  it('oneHot wants classes that exist', () => {
    expect(() => oneHot(2)(tensor([2], { dtype: 'int32' }))).toThrow(ShapeError);
  });
});
