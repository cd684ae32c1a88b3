/** Rows of optim: a few steps of each optimizer. */
import type { Draw } from './draw.ts';
import type { Value } from './program.ts';
import type { Row, Table } from './rows.ts';
import { floatDType, shapeOf, tensorOf } from './values.ts';

const rates = (d: Draw): Record<string, Value> => ({
  lr: d.pick([0.1, 0.01, 1, 0]),
  ...(d.chance(30) ? { weightDecay: d.pick([0.1, 0.01]) } : {}),
  ...(d.chance(15) ? { maximize: true } : {}),
});
const some = (d: Draw, key: string, list: readonly Value[]): Record<string, Value> =>
  d.chance(40) ? { [key]: list[d.int(0, list.length - 1)] } : {};
const betas = (d: Draw): Record<string, Value> =>
  some(d, 'betas', [
    [0.9, 0.99],
    [0.5, 0.5],
    [0, 0],
  ]);

/** Four steps with the same gradients; the fourth of a compiled function is its second replay. */
const optimizer =
  (more: (d: Draw) => Record<string, Value>): Row =>
  (d, name) => {
    const dtype = floatDType(d);
    const shapes = d.list(d.int(1, 3), () => shapeOf(d, 0, 3));
    const params = shapes.map((shape) => ({
      ...tensorOf(d, shape, { dtype, range: 'near' }),
      grad: true,
    }));
    const grads = shapes.map((shape) => tensorOf(d, shape, { dtype, range: 'tame', grad: false }));
    const options: Record<string, Value> = { ...rates(d), ...more(d) };
    // Steps of g / eps, which a decayed gradient takes up, leave float32 by the third one.
    if (options['centered'] === true && options['alpha'] === 0) delete options['weightDecay'];
    return { kind: 'steps', name, options, params, grads };
  };

const adam = optimizer((d) => ({
  ...betas(d),
  ...some(d, 'amsgrad', [true]),
  ...some(d, 'eps', [1e-3]),
}));

/** Optimizers. */
export const optimRows: Table = {
  SGD: optimizer((d) => ({
    ...some(d, 'momentum', [0.9, 0.5]),
    ...some(d, 'dampening', [0.5, 0]),
    ...some(d, 'nesterov', [true]),
  })),
  Adagrad: optimizer((d) => ({
    ...some(d, 'lrDecay', [0.1]),
    ...some(d, 'initialAccumulatorValue', [0.5]),
  })),
  Adadelta: optimizer((d) => some(d, 'rho', [0.5, 0])),
  RMSprop: optimizer((d) => ({
    ...some(d, 'alpha', [0.5, 0]),
    ...some(d, 'centered', [true]),
    ...some(d, 'momentum', [0.9]),
  })),
  Adam: adam,
  AdamW: adam,
  Adamax: optimizer(betas),
  NAdam: optimizer((d) => ({ ...betas(d), ...some(d, 'momentumDecay', [0.1]) })),
  RAdam: optimizer(betas),
  Optimizer: 'the class that optimizers extend',
  SparseAdam:
    'takes gradients of rows, which programs do not hold; compared with Adam by its own test',
  clipGradNorm: 'writes into gradients of parameters, which programs do not hold',
  clipGradNormAsync: 'writes into gradients of parameters, which programs do not hold',
  clipGradValue: 'writes into gradients of parameters, which programs do not hold',
  LRScheduler: 'numbers only',
  StepLR: 'numbers only',
  MultiStepLR: 'numbers only',
  ExponentialLR: 'numbers only',
  LinearLR: 'numbers only',
  ConstantLR: 'numbers only',
  PolynomialLR: 'numbers only',
  MultiplicativeLR: 'numbers only',
  LinearWarmup: 'numbers only',
  CyclicLR: 'numbers only',
  SWALR: 'numbers only',
  CosineAnnealingWarmRestarts: 'numbers only',
  CosineAnnealingLR: 'numbers only',
  LambdaLR: 'numbers only',
  OneCycleLR: 'numbers only',
  SequentialLR: 'numbers only',
  ReduceLROnPlateau: 'numbers only',
};
