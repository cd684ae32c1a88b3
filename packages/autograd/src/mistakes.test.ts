import * as core from '@kasane/tensor-core';
import { tensor, Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import * as autograd from './index.ts';

type Call = (...args: never[]) => unknown;

/** Arguments of a call that works, made anew for each; every one of them is then a mistake in its turn. */
type Row = () => readonly unknown[];

const x = (): Tensor =>
  tensor(
    [
      [1, 2],
      [3, 4],
    ],
    { requiresGrad: true },
  );
const vector = (): Tensor => tensor([1, 2]);
const index = (): Tensor => tensor([0, 1], { dtype: 'int32' });
const indices = (): Tensor =>
  tensor(
    [
      [0, 1],
      [1, 0],
    ],
    { dtype: 'int32' },
  );
const mask = (): Tensor =>
  tensor([
    [true, false],
    [false, true],
  ]);
const f = (t: Tensor): Tensor => t.square().sum();
const none: Row = () => [];
const operand: Row = () => [x()];
const dims: Row = () => [0];
const dim: Row = () => [0];

/** Those of methods, by their names; what takes no argument has no row. */
const methods: Readonly<Record<string, Row>> = {
  ...Object.fromEntries(
    'eq ne lt le gt ge equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr logicalXor add sub mul div pow maximum minimum atan2'
      .split(' ')
      .map((name) => [name, operand]),
  ),
  ...Object.fromEntries(
    'sum mean prod max min argmax argmin all any logSumExp variance std norm'
      .split(' ')
      .map((name) => [name, dims]),
  ),
  ...Object.fromEntries(
    'cumsum cumprod softmax logSoftmax unbind unsqueeze squeeze argsort sort'
      .split(' ')
      .map((name) => [name, dim]),
  ),
  to: () => [core.wasm()],
  toAsync: () => [core.wasm()],
  cast: () => ['int32'],
  newFull: () => [[2], 1, 'float32'],
  view: () => [[4]],
  reshape: () => [[4]],
  broadcastTo: () => [[2, 2, 2]],
  permute: () => [[1, 0]],
  flip: () => [[1]],
  tile: () => [[2]],
  repeat: () => [[2, 2]],
  sumTo: () => [[2]],
  topk: () => [1, 0],
  bincount: none,
  where: () => [x(), x()],
  maskedFill: () => [mask(), 0],
  gather: () => [0, indices()],
  takeAlongDim: () => [indices(), 0],
  scatterAdd: () => [0, indices(), x()],
  indexSelect: () => [0, index()],
  indexAdd: () => [0, index(), x()],
  oneHot: () => [3],
  flatten: () => [0, 1],
  transpose: () => [0, 1],
  slice: () => [0, 0, 1, 1],
  select: () => [0, 0],
  split: () => [1, 0],
  chunk: () => [2, 0],
  pad: () => [[[1, 1]]],
  roll: () => [1, 0],
  tril: () => [0],
  triu: () => [0],
  diag: () => [0],
  matmul: operand,
  outer: () => [vector()],
  leakyRelu: () => [0.1],
  elu: () => [1],
  celu: () => [1],
  gelu: () => ['none'],
  hardtanh: () => [-1, 1],
  clamp: () => [0, 1],
  assign: operand,
};

/** What a method is called on, if not on a matrix of numbers. */
const receivers: Readonly<Record<string, () => Tensor>> = {
  where: mask,
  oneHot: index,
  bincount: index,
  outer: vector,
  item: () => tensor(1),
};

/** Called by what runs ops, not by programs. */
const inner = 'constructor takeRange unslice putGrad peekGrad heldGrad read release'.split(' ');

const functions: Readonly<Record<string, Row>> = {
  tensor: () => [[1, 2], [2]],
  zeros: () => [[2]],
  ones: () => [[2]],
  full: () => [[2], 1],
  zerosLike: operand,
  onesLike: operand,
  fullLike: () => [x(), 1],
  arange: () => [0, 3, 1],
  linspace: () => [0, 1, 3],
  eye: () => [2, 2],
  rand: () => [[2]],
  randn: () => [[2]],
  uniform: () => [[2]],
  normal: () => [[2]],
  truncatedNormal: () => [[2]],
  bernoulli: () => [[2], 0.5],
  randint: () => [0, 2, [2]],
  randperm: () => [3],
  multinomial: () => [tensor([0.5, 0.5]), 1],
  manualSeed: () => [1],
  concat: () => [[x(), x()], 0],
  stack: () => [[x(), x()], 0],
  einsum: () => ['ij,jk->ik', x(), x()],
  searchsorted: () => [vector(), vector()],
  noGrad: () => [() => 1],
  enableGrad: () => [() => 1],
  scope: () => [() => 1],
  keep: operand,
  watchOps: () => [() => 1],
  withBackend: () => [core.wasm(), () => 1],
  backward: () => [f(x())],
  backwardAsync: () => [f(x())],
  gradients: () => {
    const leaf = x();
    return [[f(leaf)], [leaf]];
  },
  grad: () => [f],
  valueAndGrad: () => [f],
  vjp: () => [f, [x()]],
  jvp: () => [f, [x()], [x()]],
  jacobian: () => [f, x()],
  hessian: () => [f, x()],
  checkpoint: () => [f, [x()]],
  customVjp: () => [{ name: 'own', forward: f, backward: (g: Tensor) => [g] }],
  gradcheck: () => [f, [tensor([1, 2], { dtype: 'float64' })]],
  gradgradcheck: () => [f, [tensor([1, 2], { dtype: 'float64' })]],
  detectAnomaly: () => [() => 1],
  detectAnomalyAsync: () => [() => 1],
};

const about = (reason: string, names: string): Record<string, string> =>
  Object.fromEntries(names.split(' ').map((name) => [name, reason]));

/** Functions without a row, and why. */
const reasons: Readonly<Record<string, string>> = {
  ...about('takes nothing', 'backendReport defaultBackend defaultGenerator isGradEnabled memory'),
  ...about('takes options only', 'reference wasm'),
  ...about(
    'is for those who write ops and layers',
    'checkIndex checkIndexDType dynamicAttrs formatShape guard guardedOptions isFloatingPoint isTensor nearest optionsOf promoteTypes record refusePromise replay requireFunction requireShape requireTensor requireTensors requireThat requireWhole run runInto runView sameShape showAs shown sizeOf valuesToCheck',
  ),
  ...about('sets how programs run', 'onFallback setDefaultBackend setMemoryBudget'),
};

const mistakes: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  NaN: () => NaN,
  'a string': () => 'a',
  'a number in quotes': () => '0',
  'an array': () => [1, 2],
  'an array of arrays': () => [[0.5], [1.5]],
  'an object': () => ({}),
  'a promise': () => Promise.resolve(vector()),
  'a function': () => () => 1,
  'a disposed tensor': () => {
    const gone = x();
    gone.dispose();
    return gone;
  },
};

/** These are right nowhere, but where options may stand, which are checked apart. */
const neverRight = ['a string', 'a number in quotes', 'an object', 'a promise'];
const options = ['arange 1', 'tensor 1'];

/** The errors of a kind of our own, or of ours that say by whom; an engine's name no function and no way out. */
const ours = /^(Shape|DType|Scope)Error: |^(Range|Type)Error: \w+: .*\.$/;
const engine = /Cannot |is not a function|not iterable|Invalid |Reduce of empty/;

/** What is wrong with what a call said, or null. */
async function complaint(call: () => unknown, mayPass: boolean): Promise<string | null> {
  try {
    let result = call();
    // Some give a function that does the work.
    if (typeof result === 'function') result = result(x());
    await result;
    return mayPass ? null : 'took it';
  } catch (error) {
    const said = String(error);
    return ours.test(said) && !engine.test(said) ? null : said;
  }
}

/** Makes every mistake in the place of every argument; what was not answered with a sentence. */
async function sweep(
  name: string,
  row: Row,
  call: (args: readonly unknown[]) => unknown,
): Promise<string[]> {
  await call(row());
  const found: string[] = [];
  for (const position of row().keys()) {
    for (const [mistake, make] of Object.entries(mistakes)) {
      const mayPass = !neverRight.includes(mistake) || options.includes(`${name} ${position}`);
      const fault = await complaint(() => call(row().with(position, make())), mayPass);
      if (fault !== null) found.push(`${mistake} as argument ${position}: ${fault}`);
    }
  }
  return found;
}

/** The methods of tensors that programs call. */
function methodNames(): string[] {
  const found = new Set<string>();
  let prototype: object = Tensor.prototype;
  while (Object.hasOwn(prototype, 'constructor') && prototype !== Object.prototype) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof value === 'function' && !inner.includes(name)) found.add(name);
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return [...found];
}

describe('a mistake in plain JavaScript is answered with a sentence', () => {
  const exported: Readonly<Record<string, unknown>> = { ...core, ...autograd };
  const names = Object.keys(exported).filter(
    (name) => typeof exported[name] === 'function' && !/^class\b/.test(String(exported[name])),
  );

  it('by every function, or there is a reason why not', () => {
    const known = { ...functions, ...reasons };
    expect(names.filter((name) => !Object.hasOwn(known, name))).toEqual([]);
    expect(Object.keys(known).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('by every method that takes arguments', () => {
    const takes = methodNames().filter((name) => {
      const { length } = (tensor(1) as unknown as Record<string, Call>)[name]!;
      return length > 0 && !Object.hasOwn(methods, name);
    });
    expect(takes).toEqual([]);
  });

  it.each(Object.keys(functions))('by %s', async (name) => {
    const call = exported[name] as Call; // the first test says so
    expect(await sweep(name, functions[name]!, (args) => call(...(args as never[])))).toEqual([]);
  });

  it.each(methodNames())('by x.%s', async (name) => {
    const make = Object.hasOwn(receivers, name) ? receivers[name]! : x;
    const row = Object.hasOwn(methods, name) ? methods[name]! : none;
    const on = (receiver: Tensor, args: readonly unknown[]): unknown =>
      (receiver as unknown as Record<string, Call>)[name]!(...(args as never[]));
    expect(await sweep(`x.${name}`, row, (args) => on(make(), args))).toEqual([]);
    const gone = make();
    gone.dispose();
    expect(await complaint(() => on(gone, row()), true)).toBeNull();
  });
});
