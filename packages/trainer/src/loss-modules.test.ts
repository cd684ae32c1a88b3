import { crossEntropy, CrossEntropyLoss, Linear, smoothL1Loss, SmoothL1Loss } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { Generator, randn, rand, tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import { fit } from './fit.ts';

const generator = new Generator(1);
const x = randn([12, 3], { generator });
const classes = rand([12, 2], { generator }).argmax(1);
const y = randn([12, 2], { generator });

function start(): { model: Linear; optimizer: SGD } {
  const model = new Linear(3, 2, { generator: new Generator(2) });
  return { model, optimizer: new SGD(model.parameters(), { lr: 0.1 }) };
}

describe('a loss module', () => {
  it('is what fit and evaluate take, as its function is', async () => {
    const weight = tensor([1, 4]);
    const data = [[x, classes]] as const;
    const [byFunction, byModule] = [start(), start()];
    const loss = (output: typeof x, target: typeof x): typeof x =>
      crossEntropy(output, target, { weight, labelSmoothing: 0.1 });
    const module = new CrossEntropyLoss({ weight, labelSmoothing: 0.1 });
    const rest = { data, epochs: 3, validation: data };
    for (const accumulate of [1, 2]) {
      const want = await fit(byFunction.model, {
        ...rest,
        optimizer: byFunction.optimizer,
        accumulate,
        loss,
      });
      const got = await fit(byModule.model, {
        ...rest,
        optimizer: byModule.optimizer,
        accumulate,
        loss: module,
      });
      expect(got).toEqual(want);
    }
    const want = await evaluate(byFunction.model, { data, loss });
    expect(await evaluate(byModule.model, { data, loss: module })).toEqual(want);
    const inline = await evaluate(byFunction.model, {
      data,
      loss: (output, target) => crossEntropy(output, target, { weight, labelSmoothing: 0.1 }),
    });
    expect(inline).toEqual(want);
  });

  it('is followed by a compiled training when a callback changes it', async () => {
    const loss = new SmoothL1Loss();
    const { model, optimizer } = start();
    const before: number[] = [];
    const reasons: string[] = [];
    const history = await fit(model, {
      data: Array.from({ length: 6 }, () => [x, y] as const),
      loss,
      optimizer,
      epochs: 3,
      callbacks: [
        {
          onEpochBegin({ epoch }) {
            optimizer.paramGroups[0]!.lr = 0; // so that only the loss changes
            loss.beta = epoch;
            before.push(smoothL1Loss(model.forward(x), y, { beta: epoch }).item());
          },
          onFallback: (reason) => void reasons.push(reason),
        },
      ],
    });
    expect(history.map(({ loss: mean }) => mean)).toEqual(
      before.map((value) => expect.closeTo(value, 6)),
    );
    expect(new Set(before).size).toBe(3);
    expect(reasons).toEqual([]);
  });
});
