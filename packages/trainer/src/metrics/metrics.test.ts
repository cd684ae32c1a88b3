import {
  CheckpointError,
  manualSeed,
  rand,
  randint,
  randn,
  tensor,
  zeros,
  type Tensor,
} from '@kasane/tensor-core';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { Accuracy } from './accuracy.ts';
import { AUC } from './auc.ts';
import { ConfusionMatrix } from './confusion-matrix.ts';
import { MeanSquaredError } from './mean-squared-error.ts';
import type { Metric } from './metric.ts';
import { Perplexity } from './perplexity.ts';
import { F1, Precision, Recall } from './precision-recall.ts';
import { R2 } from './r2.ts';
import { TopKAccuracy } from './top-k-accuracy.ts';

const labels = (values: number[] | number[][]): Tensor => tensor(values, { dtype: 'int32' });

async function valueOf<R>(
  metric: Metric<R, unknown>,
  ...batches: readonly (readonly [Tensor, Tensor])[]
): Promise<R> {
  for (const [output, target] of batches) await metric.update(output, target);
  return metric.compute();
}

// Predicted 0, 2, 1, 1, 0, 2 for 0, 1, 1, 2, 0, 2.
const scores = tensor([
  [3, 1, 2],
  [0, 1, 5],
  [1, 9, 2],
  [0, 4, 3],
  [7, 0, 1],
  [1, 2, 3],
]);
const classes = labels([0, 1, 1, 2, 0, 2]);

describe('classes', () => {
  it('counts by hand', async () => {
    expect(await valueOf(new Accuracy(), [scores, classes])).toBe(4 / 6);
    expect(await valueOf(new ConfusionMatrix(), [scores, classes])).toEqual([
      [2, 0, 0],
      [0, 1, 1],
      [0, 1, 1],
    ]);
    const macro = { average: 'macro' } as const;
    expect(await valueOf(new Precision(macro), [scores, classes])).toBeCloseTo(2 / 3, 12);
    expect(await valueOf(new Recall(macro), [scores, classes])).toBeCloseTo(2 / 3, 12);
    expect(await valueOf(new F1({ average: 'micro' }), [scores, classes])).toBe(4 / 6);
  });

  it('takes class 1 of two, from scores above a threshold', async () => {
    const batch = [tensor([0.9, 0.6, 0.4, 0.2, 0.8]), tensor([1, 0, 1, 0, 1])] as const;
    expect(await valueOf(new Precision(), batch)).toBe(2 / 3);
    expect(await valueOf(new Recall(), batch)).toBe(2 / 3);
    expect(await valueOf(new F1({ threshold: 0.7 }), batch)).toBe(0.8); // 2·2 / (2·2 + 0 + 1)
    expect(await valueOf(new Accuracy({ threshold: 0 }), batch)).toBe(0.6);
  });

  it('is 0 where nothing was predicted, and where there is no such class', async () => {
    const batch = [tensor([0.1, 0.2]), tensor([0, 0])] as const;
    for (const Kind of [Precision, Recall, F1]) expect(await valueOf(new Kind(), batch)).toBe(0);
  });

  it('takes sequences and leaves out ignored targets', async () => {
    const output = tensor([
      [
        [1, 0, 0],
        [0, 1, 1],
      ],
    ]); // (1, 2, 3): predicted 0, 1, 1
    const target = labels([[0, -100, 0]]);
    expect(await valueOf(new Accuracy(), [output, target])).toBe(0.5);
    expect(await valueOf(new ConfusionMatrix(), [output, target])).toEqual([
      [1, 1],
      [0, 0],
    ]);
    expect(await valueOf(new TopKAccuracy(2), [output, target])).toBe(1);
    expect(await valueOf(new TopKAccuracy(1), [output, target])).toBe(0.5);
  });

  it('is NaN without a sample, with no batch, an empty one, or ignored targets alone', async () => {
    const averages = (['macro', 'micro', 'binary'] as const).flatMap((average) =>
      [Precision, Recall, F1].map((Kind) => () => new Kind({ average })),
    );
    for (const make of [() => new Accuracy(), () => new TopKAccuracy(1), ...averages]) {
      expect(await valueOf(make())).toBeNaN();
      expect(await valueOf(make(), [zeros([0, 2]), labels([])])).toBeNaN();
      expect(await valueOf(make(), [zeros([2, 2]), labels([-100, -100])])).toBeNaN();
    }
    const ignored = [zeros([1, 2]), labels([-100])] as const;
    expect(await valueOf(new Perplexity(), ignored)).toBeNaN();
    for (const Kind of [AUC, R2, MeanSquaredError]) {
      expect(await valueOf(new Kind())).toBeNaN();
      expect(await valueOf(new Kind(), [zeros([0]), zeros([0])])).toBeNaN();
    }
  });

  it('ranks the k largest scores as topk does', async () => {
    manualSeed(3);
    const output = randn([50, 7]);
    const target = randint(0, 7, [50]);
    const { indices } = output.topk(3);
    const rows = indices.toArray() as number[][]; // a matrix
    const right = rows.filter((row, i) => row.includes(target.select(0, i).item())).length;
    expect(await valueOf(new TopKAccuracy(3), [output, target])).toBe(right / 50);
  });

  it('says what does not fit', async () => {
    await expect(new Accuracy().update(scores, tensor([1, 2]))).rejects.toThrow(
      "Accuracy: needs scores (N, C, ...) of targets (N, ...), or of the targets' shape, got [6,3] and [2]. Pass class indices, argmax(1) of one-hot targets.",
    );
    await expect(valueOf(new F1(), [scores, classes])).rejects.toThrow(
      "F1: the average 'binary' is for two classes, got 3. Pass { average: 'macro' } or 'micro'.",
    );
    await expect(new ConfusionMatrix().update(tensor([[1, 2]]), labels([2]))).rejects.toThrow(
      'ConfusionMatrix: targets must be classes from 0 to 1, got 2. Give the output a score for each class.',
    );
    await expect(new TopKAccuracy(1).update(tensor([[1, 2]]), tensor([0.5]))).rejects.toThrow(
      'TopKAccuracy: targets must be classes from 0 to 1, got 0.5.',
    );
    expect(() => new TopKAccuracy(0)).toThrow('TopKAccuracy: k must be a whole number ≥ 1, got 0.');
  });
});

interface Fixture {
  readonly classes: readonly {
    readonly classes: number;
    readonly targets: number[];
    readonly predicted: number[];
    readonly accuracy: number;
    readonly macro: number[];
    readonly micro: number[];
    readonly matrix: number[][];
  }[];
  readonly binary: readonly { targets: number[]; predicted: number[]; binary: number[] }[];
  readonly topK: readonly { scores: number[][]; targets: number[]; k: number; value: number }[];
  readonly auc: readonly { scores: number[]; targets: number[]; value: number | null }[];
  readonly r2: readonly { outputs: number[]; targets: number[]; value: number | null }[];
}

describe('as scikit-learn has it', async () => {
  const path = new URL('../../test/fixtures/metrics.json', import.meta.url);
  const fixture: Fixture = JSON.parse(await readFile(path, 'utf8'));
  // What it does not define is null in the file.
  const rounded = (value: number | null): number => Number((value ?? NaN).toFixed(12));
  const all = [Precision, Recall, F1];

  it.each(fixture.classes)('of %j', async ({ classes, targets, predicted, ...wanted }) => {
    const scores = tensor(
      predicted.map((p) => Array.from({ length: classes }, (_, c) => +(c === p))),
    );
    const batch = [scores, labels(targets)] as const;
    expect(rounded(await valueOf(new Accuracy(), batch))).toBe(rounded(wanted.accuracy));
    expect(await valueOf(new ConfusionMatrix(), batch)).toEqual(wanted.matrix);
    for (const average of ['macro', 'micro'] as const) {
      for (const [i, Kind] of all.entries()) {
        expect(rounded(await valueOf(new Kind({ average }), batch))).toBe(
          rounded(wanted[average][i]!),
        );
      }
    }
  });

  it.each(fixture.binary)('of two classes, %j', async ({ targets, predicted, binary }) => {
    for (const [i, Kind] of all.entries()) {
      expect(rounded(await valueOf(new Kind(), [tensor(predicted), tensor(targets)]))).toBe(
        rounded(binary[i]!),
      );
    }
  });

  it.each(fixture.topK)('of the k largest with ties, %j', async ({ scores, targets, k, value }) => {
    expect(rounded(await valueOf(new TopKAccuracy(k), [tensor(scores), labels(targets)]))).toBe(
      rounded(value),
    );
  });

  it.each(fixture.auc)('of ranks, %j', async ({ scores, targets, value }) => {
    expect(rounded(await valueOf(new AUC(), [tensor(scores), tensor(targets)]))).toBe(
      rounded(value),
    );
  });

  it.each(fixture.r2)('of a regression, %j', async ({ outputs, targets, value }) => {
    const double = (values: number[]): Tensor => tensor(values, { dtype: 'float64' });
    expect(rounded(await valueOf(new R2(), [double(outputs), double(targets)]))).toBe(
      rounded(value),
    );
  });
});

describe('AUC', () => {
  it('is the share of pairs in the right order, ties counting half', async () => {
    manualSeed(1);
    const output = rand([60]).mul(10).floor(); // many ties
    const target = randint(0, 2, [60]);
    const [s, y] = [output.dataSync(), target.dataSync()];
    let right = 0;
    let pairs = 0;
    for (let i = 0; i < 60; i++) {
      for (let j = 0; j < 60; j++) {
        if (y[i] !== 1 || y[j] !== 0) continue;
        pairs++;
        right += s[i]! > s[j]! ? 1 : s[i] === s[j] ? 0.5 : 0;
      }
    }
    expect(await valueOf(new AUC(), [output, target])).toBeCloseTo(right / pairs, 12);
  });

  it('is NaN without one of the classes or with a score that is NaN, and wants 0 and 1', async () => {
    expect(await valueOf(new AUC(), [tensor([1, 2]), tensor([1, 1])])).toBeNaN();
    expect(await valueOf(new AUC(), [tensor([1, NaN]), tensor([1, 0])])).toBeNaN();
    await expect(new AUC().update(tensor([1]), tensor([2]))).rejects.toThrow(
      'AUC: targets must be 0 or 1, got 2. Compare one class with the rest.',
    );
  });
});

describe('regression', () => {
  it('explains the variance column by column', async () => {
    // Column 0: errors 0.5² + 0 + 1², total 2·... of 1, 2, 6 around 3; column 1 is exact and constant.
    const output = tensor([
      [1.5, 4],
      [2, 4],
      [7, 4],
    ]);
    const target = tensor([
      [1, 4],
      [2, 4],
      [6, 4],
    ]);
    expect(await valueOf(new R2(), [output, target])).toBeCloseTo((1 - 1.25 / 14 + 1) / 2, 12);
    expect(await valueOf(new MeanSquaredError(), [output, target])).toBeCloseTo(1.25 / 6, 12);
  });

  it('keeps the variance of large numbers', async () => {
    const target = tensor(new Float64Array([1e9, 1e9 + 1, 1e9 + 2]));
    const output = tensor(new Float64Array([1e9, 1e9 + 1, 1e9 + 3]));
    expect(await valueOf(new R2(), [output, target])).toBe(0.5);
  });
});

describe('Perplexity', () => {
  it('is exp of the mean over all targets that count', async () => {
    const output = tensor([
      [Math.log(3), 0],
      [0, 0],
    ]);
    const value = await valueOf(new Perplexity({ ignoreIndex: 1 }), [output, labels([0, 1])]);
    expect(value).toBeCloseTo(4 / 3, 6); // p = 3/4 for the one that counts
  });
});

describe('uneven batches', () => {
  manualSeed(5);
  const output = randn([10, 2]);
  const target = randint(0, 2, [10]);
  const one = output.select(1, 0);
  const kinds: [string, () => Metric<unknown, unknown>, Tensor, Tensor][] = [
    ['Accuracy', () => new Accuracy(), output, target],
    ['TopKAccuracy', () => new TopKAccuracy(1), output, target],
    ['Precision', () => new Precision(), output, target],
    ['Recall', () => new Recall(), output, target],
    ['F1', () => new F1(), output, target],
    ['ConfusionMatrix', () => new ConfusionMatrix(), output, target],
    ['Perplexity', () => new Perplexity(), output, target],
    ['AUC', () => new AUC(), one, target],
    ['R2', () => new R2(), one, target.cast('float32')],
    ['MeanSquaredError', () => new MeanSquaredError(), one, target],
  ];

  it.each(kinds)(
    '%s of 7 and 3 is that of 10, across a saved state and after reset',
    async (_, make, all, wanted) => {
      const whole = make();
      await whole.update(all, wanted);
      const first = make();
      await first.update(all.slice(0, 0, 7), wanted.slice(0, 0, 7));
      const parts = make();
      parts.loadStateDict(JSON.parse(JSON.stringify(first.stateDict())));
      await first.update(all.slice(0, 0, 1), wanted.slice(0, 0, 1)); // the state was a copy
      await parts.update(all.slice(0, 7), wanted.slice(0, 7));
      const flat = (metric: Metric<unknown, unknown>): number[] =>
        [metric.compute()].flat(2) as number[]; // a number, or rows of them
      expect(flat(parts)).toHaveLength(flat(whole).length);
      flat(parts).forEach((value, i) => expect(value).toBeCloseTo(flat(whole)[i]!, 6));
      first.reset();
      await first.update(all, wanted);
      expect(first.compute()).toEqual(whole.compute());
    },
  );

  it.each(kinds)(
    '%s refuses a state that is none, and keeps its own',
    async (_, make, all, wanted) => {
      const metric = make();
      await metric.update(all, wanted);
      const before = metric.stateDict();
      const texts = JSON.parse(
        JSON.stringify(before).replaceAll(/-?[\d.]+(e-?\d+)?/g, '"x"'),
      ) as unknown;
      for (const state of [null, undefined, 3, 'x', {}, [[1, 2]], [null], texts]) {
        expect(() => metric.loadStateDict(state)).toThrow(CheckpointError);
        expect(() => metric.loadStateDict(state)).toThrow(
          /^\w+: the state must be what its stateDict gives, got /,
        );
      }
      expect(metric.stateDict()).toEqual(before);
    },
  );
});
