import {
  BCEWithLogitsLoss,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  Identity,
  Linear,
  Module,
  mseLoss,
} from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { ones, tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import type { Loss } from '../step.ts';
import { EarlyStopping } from '../callbacks/early-stopping.ts';
import { evaluate } from '../evaluate.ts';
import { fit } from '../fit.ts';
import { Accuracy } from './accuracy.ts';
import { metricByName } from './by-name.ts';
import { ConfusionMatrix } from './confusion-matrix.ts';
import { MeanAbsoluteError } from './mean-absolute-error.ts';
import type { MetricName } from './named.ts';

const scores = tensor([
  [2, 1],
  [0, 3],
  [1, 0],
]);
const labels = tensor([0, 0, 1], { dtype: 'int32' });
const classified = { data: [[scores, labels] as const], loss: crossEntropy };
const guesses = tensor([1, 2, 4]);
const numbers = { data: [[guesses, tensor([1, 2, 3])] as const], loss: mseLoss };

describe('metrics by name', () => {
  it('give what their objects give, under the names', async () => {
    const metrics = [
      'accuracy',
      'precision',
      'recall',
      'f1',
      'topKAccuracy',
      'perplexity',
    ] as const;
    const { loss, ...found } = await evaluate(new Identity(), { ...classified, metrics });
    expect(found).toEqual({
      accuracy: 1 / 3,
      precision: 0,
      recall: 0,
      f1: 0,
      topKAccuracy: 1,
      perplexity: expect.closeTo(Math.exp(loss), 4) as number,
    });
    expect(
      await evaluate(new Identity(), {
        ...numbers,
        metrics: ['r2', 'mse', 'meanSquaredError', 'mae', 'meanAbsoluteError'],
      }),
    ).toEqual({
      loss: expect.closeTo(1 / 3, 6) as number,
      r2: 0.5,
      mse: 1 / 3,
      meanSquaredError: 1 / 3,
      mae: 1 / 3,
      meanAbsoluteError: 1 / 3,
    });
    const ranked = [[tensor([0.1, 0.4, 0.35, 0.8]), tensor([0, 0, 1, 1])] as const];
    const { auc } = await evaluate(new Identity(), {
      data: ranked,
      loss: binaryCrossEntropy,
      metrics: ['auc'],
    });
    expect(auc).toBe(0.75);
  });

  it('stand beside objects, under other names', async () => {
    const result = await evaluate(new Identity(), {
      ...classified,
      metrics: { hits: 'accuracy', confusion: new ConfusionMatrix() },
    });
    const hits: number = result.hits;
    const confusion: number[][] = result.confusion;
    expect([hits, confusion]).toEqual([1 / 3, [[1, 1], [1, 0]]]); // prettier-ignore
    // @ts-expect-error -- the result knows which names there are
    expect(result.accuracy).toBeUndefined();
  });

  it('are in the history of fit, and callbacks know which way they are better', async () => {
    const model = new Linear(1, 1);
    const batch = [ones([4, 1]), ones([4, 1])] as const;
    const history = await fit(model, {
      data: [batch],
      validation: [batch],
      loss: mseLoss,
      optimizer: new SGD(model.parameters(), { lr: 0 }),
      epochs: 5,
      metrics: ['mae'],
      callbacks: [new EarlyStopping({ monitor: 'valMae' })],
    });
    expect(Object.keys(history[0]!)).toEqual(['epoch', 'loss', 'mae', 'valLoss', 'valMae']);
    expect(history).toHaveLength(2);
  });

  it.each<[string, Loss, number]>([
    ['binaryCrossEntropy', binaryCrossEntropy, 2 / 3],
    ['binaryCrossEntropyWithLogits', binaryCrossEntropyWithLogits, 1],
  ])('divide scores of one class as %s means them', async (_, loss, expected) => {
    const data = [[tensor([0.9, 0.2, 0]), tensor([1, 1, 0])] as const];
    const metrics = ['accuracy'] as const;
    expect((await evaluate(new Identity(), { data, loss, metrics })).accuracy).toBe(expected);
  });

  it('divide scores of one class at 0 for the module of that loss, too', async () => {
    const accuracy = metricByName('fit', 'accuracy', new BCEWithLogitsLoss());
    await accuracy.update(tensor([0.2]), tensor([1]));
    expect(accuracy.compute()).toBe(1);
  });

  it.each([
    ['acuracy', 'accuracy'],
    ['AUROC', 'auc'],
    ['F1Score', 'f1'],
    ['MSE', 'mse'],
  ])('are told by the nearest name for %s: %s', async (name, nearest) => {
    const metrics = [name as MetricName];
    await expect(evaluate(new Identity(), { ...classified, metrics })).rejects.toThrow(
      `evaluate: no metric is called "${name}". Take '${nearest}', another of accuracy, topKAccuracy, `,
    );
  });

  it('are told where no name is near', async () => {
    const metrics = ['toString' as MetricName];
    await expect(evaluate(new Identity(), { ...classified, metrics })).rejects.toThrow(
      'evaluate: no metric is called "toString". Take one of accuracy, topKAccuracy, ',
    );
  });

  it.each([
    'accuracy',
    'precision',
    'topKAccuracy',
    'auc',
    'perplexity',
    'r2',
    'mse',
    'mae',
  ] as const)('say for %s what to do where the model gives no tensor', async (name) => {
    class TwoHeads extends Module {
      forward(x: Tensor): { readonly label: Tensor } {
        return { label: x };
      }
    }
    // The types refuse such outputs beside names, plain JavaScript does not.
    const metrics = [name] as unknown as Record<string, never>;
    const data = [[scores, labels] as const];
    const loss = ({ label }: { readonly label: Tensor }, t: Tensor): Tensor =>
      crossEntropy(label, t);
    await expect(evaluate(new TwoHeads(), { data, loss, metrics })).rejects.toThrow(
      /^\w+: the output must be a tensor, got an object\. For other outputs and targets pass a metric object of your own/,
    );
  });

  it('are names in a list, and objects or names in a record', async () => {
    const wrong = (metrics: unknown): Promise<unknown> =>
      evaluate(new Identity(), { ...classified, metrics: metrics as ['accuracy'] });
    await expect(wrong([new Accuracy()])).rejects.toThrow(
      'evaluate: metrics must be names in a list, got an object of Accuracy. Pass { name: object }.',
    );
    await expect(wrong('accuracy')).rejects.toThrow(
      'evaluate: metrics must be a list of names, or a record, got "accuracy". Pass [\'accuracy\'], for one.',
    );
    await expect(wrong({ a: 3 })).rejects.toThrow(
      'evaluate: metrics must be objects with update and compute, or names, got 3.',
    );
  });
});

describe('MeanAbsoluteError', () => {
  it('counts elements over batches, of one shape', async () => {
    const error = new MeanAbsoluteError();
    expect(error.compute()).toBeNaN();
    const pairs: (readonly [Tensor, Tensor])[] = [
      [tensor([[1, 2]]), tensor([[2, -1]])],
      [tensor([[0, 0], [0, 0]]), tensor([[1, 0], [0, -1]])], // prettier-ignore
    ];
    for (const [output, target] of pairs) await error.update(output, target);
    expect(error.compute()).toBe(1);
    await expect(error.update(ones([2]), ones([2, 1]))).rejects.toThrow(
      'MeanAbsoluteError: output and target must have the same shape, got [2] and [2,1].',
    );
  });
});
