/** Rows of Tensor: functions of elements, reductions, products. */
import type { Draw } from './draw.ts';
import { call, method, type Leaf, type Value } from './program.ts';
import type { Row, Table } from './rows.ts';
import {
  anyDType,
  broadcastable,
  dim,
  dims,
  floatDType,
  shapeOf,
  size,
  tensorOf,
  type Range,
} from './values.ts';

/** A tensor of any dtype and shape. */
export const any = (d: Draw, least: number = 0, range: Range = 'any'): Leaf =>
  tensorOf(d, shapeOf(d, least), { dtype: anyDType(d), range });

// Exact in float32, so that float64 has the same.
const scalars = [
  2,
  0,
  1,
  -1,
  0.5,
  -0,
  NaN,
  Infinity,
  -Infinity,
  3,
  Math.fround(1e30),
  2 ** 31,
  3e9,
  -2.5,
  2 ** -149,
];

/** A number, or a tensor that broadcasts. */
export function operand(d: Draw, shape: readonly number[], range: Range = 'any'): Value {
  if (d.chance(35)) return range === 'any' ? d.pick(scalars) : d.pick([2, 0.5, -1, 0]);
  return tensorOf(d, broadcastable(d, shape), { dtype: anyDType(d), range });
}

/** One tensor, and what `rest` draws for it. */
const of =
  (range: Range, rest: (d: Draw, ndim: number) => Value[] = () => []): Row =>
  (d, name) => {
    const x = any(d, 0, range);
    return method(x, name, ...rest(d, x.shape.length));
  };

const unary: Row = of('any');

const binary =
  (wanted: Range = 'any'): Row =>
  (d, name, order) => {
    // Gradients of what was broadcast are sums of products, which overflow like those of a matrix product.
    const range = order > 1 ? 'near' : order > 0 ? 'tame' : wanted;
    const x = any(d, 0, range);
    const other = operand(d, x.shape, range);
    // A small one on the left is broadcast, too.
    if (d.chance(20) && typeof other === 'object') return method(other, name, x);
    return method(x, name, other);
  };

/** Options of which some are left out. */
export function options(
  d: Draw,
  drawn: Readonly<Record<string, (d: Draw) => Value>>,
  percent: number = 50,
): Value[] {
  const entries = Object.entries(drawn).map(([key, draw]) => {
    return [key, d.maybe(() => draw(d), percent)] as const;
  });
  const kept = entries.filter(([, value]) => value !== undefined);
  return kept.length === 0 ? [] : [Object.fromEntries(kept)];
}

const yes = (): boolean => true;

const reduction =
  (range: Range, more: Readonly<Record<string, (d: Draw) => Value>> = {}, least: number = 0): Row =>
  (d, name, order) => {
    // The gradient of a product is the product of the others, which overflows before it meets a 0.
    const x = any(d, least, order > 0 && name === 'prod' ? 'tame' : range);
    // A mean adds whole numbers in float32, which holds them to 2²⁴; differences of the largest numbers leave it.
    const values = x.values.map((v) => {
      if (name === 'mean' && x.dtype === 'int32') return (v % 2 ** 24) + 0;
      return order > 0 && /variance|std/.test(name) && Math.abs(v) > 1e38 ? v / 4 : v;
    });
    const along = dims(d, x.shape.length);
    return method({ ...x, values }, name, along, ...options(d, { keepdim: yes, ...more }));
  };

/** A reduction over one dim or everything. */
const arg: Row = (d, name) => {
  const x = any(d);
  const along = d.maybe(() => dim(d, x.shape.length));
  return method(x, name, along, ...options(d, { keepdim: yes }));
};

const along = (range: Range): Row => of(range, (d, ndim) => [dim(d, ndim)]);

// Here and in einsum tame numbers: partial sums of products overflow in float32 where float64 has room.
const matmul: Row = (d) => {
  const [n, k, m] = [size(d), size(d), size(d)];
  const lead = shapeOf(d, 0, 2);
  const [ta, tb] = [d.chance(20), d.chance(20)];
  const range = 'tame';
  const dtype = d.pick(['float32', 'float32', 'float32', 'float64', 'int32', 'bool']);
  const inner = d.chance(3) ? k + 1 : k;
  const left = [...broadcastable(d, lead), ...(ta ? [k, n] : [n, k])];
  const right = [...broadcastable(d, lead), ...(tb ? [m, inner] : [inner, m])];
  const vector = d.int(0, 9);
  const a = tensorOf(d, vector === 8 ? [k] : left, { dtype, range });
  const b = tensorOf(d, vector === 9 ? [inner] : right, { dtype, range });
  const flags = { ...(ta ? { transposeA: true } : {}), ...(tb ? { transposeB: true } : {}) };
  return method(a, 'matmul', b, ...(ta || tb ? [flags] : []));
};

const outer: Row = (d) => {
  const lengths = [size(d), size(d)];
  const [a, b] = lengths.map((n) => {
    return tensorOf(d, d.chance(3) ? [n, 2] : [n], { dtype: anyDType(d) });
  });
  return method(a, 'outer', b);
};

const where: Row = (d) => {
  const shape = shapeOf(d);
  const condition = tensorOf(d, broadcastable(d, shape), {
    dtype: d.chance(4) ? 'float32' : 'bool',
  });
  return method(condition, 'where', operand(d, shape), operand(d, shape));
};

const clamp: Row = of('any', (d) => {
  const bound = (): Value => d.pick([0, -1, 1, 0.5, -2.5, 3, Infinity, -Infinity, NaN, 1e30, -0]);
  return d.pick([[], [bound()], [bound(), bound()], [bound(), bound()]]);
});

/** Two or three letters stand for sizes; the equations that people write. */
const einsum: Row = (d) => {
  const equation = d.pick([
    'ij,jk->ik',
    'ij->ji',
    'ii->i',
    'ii',
    'i,j->ij',
    'ij,ij->',
    'bij,bjk->bik',
    'ij->j',
    'bhqd,bhkd->bhqk',
    '...ij,...jk->...ik',
    'ij,k->kij',
    'ij,jk,kl->il',
    'ij,jk',
    'i->',
    '->',
    'ij->ik',
  ]);
  const sizes = new Map<string, number>();
  const sized = (letter: string): number => {
    if (!sizes.has(letter)) sizes.set(letter, size(d));
    return d.chance(1) ? 1 : sizes.get(letter)!;
  };
  const dtype = d.chance(15) ? anyDType(d) : floatDType(d);
  const range = 'tame';
  const terms = equation.split('->')[0]!.split(',');
  const inputs = terms.map((term) => {
    const shape = [...term.replace('...', '.')].flatMap((letter) =>
      letter === '.' ? [sized('.')] : [sized(letter)],
    );
    return tensorOf(d, shape, { dtype, range });
  });
  return call('einsum', equation, ...inputs);
};

const sortedSequence: Row = (d) => {
  const n = size(d);
  const lead = d.chance(40) ? shapeOf(d, 1, 2) : [];
  const dtype = anyDType(d);
  const sequence = tensorOf(d, [...lead, n], { dtype });
  const rows = n === 0 ? 0 : sequence.values.length / n;
  const values = Array.from({ length: rows }, (_, r) =>
    sequence.values
      .slice(r * n, (r + 1) * n)
      .toSorted((a, b) => (Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b)),
  ).flat();
  const searched = tensorOf(d, lead.length > 0 ? [...lead, size(d)] : shapeOf(d), { dtype });
  return call('searchsorted', { ...sequence, values }, searched, ...options(d, { right: yes }));
};

const elementwise = (names: string, row: Row): Table =>
  Object.fromEntries(names.split(' ').map((name) => [`Tensor.${name}`, row]));

/** The methods that compute. */
export const elementRows: Table = {
  ...elementwise('add sub mul div maximum minimum atan2', binary()),
  // Its gradient has the exponent less one, which float32 rounds to a whole number where it is tiny.
  'Tensor.pow': binary('tame'),
  ...elementwise('equal notEqual less lessEqual greater greaterEqual', binary()),
  ...elementwise('logicalAnd logicalOr logicalXor', binary()),
  ...elementwise('logicalNot isNaN isFinite', unary),
  ...elementwise('neg abs sign exp expm1 log log1p sqrt rsqrt square reciprocal', unary),
  ...elementwise('sin cos tan sinh cosh tanh asin acos atan sigmoid erf floor ceil round', unary),
  ...elementwise('relu selu silu mish softplus hardsigmoid', unary),
  'Tensor.leakyRelu': of('any', (d) => d.pick([[], [0.5], [0], [-1], [2], [NaN], [Infinity]])),
  ...elementwise(
    'elu celu',
    of('any', (d) => d.pick([[], [0.5], [2], [-1], [0], [NaN], [Infinity]])),
  ),
  'Tensor.gelu': of('any', (d) => d.pick([[], ['tanh'], ['none']])),
  ...elementwise('clamp hardtanh', clamp),
  'Tensor.cast': of('any', (d) => [d.pick(['float32', 'float64', 'int32', 'bool'])]),
  'Tensor.where': where,
  ...elementwise('sum mean prod max min all any logSumExp', reduction('any')),
  ...elementwise('argmax argmin', arg),
  ...elementwise('variance std', reduction('any', { correction: (d) => d.pick([0, 1, 2, 0.5]) })),
  'Tensor.norm': reduction('any', { p: (d) => d.pick([1, 2, Infinity, 3, 0, -Infinity, 0.5, -1]) }),
  ...elementwise('cumsum softmax logSoftmax', along('any')),
  'Tensor.cumprod': (d, name, order) => along(order > 0 ? 'tame' : 'any')(d, name, order),
  'Tensor.matmul': matmul,
  'Tensor.outer': outer,
  einsum,
  searchsorted: sortedSequence,
};

/** Functions that keep a chain smooth: what a jump gives hangs on the last bit before it. */
const smooth =
  'neg abs exp expm1 tanh sigmoid erf square sin cos relu silu softplus gelu leakyRelu';
const smoothPairs = ['add', 'mul', 'sub', 'div', 'maximum', 'minimum'];
const jumps = ['floor', 'sign', 'round', 'less', 'equal', 'isFinite', 'logicalNot', 'cast'];

/** Several ops one after another, as compiled functions fuse them. */
function chain(d: Draw): Value {
  const shape = shapeOf(d);
  const leaf = (): Leaf =>
    tensorOf(d, broadcastable(d, shape), {
      dtype: d.chance(15) ? anyDType(d) : 'float32',
      range: 'near',
    });
  const pool: Value[] = [tensorOf(d, shape, { dtype: floatDType(d), range: 'near' })];
  const steps = d.int(1, 6);
  for (let i = 0; i < steps; i++) {
    const x = pool[pool.length - 1 - d.int(0, pool.length - 1)]!;
    const kind = d.int(0, 10);
    if (kind < 5) pool.push(method(x, d.pick(smooth.split(' '))));
    else if (kind < 8) {
      const other = d.chance(50) ? leaf() : d.chance(50) ? d.pick([2, 0.5, -1]) : d.pick(pool);
      pool.push(method(x, d.pick(smoothPairs), other));
    } else if (kind === 8) {
      const name = d.pick(jumps);
      const args = name === 'less' || name === 'equal' ? [0.5] : name === 'cast' ? ['int32'] : [];
      pool.push(method(x, name, ...args));
    } else if (kind === 9 && shape.length > 0) pool.push(method(x, 'softmax', -1));
    else pool.push(method(x, d.pick(['sum', 'mean', 'max']), undefined, { keepdim: true }));
  }
  return d.chance(25) ? pool.slice(-2) : pool.at(-1)!;
}

/** Rows that are no name of the library. */
export const chainRows: Table = { chain };
