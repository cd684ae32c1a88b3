import { Generator, zeros } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { clusters, fixture, flat } from '../../test/projections.ts';
import { Turns } from '@kasane/tensor-core/turns';
import { affinities } from './affinities.ts';
import { Measured } from './distances.ts';
import { nearestPoints } from './neighbors.ts';
import { trustworthiness } from './trustworthiness.ts';
import { Descent } from './tsne-descent.ts';
import { TSNE } from './tsne.ts';

const affinitiesOf = async (points: number[][], perplexity: number) => {
  const measured = new Measured('test', flat(points), 'euclidean');
  const k = Math.min(points.length - 1, 3 * perplexity + 1);
  return affinities(await nearestPoints('test', measured, measured, k, new Turns()), perplexity);
};

describe('affinities', () => {
  it("are scikit-learn's", async () => {
    const { perplexity, affinities: expected } = fixture.tsne;
    const found = await affinitiesOf(fixture.points, perplexity);
    expect([...found.starts]).toEqual(expected.starts);
    expect([...found.columns]).toEqual(expected.columns);
    found.values.forEach((v, e) => expect(v / expected.values[e]!).toBeCloseTo(1, 2));
  });

  it('do not depend on the scale of the points, and stand equal points', async () => {
    const points = clusters(30, 3, 4);
    const [one, other] = await Promise.all(
      [1e-80, 1e80].map((scale) =>
        affinitiesOf(
          points.map((p) => p.map((v) => v * scale)),
          5,
        ),
      ),
    );
    one!.values.forEach((v, e) => expect(v).toBeCloseTo(other!.values[e]!, 9));
    const equal = await affinitiesOf(
      Array.from({ length: 12 }, () => [1, 2]),
      3,
    );
    expect(equal.values.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 10);
  });
});

/** The gradient of KL(p‖q) over all pairs, and the divergence. */
function exact(p: Awaited<ReturnType<typeof affinitiesOf>>, y: Float64Array, dims: number) {
  const n = y.length / dims;
  const w = (i: number, j: number): number => {
    let square = 0;
    for (let d = 0; d < dims; d++) square += (y[i * dims + d]! - y[j * dims + d]!) ** 2;
    return 1 / (1 + square);
  };
  const full = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let e = p.starts[i]!; e < p.starts[i + 1]!; e++)
      full[i * n + p.columns[e]!] = p.values[e]!;
  }
  let z = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j) z += w(i, j);
  const gradient = new Float64Array(y.length);
  let divergence = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      const [pij, wij] = [full[i * n + j]!, w(i, j)];
      if (pij > 0) divergence += pij * Math.log((pij * z) / wij);
      for (let d = 0; d < dims; d++) {
        gradient[i * dims + d]! +=
          4 * (pij - wij / z) * wij * (y[i * dims + d]! - y[j * dims + d]!);
      }
    }
  }
  return { z, gradient, divergence };
}

describe.each([1, 2, 3])('the gradient in %i dimensions', (dims) => {
  const points = clusters(150, 4, 6);
  const drawn = (): Float64Array => {
    const generator = new Generator(5);
    return Float64Array.from(
      { length: 150 * dims },
      (_, i) => (i < 20 * dims ? 1.5 : generator.normal() * 8), // some lie in one place
    );
  };

  it('is the sum over all pairs at angle 0', async () => {
    const p = await affinitiesOf(points, 10);
    const descent = new Descent(p, drawn(), dims, 0, new Turns());
    const z = await descent.findGradient(1);
    const expected = exact(p, drawn(), dims);
    expect(z).toBeCloseTo(expected.z, 6);
    expect(descent.divergence(z)).toBeCloseTo(expected.divergence, 9);
    descent.gradient.forEach((g, i) => expect(g).toBeCloseTo(expected.gradient[i]!, 12));
  });

  it.each([0.5, 1])('is near it at angle %f', async (angle) => {
    const p = await affinitiesOf(points, 10);
    const descent = new Descent(p, drawn(), dims, angle, new Turns());
    const z = await descent.findGradient(1);
    const expected = exact(p, drawn(), dims);
    expect(Math.abs(z / expected.z - 1)).toBeLessThan(0.08 * angle);
    const error = descent.gradient.map((g, i) => g - expected.gradient[i]!);
    expect(Math.hypot(...error) / Math.hypot(...expected.gradient)).toBeLessThan(0.08 * angle);
  });
});

describe('TSNE', () => {
  it("comes to scikit-learn's divergence and trustworthiness", async () => {
    const { perplexity, klDivergence, trustworthiness: expected } = fixture.tsne;
    const tsne = await TSNE.fit(fixture.points, { perplexity });
    expect(tsne.klDivergence).toBeLessThan(klDivergence * 1.05);
    expect(tsne.klDivergence).toBeGreaterThan(klDivergence * 0.8);
    expect(await trustworthiness(fixture.points, tsne.embedding)).toBeGreaterThan(expected - 0.02);
  });

  it.each([
    { nComponents: 1 },
    { nComponents: 3 },
    { init: 'random' },
    { metric: 'cosine' },
  ] as const)('keeps clusters together with %o', async (options) => {
    const points = clusters(120, 3, 8);
    const tsne = await TSNE.fit(points, {
      perplexity: 15,
      maxIter: 400,
      generator: new Generator(1),
      ...options,
    });
    expect(tsne.embedding.shape).toEqual([120, options.nComponents ?? 2]);
    const y = tsne.embedding.toArray() as number[][];
    const nearestOf = (i: number): number => {
      const far = (j: number): number => Math.hypot(...y[i]!.map((v, d) => v - y[j]![d]!));
      return y.reduce((best, _, j) => (j !== i && (best < 0 || far(j) < far(best)) ? j : best), -1);
    };
    const kept = y.filter((_, i) => nearestOf(i) % 3 === i % 3).length;
    expect(kept).toBeGreaterThan(114);
  });

  it('gives the same bits for the same seed', async () => {
    const points = clusters(50, 3, 4);
    const fit = (seed: number) =>
      TSNE.fitTransform(points, {
        perplexity: 5,
        maxIter: 60,
        init: 'random',
        generator: new Generator(seed),
      });
    const [one, again, other] = await Promise.all([fit(1), fit(1), fit(2)]);
    expect(one!.toArray()).toEqual(again!.toArray());
    expect(one!.toArray()).not.toEqual(other!.toArray());
  });

  it('starts where it is told, and moves points that do not differ apart', async () => {
    const points = clusters(20, 2, 3);
    const init = points.map(([x, y]) => [x!, y!]);
    const options = { perplexity: 4, maxIter: 1, learningRate: 1e-12 };
    const still = await TSNE.fit(points, { ...options, init });
    (still.embedding.toArray() as number[][]).forEach((row, i) =>
      row.forEach((v, d) => expect(v).toBeCloseTo(init[i]![d]!, 5)),
    );
    const line = await TSNE.fit(
      Array.from({ length: 20 }, (_, i) => [i]),
      { perplexity: 4 },
    );
    const same = await TSNE.fit(zeros([20, 3]), { perplexity: 4 });
    for (const { embedding } of [line, same]) {
      const columns = embedding.variance(0).toArray() as number[];
      for (const spread of columns) expect(spread).toBeGreaterThan(1e-6);
    }
  });

  it('ends when nothing gets better, reports how far it is, and can be ended', async () => {
    const points = clusters(40, 2, 3);
    const short = await TSNE.fit(points, { perplexity: 5, minGradNorm: 1 });
    expect(short.nIter).toBeLessThan(1000);
    const seen: number[] = [];
    const whole = await TSNE.fit(points, {
      perplexity: 5,
      maxIter: 300,
      onProgress: ({ iteration, iterations, embedding }) => {
        expect([iterations, embedding.length]).toEqual([300, 80]);
        seen.push(iteration);
      },
    });
    expect(whole.nIter).toBe(300);
    expect(seen.at(-1)).toBe(300);
    const control = new AbortController();
    const onProgress = (): void => control.abort(new Error('enough'));
    await expect(
      TSNE.fit(points, { perplexity: 5, maxIter: 1e6, signal: control.signal, onProgress }),
    ).rejects.toThrow('enough');
  });

  it('says what is wrong', async () => {
    const points = clusters(20, 2, 3);
    await expect(TSNE.fit(points)).rejects.toThrow(
      'TSNE.fit: perplexity must be a number from 1 to 19, one less than there are points, got 30.',
    );
    await expect(TSNE.fit([])).rejects.toThrow(
      'points must have at least one number each, got none',
    );
    await expect(TSNE.fit(zeros([0, 3]))).rejects.toThrow('needs at least two points, got 0.');
    await expect(TSNE.fit([[1, NaN]])).rejects.toThrow('got NaN in point 0');
    await expect(TSNE.fit(points, { nComponents: 4 })).rejects.toThrow('from 1 to 3, got 4');
    await expect(TSNE.fit(points, { angle: 2 })).rejects.toThrow('angle must be');
    await expect(TSNE.fit(points, { perplexity: NaN })).rejects.toThrow('perplexity must be');
    await expect(TSNE.fit(points, { perplexity: 5, init: [[1, 2]] })).rejects.toThrow(
      'TSNE.fit: init must have shape [20, 2], one row for each point, got [1, 2].',
    );
    await expect(
      TSNE.fit(points, { perplexity: 5, learningRate: 1e300, init: 'random' }),
    ).rejects.toThrow('the points fly apart at iteration');
    // @ts-expect-error -- its name is another
    await expect(TSNE.fit(points, { learning_rate: 5 })).rejects.toThrow(
      'did you mean learningRate?',
    );
    // @ts-expect-error -- there is none of this name
    await expect(TSNE.fit(points, { perplexity: 5, init: 'spectral' })).rejects.toThrow(
      "init must be 'pca', 'random' or the first places, got 'spectral'.",
    );
  });
});
