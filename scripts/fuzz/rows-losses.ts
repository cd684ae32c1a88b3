/** Rows of nn: losses and the other functions. */
import type { Draw } from './draw.ts';
import { call, method, type Leaf, type Value } from './program.ts';
import { options } from './rows-elements.ts';
import { layer, like } from './rows-layers.ts';
import type { Row, Table } from './rows.ts';
import {
  anyDType,
  broadcastable,
  floatDType,
  given,
  shapeOf,
  size,
  tensorOf,
  type Range,
} from './values.ts';

type Drawn = readonly [inputs: readonly Value[], options: Readonly<Record<string, Value>>];

const reduction = (d: Draw): Record<string, Value> =>
  d.chance(30) ? {} : { reduction: d.pick(['none', 'sum', 'mean']) };

/** Now and then an option is left at its default. */
const some = (d: Draw, key: string, list: readonly Value[]): Record<string, Value> =>
  d.chance(50) ? { [key]: list[d.int(0, list.length - 1)] } : {};

const dtypeOf = (d: Draw): Leaf['dtype'] => (d.chance(6) ? anyDType(d) : floatDType(d));

/** Two tensors of one shape (in few cases of two). */
function pair(d: Draw, range: Leaf['dtype'] extends never ? never : 'tame' | 'unit'): Leaf[] {
  const shape = shapeOf(d);
  const dtype = dtypeOf(d);
  return [
    tensorOf(d, shape, { dtype, range }),
    tensorOf(d, d.chance(3) ? shapeOf(d) : shape, { dtype, range }),
  ];
}

const simple =
  (more: (d: Draw) => Record<string, Value> = () => ({}), range: 'tame' | 'unit' = 'tame') =>
  (d: Draw): Drawn => [pair(d, range), { ...reduction(d), ...more(d) }];

const weighted =
  (range: 'tame' | 'unit', keys: readonly string[]) =>
  (d: Draw): Drawn => {
    const shape = shapeOf(d);
    const input = tensorOf(d, shape, { dtype: 'float32', range });
    const target = tensorOf(d, shape, { dtype: 'float32', range: 'unit', grad: d.chance(20) });
    const weights = keys.flatMap((key) => {
      if (d.chance(60)) return [];
      const own = broadcastable(d, shape);
      return [[key, tensorOf(d, own, { dtype: 'float32', range: 'unit', grad: false })]];
    });
    return [[input, target], { ...reduction(d), ...Object.fromEntries(weights) }];
  };

/** Scores of classes and the classes, or their probabilities. */
function classes(d: Draw, soft: boolean): Drawn {
  const n = d.int(1, 5);
  const rest = d.chance(20) ? null : [size(d), ...(d.chance(30) ? [size(d)] : [])];
  const shape = rest === null ? [n] : [rest[0]!, n, ...rest.slice(1)];
  const dtype = floatDType(d);
  const input = tensorOf(d, shape, { dtype, range: 'tame' });
  const wanted = rest ?? [];
  const length = wanted.reduce((a, b) => a * b, 1);
  const wrong = d.chance(3) ? [n, -1] : [];
  const names = [...Array.from({ length: n }, (_, i) => i), -100, ...wrong];
  const target =
    soft && d.chance(30)
      ? tensorOf(d, shape, { dtype, range: 'unit', grad: d.chance(30) })
      : given(
          d.list(length, () => names[d.int(0, names.length - 1)]!),
          wanted,
          'int32',
        );
  const weight = d.chance(30)
    ? { weight: tensorOf(d, [n], { dtype, range: 'unit', grad: false }) }
    : {};
  const ignore = target.dtype === 'int32' ? some(d, 'ignoreIndex', [0, 1, -1]) : {};
  return [[input, target], { ...reduction(d), ...weight, ...ignore }];
}

/** So many lists of vectors, and perhaps what they belong to. */
const vectors =
  (count: number, target: boolean, more: (d: Draw) => Record<string, Value>) =>
  (d: Draw): Drawn => {
    const shape = shapeOf(d, 1, 2);
    const dtype = floatDType(d);
    const inputs = d.list(count, () => tensorOf(d, shape, { dtype, range: 'tame' }));
    const lead = shape.slice(0, -1);
    const length = lead.reduce((a, b) => a * b, 1);
    const sides = d.list(length, () => d.pick([1, -1, 0]));
    const targets = target ? [given(sides, lead, dtype)] : [];
    return [[...inputs, ...targets], { ...reduction(d), ...more(d) }];
  };

/** The losses: the function, its module, and what both are given. */
const losses: readonly (readonly [string, string, (d: Draw) => Drawn])[] = [
  ['mseLoss', 'MSELoss', simple()],
  ['l1Loss', 'L1Loss', simple()],
  ['huberLoss', 'HuberLoss', simple((d) => some(d, 'delta', [1, 0.5, 2, Infinity]))],
  ['smoothL1Loss', 'SmoothL1Loss', simple((d) => some(d, 'beta', [1, 0.5, 2, 0, Infinity]))],
  [
    'klDivLoss',
    'KLDivLoss',
    (d): Drawn => {
      const [input, target] = pair(d, 'unit');
      const how = d.chance(20) ? { reduction: 'batchmean' } : reduction(d);
      return [[input!, target!], { ...how, ...some(d, 'logTarget', [true]) }];
    },
  ],
  ['binaryCrossEntropy', 'BCELoss', weighted('unit', ['weight'])],
  ['binaryCrossEntropyWithLogits', 'BCEWithLogitsLoss', weighted('tame', ['weight', 'posWeight'])],
  ['nllLoss', 'NLLLoss', (d) => classes(d, false)],
  [
    'crossEntropy',
    'CrossEntropyLoss',
    (d): Drawn => {
      const [inputs, how] = classes(d, true);
      return [inputs, { ...how, ...some(d, 'labelSmoothing', [0.1, 0, 1, 2]) }];
    },
  ],
  ['cosineEmbeddingLoss', 'CosineEmbeddingLoss', vectors(2, true, (d) => some(d, 'margin', [0.5]))],
  ['contrastiveLoss', 'ContrastiveLoss', vectors(2, true, (d) => some(d, 'margin', [0.5, 2]))],
  [
    'tripletMarginLoss',
    'TripletMarginLoss',
    vectors(3, false, (d) => ({
      ...some(d, 'margin', [0.5, 2]),
      ...some(d, 'p', [1, 2, 3, Infinity]),
      ...some(d, 'swap', [true]),
    })),
  ],
];

/** Scores with targets of 1 and -1 (and in few cases others). */
const sided =
  (count: number, more: (d: Draw) => Record<string, Value> = () => ({})) =>
  (d: Draw): Drawn => {
    const shape = shapeOf(d);
    const dtype = floatDType(d);
    const inputs = d.list(count, () => tensorOf(d, shape, { dtype, range: 'tame' }));
    const sides = d.list(
      shape.reduce((a, b) => a * b, 1),
      () => d.pick([1, -1, 1, -1, 0]),
    );
    return [[...inputs, given(sides, shape, dtype)], { ...reduction(d), ...more(d) }];
  };

const margin = (d: Draw): Record<string, Value> => some(d, 'margin', [0.5, 2]);

/** The losses of margins and likelihoods. */
const further: typeof losses = [
  ['marginRankingLoss', 'MarginRankingLoss', sided(2, margin)],
  ['hingeEmbeddingLoss', 'HingeEmbeddingLoss', sided(1, margin)],
  ['softMarginLoss', 'SoftMarginLoss', sided(1)],
  [
    'multilabelSoftMarginLoss',
    'MultiLabelSoftMarginLoss',
    (d): Drawn => {
      const shape = shapeOf(d, 1);
      const [input, target] = d.list(2, (i) =>
        tensorOf(d, shape, { dtype: 'float32', range: i === 0 ? 'tame' : 'unit' }),
      );
      return [[input!, target!], reduction(d)];
    },
  ],
  [
    'multiMarginLoss',
    'MultiMarginLoss',
    (d): Drawn => {
      const [inputs, { ignoreIndex: _, ...how }] = classes(d, false);
      return [inputs, { ...how, ...margin(d), ...some(d, 'p', [2, 3]) }];
    },
  ],
  [
    'gaussianNllLoss',
    'GaussianNLLLoss',
    (d): Drawn => {
      const shape = shapeOf(d, 1);
      const dtype = floatDType(d);
      const own = d.chance(70) ? shape : [...shape.slice(0, -1), 1];
      const [input, target] = d.list(2, () => tensorOf(d, shape, { dtype, range: 'tame' }));
      const variance = tensorOf(d, own, { dtype, range: 'positive' });
      return [[input!, target!, variance], { ...reduction(d), ...some(d, 'full', [true]) }];
    },
  ],
  [
    'poissonNllLoss',
    'PoissonNLLLoss',
    (d): Drawn => {
      const [inputs] = simple(() => ({}), 'unit')(d);
      const how = { ...some(d, 'full', [true]), ...some(d, 'logInput', [false]), eps: 0.01 };
      return [inputs, { ...reduction(d), ...how }];
    },
  ],
];

const asFunction =
  (draw: (d: Draw) => Drawn): Row =>
  (d, name) => {
    const [inputs, how] = draw(d);
    return call(name, ...inputs, ...(Object.keys(how).length > 0 ? [how] : []));
  };

const asModule =
  (draw: (d: Draw) => Drawn): Row =>
  (d, name) => {
    const [inputs, how] = draw(d);
    return method(layer(d, name, [how]), 'forward', ...inputs);
  };

const attention: Row = (d, name, order) => {
  const [t, s, depth, out] = [size(d), size(d), size(d), size(d)];
  const lead = shapeOf(d, 0, 2);
  const dtype = floatDType(d);
  // Where scores lie so far apart that a weight is 0 in float32 but not in float64, values are finite.
  const wild = order === 0 && d.chance(50);
  const own = (rows: number, columns: number, range: Range): Leaf =>
    tensorOf(d, [...(d.chance(85) ? lead : broadcastable(d, lead)), rows, columns], {
      dtype,
      range: order === 0 ? range : 'finite',
    });
  // Where there are gradients, every query sees the first key at least: how far the NaN of others goes is not said.
  const masks = (): Value => {
    const shape = broadcastable(d, [...lead, t, s]);
    const mask = tensorOf(d, shape, { dtype: d.chance(60) ? 'bool' : dtype, range: 'finite' });
    const columns = shape.at(-1) ?? 1;
    if (order === 0) return mask;
    return { ...mask, values: mask.values.map((v, i) => (i % columns === 0 ? 1 : v)) };
  };
  const drawn = options(
    d,
    { mask: masks, isCausal: () => true, scale: () => d.pick([1, 0.5, 0]) },
    35,
  );
  const scores: Range = wild ? 'near' : 'tame';
  const values: Range = wild ? 'tame' : 'finite';
  return call(name, own(t, depth, scores), own(s, depth, scores), own(s, out, values), ...drawn);
};

/** Losses, as functions and as modules, and functions of nn. */
export const lossRows: Table = {
  ...Object.fromEntries([...losses, ...further].map(([name, , draw]) => [name, asFunction(draw)])),
  ...Object.fromEntries([...losses, ...further].map(([, name, draw]) => [name, asModule(draw)])),
  cosineSimilarity: asFunction((d) => {
    const shape = shapeOf(d, 1, 3);
    return [d.list(2, () => like(d, shape)), { dim: d.int(0, shape.length - 1), eps: 0.01 }];
  }),
  pairwiseDistance: asFunction((d) => {
    const [inputs] = vectors(2, false, () => ({}))(d);
    return [inputs, { ...some(d, 'p', [1, 2, 3, Infinity]), ...some(d, 'eps', [0, 1e-3]) }];
  }),
  linear: (d, name) => {
    const [inputs, outputs] = [size(d), size(d)];
    const dtype = d.chance(10) ? anyDType(d) : 'float32';
    const range = 'tame';
    const x = tensorOf(d, [...shapeOf(d, 0, 3), inputs], { dtype, range });
    const weight = tensorOf(d, [outputs, d.chance(3) ? inputs + 1 : inputs], { range });
    const bias = d.chance(60) ? [tensorOf(d, [outputs], { dtype: weight.dtype, range })] : [];
    return call(name, x, weight, ...bias);
  },
  dropout: (d, name) => {
    const x = like(d, shapeOf(d));
    return call(
      name,
      x,
      ...options(d, { p: () => d.pick([0.5, 0, 1, 0.2]), training: () => false }),
    );
  },
  scaledDotProductAttention: attention,
};
