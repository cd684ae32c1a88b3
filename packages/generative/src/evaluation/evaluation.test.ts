import { concat, Generator, randn, tensor, type Tensor } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixture from '../../test/fixtures/evaluation.json' with { type: 'json' };
import { frechetDistance } from './frechet.ts';
import { modesCovered } from './modes.ts';
import { eightCentres, eightGaussians, twoMoons } from './points.ts';
import { precisionRecall } from './precision-recall.ts';

const double = (rows: number[][]): Tensor => tensor(rows, { dtype: 'float64' });

describe('frechetDistance', () => {
  it.each(fixture.frechet)('is what SciPy’s square root of a matrix says', ({ x, y, distance }) => {
    expect(frechetDistance(double(x), double(y)) / distance).toBeCloseTo(1, 6);
    expect(frechetDistance(double(y), double(x)) / distance).toBeCloseTo(1, 6);
  });

  it('is 0 for a sample and itself, and the square of how far it is moved', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 2, max: 60 }), (D, N) => {
        const x = randn([N, D], { generator: new Generator(D), dtype: 'float64' });
        expect(frechetDistance(x, x)).toBeLessThan(1e-6);
        expect(frechetDistance(x, x.add(2))).toBeCloseTo(4 * D, 5);
      }),
      { numRuns: 20 },
    );
  });

  it('takes features of which some never differ, or depend on others', () => {
    const x = randn([30, 2], { generator: new Generator(1), dtype: 'float64' });
    const wide = concat([x, x, x.mul(0)], 1);
    const other = wide.mul(2);
    // Twice the same distance, and nothing of the rest.
    expect(frechetDistance(wide, other)).toBeCloseTo(2 * frechetDistance(x, x.mul(2)), 6);
  });

  it('names what does not fit', () => {
    expect(() => frechetDistance(tensor([[1]]), tensor([[1], [2]]))).toThrow(/at least 2 points/);
    const bad = tensor([[NaN], [1]]);
    expect(() => frechetDistance(bad, bad)).toThrow(/must be finite/);
  });
});

describe('precisionRecall', () => {
  it.each(fixture.precisionRecall)('is what balls of $k neighbours say', (c) => {
    const { precision, recall } = precisionRecall(double(c.x), double(c.y), { k: c.k });
    expect(precision).toBeCloseTo(c.precision, 12);
    expect(recall).toBeCloseTo(c.recall, 12);
  });

  it('tells samples that miss modes from samples that are beside them', () => {
    const generator = new Generator(0);
    const real = eightGaussians(400, { generator });
    const one = tensor([[2, 0]]).add(randn([100, 2], { generator }).mul(0.1));
    expect(precisionRecall(real, one).precision).toBeGreaterThan(0.9);
    expect(precisionRecall(real, one).recall).toBeLessThan(0.15);
    const wide = randn([400, 2], { generator }).mul(2);
    expect(precisionRecall(real, wide).precision).toBeLessThan(0.6);
    expect(precisionRecall(real, wide).recall).toBeGreaterThan(0.9);
  });

  it('needs more points than neighbours', () => {
    const x = tensor([[1], [2], [3]]);
    expect(() => precisionRecall(x, x)).toThrow(/at least 4 points, got \[3,1\]/);
  });
});

describe('modesCovered', () => {
  it('counts points near the centre that is nearest', () => {
    const points = tensor([
      [2, 0],
      [2, 0.1],
      [0, 2],
      [0, 0],
    ]);
    const found = modesCovered(points, eightCentres(), { radius: 0.2, atLeast: 0.3 });
    expect(found).toEqual({ modes: 1, share: 0.75, counts: [2, 0, 1, 0, 0, 0, 0, 0] });
  });

  it('names a radius that is none', () => {
    const x = eightCentres();
    expect(() => modesCovered(x, x, { radius: NaN })).toThrow(/radius must be above 0, got NaN/);
  });
});

it('points in the plane are drawn from the generator that is given, and name what is no number', () => {
  const [a, b] = [1, 1].map((seed) => twoMoons(5, { generator: new Generator(seed) }));
  expect(a!.toArray()).toEqual(b!.toArray());
  expect(() => twoMoons(5, { noise: NaN })).toThrow(/noise must be ≥ 0, got NaN/);
  expect(() => eightGaussians(-1)).toThrow(/n must be a whole number/);
});
