import { DataLoader } from '@kasane/datasets';
import { Linear, Module, mseLoss } from '@kasane/nn';
import { ExponentialLR, ReduceLROnPlateau, SGD } from '@kasane/optim';
import { Generator, memory, type Tensor } from '@kasane/tensor-core';
import '@kasane/testing';
import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import { fit } from './fit.ts';
import { Accuracy } from './metrics/accuracy.ts';
import { MeanSquaredError } from './metrics/mean-squared-error.ts';
import type { Callback } from './callback.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import { dataset, start, x, y } from '../test/regression.ts';

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
