import { Linear, Module, mseLoss } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { ones, type Tensor } from '@kasane/tensor-core';
import '@kasane/testing';
import { describe, expect, it, vi } from 'vitest';
import { fit } from './fit.ts';
import type { Callback, Training } from './callback.ts';
import { start, x, y } from '../test/regression.ts';

describe('fit tells what looks like a mistake', () => {
  const messagesOf = async (
    model: Module & { forward(x: Tensor): Tensor },
    optimizer: SGD,
  ): Promise<string[]> => {
    const messages: string[] = [];
    const callbacks = [{ onWarning: (message: string) => void messages.push(message) }];
    await fit(model, { data: [[x, y]], loss: mseLoss, optimizer, epochs: 3, callbacks });
    return messages;
  };

  it('an optimizer of another model', async () => {
    const optimizer = new SGD(new Linear(3, 1).parameters(), { lr: 0.1 });
    await expect(messagesOf(new Linear(3, 1), optimizer)).rejects.toThrow(
      "fit: none of the optimizer's 2 parameters is one of the model's 2. Make it of model.parameters().",
    );
  });

  it('parameters that only one of the two has', async () => {
    const [model, other] = [new Linear(3, 1), new Linear(3, 1)];
    const optimizer = new SGD([model.weight, other.weight], { lr: 0.1 });
    expect(await messagesOf(model, optimizer)).toEqual([
      "fit: 1 of the optimizer's 2 parameters are not the model's. They are trained with it, and no checkpoint of the model has them.",
      'fit: the optimizer does not have bias of the model, which stay as they are. Freeze them if that is wanted.',
    ]);
    model.bias!.requiresGrad = false;
    expect(await messagesOf(model, new SGD([model.weight], { lr: 0.1 }))).toEqual([]);
  });

  it.each([true, false])('parameters without a gradient, compile: %s', async (compile) => {
    class Forgetful extends Module {
      readonly used = new Linear(3, 1);
      readonly forgotten = new Linear(3, 1);
      forward(input: Tensor): Tensor {
        return this.used.forward(input);
      }
    }
    const model = new Forgetful();
    const messages: string[] = [];
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const callbacks = [{ onWarning: (message: string) => void messages.push(message) }];
    const options = { data: [[x, y] as const], loss: mseLoss, optimizer, epochs: 3, callbacks };
    for (const accumulate of [1, 2]) await fit(model, { ...options, compile, accumulate });
    const told =
      'fit: the loss does not depend on forgotten.weight, forgotten.bias: no gradient in a whole epoch. Look at forward, or freeze them.';
    expect(messages).toEqual([told, told]);
  });
});

describe('fit tells what learns in forward and belongs to nobody', () => {
  class Hidden extends Module {
    readonly entry = new Linear(3, 4);
    readonly #exit = new Linear(4, 1);
    forward(input: Tensor): Tensor {
      return this.#exit.forward(this.entry.forward(input));
    }
    /** Where others may find it. */
    exit(): Linear {
      return this.#exit;
    }
  }
  const told = async (
    model: Module & { forward(x: Tensor): Tensor },
    params: readonly Tensor[],
    more: {
      readonly compile?: boolean;
      readonly accumulate?: number;
      readonly input?: Tensor;
    } = {},
  ): Promise<string[]> => {
    const messages: string[] = [];
    const callbacks = [{ onWarning: (message: string) => void messages.push(message) }];
    const optimizer = new SGD(params, { lr: 0.01 });
    const { input = x, ...how } = more;
    const data = [[input, y] as const, [input, y] as const];
    await fit(model, { data, loss: mseLoss, optimizer, epochs: 2, callbacks, ...how });
    return messages;
  };

  it.each([{}, { compile: false }, { accumulate: 2 }])(
    'a module in a #private field, once, with its shapes: %j',
    async (how) => {
      const model = new Hidden();
      expect(await told(model, model.parameters(), how)).toEqual([
        'fit: forward uses what requires gradients and is no parameter of the model or the optimizer, of shapes [1,4], [1]: nothing trains or saves it. What is in #private fields cannot be found; take plain fields that hold modules or Parameter.',
      ]);
    },
  );

  it('a plain tensor in the place of a Parameter', async () => {
    class Scaled extends Module {
      readonly inner = new Linear(3, 1);
      readonly scale = ones([1], { requiresGrad: true });
      forward(input: Tensor): Tensor {
        return this.inner.forward(input).mul(this.scale);
      }
    }
    const model = new Scaled();
    expect(await told(model, model.parameters())).toEqual([
      expect.stringContaining('of the model or the optimizer, of shapes [1]: nothing trains'),
    ]);
  });

  it('but neither inputs that require gradients, nor what is frozen or has an optimizer', async () => {
    const model = new Hidden();
    model.exit().freeze();
    const input = x.detach();
    input.requiresGrad = true;
    expect(await told(model, model.parameters(), { input })).toEqual([]);
    const other = new Hidden();
    const all = [...other.parameters(), ...other.exit().parameters()];
    expect(await told(other, all)).toEqual([
      "fit: 2 of the optimizer's 4 parameters are not the model's. They are trained with it, and no checkpoint of the model has them.",
    ]);
  });
});

describe('fit of a model or loss that changes', () => {
  interface Case {
    readonly name: string;
    /** Changes what the loss computes with. */
    readonly change: (settings: { beta: number; isOn: boolean }) => void;
    readonly loss: (
      settings: { beta: number; isOn: boolean },
      ...given: [output: Tensor, target: Tensor]
    ) => Tensor;
    readonly reason: string;
  }
  const cases: readonly Case[] = [
    {
      name: 'a number',
      change: (settings) => (settings.beta = 0.25),
      loss: ({ beta }, output, target) => mseLoss(output, target).mul(beta),
      reason:
        'it depends on a number that changes between calls (mul by 0.25, was 0.2). Put it into a tensor, or read it through guard(), and it compiles',
    },
    {
      name: 'an attribute of an op',
      change: (settings) => (settings.beta = 0.1),
      loss: ({ beta }, output, target) => mseLoss(output.leakyRelu(beta), target),
      reason: '(leakyRelu with slope 0.1, was 0.2)',
    },
    {
      name: 'a flag',
      change: (settings) => (settings.isOn = true),
      loss: ({ isOn }, output, target) =>
        isOn ? mseLoss(output, target).exp() : mseLoss(output, target),
      reason: 'its calls do not do the same: ',
    },
  ];

  const train = async (
    { change, loss }: Case,
    { compile, at }: { compile: boolean; at: 'onEpochEnd' | 'onStep' },
  ): Promise<{ losses: number[]; reasons: string[] }> => {
    const settings = { beta: 0.2, isOn: false };
    const { model, options } = start();
    const reasons: string[] = [];
    const changing: Callback = {
      [at]: ({ epoch, step }: Training) => {
        if (epoch === 3 && (at === 'onEpochEnd' || step === 1)) change(settings);
      },
      onFallback: (reason) => void reasons.push(reason),
    };
    const history = await fit(model, {
      ...options,
      compile,
      epochs: 6,
      loss: (output: Tensor, target: Tensor) => loss(settings, output, target),
      callbacks: [changing],
    });
    return { losses: history.map((logs) => logs.loss), reasons };
  };

  it.each(cases)('sees $name that a callback changes between epochs, at once', async (one) => {
    const found = await train(one, { compile: true, at: 'onEpochEnd' });
    const expected = await train(one, { compile: false, at: 'onEpochEnd' });
    expect(found.losses).toEqual(expected.losses);
    expect(found.reasons).toEqual([expect.stringContaining(one.reason)]);
    expect(expected.reasons).toEqual([]);
  });

  it.each(cases)('tells of $name that changes within an epoch, at the next', async (one) => {
    const found = await train(one, { compile: true, at: 'onStep' });
    expect(found.reasons).toEqual([expect.stringContaining(one.reason)]);
  });

  it('says it on the console if no callback listens', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { model, options } = start();
    let calls = 0;
    await fit(model, { ...options, loss: (y, t) => mseLoss(y, t).mul(++calls) });
    expect(warn.mock.calls).toEqual([
      [expect.stringContaining('fit runs op by op: it depends on a number')],
    ]);
    warn.mockRestore();
  });
});
