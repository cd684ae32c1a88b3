import { Linear, mseLoss } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { ones } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { ProgressBar } from './callbacks/progress-bar.ts';
import { evaluate } from './evaluate.ts';
import { fit, type FitOptions } from './fit.ts';

const [x, y] = [ones([4, 2]), ones([4, 1])];

/** What fit says of options of which some are replaced, as JavaScript may. */
async function said(replaced: object): Promise<string> {
  const model = new Linear(2, 1);
  const optimizer = new Adam(model.parameters());
  const options = { data: [[x, y]], loss: mseLoss, optimizer, epochs: 1 };
  const error: unknown = await fit(model, { ...options, ...replaced } as FitOptions).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TypeError);
  return (error as TypeError).message;
}

describe('options of another kind', () => {
  const stop = new AbortController();
  it.each([
    [
      'no optimizer',
      { optimizer: undefined },
      'optimizer must be an optimizer, got undefined. Pass one such as new Adam(model.parameters()).',
    ],
    [
      'a class for an optimizer',
      { optimizer: Adam },
      'optimizer must be an optimizer, got a function. Pass one such as new Adam(model.parameters()).',
    ],
    [
      'tensors for batches',
      { validation: [x, y] },
      'validation must give batches of [input, target], got a list of tensors or numbers. Pass [[x, y]] for a single batch, or a DataLoader.',
    ],
    [
      'samples for batches',
      { validation: { x, y } },
      'validation must give batches of [input, target], got an object. Pass [[x, y]] for a single batch, or a DataLoader.',
    ],
    [
      'a tensor for batches',
      { validation: x },
      'validation must give batches of [input, target], got Tensor. Pass [[x, y]] for a single batch, or a DataLoader.',
    ],
    [
      'a path for a checkpoint',
      { resume: 'runs/last' },
      "resume must be a checkpoint, got 'runs/last'. Pass await loadCheckpoint(path), of @kasane/trainer/node.",
    ],
    [
      'a promise of a checkpoint',
      { resume: Promise.resolve({}) },
      'resume must be a checkpoint, got a promise (await it). Pass await loadCheckpoint(path), of @kasane/trainer/node.',
    ],
    [
      'a function among the callbacks',
      { callbacks: [() => {}] },
      'a callback must be an object, got a function. Pass an object of functions such as { onEpochEnd() {} }.',
    ],
    [
      'a callback for all',
      { callbacks: new ProgressBar() },
      'callbacks must be an array, got ProgressBar. Pass it in brackets.',
    ],
    [
      'the name of a loss',
      { loss: 'mse' },
      "loss must be a function of output and target, got 'mse'. Pass one such as mseLoss.",
    ],
    [
      'a controller for a signal',
      { signal: stop },
      'signal must be an AbortSignal, got AbortController. Pass the signal of an AbortController.',
    ],
    [
      'a number for a scheduler',
      { scheduler: 0.1 },
      'scheduler must be a scheduler, got 0.1. Pass one such as new StepLR(optimizer, 10).',
    ],
  ])('are refused with what to pass: %s', async (_, replaced, sentence) => {
    expect(await said(replaced)).toBe(`fit: ${sentence}`);
  });

  it('are refused by name where fit has none of it', async () => {
    expect(await said({ batch_size: 4 })).toContain(
      'fit: there is no option "batch_size"; did you mean batchSize?',
    );
    expect(await said({ validation_data: [] })).toContain(
      '"validation_data"; did you mean validation?',
    );
    expect(await said({ lossFn: mseLoss })).toContain('"lossFn"; did you mean loss?');
  });

  it('are refused by name where a callback would wait for what never comes', async () => {
    const has = 'It has onTrainBegin, onEpochBegin, onStep, onEpochEnd, onTrainEnd, onDeviceLost, onFallback, onWarning.'; // prettier-ignore
    expect(await said({ callbacks: [{}, { onEpochEnds() {} }] })).toBe(
      `fit: a callback has no "onEpochEnds"; did you mean onEpochEnd? ${has}`,
    );
    class Watch {
      on_epoch_end(): void {}
    }
    class Further extends Watch {
      onStep(): void {}
    }
    expect(await said({ callbacks: [new Further()] })).toContain(
      'a callback has no "on_epoch_end"; did you mean onEpochEnd?',
    );
    expect(await said({ callbacks: [{ onBatchEnd: null }] })).toContain('no "onBatchEnd"');
  });

  it('are refused by evaluate, and where the model is missing', async () => {
    const model = new Linear(2, 1);
    const wrong = { data: [x, y], loss: mseLoss } as unknown as {
      data: [[typeof x, typeof y]];
      loss: typeof mseLoss;
    };
    await expect(evaluate(model, wrong)).rejects.toThrow('evaluate: data must give batches of');
    const first = { data: [], loss: mseLoss, epochs: 1 } as unknown as Linear;
    await expect(fit(first, undefined as unknown as FitOptions)).rejects.toThrow(
      'fit: the model must be a module, got an object. Pass the model first, then the options.',
    );
  });
});
