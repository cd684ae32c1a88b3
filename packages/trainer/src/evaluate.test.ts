import { DataLoader } from '@kasane/datasets';
import { crossEntropy, Linear, Module, mseLoss } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { ones, tensor, type Tensor } from '@kasane/tensor-core';
import '@kasane/testing';
import { describe, expect, it } from 'vitest';
import { evaluate, predict } from './evaluate.ts';
import { fit } from './fit.ts';
import { Accuracy } from './metrics/accuracy.ts';
import { MeanSquaredError } from './metrics/mean-squared-error.ts';
import { dataset, start, x, y } from '../test/regression.ts';

describe('evaluate and predict', () => {
  it('give what the model gives on everything at once', async () => {
    const { model } = start();
    const data = new DataLoader(dataset, { batchSize: 4 });
    expect(await predict(model, data)).toBeAllclose(model.forward(x), { rtol: 1e-6, atol: 1e-6 });
    const { loss, error } = await evaluate(model, {
      data,
      loss: mseLoss,
      metrics: { error: new MeanSquaredError() },
    });
    expect(loss).toBeCloseTo(mseLoss(model.forward(x), y).item(), 5);
    expect(error).toBeCloseTo(loss, 5);
    await expect(predict(model, [])).rejects.toThrow('predict: needs at least one batch');
  });

  it('may be called while a model is trained', async () => {
    const modes: boolean[] = [];
    class Probe extends Module {
      readonly linear = new Linear(3, 1);
      forward(input: Tensor): Tensor {
        modes.push(this.training);
        return this.linear.forward(input);
      }
    }
    const model = new Probe();
    const { options } = start();
    await fit(model, {
      ...options,
      compile: false,
      optimizer: new SGD(model.parameters(), { lr: 0.1 }),
      epochs: 1,
      validation: [[x, y]],
      callbacks: [{ onStep: async () => void (await predict(model, [x])) }],
    });
    expect(modes).toEqual([true, false, true, false, true, false, false]);
    model.train();
    model.linear.eval();
    await evaluate(model, { data: [[x, y]], loss: mseLoss });
    expect([model.training, model.linear.training]).toEqual([true, false]);
  });

  it('classify', async () => {
    const scores = tensor([
      [2, 1],
      [0, 3],
    ]);
    const target = tensor([0, 0], { dtype: 'int32' });
    const model = new Linear(2, 2);
    model.loadStateDict({
      weight: tensor([
        [1, 0],
        [0, 1],
      ]),
      bias: ones([2]),
    });
    const metrics = { accuracy: new Accuracy() };
    const result = await evaluate(model, { data: [[scores, target]], loss: crossEntropy, metrics });
    expect(result.accuracy).toBe(0.5);
  });
});
