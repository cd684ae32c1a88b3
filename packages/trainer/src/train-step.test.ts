import { Embedding, Linear, mseLoss, Sequential, Tanh } from '@kasane/nn';
import { Adam, SGD } from '@kasane/optim';
import { backward } from '@kasane/autograd';
import { Generator, randn, scope, tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { trainStep } from './train-step.ts';

function prepare() {
  const generator = new Generator(3);
  const model = new Sequential(
    new Linear(3, 4, { generator }),
    new Tanh(),
    new Linear(4, 1, { generator }),
  );
  const x = randn([8, 3], { generator });
  const t = randn([8, 1], { generator });
  return { model, x, t, optimizer: new Adam(model.parameters(), { lr: 0.1 }) };
}

const bits = (tensors: readonly Tensor[]): number[][] => tensors.map((p) => [...p.dataSync()]);

describe('trainStep', () => {
  it.each([{ compile: true }, { compile: false }])(
    'is loss, backward, step and zeroGrad, to the bit: %o',
    (options) => {
      const own = prepare();
      const step = trainStep(
        (x: Tensor, t: Tensor) => mseLoss(own.model.forward(x), t),
        own.optimizer,
        options,
      );
      const other = prepare();
      for (let i = 0; i < 5; i++) {
        const loss = step(own.x, own.t);
        const expected = scope(() => {
          const value = mseLoss(other.model.forward(other.x), other.t);
          backward(value);
          other.optimizer.step();
          other.optimizer.zeroGrad();
          return value.detach();
        });
        expect(loss.item()).toBe(expected.item());
        expect(loss.requiresGrad).toBe(false);
      }
      expect(bits(own.model.parameters())).toEqual(bits(other.model.parameters()));
    },
  );

  it('gives what stands behind the loss, without history', () => {
    const { model, x, t, optimizer } = prepare();
    const step = trainStep((input: Tensor) => {
      const y = model.forward(input);
      return [mseLoss(y, t), { y }] as const;
    }, optimizer);
    const before = model.forward(x).dataSync();
    const [loss, { y }] = step(x);
    expect(loss.size).toBe(1);
    expect(y.requiresGrad).toBe(false);
    expect(y.dataSync()).toEqual(before);
  });

  it('clips the gradients', () => {
    const w = tensor([0, 0], { requiresGrad: true });
    const step = trainStep(() => w.mul(tensor([30, 40])).sum(), new SGD([w], { lr: 1 }), {
      clipGradNorm: 1,
    });
    step();
    expect(w.dataSync()[0]).toBeCloseTo(-0.6, 5);
    expect(w.dataSync()[1]).toBeCloseTo(-0.8, 5);
  });

  it('leaves the parameters of another player, and their gradients, alone', () => {
    const generator = new Generator(0);
    const [one, two] = [new Linear(2, 2, { generator }), new Linear(2, 1, { generator })];
    const noise = randn([4, 2], { generator });
    const play = trainStep(
      () => two.forward(one.forward(noise)).mean(),
      new SGD(one.parameters(), { lr: 0.1 }),
    );
    const before = bits(two.parameters());
    for (let i = 0; i < 4; i++) play();
    expect(bits(two.parameters())).toEqual(before);
    expect(two.parameters().every((p) => p.grad === null)).toBe(true);
  });

  it('updates rows of an embedding', () => {
    const table = new Embedding(4, 2);
    const before = bits([table.weight])[0]!;
    const step = trainStep(
      (index: Tensor) => table.forward(index).sum(),
      new SGD(table.parameters(), { lr: 1 }),
    );
    step(tensor([2], { dtype: 'int32' }));
    const after = bits([table.weight])[0]!;
    expect(after.map((v, i) => v === before[i])).toEqual([true, true, true, true, false, false, true, true]); // prettier-ignore
  });

  it('says once why it runs op by op, and goes on', () => {
    const { model, x, t, optimizer } = prepare();
    const reasons: string[] = [];
    const step = trainStep(
      () => {
        const loss = mseLoss(model.forward(x), t);
        loss.item();
        return loss;
      },
      optimizer,
      { onFallback: (reason) => reasons.push(reason) },
    );
    const losses = [1, 2, 3, 4, 5].map(() => step().item());
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toContain('reads');
    expect(losses[4]).toBeLessThan(losses[0]!);
  });
});
