import { crossEntropy } from '@kasane/nn';
import { DataLoader } from '@kasane/datasets';
import { DataError, Generator, randn, ShapeError, tensor, zeros } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  averageCheckpoints,
  batchByTokens,
  BatchDataset,
  padPairs,
  sequenceLoss,
} from './index.ts';
import type { TokenPair } from './index.ts';

const ids = (rows: readonly (readonly number[])[]) => tensor(rows, { dtype: 'int32' });

describe('sequenceLoss', () => {
  const logits = randn([2, 3, 5], { generator: new Generator(1) });
  const targets = ids([[4, 2, 0], [3, 0, 0]]); // prettier-ignore

  it('is the mean over tokens that are no padding, their sum, or that per sequence', () => {
    const one = (n: number, t: number, y: number): number =>
      -logits.logSoftmax(-1).select(0, n).select(0, t).select(0, y).item();
    const sum = one(0, 0, 4) + one(0, 1, 2) + one(1, 0, 3);
    expect(sequenceLoss(logits, targets).item()).toBeCloseTo(sum / 3, 5);
    expect(sequenceLoss(logits, targets, { reduction: 'sum' }).item()).toBeCloseTo(sum, 5);
    expect(sequenceLoss(logits, targets, { reduction: 'sequence' }).item()).toBeCloseTo(sum / 2, 5);
    const other = sequenceLoss(logits, targets, { paddingIdx: 4, reduction: 'sum' }).item();
    expect(other).not.toBeCloseTo(sum, 2);
  });

  it('smooths labels as crossEntropy does', () => {
    const flat = crossEntropy(logits.reshape([6, 5]), targets.flatten(), { ignoreIndex: 0, labelSmoothing: 0.1 });
    expect(sequenceLoss(logits, targets, { labelSmoothing: 0.1 }).item()).toBe(flat.item());
  }); // prettier-ignore

  it('names the shapes that it needs', () => {
    expect(() => sequenceLoss(zeros([2, 3, 5]), ids([[1, 2]]))).toThrow(
      new ShapeError('sequenceLoss: needs logits (N, T, V) and targets (N, T), got [2,3,5] and [1,2].'),
    ); // prettier-ignore
  });
});

describe('padPairs', () => {
  it('fills up to a multiple, with the padding asked for', () => {
    const [{ source, target }, labels] = padPairs([[[5], [1, 6, 7, 2]]], { multipleOf: 4, paddingIdx: 9 });
    expect(source.toArray()).toEqual([[5, 9, 9, 9]]);
    expect(target.toArray()).toEqual([[1, 6, 7, 9]]);
    expect(labels.toArray()).toEqual([[6, 7, 2, 9]]);
  }); // prettier-ignore

  it('takes sources of no tokens, and no target that says nothing', () => {
    expect(padPairs([[[], [1, 2]]])[0].source.toArray()).toEqual([[0]]);
    expect(() => padPairs([])).toThrow(new DataError('padPairs: needs at least one pair.'));
    expect(() => padPairs([[[3], [1]]])).toThrow(
      'padPairs: a target needs the token that begins sequences and another, got 1 tokens in pair 0.',
    );
  });
});

describe('batchByTokens', () => {
  it('puts every sample into one batch, none larger than asked', () => {
    const length = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(fc.array(fc.tuple(length, length), { maxLength: 60 }), fc.integer({ min: 20, max: 90 }), fc.integer({ min: 1, max: 9 }), (lengths, maxTokens, maxSequences) => {
        const batches = batchByTokens(lengths, maxTokens, { maxSequences });
        expect(batches.flat().toSorted((a, b) => a - b)).toEqual([...lengths.keys()]);
        for (const batch of batches) {
          const longest = Math.max(1, ...batch.flatMap((i) => lengths[i]!));
          expect(batch.length * longest).toBeLessThanOrEqual(maxTokens);
          expect(batch.length).toBeLessThanOrEqual(maxSequences);
        }
      }),
    ); // prettier-ignore
  });

  it('names a sequence that is too long', () => {
    expect(() => batchByTokens([3, 30], 20)).toThrow(
      new DataError('batchByTokens: sequences must have at most maxTokens 20 tokens, got 30 in sample 1.'),
    ); // prettier-ignore
  });

  it('feeds a DataLoader that shuffles batches', async () => {
    const pairs: TokenPair[] = Array.from({ length: 30 }, (_, i) => [Array<number>(1 + (i % 7)).fill(5), [1, 6, 2]]);
    const batches = batchByTokens(pairs.map(([s, t]) => [s.length, t.length]), 21);
    const loader = new DataLoader(new BatchDataset(pairs, batches), {
      shuffle: true,
      generator: new Generator(1),
      collate: ([batch]) => padPairs(batch!),
    });
    let [count, tokens] = [0, 0];
    for await (const [{ source }] of loader) {
      count += source.shape[0]!;
      tokens = Math.max(tokens, source.size);
    }
    expect(count).toBe(30);
    expect(tokens).toBeLessThanOrEqual(21);
  }); // prettier-ignore
});

describe('averageCheckpoints', () => {
  it('is the mean, but of whole numbers the last', () => {
    const state = (x: number) => ({ w: tensor([x, 2 * x]), steps: tensor(x, { dtype: 'int32' }) });
    const average = averageCheckpoints([state(1), state(2), state(6)]);
    expect(average['w']).toBeAllclose([3, 6]);
    expect(average['steps']!.item()).toBe(6);
  });

  it('refuses states of different models', () => {
    const a = { w: zeros([2]) };
    expect(() => averageCheckpoints([])).toThrow(DataError);
    expect(() => averageCheckpoints([{ w: zeros([3]) }, a])).toThrow(
      'averageCheckpoints: the states must be of one model, but state 0 has no w of shape [2].',
    );
    expect(() => averageCheckpoints([{ ...a, v: zeros([1]) }, a])).toThrow('has others, too');
  });
});
