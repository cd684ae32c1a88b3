import { readFileSync } from 'node:fs';
import { CheckpointError, tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import * as optim from '../index.ts';

const {
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  LinearWarmup,
  MultiplicativeLR,
  MultiStepLR,
  OneCycleLR,
  PolynomialLR,
  ReduceLROnPlateau,
  SequentialLR,
  SGD,
  StepLR,
  SWALR,
} = optim;
type SGD = optim.SGD;

interface SchedulerFixture {
  readonly metrics: readonly number[];
  readonly cases: Readonly<
    Record<string, readonly { readonly lr: number[]; readonly momentum: number[] }[]>
  >;
}

// The generator beside the file writes exactly this structure.
const fixture = JSON.parse(
  readFileSync(new URL('../../test/fixtures/schedulers.json', import.meta.url), 'utf8'),
) as SchedulerFixture;

type Scheduler = optim.LRScheduler | optim.ReduceLROnPlateau;

/** The schedulers of each fixture, with the arguments of `generate.py`. */
const makers: Readonly<Record<string, (optimizer: SGD) => readonly Scheduler[]>> = {
  StepLR: (o) => [new StepLR(o, 7, { gamma: 0.5 })],
  MultiStepLR: (o) => [new MultiStepLR(o, [3, 8, 8, 20], { gamma: 0.3 })],
  ExponentialLR: (o) => [new ExponentialLR(o, 0.93)],
  LinearLR: (o) => [new LinearLR(o, { startFactor: 0.1, endFactor: 0.9, totalIters: 12 })],
  CosineAnnealingLR: (o) => [new CosineAnnealingLR(o, 12, { etaMin: 0.002 })],
  LambdaLR: (o) => [new LambdaLR(o, (epoch) => 1 / (1 + 0.3 * epoch))],
  'LambdaLR per group': (o) => [new LambdaLR(o, [(e) => 0.9 ** e, (e) => 1 + e])],
  OneCycleLR: (o) => [new OneCycleLR(o, 0.5, { totalSteps: 31 })],
  'OneCycleLR linear three phases': (o) => [
    new OneCycleLR(o, [0.5, 0.2], {
      epochs: 4,
      stepsPerEpoch: 8,
      pctStart: 0.4,
      annealStrategy: 'linear',
      divFactor: 10,
      finalDivFactor: 50,
      threePhase: true,
      baseMomentum: 0.8,
      maxMomentum: 0.9,
    }),
  ],
  SequentialLR: (o) => [
    new SequentialLR(
      o,
      [
        new LinearLR(o, { startFactor: 0.2, totalIters: 5 }),
        new CosineAnnealingLR(o, 20),
        new ExponentialLR(o, 0.8),
      ],
      [5, 22],
    ),
  ],
  'StepLR and ExponentialLR': (o) => [new StepLR(o, 4, { gamma: 0.5 }), new ExponentialLR(o, 0.97)],
  ReduceLROnPlateau: (o) => [new ReduceLROnPlateau(o, { patience: 2, factor: 0.5, cooldown: 1 })],
  'ReduceLROnPlateau max abs': (o) => [
    new ReduceLROnPlateau(o, {
      mode: 'max',
      patience: 1,
      threshold: 0.05,
      thresholdMode: 'abs',
      minLr: [0.001, 0.004],
    }),
  ],
  ConstantLR: (o) => [new ConstantLR(o, { factor: 0.4, totalIters: 6 })],
  PolynomialLR: (o) => [new PolynomialLR(o, { totalIters: 12, power: 0.7 })],
  'PolynomialLR to the end': (o) => [new PolynomialLR(o, { totalIters: 40, power: 2 })],
  MultiplicativeLR: (o) => [new MultiplicativeLR(o, (epoch) => 1 - 0.5 / (1 + epoch))],
  'MultiplicativeLR per group': (o) => [new MultiplicativeLR(o, [() => 0.9, (e) => 1 + 1 / e])],
  CosineAnnealingWarmRestarts: (o) => [new CosineAnnealingWarmRestarts(o, 7, { etaMin: 0.002 })],
  'CosineAnnealingWarmRestarts longer and longer': (o) => [
    new CosineAnnealingWarmRestarts(o, 3, { tMult: 2 }),
  ],
  CyclicLR: (o) => [new CyclicLR(o, 0.01, 0.4, { stepSizeUp: 5, stepSizeDown: 3 })],
  'CyclicLR triangular2': (o) => [
    new CyclicLR(o, [0.01, 0.002], [0.4, 0.1], {
      stepSizeUp: 4,
      mode: 'triangular2',
      baseMomentum: 0.7,
      maxMomentum: 0.95,
    }),
  ],
  'CyclicLR expRange': (o) => [
    new CyclicLR(o, 0.01, 0.4, {
      stepSizeUp: 4,
      mode: 'expRange',
      gamma: 0.95,
      cycleMomentum: false,
    }),
  ],
  'CyclicLR by a function': (o) => [
    new CyclicLR(o, 0.01, 0.4, {
      stepSizeUp: 4,
      scaleFn: (x) => 1 / (1 + x),
      scaleMode: 'iterations',
    }),
  ],
  LinearWarmup: (o) => [new LinearWarmup(o, 6)],
  'LinearWarmup linear': (o) => [new LinearWarmup(o, 6, { totalSteps: 25 })],
  'LinearWarmup cosine': (o) => [new LinearWarmup(o, 6, { totalSteps: 25, decay: 'cosine' })],
  SWALR: (o) => [new SWALR(o, 0.05)],
  'SWALR linear': (o) => [new SWALR(o, [0.05, 0.2], { annealEpochs: 6, annealStrategy: 'linear' })],
  'SWALR at once': (o) => [new SWALR(o, 0.05, { annealEpochs: 0 })],
  'ExponentialLR and SWALR': (o) => [
    new ExponentialLR(o, 0.97),
    new SWALR(o, 0.05, { annealEpochs: 20 }),
  ],
};

function twoGroups(): SGD {
  const [a, b] = [tensor([0], { requiresGrad: true }), tensor([0], { requiresGrad: true })];
  return new SGD([{ params: [a] }, { params: [b], lr: 0.01 }], { lr: 0.1, momentum: 0.9 });
}

function advance(schedulers: readonly Scheduler[], epoch: number): void {
  for (const scheduler of schedulers) {
    if (scheduler instanceof ReduceLROnPlateau) scheduler.step(fixture.metrics[epoch]!);
    else scheduler.step();
  }
}

for (const [name, make] of Object.entries(makers)) {
  describe(name, () => {
    const rows = fixture.cases[name]!;

    it('equals PyTorch over 30 steps, in both groups', () => {
      const optimizer = twoGroups();
      const schedulers = make(optimizer);
      expect(rows).toHaveLength(31);
      rows.forEach(({ lr, momentum }, epoch) => {
        const { paramGroups } = optimizer;
        expect(
          paramGroups.map((g) => g.lr),
          `epoch ${epoch}`,
        ).toBeAllclose(lr, { rtol: 1e-10, atol: 1e-16 });
        expect(
          paramGroups.map((g) => g.momentum),
          `epoch ${epoch}`,
        ).toBeAllclose(momentum, { rtol: 1e-12 });
        expect(schedulers.at(-1)!.getLastLr()).toEqual(paramGroups.map((g) => g.lr));
        if (epoch < 30) advance(schedulers, epoch);
      });
    });

    it('loaded half-way from JSON goes on to the last bit', () => {
      const optimizer = twoGroups();
      const schedulers = make(optimizer);
      for (let epoch = 0; epoch < 9; epoch++) advance(schedulers, epoch);
      const saved = JSON.stringify([optimizer.stateDict(), schedulers.map((s) => s.stateDict())]);
      // Each scheduler gets back what it gave, whichever kind of state that is.
      const [optimizerState, schedulerStates] = JSON.parse(saved) as [
        optim.OptimizerStateDict,
        readonly never[],
      ];
      const other = twoGroups();
      const resumed = make(other);
      other.loadStateDict(optimizerState);
      resumed.forEach((scheduler, i) => scheduler.loadStateDict(schedulerStates[i]!));
      for (let epoch = 9; epoch < 30; epoch++) {
        advance(schedulers, epoch);
        advance(resumed, epoch);
        expect(other.paramGroups.map((g) => [g.lr, g.momentum])).toEqual(
          optimizer.paramGroups.map((g) => [g.lr, g.momentum]),
        );
      }
      expect(resumed.map((s) => s.stateDict())).toEqual(schedulers.map((s) => s.stateDict()));
      expect(resumed[0]!.lastEpoch).toBe(30);
    });
  });
}

describe('schedulers', () => {
  it('have a fixture each', () => {
    const classes = Object.entries(optim)
      .filter(([name]) => /LR|Plateau|Warm/.test(name) && name !== 'LRScheduler')
      .map(([name]) => name);
    expect(classes.length).toBe(16);
    for (const name of classes) expect(Object.keys(makers)).toContain(name);
    expect(Object.keys(makers).sort()).toEqual(Object.keys(fixture.cases).sort());
  });

  it('cycle the first beta of an optimizer without momentum', () => {
    const adam = new optim.Adam([tensor([1], { requiresGrad: true })]);
    const scheduler = new OneCycleLR(adam, 1, { totalSteps: 10 });
    expect(adam.paramGroups[0]!.betas).toEqual([0.95, 0.999]);
    scheduler.step();
    scheduler.step();
    expect(adam.paramGroups[0]!.betas).toEqual([0.85, 0.999]);
  });

  it('schedule a group added later from its own rate', () => {
    const optimizer = twoGroups();
    const scheduler = new ExponentialLR(optimizer, 0.5);
    optimizer.addParamGroup({ params: [tensor([1], { requiresGrad: true })], lr: 8 });
    scheduler.step();
    expect(scheduler.getLastLr()).toEqual([0.05, 0.005, 4]);
  });

  it('count NaN as no improvement', () => {
    const optimizer = twoGroups();
    const scheduler = new ReduceLROnPlateau(optimizer, { patience: 1, factor: 0.5 });
    for (const metric of [NaN, 1, NaN, NaN]) scheduler.step(metric);
    expect(scheduler.getLastLr()).toEqual([0.05, 0.005]);
  });

  it('refuse a state of other groups', () => {
    const one = new SGD([tensor([1], { requiresGrad: true })]);
    const message = (name: string): string =>
      `${name}: the state has 1 groups, not 2. Build it as it was saved.`;
    expect(() => new StepLR(twoGroups(), 1).loadStateDict(new StepLR(one, 1).stateDict())).toThrow(
      new CheckpointError(message('StepLR')),
    );
    expect(() =>
      new ReduceLROnPlateau(twoGroups()).loadStateDict(new ReduceLROnPlateau(one).stateDict()),
    ).toThrow(new CheckpointError(message('ReduceLROnPlateau')));
    expect(() =>
      new SequentialLR(one, [new StepLR(one, 1)], []).loadStateDict(new StepLR(one, 1).stateDict()),
    ).toThrow(
      new CheckpointError(
        'SequentialLR: the state has 0 schedulers, not 1. Build it as it was saved.',
      ),
    );
  });
});
