/** Rows of nn: modules. */
import { skipInit, type Module } from '@kasane/nn';
import { reference, scope, withBackend } from '@kasane/tensor-core';
import type { Draw } from './draw.ts';
import { exported } from './library.ts';
import { method, type Leaf, type Made, type Value } from './program.ts';
import type { Row, Table } from './rows.ts';
import { floatDType, indices, shapeOf, size, tensorOf, type Range } from './values.ts';

/** A floating tensor of tame numbers, as layers get them. */
export const like = (d: Draw, shape: readonly number[], range: Range = 'tame'): Leaf =>
  tensorOf(d, shape, { dtype: floatDType(d), range });

/** A module, with drawn parameters; its state is what a first one made with these arguments has. */
export function layer(
  d: Draw,
  name: string,
  args: readonly Value[],
  training: boolean = false,
): Made {
  const state: Record<string, Leaf> = {};
  try {
    withBackend(reference(), () =>
      scope(() => {
        // The rows name classes of modules.
        const Class = exported(name) as new (...args: unknown[]) => Module;
        const made = skipInit(() => new Class(...args.map(plain)));
        for (const [key, { shape, dtype }] of Object.entries(made.stateDict())) {
          // A count of batches stays whole, and a variance stays positive.
          const range = key.includes('running_var') ? 'positive' : 'finite';
          state[key] = tensorOf(d, shape, { dtype, range, grad: false });
        }
      }),
    );
  } catch {
    // The case shows that all sides refuse these arguments alike.
  }
  return { kind: 'made', name, args, state, training };
}

/** An argument that a class can be called with: tensors among the options are not needed to know its shapes. */
function plain(value: Value): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const fields = Object.entries(value).filter(([, v]) => {
    return typeof v !== 'object' || v === null || !('kind' in v);
  });
  return Object.fromEntries(fields);
}

/** The dtype of a layer's parameters, always said, so that the case can be run in float64. */
export const typed = (d: Draw): { dtype: Value } => ({ dtype: floatDType(d) });

/** A module of functions of elements, with these arguments. */
const elementwise =
  (...choices: readonly (readonly Value[])[]): Row =>
  (d, name) => {
    const args = choices.length === 0 ? [] : choices[d.int(0, choices.length - 1)]!;
    return method(layer(d, name, args), 'forward', like(d, shapeOf(d), 'any'));
  };

const along: Row = (d, name) => {
  const shape = shapeOf(d, 1);
  const dim = d.int(0, shape.length - 1) - (d.chance(50) ? shape.length : 0);
  return method(layer(d, name, [dim]), 'forward', like(d, shape, 'any'));
};

const eps = (d: Draw): Record<string, Value> =>
  d.chance(30) ? { eps: d.pick([1e-5, 0.1, 0]) } : {};
const no = (d: Draw, key: string, percent: number = 25): Record<string, Value> =>
  d.chance(percent) ? { [key]: false } : {};

/** A layer over the last dims. */
const lastDims =
  (affine: string | null): Row =>
  (d, name) => {
    const last = shapeOf(d, 1, 2).map((n) => (d.chance(95) ? Math.max(n, 1) : n));
    const how = { ...typed(d), ...eps(d), ...(affine === null ? {} : no(d, affine)) };
    const input = like(d, [...shapeOf(d, 0, 2), ...last]);
    return method(layer(d, name, [last.length === 1 ? last[0] : last, how]), 'forward', input);
  };

/** A batch norm over (N, C, ...), training or not. */
export const batchNorm =
  (rest: (d: Draw) => number[]): Row =>
  (d, name) => {
    const channels = d.int(1, 4);
    const training = d.chance(60);
    const how = {
      ...typed(d),
      ...eps(d),
      ...no(d, 'affine'),
      ...no(d, 'trackRunningStats', 15),
      ...(d.chance(20) ? { momentum: d.pick([null, 0.5, 1, 0]) } : {}),
    };
    const input = like(d, [size(d), d.chance(4) ? channels + 1 : channels, ...rest(d)]);
    return method(layer(d, name, [channels, how], training), 'forward', input);
  };

/** A layer that pads the last dims, mostly by no more than it can. */
const padding =
  (dims: number, kind: string): Row =>
  (d, name) => {
    const shape = shapeOf(d, dims, dims + 1);
    const amounts = d.list(2 * dims, (i) => d.int(0, Math.max(shape.at(-1 - (i >> 1))! - 1, 0)));
    const amount = d.chance(20) ? 1 : amounts;
    return method(
      layer(d, name, kind === 'Constant' ? [amount, d.pick([0, 1.5, -1])] : [amount]),
      'forward',
      like(d, shape),
    );
  };

const dropping =
  (least: number, most: number): Row =>
  (d, name) => {
    const input = like(d, shapeOf(d, least, most));
    return method(layer(d, name, [d.pick([0.5, 0, 1])], d.chance(70)), 'forward', input);
  };

/** Modules of nn. */
export const layerRows: Table = {
  Sigmoid: elementwise(),
  Tanh: elementwise(),
  Hardtanh: elementwise([], [-2, 0.5]),
  Hardsigmoid: elementwise(),
  ReLU: elementwise(),
  LeakyReLU: elementwise([], [0.2]),
  ELU: elementwise([], [0.5]),
  SELU: elementwise(),
  CELU: elementwise([], [2]),
  GELU: elementwise([], [{ approximate: 'tanh' }]),
  SiLU: elementwise(),
  Mish: elementwise(),
  Softplus: elementwise([], [2], [0.5], [0]),
  PReLU: (d, name) => {
    const count = d.chance(50) ? 1 : d.int(2, 4);
    const input = like(d, [size(d), d.chance(4) ? count + 1 : count, ...shapeOf(d, 0, 2)], 'any');
    return method(layer(d, name, [count, typed(d)]), 'forward', input);
  },
  RReLU: elementwise([], [0.1, 0.2]),
  Hardshrink: elementwise([], [1]),
  Softshrink: elementwise([], [1]),
  Tanhshrink: elementwise(),
  Threshold: elementwise([0.1, -2], [0, 0]),
  ReLU6: elementwise(),
  LogSigmoid: elementwise(),
  Softsign: elementwise(),
  Hardswish: elementwise(),
  Softmax: along,
  Softmin: along,
  Softmax2d: (d, name) => method(layer(d, name, []), 'forward', like(d, shapeOf(d, 2, 4), 'any')),
  GLU: (d, name) => {
    const shape = shapeOf(d, 1).map((n) => (d.chance(80) ? 2 * n : n));
    const dim = d.int(0, shape.length - 1) - (d.chance(50) ? shape.length : 0);
    return method(layer(d, name, [dim]), 'forward', like(d, shape));
  },
  LogSoftmax: along,
  Identity: elementwise(),
  Flatten: (d, name) =>
    method(layer(d, name, d.pick([[], [0], [0, -1], [1, 2]])), 'forward', like(d, shapeOf(d))),
  Unflatten: (d, name) => {
    const sizes = d.list(d.int(1, 3), () => size(d));
    const whole = sizes.reduce((a, b) => a * b, 1) + (d.chance(4) ? 1 : 0);
    const before = shapeOf(d, 0, 2);
    const shape = [...before, whole, ...shapeOf(d, 0, 1)];
    const open = d.chance(50) ? sizes.with(0, -1) : sizes;
    return method(layer(d, name, [before.length, open]), 'forward', like(d, shape));
  },
  ...Object.fromEntries(
    ['Zero', 'Constant', 'Reflection', 'Replication', 'Circular'].flatMap((kind) =>
      [1, 2, 3].map((dims): [string, Row] => [`${kind}Pad${dims}d`, padding(dims, kind)]),
    ),
  ),
  CosineSimilarity: (d, name) => {
    const shape = shapeOf(d, 1, 3);
    const how = { dim: d.int(0, shape.length - 1), ...(d.chance(40) ? { eps: 0.5 } : {}) };
    return method(layer(d, name, [how]), 'forward', like(d, shape), like(d, shape));
  },
  PairwiseDistance: (d, name) => {
    const shape = shapeOf(d, 1, 3);
    const how = { p: d.pick([1, 2, 3, Infinity]), eps: 0.01, keepdim: d.chance(50) };
    return method(layer(d, name, [how]), 'forward', like(d, shape), like(d, shape));
  },
  Linear: (d, name) => {
    const [n, m] = [size(d), size(d)];
    const input = like(d, [...shapeOf(d, 0, 3), d.chance(3) ? n + 1 : n]);
    return method(layer(d, name, [n, m, { ...typed(d), ...no(d, 'bias') }]), 'forward', input);
  },
  Bilinear: (d, name) => {
    const [n, m, k] = [size(d), size(d), size(d)];
    const lead = shapeOf(d, 0, 2);
    const [x, y] = [like(d, [...lead, n]), like(d, [...lead, m])];
    return method(layer(d, name, [n, m, k, { ...typed(d), ...no(d, 'bias') }]), 'forward', x, y);
  },
  Embedding: (d, name) => {
    const [rows, columns] = [d.int(1, 6), size(d)];
    const how = {
      ...typed(d),
      ...(d.chance(30) ? { paddingIdx: d.int(-1, rows - 1) } : {}),
      ...(d.chance(30) ? { sparse: true } : {}),
    };
    return method(
      layer(d, name, [rows, columns, how]),
      'forward',
      indices(d, shapeOf(d, 0, 3), rows),
    );
  },
  LayerNorm: lastDims('elementwiseAffine'),
  RMSNorm: lastDims('elementwiseAffine'),
  GroupNorm: (d, name) => {
    const groups = d.int(1, 3);
    const channels = groups * d.int(1, 2) + (d.chance(3) ? 1 : 0);
    const how = { ...typed(d), ...eps(d), ...no(d, 'affine') };
    const input = like(d, [size(d), channels, ...shapeOf(d, 0, 2)]);
    return method(layer(d, name, [groups, channels, how]), 'forward', input);
  },
  BatchNorm1d: batchNorm((d) => (d.chance(50) ? [size(d)] : [])),
  Dropout: dropping(0, 4),
  Dropout1d: dropping(2, 3),
  Dropout2d: dropping(3, 4),
  Dropout3d: dropping(4, 5),
  AlphaDropout: dropping(0, 4),
  FeatureAlphaDropout: dropping(2, 4),
};
