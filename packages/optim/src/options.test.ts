import { tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { Adam, AdamW, ReduceLROnPlateau, SGD, StepLR } from './index.ts';

const params = [tensor([1], { requiresGrad: true })];
const other = [tensor([1], { requiresGrad: true })];
/** What JavaScript would pass. */
const any = (value: unknown): object => value as object;

describe('options of optimizers', () => {
  it('are those of the defaults, in groups too', () => {
    const has = 'It has lr, weightDecay, maximize, betas, eps, amsgrad';
    for (const Kind of [Adam, AdamW])
      expect(() => new Kind(params, any({ learning_rate: 0.1 }))).toThrow(
        `${Kind.name}: there is no option "learning_rate"; did you mean lr? ${has}.`,
      );
    const group = { params: other, weight_decay: 0.1 };
    const sentence = 'there is no option "weight_decay"; did you mean weightDecay?';
    expect(() => new SGD(any([group]) as [])).toThrow(`SGD: ${sentence}`);
    expect(() => new SGD(params).addParamGroup(group)).toThrow(`SGD: ${sentence}`);
    expect(() => new StepLR(new SGD(params), 10, any(0.5))).toThrow('such as { gamma: 0.5 }');
  });

  it('are an object, and the parameters tensors', () => {
    expect(() => new Adam(params, any(0.1))).toThrow('such as { lr: 0.1 }, got 0.1.');
    expect(() => new AdamW(params, any(0.1))).toThrow('AdamW: options must be an object');
    const numbers = any([1, 2]) as [];
    expect(() => new Adam(numbers)).toThrow(
      'Adam: parameters must be tensors, got 1. Pass model.parameters().',
    );
  });

  it('that are undefined are the defaults', () => {
    const none = any({ lr: undefined, weightDecay: undefined });
    expect(new AdamW(params, none).paramGroups[0]).toMatchObject({ lr: 0.001, weightDecay: 0.01 });
    const groups = any([{ params, lr: undefined }]) as [];
    expect(new SGD(groups, { lr: 0.5 }).paramGroups[0]!.lr).toBe(0.5);
    const optimizer = new SGD(params, { lr: 1 });
    const plateau = new ReduceLROnPlateau(optimizer, {
      patience: 0,
      ...any({ factor: undefined }),
    });
    plateau.step(1);
    plateau.step(1);
    expect(optimizer.paramGroups[0]!.lr).toBeCloseTo(0.1);
  });

  it('of one optimizer are not those of another', () => {
    const [first, second] = [new Adam(params), new Adam(other)];
    (first.paramGroups[0]!.betas as [number, number])[0] = 0.5;
    expect(second.paramGroups[0]!.betas).toEqual([0.9, 0.999]);
  });
});
