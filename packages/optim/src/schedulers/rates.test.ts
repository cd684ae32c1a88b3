import { tensor } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Adam,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  LinearWarmup,
  type LRScheduler,
  MultiplicativeLR,
  MultiStepLR,
  OneCycleLR,
  PolynomialLR,
  ReduceLROnPlateau,
  SequentialLR,
  SGD,
  StepLR,
  SWALR,
} from '../index.ts';

type Scheduler = LRScheduler | ReduceLROnPlateau;
type Make = (optimizer: SGD | Adam) => Scheduler;

const parameter = () => tensor([0], { requiresGrad: true });
const twoGroups = (): SGD =>
  new SGD([{ params: [parameter()] }, { params: [parameter()], lr: 0.01 }], {
    lr: 0.1,
    momentum: 0.9,
  });
const advance = (scheduler: Scheduler, metric = 1): void =>
  scheduler instanceof ReduceLROnPlateau ? scheduler.step(metric) : scheduler.step();

// Options of every size, the ends of float64 and the numbers between which schedules divide among them.
const number = fc.oneof(
  fc.constantFrom(0, 1, 0.1, 0.5, 10, 1e-320, 1e308, Infinity, NaN, -1),
  fc.double(),
  fc.double({ min: 0, max: 1 }),
);
const count = fc.integer({ min: 0, max: 12 });

const options: Readonly<Record<string, fc.Arbitrary<Make>>> = {
  StepLR: fc.tuple(count, number).map(
    ([n, gamma]) =>
      (o) =>
        new StepLR(o, n, { gamma }),
  ),
  MultiStepLR: fc.tuple(fc.array(count), number).map(
    ([milestones, gamma]) =>
      (o) =>
        new MultiStepLR(o, milestones, { gamma }),
  ),
  ExponentialLR: number.map((gamma) => (o) => new ExponentialLR(o, gamma)),
  LinearLR: fc
    .record({ startFactor: number, endFactor: number, totalIters: count })
    .map((given) => (o) => new LinearLR(o, given)),
  CosineAnnealingLR: fc.tuple(count, number).map(
    ([tMax, etaMin]) =>
      (o) =>
        new CosineAnnealingLR(o, tMax, { etaMin }),
  ),
  LambdaLR: fc.array(number, { minLength: 1 }).map((factors) => (o) => {
    return new LambdaLR(o, (epoch) => factors[epoch % factors.length]!);
  }),
  ConstantLR: fc
    .record({ factor: number, totalIters: count })
    .map((given) => (o) => new ConstantLR(o, given)),
  PolynomialLR: fc
    .record({ power: number, totalIters: count })
    .map((given) => (o) => new PolynomialLR(o, given)),
  MultiplicativeLR: fc.array(number, { minLength: 1 }).map((factors) => (o) => {
    return new MultiplicativeLR(o, (epoch) => factors[epoch % factors.length]!);
  }),
  CosineAnnealingWarmRestarts: fc.tuple(count, count, number).map(
    ([t0, tMult, etaMin]) =>
      (o) =>
        new CosineAnnealingWarmRestarts(o, t0, { tMult, etaMin }),
  ),
  LinearWarmup: fc.tuple(count, count, fc.constantFrom('linear', 'cosine')).map(
    ([warmupSteps, totalSteps, decay]) =>
      (o) =>
        new LinearWarmup(o, warmupSteps, { totalSteps, decay }),
  ),
  SWALR: fc.tuple(number, count, fc.constantFrom('linear', 'cos')).map(
    ([swaLr, annealEpochs, annealStrategy]) =>
      (o) =>
        new SWALR(o, swaLr, { annealEpochs, annealStrategy }),
  ),
  CyclicLR: fc
    .tuple(
      number,
      number,
      fc.record(
        {
          stepSizeUp: count,
          stepSizeDown: count,
          mode: fc.constantFrom('triangular', 'triangular2', 'expRange'),
          gamma: number,
          cycleMomentum: fc.boolean(),
          baseMomentum: number,
          maxMomentum: number,
        },
        { requiredKeys: [] },
      ),
    )
    .map(
      ([low, high, given]) =>
        (o) =>
          new CyclicLR(o, low, high, given),
    ),
  OneCycleLR: fc
    .tuple(
      number,
      fc.record(
        {
          totalSteps: count,
          pctStart: fc.oneof(
            number,
            count.map((n) => n / 10),
          ),
          annealStrategy: fc.constantFrom('cos', 'linear'),
          cycleMomentum: fc.boolean(),
          baseMomentum: number,
          maxMomentum: number,
          divFactor: number,
          finalDivFactor: number,
          threePhase: fc.boolean(),
        },
        { requiredKeys: ['totalSteps'] },
      ),
    )
    .map(
      ([maxLr, given]) =>
        (o) =>
          new OneCycleLR(o, maxLr, given),
    ),
  ReduceLROnPlateau: fc
    .record(
      {
        mode: fc.constantFrom('min', 'max'),
        factor: number,
        patience: count,
        threshold: number,
        thresholdMode: fc.constantFrom('rel', 'abs'),
        cooldown: count,
        minLr: number,
        eps: number,
      },
      { requiredKeys: [] },
    )
    .map((given) => (o) => new ReduceLROnPlateau(o, given)),
  SequentialLR: fc
    .tuple(count, fc.integer({ min: 1, max: 8 }), number, count)
    .map(([steps, gap, gamma, first]) => (o) => {
      const cycle = new OneCycleLR(o, 0.5, { totalSteps: steps, pctStart: 1 / steps });
      return new SequentialLR(
        o,
        [new ExponentialLR(o, gamma), cycle, new CosineAnnealingLR(o, gap)],
        [first, first + gap],
      );
    }),
};

const finite = ({ paramGroups }: SGD | Adam): boolean =>
  paramGroups.every((group) => {
    const momentum = 'betas' in group ? group.betas[0] : group.momentum;
    return Number.isFinite(group.lr) && Number.isFinite(momentum);
  });

describe('every scheduler', () => {
  it.each(Object.keys(options))('%s leaves finite rates and momenta, or throws', (name) => {
    fc.assert(
      fc.property(options[name]!, fc.boolean(), fc.array(number), (make, adam, metrics) => {
        const optimizer = adam ? new Adam([parameter()]) : twoGroups();
        try {
          const scheduler = make(optimizer);
          for (let step = 0; step < 16; step++) {
            expect(finite(optimizer)).toBe(true);
            if (step === 3) optimizer.addParamGroup({ params: [parameter()] });
            advance(scheduler, metrics[step % metrics.length]);
          }
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
        }
        expect(finite(optimizer)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each<readonly [string, Make]>([
    ['StepLR', (o) => new StepLR(o, 2)],
    ['MultiStepLR', (o) => new MultiStepLR(o, [1, 4])],
    ['ExponentialLR', (o) => new ExponentialLR(o, 0.5)],
    ['LinearLR', (o) => new LinearLR(o)],
    ['CosineAnnealingLR', (o) => new CosineAnnealingLR(o, 4)],
    ['ConstantLR', (o) => new ConstantLR(o, { totalIters: 4 })],
    ['PolynomialLR', (o) => new PolynomialLR(o, { totalIters: 30 })],
    ['MultiplicativeLR', (o) => new MultiplicativeLR(o, () => 0.9)],
    ['CosineAnnealingWarmRestarts', (o) => new CosineAnnealingWarmRestarts(o, 4)],
    ['CyclicLR', (o) => new CyclicLR(o, 0.1, 1, { stepSizeUp: 3 })],
    ['LinearWarmup', (o) => new LinearWarmup(o, 20)],
    ['SWALR', (o) => new SWALR(o, 0.5)],
    ['LambdaLR', (o) => new LambdaLR(o, (epoch) => 1 / (1 + epoch))],
    ['OneCycleLR', (o) => new OneCycleLR(o, 1, { totalSteps: 20 })],
    ['ReduceLROnPlateau', (o) => new ReduceLROnPlateau(o, { patience: 0 })],
    ['SequentialLR', (o) => new SequentialLR(o, [new LinearLR(o), new ExponentialLR(o, 0.5)], [3])],
  ])('%s schedules a group added later, and its state loads', (_, make) => {
    const grown = (steps: number): readonly [SGD, Scheduler] => {
      const optimizer = twoGroups();
      const scheduler = make(optimizer);
      for (let i = 0; i < steps; i++) advance(scheduler);
      optimizer.addParamGroup({ params: [parameter()], lr: 8 });
      return [optimizer, scheduler];
    };
    const [optimizer, scheduler] = grown(2);
    for (let i = 0; i < 5; i++) {
      // Saved before the first step with the group, and after it.
      const [other, resumed] = grown(0);
      other.loadStateDict(optimizer.stateDict());
      resumed.loadStateDict(JSON.parse(JSON.stringify(scheduler.stateDict())) as never); // what it gave
      expect(resumed.getLastLr()).toEqual(optimizer.paramGroups.map((g) => g.lr));
      advance(scheduler);
      advance(resumed);
      expect(optimizer.paramGroups[2]!.lr).toBeGreaterThanOrEqual(0);
      expect(scheduler.getLastLr()).toEqual(optimizer.paramGroups.map((g) => g.lr));
      expect(other.paramGroups.map((g) => g.lr)).toEqual(optimizer.paramGroups.map((g) => g.lr));
    }
    expect(optimizer.paramGroups[2]!.lr).not.toBe(8);
  });
});

describe('OneCycleLR', () => {
  it('begins at its peak where the rise has no width', () => {
    for (const threePhase of [false, true]) {
      const optimizer = twoGroups();
      const scheduler = new OneCycleLR(optimizer, 0.5, {
        totalSteps: 10,
        pctStart: 0.1,
        threePhase,
      });
      expect(optimizer.paramGroups.map((g) => [g.lr, g.momentum])).toEqual([
        [0.5, 0.85],
        [0.5, 0.85],
      ]);
      for (let step = 1; step < 10; step++) scheduler.step();
      expect(scheduler.getLastLr()[0]).toBeCloseTo(0.5 / 25 / 1e4, 12);
      scheduler.step();
      expect(scheduler.getLastLr()[0]).toBeCloseTo(0.5 / 25 / 1e4, 12);
    }
  });

  it('cycles a group added later up to the rate of all, with its momentum', () => {
    const optimizer = twoGroups();
    const scheduler = new OneCycleLR(optimizer, 0.5, { totalSteps: 10 });
    optimizer.addParamGroup({ params: [parameter()], lr: 8 });
    scheduler.step();
    const [first, , added] = optimizer.paramGroups;
    expect([added!.lr, added!.momentum]).toEqual([first!.lr, first!.momentum]);
  });
});

describe('ReduceLROnPlateau', () => {
  it('keeps a group added later above the lowest rate of all', () => {
    const optimizer = twoGroups();
    const scheduler = new ReduceLROnPlateau(optimizer, { patience: 0, minLr: 0.005 });
    optimizer.addParamGroup({ params: [parameter()], lr: 0.02 });
    for (let i = 0; i < 9; i++) scheduler.step(1);
    expect(scheduler.getLastLr()).toEqual([0.005, 0.005, 0.005]);
  });
});

describe('schedulers with an option for each group', () => {
  it.each<readonly [string, string, Make]>([
    ['LambdaLR', 'function', (o) => new LambdaLR(o, [() => 1, () => 2])],
    ['MultiplicativeLR', 'function', (o) => new MultiplicativeLR(o, [() => 1, () => 2])],
    ['CyclicLR', 'baseLr', (o) => new CyclicLR(o, [0.1, 0.2], 1)],
    ['SWALR', 'swaLr', (o) => new SWALR(o, [0.1, 0.2])],
    ['OneCycleLR', 'maxLr', (o) => new OneCycleLR(o, [1, 2], { totalSteps: 9 })],
    [
      'ReduceLROnPlateau',
      'minLr',
      (o) => new ReduceLROnPlateau(o, { minLr: [0, 1e-3], patience: 0 }),
    ],
  ])('%s wants one for a group added later', (name, option, make) => {
    const optimizer = twoGroups();
    const scheduler = make(optimizer);
    advance(scheduler);
    optimizer.addParamGroup({ params: [parameter()] });
    expect(() => advance(scheduler)).toThrow(
      new RangeError(
        `${name}: needs one ${option} per group, got 2 for 3 groups. Pass one for all.`,
      ),
    );
  });
});

describe('schedulers of cycles and warm-ups', () => {
  it('name the option that is out of range', () => {
    const o = twoGroups();
    const never = 'square' as never; // what a caller without types may pass
    const cases: readonly (readonly [() => Scheduler, string])[] = [
      [() => new CyclicLR(o, 0, 1, { mode: never }), "CyclicLR: mode must be 'triangular', "],
      [() => new CyclicLR(o, 0, 1, { stepSizeUp: 0 }), 'CyclicLR: stepSizeUp must be'],
      [() => new CyclicLR(o, -1, 1), 'CyclicLR: baseLr[0] must be at least 0, got -1.'],
      [() => new LinearWarmup(o, 5, { totalSteps: 4 }), 'LinearWarmup: totalSteps must be'],
      [() => new LinearWarmup(o, 5, { decay: never }), "LinearWarmup: decay must be 'linear'"],
      [() => new SWALR(o, 1, { annealStrategy: never }), "SWALR: annealStrategy must be 'cos'"],
      [() => new ConstantLR(o, { factor: 0 }), 'ConstantLR: factor must be above 0'],
      [() => new CosineAnnealingWarmRestarts(o, 2, { tMult: 1.5 }), 'tMult must be'],
    ];
    for (const [make, message] of cases) expect(make).toThrow(message);
    const plain = { paramGroups: [{ lr: 1 }] };
    expect(() => new CyclicLR(plain, 0, 1)).toThrow(
      'CyclicLR: the optimizer has no momentum or betas. Pass { cycleMomentum: false }.',
    );
    expect(new CyclicLR(plain, 0, 1, { cycleMomentum: false }).getLastLr()).toEqual([0]);
  });

  it('cycle the first beta of an optimizer without momentum', () => {
    const adam = new Adam([parameter()]);
    const scheduler = new CyclicLR(adam, 0, 1, { stepSizeUp: 1 });
    expect(adam.paramGroups[0]!.betas).toEqual([0.9, 0.999]);
    scheduler.step();
    expect(adam.paramGroups[0]!.betas).toEqual([0.8, 0.999]);
  });

  it('restart after others', () => {
    const optimizer = twoGroups();
    const restarts = new CosineAnnealingWarmRestarts(optimizer, 2);
    const scheduler = new SequentialLR(optimizer, [new LinearWarmup(optimizer, 2), restarts], [2]);
    const rates: number[] = [];
    for (let step = 0; step < 7; step++) {
      rates.push(scheduler.getLastLr()[0]!);
      scheduler.step();
    }
    expect(rates).toEqual([0, 0.05, 0.1, 0.05, 0.1, 0.05, 0.1].map((lr) => expect.closeTo(lr, 12)));
  });
});

describe('LRScheduler', () => {
  it('names the group whose rate would not be finite', () => {
    const scheduler = new LambdaLR(twoGroups(), [() => 1, (epoch) => (epoch < 2 ? 1 : NaN)]);
    scheduler.step();
    expect(() => scheduler.step()).toThrow(
      new RangeError(
        'LambdaLR: rates must be finite, got NaN for group 1 at epoch 2. Change its options.',
      ),
    );
  });
});
