import { Generator } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import {
  collateScenes,
  makeBinaryAddition,
  makeBlobs,
  makeGlyphs,
  makeMoons,
  makeScenes,
  makeShapes,
  makeSine,
  makeSpirals,
  type LabeledImages,
} from './index.ts';

const seeded = (seed: number) => ({ generator: new Generator(seed) });

it('every generator gives the same for the same seed, and something else for another', () => {
  const makers: readonly ((seed: number) => string)[] = [
    (seed) => String(makeBinaryAddition(20, seeded(seed)).tensors[0].dataSync().join()),
    (seed) =>
      String(
        makeSine(3, { noise: 0.1, ...seeded(seed) })
          .tensors[0].dataSync()
          .join(),
      ),
    (seed) => String(makeMoons(20, seeded(seed)).tensors[0].dataSync().join()),
    (seed) => String(makeSpirals(20, seeded(seed)).tensors[0].dataSync().join()),
    (seed) => String(makeBlobs(20, seeded(seed)).tensors[0].dataSync().join()),
    (seed) => makeShapes(10, { size: 16, ...seeded(seed) }).data.join(),
    (seed) => JSON.stringify(makeScenes(3, { size: 32, ...seeded(seed) }).get(2)),
    (seed) => makeGlyphs({ alphabets: 1, characters: 2, drawings: 2, ...seeded(seed) }).data.join(),
  ];
  for (const make of makers) {
    expect(make(1)).toBe(make(1));
    expect(make(1)).not.toBe(make(2));
  }
});

describe('makeBinaryAddition', () => {
  it('adds up, lowest bit first', () => {
    const [inputs, sums] = makeBinaryAddition(200, { bits: 8, ...seeded(1) }).tensors;
    const [x, y] = [inputs.dataSync(), sums.dataSync()];
    const number = (bit: (t: number) => number): number =>
      Array.from({ length: 8 }, (_, t) => bit(t) * 2 ** t).reduce((a, b) => a + b, 0);
    const seen = new Set<number>();
    for (let i = 0; i < 200; i++) {
      const a = number((t) => x[(i * 8 + t) * 2]!);
      const b = number((t) => x[(i * 8 + t) * 2 + 1]!);
      expect(number((t) => y[i * 8 + t]!)).toBe(a + b);
      seen.add(a);
    }
    expect(Math.max(...seen)).toBeLessThan(128);
    expect(seen.size).toBeGreaterThan(80);
    expect(() => makeBinaryAddition(1, { bits: 31 })).toThrow('bits must be at most 30');
  });
});

describe('points and curves', () => {
  it('have classes in equal shares at the places they are said to lie', () => {
    const [x, y] = makeMoons(400, { noise: 0.05, ...seeded(1) }).tensors;
    expect(y.bincount().toArray()).toEqual([200, 200]);
    const [points, labels] = [x.dataSync(), y.dataSync()];
    for (let i = 0; i < 400; i++) {
      const [cx, cy] = labels[i] === 0 ? [0, 0] : [1, 0.5];
      expect(Math.abs(Math.hypot(points[2 * i]! - cx, points[2 * i + 1]! - cy) - 1)).toBeLessThan(
        0.25,
      );
    }
    const [centre] = makeBlobs(500, { classes: 1, std: 0.5, ...seeded(2) }).tensors;
    expect(centre.sub(centre.mean(0)).square().mean().sqrt().item()).toBeCloseTo(0.5, 1);
    const [arm] = makeSpirals(300, { classes: 1, turns: 2, noise: 0, ...seeded(2) }).tensors;
    expect(arm.norm(1).min().item()).toBeGreaterThanOrEqual(0.0999);
  });

  it('makeSine asks for the next step', () => {
    const [x, y] = makeSine(5, { length: 10, step: 0.3, ...seeded(1) }).tensors;
    expect([x.shape, y.shape]).toEqual([
      [5, 10, 1],
      [5, 10, 1],
    ]);
    // sin(t + s) + sin(t - s) = 2 sin t cos s
    const sum = y.slice(1, 1).add(x.slice(1, 0, 9));
    const twice = x.slice(1, 1).mul(2 * Math.cos(0.3));
    expect(sum.sub(twice).abs().max().item()).toBeLessThan(1e-6);
  });
});

/** The share of samples whose nearest training picture, by squared distance, has their class. */
function nearest(train: LabeledImages, test: LabeledImages): number {
  let right = 0;
  for (let i = 0; i < test.length; i++) {
    const a = test.image(i).data;
    let best = Infinity;
    let label = -1;
    for (let j = 0; j < train.length; j++) {
      const b = train.image(j).data;
      let distance = 0;
      for (let p = 0; p < a.length; p++) distance += (a[p]! - b[p]!) ** 2;
      if (distance < best) [best, label] = [distance, train.labels[j]!];
    }
    right += Number(label === test.labels[i]);
  }
  return right / test.length;
}

describe('makeShapes', () => {
  it('has figures that colours alone do not tell apart', () => {
    const [train, test] = [makeShapes(300, seeded(1)), makeShapes(50, seeded(2))];
    const share = nearest(train, test);
    expect(share).toBeLessThan(0.5); // pixels of grounds and colours lead nowhere
    expect(train.origin).toBe('generated: coloured shapes');
    expect(() => makeShapes(1, { size: 7 })).toThrow(RangeError);
  });
});

describe('makeScenes', () => {
  const scenes = makeScenes(30, { maxObjects: 4, ...seeded(3) });

  it('has boxes within the picture that do not overlap, one at least', () => {
    for (let i = 0; i < scenes.length; i++) {
      const { boxes, labels } = scenes.get(i);
      expect(boxes.length).toBe(labels.length);
      expect(boxes.length).toBeGreaterThanOrEqual(1);
      boxes.forEach(([x1, y1, x2, y2], k) => {
        expect(0 <= x1 && x1 + 4 < x2 && x2 <= 112 && 0 <= y1 && y1 + 4 < y2 && y2 <= 112).toBe(
          true,
        );
        for (const [u1, v1, u2, v2] of boxes.slice(k + 1)) {
          expect(x2 <= u1 || u2 <= x1 || y2 <= v1 || v2 <= y1).toBe(true);
        }
      });
    }
  });

  it('paints every figure into its box: all that differs from the ground lies in one', () => {
    for (let i = 0; i < scenes.length; i++) {
      const { image, boxes } = scenes.get(i);
      for (const [x1, y1, x2, y2] of boxes) {
        // Saturated pixels touch all four sides of the box, and none stands just outside of it.
        const vivid = (x: number, y: number): boolean => {
          const at = [0, 1, 2].map((c) => image.data[(c * 112 + y) * 112 + x] ?? 0);
          return Math.max(...at) - Math.min(...at) > 90;
        };
        const xs = Array.from({ length: x2 - x1 }, (_, k) => x1 + k);
        const ys = Array.from({ length: y2 - y1 }, (_, k) => y1 + k);
        const inside = ys.flatMap((y) => xs.filter((x) => vivid(x, y)));
        expect(inside.length).toBeGreaterThan(0.15 * xs.length * ys.length);
        if (x1 >= 2) expect(ys.some((y) => vivid(x1 - 2, y))).toBe(false);
        if (x2 <= 110) expect(ys.some((y) => vivid(x2 + 1, y))).toBe(false);
      }
    }
  });

  it('joins to batches whose boxes stay apart', () => {
    const { images, boxes, labels } = collateScenes([scenes.get(0), scenes.get(1)]);
    expect(images.shape).toEqual([2, 3, 112, 112]);
    expect(boxes.map(({ shape }) => shape)).toEqual(labels.map(({ shape }) => [shape[0], 4]));
    expect(labels[0]!.dtype).toBe('int32');
    expect(() => makeScenes(1, { classes: 11 })).toThrow(
      'makeScenes: there are only 10 classes, got 11.',
    );
  });
});

describe('makeGlyphs', () => {
  it('has drawings that resemble those of their own character most', () => {
    const glyphs = makeGlyphs({ alphabets: 2, characters: 8, drawings: 12, ...seeded(5) });
    const half = (odd: number): LabeledImages =>
      glyphs.select(Array.from({ length: glyphs.length / 2 }, (_, i) => 2 * i + odd));
    const share = nearest(half(0), half(1));
    expect(share).toBeGreaterThan(0.7); // one in sixteen by chance
    expect(share).toBeLessThan(1); // writers differ
    for (let i = 0; i < glyphs.length; i++) {
      expect(glyphs.image(i).data.some((value) => value > 200)).toBe(true);
    }
  });
});
