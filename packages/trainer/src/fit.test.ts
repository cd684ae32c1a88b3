import { DataLoader, TensorDataset } from '@kasane/datasets';
import { crossEntropy, Linear, Module, mseLoss } from '@kasane/nn';
import { ExponentialLR, ReduceLROnPlateau, SGD } from '@kasane/optim';
import { Generator, memory, ones, randn, tensor, type Tensor } from '@kasane/tensor-core';
import '@kasane/testing';
import { describe, expect, it, vi } from 'vitest';
import { evaluate, predict } from './evaluate.ts';
import { fit, type FitOptions } from './fit.ts';
import { Accuracy } from './metrics/accuracy.ts';
import { MeanSquaredError } from './metrics/mean-squared-error.ts';
import type { Callback, Training } from './callback.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';

const generator = new Generator(1);
const x = randn([10, 3], { generator });
const y = x.sum(1, { keepdim: true });
const dataset = new TensorDataset(x, y);

function start(lr: number = 0.1): { model: Linear; options: FitOptions & { optimizer: SGD } } {
  const model = new Linear(3, 1, { generator: new Generator(2) });
  const data = new DataLoader(dataset, {
    batchSize: 4,
    shuffle: true,
    generator: new Generator(3),
  });
  const optimizer = new SGD(model.parameters(), { lr, momentum: 0.5 });
  return { model, options: { data, loss: mseLoss, optimizer, epochs: 3 } };
}

describe('fit', () => {
  it('is the loop that one would write, compiled or not', async () => {
    const byHand = start();
    const { backward } = await import('@kasane/autograd');
    for (let epoch = 0; epoch < 3; epoch++) {
      for await (const [input, target] of byHand.options.data) {
        backward(mseLoss(byHand.model.forward(input), target));
        byHand.options.optimizer.step();
        byHand.options.optimizer.zeroGrad();
      }
    }
    for (const compile of [true, false]) {
      const { model, options } = start();
      await fit(model, { ...options, compile });
      expect(model.weight.dataSync()).toEqual(byHand.model.weight.dataSync());
      expect(model.weight.grad).toBeNull();
      expect(model.training).toBe(false);
    }
  });

  it('counts losses and metrics by samples', async () => {
    const { model, options } = start(0);
    const metrics = { error: new MeanSquaredError() };
    const [logs] = await fit(model, { ...options, epochs: 1, metrics, validation: [[x, y]] });
    const { loss } = await evaluate(model, { data: [[x, y]], loss: mseLoss });
    expect(Object.keys(logs!)).toEqual(['epoch', 'loss', 'error', 'valLoss', 'valError']);
    for (const name of ['loss', 'error', 'valLoss', 'valError']) {
      expect(logs![name]).toBeCloseTo(loss, 5);
    }
  });

  it.each([true, false])(
    'accumulates batches to the gradient of one, compile: %s',
    async (compile) => {
      const big = start();
      await fit(big.model, { ...big.options, data: [[x, y]] });
      const small = start();
      const steps: unknown[] = [];
      await fit(small.model, {
        ...small.options,
        compile,
        data: new DataLoader(dataset, { batchSize: 4 }),
        accumulate: 3, // 4 + 4 + 2
        callbacks: [{ onStep: ({ epoch, step, total }) => void steps.push([epoch, step, total]) }],
      });
      expect(small.model.weight).toBeAllclose(big.model.weight, { rtol: 1e-5, atol: 1e-6 });
      expect(steps).toEqual([
        [1, 1, 1],
        [2, 1, 1],
        [3, 1, 1],
      ]);
    },
  );

  it('updates with what is left at the end of an epoch', async () => {
    const { model, options } = start();
    let steps = 0;
    await fit(model, { ...options, accumulate: 2, callbacks: [{ onStep: () => void steps++ }] });
    expect(steps).toBe(6); // 4 + 4, 2
  });

  it('clips gradients', async () => {
    const { model, options } = start(1);
    const before = model.weight.detach();
    const bias = model.bias!.detach();
    const sgd = new SGD(model.parameters(), { lr: 1 });
    await fit(model, {
      ...options,
      optimizer: sgd,
      epochs: 1,
      data: [[x, y.mul(100)]],
      clipGradNorm: 0.5,
    });
    const moved = model.weight.sub(before).square().sum().add(model.bias!.sub(bias).square().sum());
    expect(moved.item()).toBeCloseTo(0.25, 4);
  });

  it('steps schedulers, with the loss for those that look at it', async () => {
    const { model, options } = start(1);
    await fit(model, { ...options, scheduler: new ExponentialLR(options.optimizer, 0.5) });
    expect(options.optimizer.paramGroups[0]!.lr).toBe(0.125);
    const still = start(0);
    still.options.optimizer.paramGroups[0]!.lr = 1e-9;
    const scheduler = new ReduceLROnPlateau(still.options.optimizer, { patience: 0, eps: 0 });
    await fit(still.model, { ...still.options, scheduler });
    expect(still.options.optimizer.paramGroups[0]!.lr).toBeCloseTo(1e-11, 15);
  });

  it('calls callbacks in order, awaits them, and says how it ended', async () => {
    const { model, options } = start();
    const calls: string[] = [];
    const note = (name: string) => async (): Promise<void> => {
      await Promise.resolve();
      calls.push(name);
    };
    const callback: Callback = {
      onTrainBegin: note('begin'),
      onEpochBegin: note('epoch'),
      onStep: note('step'),
      onEpochEnd: note('end'),
      onTrainEnd: (_, ending) => void calls.push(ending),
    };
    const last: Callback = { runsLast: true, onEpochEnd: note('last') };
    await fit(model, { ...options, epochs: 1, callbacks: [last, callback] });
    expect(calls).toEqual(['begin', 'epoch', 'step', 'step', 'step', 'end', 'last', 'complete']);
  });

  it('ends with the first error, after all callbacks were told, and keeps the others as its cause', async () => {
    const told: string[] = [];
    const ender = (name: string, error?: Error): Callback => ({
      onTrainEnd(_, ending) {
        told.push(`${name} ${ending}`);
        if (error !== undefined) throw error;
      },
    });
    const [first, second, third] = [new Error('first'), new Error('second'), new Error('third')];
    const failing: Callback = {
      onStep() {
        throw first;
      },
    };
    const run = (callbacks: readonly Callback[]): Promise<unknown> => {
      const { model, options } = start();
      return fit(model, { ...options, callbacks }).catch((error: unknown) => error);
    };
    expect(await run([failing, ender('a', second), ender('b', third), ender('c')])).toBe(first);
    expect(told.splice(0)).toEqual(['a failed', 'b failed', 'c failed']);
    expect(first.cause).toMatchObject({ errors: [second, third] });
    expect(await run([ender('a', second), ender('b', third), ender('c')])).toBe(second);
    expect(told).toEqual(['a complete', 'b complete', 'c complete']);
    expect(second.cause).toMatchObject({ errors: [third] });
    expect(third.cause).toBeUndefined();
  });

  it('tells callbacks whether it goes on from a checkpoint', async () => {
    const seen: boolean[] = [];
    let resume: Checkpoint | undefined;
    const callback: Callback = {
      onTrainBegin: ({ resumed }) => void seen.push(resumed),
      onEpochEnd: ({ checkpoint }) => void (resume = checkpoint()),
    };
    const { model, options } = start();
    await fit(model, { ...options, epochs: 1, callbacks: [callback] });
    await fit(model, { ...options, callbacks: [callback], resume: resume! });
    expect(seen).toEqual([false, true]);
  });

  it('ends between two steps when it is aborted, and throws the reason', async () => {
    const { model, options } = start();
    const controller = new AbortController();
    const reason = new Error('enough');
    const seen: unknown[] = [];
    const callback: Callback = {
      onStep({ epoch, step }) {
        if (epoch === 2 && step === 2) controller.abort(reason);
      },
      onTrainEnd({ history, step }, ending) {
        seen.push(history.length, step, ending);
      },
    };
    const run = fit(model, { ...options, signal: controller.signal, callbacks: [callback] });
    await expect(run).rejects.toBe(reason);
    expect(seen).toEqual([1, 2, 'aborted']);
    const again = fit(model, { ...options, signal: AbortSignal.abort(reason) });
    await expect(again).rejects.toBe(reason);
  });

  it('gives signals that others send their turn', async () => {
    const { model, options } = start();
    const endless = {
      *[Symbol.iterator](): Iterator<readonly [Tensor, Tensor]> {
        for (;;) yield [x, y];
      },
    };
    const signal = AbortSignal.timeout(50);
    await expect(fit(model, { ...options, data: endless, signal })).rejects.toThrow('timeout');
  });

  it('stops at a loss that is not finite, before anything is saved of it', async () => {
    const { model, options } = start();
    const bad = [x, y.mul(NaN)] as const;
    const seen: unknown[] = [];
    const callback: Callback = {
      onStep: ({ step }) => void seen.push(step),
      onTrainEnd: (_, ending) => void seen.push(ending),
    };
    await expect(
      fit(model, { ...options, data: [[x, y], bad], callbacks: [callback] }),
    ).rejects.toThrow(
      'fit: the loss must be finite, got NaN in epoch 1, step 2. Lower the learning rate, pass clipGradNorm, look at the data',
    );
    expect(seen).toEqual([1, 'failed']);
  });

  it('runs op by op what cannot be compiled, and says why once', async () => {
    class Reading extends Module {
      readonly linear = new Linear(3, 1, { generator: new Generator(2) });
      forward(input: Tensor): Tensor {
        return this.linear.forward(input).mul(input.sum().item() > 1e9 ? 2 : 1);
      }
    }
    const model = new Reading();
    const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.5 });
    const reasons: string[] = [];
    const callbacks = [{ onFallback: (reason: string) => void reasons.push(reason) }];
    const { model: plain, options } = start();
    await fit(model, { ...options, optimizer, callbacks, validation: [[x, y]] });
    const { options: fresh } = start();
    await fit(plain, { ...options, data: fresh.data });
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toContain('item');
    expect(model.linear.weight.dataSync()).toEqual(plain.weight.dataSync());
  });

  describe('tells what looks like a mistake', () => {
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

  it.each([true, false])(
    'gives timers their turn while it trains, compile: %s',
    async (compile) => {
      const { model, options } = start();
      let ticks = 0;
      const timer = setInterval(() => void ticks++, 1);
      const data = Array.from({ length: 50 }, () => [x, y] as const);
      const wait = (): void => {
        const end = performance.now() + 2;
        while (performance.now() < end);
      };
      await fit(model, { ...options, compile, data, epochs: 1, callbacks: [{ onStep: wait }] });
      clearInterval(timer);
      expect(ticks).toBeGreaterThan(2); // 100 ms; a loaded machine may give fewer than there are
    },
  );

  describe('of a model or loss that changes', () => {
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

  it.each([
    [true, 1],
    [true, 2],
    [false, 1],
    [false, 2],
  ])('frees what a step makes, compile: %s, of %i batches', async (compile, accumulate) => {
    const { model, options } = start();
    const live: number[] = [];
    await fit(model, {
      ...options,
      compile,
      data: Array.from({ length: 100 }, () => [x, y] as const),
      metrics: { error: new MeanSquaredError() },
      callbacks: [{ onStep: () => void live.push(memory().wasm.tensors) }],
      accumulate,
    });
    expect(live.at(-1)).toBe(live[10]);
  });

  it('takes inputs, outputs and targets made of several tensors', async () => {
    class Two extends Module {
      readonly linear = new Linear(3, 1, { generator: new Generator(2) });
      forward({ left, right }: { left: Tensor; right: Tensor }): Tensor[] {
        return [this.linear.forward(left), this.linear.forward(right)];
      }
    }
    const model = new Two();
    const history = await fit(model, {
      data: [[{ left: x, right: x.neg() }, [y, y.neg()]]],
      loss: ([a, b], [c, d]) => mseLoss(a!, c!).add(mseLoss(b!, d!)),
      optimizer: new SGD(model.parameters(), { lr: 0.1 }),
      epochs: 60,
    });
    expect(history.at(-1)!.loss).toBeLessThan(1e-2 * history[0]!.loss);
  });

  it('says what options and data must be', async () => {
    const { model, options } = start();
    await expect(fit(model, { ...options, epochs: 1.5 })).rejects.toThrow(
      'fit: epochs must be a whole number ≥ 0, got 1.5.',
    );
    await expect(fit(model, { ...options, metrics: { loss: new Accuracy() } })).rejects.toThrow(
      'fit: a metric is called "loss", as another number of an epoch is. Give it another name.',
    );
    const once = (function* () {
      yield [x, y] as const;
    })();
    await expect(fit(model, { ...options, data: once })).rejects.toThrow(
      'fit: needs at least one batch with a sample, got none.',
    );
  });
});

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
