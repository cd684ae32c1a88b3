import { Generator } from '@kasane/tensor-core';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BLEU } from './bleu.ts';
import type { References } from './corpus-metric.ts';
import {
  approximateRandomization,
  bootstrap,
  pairedBootstrap,
  randomization,
  type Systems,
} from './significance.ts';

interface Test {
  readonly pValue: number;
  readonly mean: number;
  readonly ci: number;
  readonly chosen: readonly (readonly number[])[];
}

const file = new URL('../../test/fixtures/metrics.json', import.meta.url);
// What generate-metrics.py writes.
const { paired } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly paired: {
    readonly systems: Systems;
    readonly references: References;
    readonly scores: readonly number[];
    readonly bs: Test;
    readonly ar: Test;
  };
};
const { systems, references } = paired;
const bleu = new BLEU({ effectiveOrder: true });
const counts = [
  bleu.statistics(systems[0], references),
  bleu.statistics(systems[1], references),
] as const;

/** Draws what numpy drew. */
function recorded({ chosen }: Test): () => number {
  const all = chosen.flat();
  let next = 0;
  return () => all[next++]!;
}

describe("the tests of significance equal sacrebleu's, given its draws", () => {
  it('pairedBootstrap', async () => {
    const { bs } = paired;
    const found = await bootstrap(bleu, counts, bs.chosen.length, recorded(bs));
    expect(found.scores).toEqual(paired.scores.map((score) => expect.closeTo(score, 10) as number));
    expect(found.pValue).toBe(bs.pValue);
    expect(found.means[1]).toBeCloseTo(bs.mean, 4); // sacrebleu adds up in float32
    expect(found.intervals[1]).toBeCloseTo(bs.ci, 4);
  });

  it('approximateRandomization', async () => {
    const { ar } = paired;
    const found = await randomization(bleu, counts, ar.chosen.length, recorded(ar));
    expect(found.pValue).toBe(ar.pValue);
  });
});

describe.each([pairedBootstrap, approximateRandomization])('%o', (test) => {
  it('gives the same for the same seed', async () => {
    const run = (seed: number): Promise<unknown> =>
      test(systems, references, bleu, { numSamples: 50, generator: new Generator(seed) });
    expect(await run(1)).toEqual(await run(1));
  });

  it('stops when its signal says so', async () => {
    const stop = new AbortController();
    const run = test(systems, references, bleu, { numSamples: 1e6, signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 20);
    await expect(run).rejects.toThrow('enough');
  });

  it('refuses no trials, one system, and systems of different length', async () => {
    await expect(test(systems, references, bleu, { numSamples: 0 })).rejects.toThrow(
      'numSamples must be a whole number ≥ 1, got 0.',
    );
    const one: unknown = [systems[0]];
    await expect(test(one as Systems, references, bleu)).rejects.toThrow('two systems');
    await expect(test([systems[0], ['x']], references, bleu)).rejects.toThrow('for 1 hypotheses');
  });
});
