import { tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import * as optim from './index.ts';

const { SGD } = optim;
const params = [tensor([1], { requiresGrad: true })];
const plain = new SGD(params);

const cases: readonly [() => unknown, string][] = [
  [() => new SGD(params, { lr: -1 }), 'SGD: lr must be at least 0, got -1.'],
  [() => new SGD(params, { lr: NaN }), 'SGD: lr must be at least 0, got NaN.'],
  [() => new SGD(params, { weightDecay: -1 }), 'SGD: weightDecay must be at least 0, got -1.'],
  [() => new SGD(params, { momentum: -0.1 }), 'SGD: momentum must be at least 0, got -0.1.'],
  [
    () => new SGD(params, { nesterov: true }),
    'SGD: nesterov needs momentum above 0 and dampening 0, got 0 and 0.',
  ],
  [() => new SGD([{ params, lr: -2 }], { lr: 1 }), 'SGD: lr must be at least 0, got -2.'],
  [
    () => new optim.Adam(params, { betas: [1, 0.9] }),
    'Adam: betas[0] must be at least 0 and below 1, got 1.',
  ],
  [
    () => new optim.AdamW(params, { betas: [0.9, -0.1] }),
    'AdamW: betas[1] must be at least 0 and below 1, got -0.1.',
  ],
  [() => new optim.Adam(params, { eps: -1 }), 'Adam: eps must be at least 0, got -1.'],
  [
    () => new optim.Adamax(params, { betas: [0.9, 2] }),
    'Adamax: betas[1] must be at least 0 and below 1, got 2.',
  ],
  [() => new optim.Adamax(params, { eps: -1 }), 'Adamax: eps must be at least 0, got -1.'],
  [
    () => new optim.NAdam(params, { betas: [-1, 0] }),
    'NAdam: betas[0] must be at least 0 and below 1, got -1.',
  ],
  [
    () => new optim.NAdam(params, { momentumDecay: -1 }),
    'NAdam: momentumDecay must be at least 0, got -1.',
  ],
  [
    () => new optim.RAdam(params, { betas: [NaN, 0] }),
    'RAdam: betas[0] must be at least 0 and below 1, got NaN.',
  ],
  [
    () => new optim.Adagrad(params, { lrDecay: -1 }),
    'Adagrad: lrDecay must be at least 0, got -1.',
  ],
  [
    () => new optim.Adagrad(params, { initialAccumulatorValue: -1 }),
    'Adagrad: initialAccumulatorValue must be at least 0, got -1.',
  ],
  [() => new optim.Adadelta(params, { rho: 1.5 }), 'Adadelta: rho must be from 0 to 1, got 1.5.'],
  [() => new optim.RMSprop(params, { alpha: -1 }), 'RMSprop: alpha must be at least 0, got -1.'],
  [
    () => new optim.RMSprop(params, { momentum: -1 }),
    'RMSprop: momentum must be at least 0, got -1.',
  ],
  [() => new optim.StepLR(plain, 0), 'StepLR: stepSize must be a whole number ≥ 1, got 0.'],
  [() => new optim.StepLR(plain, 1, { gamma: -1 }), 'StepLR: gamma must be at least 0, got -1.'],
  [
    () => new optim.MultiStepLR(plain, [3, 1.5]),
    'MultiStepLR: milestones[1] must be a whole number ≥ 0, got 1.5.',
  ],
  [() => new optim.ExponentialLR(plain, -1), 'ExponentialLR: gamma must be at least 0, got -1.'],
  [
    () => new optim.LinearLR(plain, { startFactor: 0 }),
    'LinearLR: startFactor must be above 0, got 0.',
  ],
  [
    () => new optim.LinearLR(plain, { endFactor: 2 }),
    'LinearLR: endFactor must be from 0 to 1, got 2.',
  ],
  [
    () => new optim.CosineAnnealingLR(plain, 0),
    'CosineAnnealingLR: tMax must be a whole number ≥ 1, got 0.',
  ],
  [
    () => new optim.LambdaLR(plain, []),
    'LambdaLR: needs one function per group, got 0 for 1 groups. Pass one for all.',
  ],
  [
    () => new optim.SequentialLR(plain, [new optim.StepLR(plain, 1)], [3]),
    'SequentialLR: needs one milestone fewer than schedulers, got 1 for 1.',
  ],
  [
    () =>
      new optim.SequentialLR(
        plain,
        [1, 2, 3].map(() => new optim.StepLR(plain, 1)),
        [3, 3],
      ),
    'SequentialLR: milestones[1] must be a whole number ≥ 4, got 3.',
  ],
  [
    () => new optim.SequentialLR(plain, [new optim.StepLR(new SGD(params), 1)], []),
    'SequentialLR: schedulers[0] has another optimizer. Build all on one.',
  ],
  [
    () => new optim.OneCycleLR(plain, 1, {}),
    'OneCycleLR: needs totalSteps, or epochs and stepsPerEpoch.',
  ],
  [
    () => new optim.OneCycleLR(plain, 1, { totalSteps: 2.5 }),
    'OneCycleLR: totalSteps must be a whole number ≥ 1, got 2.5.',
  ],
  [
    () => new optim.OneCycleLR(plain, [1, 2], { totalSteps: 2 }),
    'OneCycleLR: needs one maxLr per group, got 2 for 1 groups. Pass one for all.',
  ],
  [
    () => new optim.OneCycleLR(plain, 1, { totalSteps: 2, pctStart: 2 }),
    'OneCycleLR: pctStart must be from 0 to 1, got 2.',
  ],
  [
    () => new optim.OneCycleLR(new optim.Adagrad(params), 1, { totalSteps: 2 }),
    'OneCycleLR: the optimizer has no momentum or betas. Pass { cycleMomentum: false }.',
  ],
  [
    () => {
      const scheduler = new optim.OneCycleLR(new SGD(params), 1, { totalSteps: 2 });
      for (let i = 0; i < 3; i++) scheduler.step();
    },
    'OneCycleLR: the cycle has 2 steps, not 4. Make it longer.',
  ],
  [
    () => new optim.ReduceLROnPlateau(plain, { factor: 1 }),
    'ReduceLROnPlateau: factor must be at least 0 and below 1, got 1.',
  ],
  [
    () => new optim.ReduceLROnPlateau(plain, { minLr: [1, 2] }),
    'ReduceLROnPlateau: needs one minLr per group, got 2 for 1 groups. Pass one for all.',
  ],
  [() => optim.clipGradNorm(params, -1), 'clipGradNorm: maxNorm must be at least 0, got -1.'],
  [
    () => optim.clipGradNorm(params, 1, { normType: 0 }),
    'clipGradNorm: normType must be above 0, got 0.',
  ],
  [() => optim.clipGradValue(params, -1), 'clipGradValue: clipValue must be at least 0, got -1.'],
];

describe('options out of range', () => {
  for (const [call, message] of cases) {
    it(message, () => {
      expect(call).toThrow(new RangeError(message));
    });
  }
});
