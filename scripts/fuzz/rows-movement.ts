/** Rows of Tensor: movement and indexing. */
import type { Draw } from './draw.ts';
import { call, method, type Value } from './program.ts';
import { any, operand, options } from './rows-elements.ts';
import type { Row, Table } from './rows.ts';
import { anyDType, broadcastable, dim, indices, shapeOf, size, tensorOf } from './values.ts';

const yes = (): boolean => true;

/** One tensor, and what `rest` draws for its shape. */
const shaped =
  (rest: (d: Draw, shape: readonly number[]) => Value[], least: number = 0): Row =>
  (d, name) => {
    const x = any(d, least);
    return method(x, name, ...rest(d, x.shape));
  };

/** A shape with as many elements: neighbours merged, ones put in, one size left open. */
function alike(d: Draw, shape: readonly number[]): Value {
  const sizes: number[] = [];
  for (const n of shape) {
    if (sizes.length > 0 && d.chance(40)) sizes.push(sizes.pop()! * n);
    else sizes.push(n);
    if (d.chance(15)) sizes.push(1);
  }
  if (d.chance(20) && sizes.length > 0) sizes[d.int(0, sizes.length - 1)] = -1;
  if (d.chance(3)) sizes.push(2);
  return sizes;
}

function permutation(d: Draw, n: number): number[] {
  const rest = Array.from({ length: n }, (_, i) => i);
  const order = d.list(n, () => rest.splice(d.int(0, rest.length - 1), 1)[0]!);
  if (d.chance(3)) order.push(0);
  return order.map((v) => (d.chance(15) ? v - n : v));
}

const distinctDims = (d: Draw, ndim: number): Value =>
  d.chance(40)
    ? dim(d, ndim)
    : d.list(d.int(0, ndim), () => dim(d, ndim)).filter((v, i, all) => all.indexOf(v) === i);

const end = (d: Draw, n: number): number | undefined => d.maybe(() => d.int(-n - 1, n + 1), 70);

const pad: Row = (d, name) => {
  const x = any(d);
  const border = (): number => (d.chance(3) ? -1 : d.int(0, 2));
  const pads = d.list(d.int(0, x.shape.length), () => [border(), border()]);
  const mode = d.pick(['constant', 'constant', 'reflect', 'replicate']);
  const value = d.maybe(() => d.pick([1, -2.5, NaN, Infinity, 300, 3e9]), 40);
  return method(x, name, pads, { mode, ...(value === undefined ? {} : { value }) });
};

const split: Row = (d, name) => {
  const x = any(d, 1);
  const along = dim(d, x.shape.length);
  const n = x.shape.at(along) ?? 1;
  const first = d.int(0, n);
  const sizes = d.chance(50) ? d.pick([1, 2, 3, 5, 0]) : [first, n - first];
  return method(x, name, sizes, along);
};

/** Along a dim, an index tensor of the same rank, no larger elsewhere. */
const gather: Row = (d, name) => {
  const x = any(d, 1);
  const at = d.int(0, x.shape.length - 1);
  const wanted = x.shape.map((n, i) => (i === at ? size(d) : d.chance(80) ? n : Math.min(n, 1)));
  return method(x, name, at, indices(d, wanted, x.shape[at]!));
};

const scatterAdd: Row = (d, name) => {
  const x = any(d, 1);
  const at = d.int(0, x.shape.length - 1);
  const wanted = x.shape.map((n, i) => (i === at ? size(d) : n));
  const dtype = d.chance(10) ? anyDType(d) : x.dtype;
  const index = indices(d, wanted, x.shape[at]!);
  return method(x, name, at, index, tensorOf(d, wanted, { dtype }));
};

const takeAlongDim: Row = (d, name) => {
  const x = any(d, 1);
  const at = d.int(0, x.shape.length - 1);
  const wanted = x.shape.map((n, i) => (i === at ? size(d) : d.chance(20) ? 1 : n));
  return method(x, name, indices(d, wanted, x.shape[at]!), at);
};

const indexSelect: Row = (d, name) => {
  const x = any(d, 1);
  const at = d.int(0, x.shape.length - 1);
  return method(
    x,
    name,
    at,
    indices(d, [size(d)], x.shape[at]!),
    ...options(d, { sparseGrad: yes }),
  );
};

const indexAdd: Row = (d, name) => {
  const x = any(d, 1);
  const at = d.int(0, x.shape.length - 1);
  const n = size(d);
  const wanted = x.shape.map((m, i) => (i === at ? n : m));
  const dtype = d.chance(10) ? anyDType(d) : x.dtype;
  return method(x, name, at, indices(d, [n], x.shape[at]!), tensorOf(d, wanted, { dtype }));
};

const oneHot: Row = (d, name) => {
  const n = d.int(1, 6);
  return method(indices(d, shapeOf(d, 0, 3), n), name, n);
};

const maskedFill: Row = (d, name) => {
  const x = any(d);
  const mask = tensorOf(d, broadcastable(d, x.shape), { dtype: d.chance(4) ? 'int32' : 'bool' });
  const value = d.chance(60) ? operand(d, []) : tensorOf(d, [], { dtype: anyDType(d) });
  return method(x, name, mask, value);
};

const topk: Row = (d, name) => {
  const x = any(d, 1);
  const along = dim(d, x.shape.length);
  const k = d.int(0, x.shape.at(along) ?? 1) + (d.chance(3) ? 1 : 0);
  const no = (): boolean => false;
  return method(x, name, k, along, ...options(d, { largest: no, sorted: no }));
};

const ordered: Row = (d, name) => {
  const x = any(d, 1);
  return method(x, name, dim(d, x.shape.length), ...options(d, { descending: yes }));
};

const bincount: Row = (d, name) => {
  const n = size(d);
  const x = indices(d, [n], 6);
  const weights = (): Value => tensorOf(d, [n], { dtype: anyDType(d), range: 'tame' });
  return method(x, name, ...options(d, { weights, minlength: () => d.int(0, 9) }));
};

/** A list of tensors that differ along one dim at most. */
const joined: Row = (d, name) => {
  const shape = shapeOf(d, name === 'concat' ? 1 : 0, 3);
  const along = dim(d, shape.length + (name === 'stack' ? 1 : 0));
  const at = along < 0 ? along + shape.length : along;
  const mixed = d.chance(20);
  const dtype = anyDType(d);
  const parts = d.list(d.chance(3) ? 0 : d.int(1, 4), () => {
    const own = name === 'concat' ? shape.map((n, i) => (i === at ? size(d) : n)) : shape;
    return tensorOf(d, own, { dtype: mixed ? anyDType(d) : dtype });
  });
  return call(name, parts, ...(d.chance(80) ? [along] : []));
};

const sumTo: Row = (d, name) => {
  const x = any(d);
  const dropped = d.chance(30) ? d.int(0, x.shape.length) : 0;
  const target = x.shape.slice(dropped).map((n) => (d.chance(30) ? 1 : n));
  return method(x, name, target);
};

const broadcastTo: Row = (d, name) => {
  const target = shapeOf(d);
  const x = tensorOf(d, broadcastable(d, target), { dtype: anyDType(d) });
  return method(x, name, target);
};

const counts = (d: Draw, n: number): Value => d.list(n, () => d.pick([1, 2, 3, 0]));

/** The methods that move and look up. */
export const movementRows: Table = {
  'Tensor.detach': shaped(() => []),
  'Tensor.reshape': shaped((d, shape) => [alike(d, shape)]),
  'Tensor.flatten': shaped((d, { length }) => {
    const first = dim(d, length);
    return d.pick([[], [first], [first, dim(d, length)]]);
  }),
  'Tensor.squeeze': shaped((d, { length }) => (d.chance(40) ? [] : [distinctDims(d, length)])),
  'Tensor.unsqueeze': shaped((d, { length }) => [dim(d, length + 1)]),
  'Tensor.permute': shaped((d, { length }) => [permutation(d, length)]),
  'Tensor.transpose': shaped((d, { length }) => [dim(d, length), dim(d, length)]),
  'Tensor.t': shaped(() => []),
  'Tensor.broadcastTo': broadcastTo,
  'Tensor.sumTo': sumTo,
  'Tensor.slice': shaped((d, shape) => {
    const along = dim(d, shape.length);
    const n = shape.at(along) ?? 1;
    return [along, end(d, n), end(d, n), d.pick([1, 2, -1, 3, -2, 0])];
  }, 1),
  'Tensor.select': shaped((d, shape) => {
    const along = dim(d, shape.length);
    return [along, d.int(-1, (shape.at(along) ?? 1) - 1)];
  }, 1),
  'Tensor.split': split,
  'Tensor.chunk': shaped((d, { length }) => [d.pick([2, 1, 3, 8, 0]), dim(d, length)], 1),
  'Tensor.unbind': shaped((d, { length }) => (d.chance(30) ? [] : [dim(d, length)]), 1),
  'Tensor.pad': pad,
  'Tensor.flip': shaped((d, { length }) => [distinctDims(d, length)]),
  'Tensor.roll': shaped((d, { length }) => {
    if (d.chance(40)) return [d.int(-5, 5)];
    const axes = d.list(d.int(0, length), () => dim(d, length));
    return [axes.map(() => d.int(-5, 5)), axes];
  }),
  'Tensor.tile': shaped((d) => [counts(d, d.int(0, 4))]),
  'Tensor.repeat': shaped((d, { length }) => [counts(d, d.int(length, 4))]),
  'Tensor.tril': shaped((d) => (d.chance(30) ? [] : [d.int(-4, 4)]), 1),
  'Tensor.triu': shaped((d) => (d.chance(30) ? [] : [d.int(-4, 4)]), 1),
  'Tensor.diag': (d, name) => {
    const x = any(d, 1);
    const flat = x.shape.length < 3 ? x : tensorOf(d, [size(d), size(d)], { dtype: x.dtype });
    return method(flat, name, ...(d.chance(30) ? [] : [d.int(-4, 4)]));
  },
  'Tensor.newFull': shaped((d) => [
    shapeOf(d),
    d.pick([0, 1, -2.5, NaN, Infinity, 300, 3e9]),
    ...(d.chance(50) ? [anyDType(d)] : []),
  ]),
  'Tensor.gather': gather,
  'Tensor.takeAlongDim': takeAlongDim,
  'Tensor.scatterAdd': scatterAdd,
  'Tensor.indexSelect': indexSelect,
  'Tensor.indexAdd': indexAdd,
  'Tensor.oneHot': oneHot,
  'Tensor.maskedFill': maskedFill,
  'Tensor.topk': topk,
  'Tensor.sort': ordered,
  'Tensor.argsort': ordered,
  'Tensor.unique': shaped(() => []),
  'Tensor.nonzero': shaped(() => []),
  'Tensor.bincount': bincount,
  concat: joined,
  stack: joined,
  'Tensor.takeRange': 'what slice calls with checked attributes',
  'Tensor.unslice': 'the gradient of slice, tried with it',
  'Tensor.to': 'moves to another backend: there is none inside of a case',
  'Tensor.toAsync': 'moves to another backend: there is none inside of a case',
  'Tensor.constructor': 'not for users: results are made by ops',
};

const madeOptions = (d: Draw): Value[] => [{ dtype: anyDType(d) }];
const fills = [0, 1, -1, 0.5, -2.5, NaN, Infinity, 256, 3e9, -0, 1e30, 1e-45] as const;

/** Functions that draw: other numbers in other dtypes, so float64 cannot stand for float32. */
export const randomRows: Table = {
  rand: (d, name) => call(name, shapeOf(d), { dtype: d.pick(['float32', 'float64', 'int32']) }),
  randn: (d, name) => call(name, shapeOf(d), { dtype: d.pick(['float32', 'float64']) }),
  uniform: (d, name) => call(name, shapeOf(d), { low: d.int(-3, 3), high: d.int(-3, 5) }),
  normal: (d, name) => call(name, shapeOf(d), { mean: d.int(-3, 3), std: d.pick([1, 0, 2, -1]) }),
  truncatedNormal: (d, name) => call(name, shapeOf(d), { std: d.pick([1, 2]) }),
  randint: (d, name) => call(name, d.int(-5, 5), d.int(-4, 300), shapeOf(d), ...madeOptions(d)),
  randperm: (d, name) => call(name, size(d), { dtype: d.pick(['int32', 'float32', 'float64']) }),
  bernoulli: (d, name) =>
    d.chance(50)
      ? call(name, shapeOf(d), d.pick([0.5, 0, 1, 0.9]), ...madeOptions(d))
      : call(name, tensorOf(d, shapeOf(d), { range: 'unit', grad: false })),
  multinomial: (d, name) => {
    const shape = shapeOf(d, 1, 2);
    const weights = tensorOf(d, shape, { range: 'unit', grad: false });
    return call(name, weights, d.int(0, 4), ...options(d, { replacement: yes }));
  },
};

/** The functions that make tensors. */
export const createRows: Table = {
  zeros: (d, name) => call(name, shapeOf(d), ...madeOptions(d)),
  ones: (d, name) => call(name, shapeOf(d), ...madeOptions(d)),
  full: (d, name) => call(name, shapeOf(d), d.pick(fills), ...madeOptions(d)),
  zerosLike: (d, name) => call(name, any(d), ...(d.chance(50) ? madeOptions(d) : [])),
  onesLike: (d, name) => call(name, any(d), ...(d.chance(50) ? madeOptions(d) : [])),
  fullLike: (d, name) => call(name, any(d), d.pick(fills), ...(d.chance(50) ? madeOptions(d) : [])),
  eye: (d, name) => call(name, size(d), ...(d.chance(50) ? [size(d)] : [])),
  arange: (d, name) =>
    call(name, d.int(-5, 5), d.int(-5, 9), d.pick([1, 2, 0.5, -1, 0, 3]), ...madeOptions(d)),
  linspace: (d, name) => call(name, d.int(-5, 5), d.int(-5, 9), size(d), ...madeOptions(d)),
  tensor: 'makes the inputs of every case',
  run: 'calls an op: every row does',
  runInto: 'what optimizers step with',
  runView: 'what reshape calls',
  record: 'provenance, not values',
};
