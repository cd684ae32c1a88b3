import { backward } from '@kasane/autograd';
import {
  DTypeError,
  reference,
  ShapeError,
  tensor,
  wasm,
  zeros,
  type Tensor,
} from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binaryCrossEntropyWithLogits,
  BCEWithLogitsLoss,
  contrastiveLoss,
  cosineSimilarity,
  gaussianNllLoss,
  multiMarginLoss,
  poissonNllLoss,
  softMarginLoss,
  cosineEmbeddingLoss,
  crossEntropy,
  CrossEntropyLoss,
  huberLoss,
  klDivLoss,
  l1Loss,
  mseLoss,
  nllLoss,
  smoothL1Loss,
  tripletMarginLoss,
  type Reduction,
} from '../index.ts';

const indices = (values: number[]): Tensor => tensor(values, { dtype: 'int32' });

/** The losses and the gradient of their sum. */
function both(input: number[], loss: (x: Tensor) => Tensor): [unknown, unknown] {
  const x = tensor(input, { requiresGrad: true });
  const losses = loss(x);
  backward(losses.sum());
  return [losses.toArray(), x.grad!.toArray()];
}

describe('losses of infinite numbers', () => {
  const reduction = 'none';
  const [high, low] = [Infinity, -Infinity];

  it('huberLoss and smoothL1Loss are infinite, their slopes are those of a line', () => {
    const zero = zeros([3]);
    for (const delta of [0.5, 2]) {
      expect(both([high, low, 0], (x) => huberLoss(x, zero, { delta, reduction }))).toEqual([
        [Infinity, Infinity, 0],
        [delta, -delta, 0],
      ]);
      expect(
        both([high, low, 0], (x) => smoothL1Loss(x, zero, { beta: delta, reduction })),
      ).toEqual([
        [Infinity, Infinity, 0],
        [1, -1, 0],
      ]);
    }
    expect(both([high, low, 0], (x) => l1Loss(x, zero, { reduction }))[1]).toEqual([1, -1, 0]);
  });

  it('binaryCrossEntropyWithLogits is 0 where the score is right, else infinite', () => {
    const target = tensor([1, 0, 0, 1], { requiresGrad: true });
    const scores = [high, low, high, low];
    for (const posWeight of [undefined, tensor(2)]) {
      const p = posWeight?.item() ?? 1;
      const options = posWeight === undefined ? { reduction } : { reduction, posWeight };
      expect(
        both(scores, (x) => binaryCrossEntropyWithLogits(x, target, { ...options, reduction })),
      ).toEqual([[0, 0, Infinity, Infinity], [0, 0, 1, -p].map((v) => expect.closeTo(v, 12))]);
    }
    const soft = both([high, low], (x) =>
      binaryCrossEntropyWithLogits(x, tensor([0.5, 0.5]), { reduction }),
    );
    expect(soft).toEqual([
      [Infinity, Infinity],
      [0.5, -0.5],
    ]);
  });

  it('binaryCrossEntropyWithLogits keeps small losses and has gradients of its targets', () => {
    const sure = binaryCrossEntropyWithLogits(tensor([-30, 30]), tensor([0, 1]), { reduction });
    expect(sure).toBeAllclose([Math.exp(-30), Math.exp(-30)], { rtol: 1e-5, atol: 0 });
    const target = tensor([0, 1], { requiresGrad: true });
    backward(binaryCrossEntropyWithLogits(tensor([2, 2]), target, { reduction }).sum());
    expect(target.grad).toBeAllclose([-2, -2]); // log(1 - σ) - log σ = -x
  });

  it('klDivLoss counts nothing where the target is 0', () => {
    expect(both([low, 0], (x) => klDivLoss(x, tensor([0, 1]), { reduction }))).toEqual([
      [0, 0],
      [expect.closeTo(0, 12), -1],
    ]);
    const logTarget = tensor([low, 0]);
    expect(both([low, 0], (x) => klDivLoss(x, logTarget, { reduction, logTarget: true }))).toEqual([
      [0, 0],
      [expect.closeTo(0, 12), -1],
    ]);
  });
});

describe('losses', () => {
  it('of elements refuse to broadcast, naming both shapes', () => {
    expect(() => mseLoss(zeros([4, 1]), zeros([4]))).toThrow(
      new ShapeError(
        'mseLoss: input and target must have one shape, got [4,1] and [4]. Reshape or broadcast one.',
      ),
    );
    expect(() => tripletMarginLoss(zeros([2]), zeros([2]), zeros([3]))).toThrow(
      'tripletMarginLoss: input and target must have one shape, got [2] and [3].',
    );
  });

  it('over classes name both shapes and what they expect', () => {
    expect(() => crossEntropy(zeros([8, 10]), zeros([8]))).toThrow(
      new DTypeError(
        'crossEntropy: for input [8,10] and target [8]: indices must be int32, got float32. Use .cast("int32").',
      ),
    );
    expect(() => crossEntropy(zeros([8, 10]), zeros([8, 1], { dtype: 'int32' }))).toThrow(
      new ShapeError(
        "crossEntropy: for input [8,10] class indices must have shape [8], got [8,1]. Probabilities have the input's shape.",
      ),
    );
    const labels = (...shape: number[]): Tensor => zeros(shape, { dtype: 'int32' });
    expect(() => crossEntropy(zeros([2, 5, 7]), labels(2, 5))).toThrow(
      new ShapeError(
        'crossEntropy: for input [2,5,7] class indices must have shape [2,7], got [2,5]. The classes are dim 1: use input.permute(0, 2, 1).',
      ),
    );
    expect(() => nllLoss(zeros([2, 5, 6, 7]), labels(2, 5, 6))).toThrow(
      'use input.permute(0, 3, 1, 2).',
    );
    expect(() => crossEntropy(zeros([8, 10]), zeros([8, 10], { dtype: 'int32' }))).toThrow(
      ShapeError,
    );
    expect(() => nllLoss(zeros([2, 3]), indices([0, 3]))).toThrow(ShapeError);
    expect(() => nllLoss(zeros([2, 3]), indices([0, 1]), { weight: zeros([2]) })).toThrow(
      'nllLoss: weight must have one element per class, [3], got [2].',
    );
    expect(() => nllLoss(zeros([]), indices([0]))).toThrow(
      'nllLoss: needs a dimension of classes, got a scalar.',
    );
  });

  it('name the option that is out of range', () => {
    expect(() => crossEntropy(zeros([1, 2]), indices([0]), { labelSmoothing: 2 })).toThrow(
      new RangeError('crossEntropy: labelSmoothing must be from 0 to 1, got 2.'),
    );
    expect(() => huberLoss(zeros([1]), zeros([1]), { delta: 0 })).toThrow(RangeError);
    expect(() => smoothL1Loss(zeros([1]), zeros([1]), { beta: -1 })).toThrow(RangeError);
    const reduction = 'average' as Reduction; // what a caller without types may pass
    expect(() => mseLoss(zeros([1]), zeros([1]), { reduction })).toThrow(
      "reduction: must be 'none', 'mean' or 'sum', got 'average'.",
    );
  });

  it('of pairs name the shape of the target they need', () => {
    expect(() => cosineEmbeddingLoss(zeros([2, 3]), zeros([2, 3]), zeros([3]))).toThrow(
      'cosineEmbeddingLoss: needs inputs (N, D) with target (N), or (D) with a scalar, got [2,3] and [3].',
    );
    expect(() => contrastiveLoss(zeros([2, 3]), zeros([2, 3]), zeros([3]))).toThrow(
      'contrastiveLoss: for inputs [2,3] the target must have shape [2], got [3].',
    );
  });

  it('of elements ask for tensors: no array has the dtype and the backend of the input', () => {
    for (const loss of [
      mseLoss,
      l1Loss,
      huberLoss,
      smoothL1Loss,
      klDivLoss,
      binaryCrossEntropyWithLogits,
    ]) {
      // @ts-expect-error -- an array is no tensor
      expect(() => loss(tensor([1, 2]), [1, 2])).toThrow(
        new DTypeError(`${loss.name}: the target must be a tensor, got an array. Use tensor(…).`),
      );
    }
    // @ts-expect-error -- an array is no tensor
    expect(() => contrastiveLoss(zeros(1, 2), zeros(1, 2), [1])).toThrow('the target must be');
    // @ts-expect-error -- an array is no tensor
    expect(() => cosineEmbeddingLoss(zeros(1, 2), zeros(1, 2), [1])).toThrow('the target must be');
  });

  it('of classes take arrays: of indices, or of probabilities', () => {
    const scores = tensor(
      [
        [1, -2, 0.5],
        [0, 3, 1],
      ],
      { dtype: 'float64' },
    );
    const rows = [
      [0.1, 0.2, 0.7],
      [0, 1, 0],
    ];
    const labels = indices([2, 0]);
    expect(crossEntropy(scores, [2, 0]).item()).toBe(crossEntropy(scores, labels).item());
    expect(nllLoss(scores, [2, 0]).item()).toBe(nllLoss(scores, labels).item());
    expect(new CrossEntropyLoss().forward(tensor([1, 2]), 0).item()).toBeCloseTo(1.3133, 4);
    expect(crossEntropy(scores, rows).item()).toBe(
      crossEntropy(scores, tensor(rows, { dtype: 'float64' })).item(),
    );
    expect(() => crossEntropy(scores, [0.5, 0])).toThrow('indices must be int32, got float64');
    // @ts-expect-error -- a promise, not awaited
    expect(() => crossEntropy(scores, Promise.resolve(labels))).toThrow(
      new DTypeError(
        'crossEntropy: the target must be a tensor, got a promise (await it). Use tensor(…).',
      ),
    );
    // @ts-expect-error -- the input must be a tensor
    expect(() => nllLoss([[1, 2]], [0])).toThrow(
      'nllLoss: the input must be a tensor, got an array',
    );
  });

  it('crossEntropy of indices equals that of their one-hot rows', () => {
    const scores = tensor([
      [1, -2, 0.5],
      [3, 0, -1],
    ]);
    const byIndex = crossEntropy(scores, indices([2, 0])).item();
    const byRow = crossEntropy(
      scores,
      tensor([
        [0, 0, 1],
        [1, 0, 0],
      ]),
    ).item();
    expect(byIndex).toBeCloseTo(byRow, 6);
  });

  it('crossEntropy stays finite for huge scores', () => {
    const scores = tensor([[1e4, -1e4]], { requiresGrad: true });
    const loss = crossEntropy(scores, indices([1]));
    backward(loss);
    expect(loss.item()).toBe(2e4);
    expect(scores.grad!.toArray()).toEqual([[1, -1]]);
  });

  it('an ignored sample counts for nothing, even if its scores are NaN, in gradients too', () => {
    const options = { labelSmoothing: 0.1, weight: tensor([1, 3]) };
    for (const backend of [reference(), wasm()]) {
      for (const dtype of ['float32', 'float64'] as const) {
        for (const { weight, labelSmoothing } of [{ ...options, labelSmoothing: 0 }, options]) {
          const run = (ignored: number[]): unknown[] => {
            const scores = tensor([[1, 2], ignored], { dtype, backend, requiresGrad: true });
            const target = indices([1, -100]).to(backend);
            const loss = crossEntropy(scores, target, {
              labelSmoothing,
              weight: weight.to(backend),
            });
            backward(loss);
            const plain = crossEntropy(scores.detach(), target).item();
            return [loss.item(), plain, scores.grad!.toArray()];
          };
          const want = run([0, 0]);
          expect(want[1]).toBeCloseTo(Math.log1p(Math.exp(-1)), 6);
          expect(run([NaN, NaN])).toEqual(want);
          expect(run([1, Infinity])).toEqual(want);
        }
      }
    }
  });

  it('NaN stays NaN', () => {
    expect(mseLoss(tensor([NaN]), tensor([1])).item()).toBeNaN();
    expect(crossEntropy(tensor([[NaN, 1]]), indices([1])).item()).toBeNaN();
    for (const [x, y] of [
      [NaN, 1],
      [NaN, 0],
      [1, NaN],
      [-Infinity, NaN],
    ] as const) {
      expect(binaryCrossEntropyWithLogits(tensor([x]), tensor([y])).item()).toBeNaN();
    }
    expect(klDivLoss(tensor([1]), tensor([-1])).item()).toBeNaN();
  });

  it('weights are part of the state, as in PyTorch', () => {
    expect(Object.keys(new CrossEntropyLoss({ weight: zeros([2]) }).stateDict())).toEqual([
      'weight',
    ]);
    const loss = new BCEWithLogitsLoss({ weight: zeros([2]), posWeight: zeros([2]) });
    expect(Object.keys(loss.stateDict())).toEqual(['weight', 'pos_weight']);
    expect(Object.keys(new CrossEntropyLoss().stateDict())).toEqual([]);
  });

  it('as modules have their options as fields, with the defaults, and show them', () => {
    const loss = new CrossEntropyLoss({ labelSmoothing: 0.1 });
    expect(String(loss)).toBe(
      'CrossEntropyLoss(reduction=mean, weight=null, ignoreIndex=-100, labelSmoothing=0.1)',
    );
    loss.reduction = 'sum';
    loss.labelSmoothing = 0;
    const scores = tensor([
      [1, 2],
      [0, 3],
    ]);
    const classes = indices([1, 0]);
    const want = crossEntropy(scores, classes, { reduction: 'sum' });
    expect(loss.forward(scores, classes).item()).toBe(want.item());
    loss.labelSmoothing = 2;
    expect(() => loss.forward(scores, classes)).toThrow(RangeError);
  });

  it('move their weights with to(), and null is no weight', () => {
    const options = { weight: tensor([1, 3]), posWeight: null };
    const loss = new BCEWithLogitsLoss(options).to(reference());
    const [x, y] = [tensor([0, 0]), tensor([1, 0])].map((t) => t.to(reference())) as [
      Tensor,
      Tensor,
    ];
    expect(loss.weight!.backend.name).toBe('reference');
    expect(loss.forward(x, y).item()).toBeCloseTo(2 * Math.LN2, 6);
    expect(crossEntropy(tensor([[0, 0]]), indices([1]), { weight: null }).item()).toBeCloseTo(
      Math.LN2,
      6,
    );
  });

  it('the distance of equal points has a gradient', () => {
    const a = tensor([[1, 2]], { requiresGrad: true });
    backward(contrastiveLoss(a, tensor([[1, 2]]), tensor([1])));
    expect(a.grad!.isFinite().all().item()).toBe(1);
  });

  it('mean is the sum divided by the number of elements, for every loss of elements', () => {
    const losses = [
      mseLoss,
      l1Loss,
      huberLoss,
      smoothL1Loss,
      klDivLoss,
      binaryCrossEntropyWithLogits,
    ];
    const numbers = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
      minLength: 2,
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.constantFrom(...losses), numbers, (loss, values) => {
        const half = Math.floor(values.length / 2);
        const x = tensor(values.slice(0, half), { dtype: 'float64' });
        const y = tensor(values.slice(half, 2 * half), { dtype: 'float64' }).sigmoid();
        const each = loss(x, y, { reduction: 'none' });
        expect(each.shape).toEqual([half]);
        expect(loss(x, y, { reduction: 'sum' }).item()).toBeCloseTo(each.sum().item(), 10);
        expect(loss(x, y).item()).toBeCloseTo(each.sum().item() / half, 10);
      }),
    );
  });
});

describe('losses of margins and likelihoods', () => {
  it('name the shapes they need', () => {
    expect(() => multiMarginLoss(zeros([2, 3, 4]), zeros([2, 4], { dtype: 'int32' }))).toThrow(
      'multiMarginLoss: takes (C) or (N, C), got [2,3,4]. Flatten it.',
    );
    expect(() => gaussianNllLoss(zeros([2, 3]), zeros([2, 3]), zeros([3]))).toThrow(
      "gaussianNllLoss: the variance must have the input's shape [2,3], or 1 in its last dim, or be a scalar, got [3].",
    );
    expect(() => multiMarginLoss(zeros([2, 3]), indices([0, 1]), { p: 3 })).toThrow(
      'multiMarginLoss: p must be 1 or 2, got 3.',
    );
    expect(() => cosineSimilarity(zeros([2, 3]), zeros([2, 1]))).toThrow(
      'cosineSimilarity: needs as many dims and one size at dim 1, got [2,3] and [2,1].',
    );
  });

  it('are finite for scores that are far out and counts of nothing', () => {
    const far = tensor([1e4, -1e4]);
    expect(softMarginLoss(far, tensor([-1, -1]), { reduction: 'none' }).toArray()).toEqual([
      1e4, 0,
    ]);
    const none = tensor([0, 0], { requiresGrad: true });
    const loss = poissonNllLoss(none, tensor([0, 1]), { full: true, reduction: 'none' });
    expect(loss.toArray()).toEqual([1, 1]);
    expect(gaussianNllLoss(far, far, tensor(-1), { eps: 1 }).item()).toBe(0);
  });
});
