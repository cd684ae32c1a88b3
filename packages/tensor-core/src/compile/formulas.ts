/**
 * What kernels compute of one vector, as steps of a stack machine, in the kernels' own order: so the
 * bits are theirs. `a`, `b` and `c` are operands, `p`, `q` and `r` the kernel's numbers, `mul+ … +add`
 * is madd. Kernels that are not here, such as exp, are worth a loop of their own.
 */
export const formulas: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    abs: 'a abs',
    add: 'a b add',
    addQuotient: 'p a mul+ q b mul c sqrt r add div +add',
    ceil: 'a ceil',
    clamp: 'a p pmax q pmin',
    combine: 'q b mul+ p a mul +add',
    combineSquare: 'q b mul b mul+ p a mul +add',
    div: 'a b div',
    floor: 'a floor',
    hardsigmoid: 'a 3 add 0 pmax 6 pmin 6 div',
    leakyRelu: 'a a p mul a 0 gt select',
    maximum: 'a b max',
    minimum: 'a b min',
    mul: 'a b mul',
    neg: 'a neg',
    reciprocal: '1 a div',
    relu: 'a 0 max',
    reluGrad: 'a 0 b 0 gt select',
    round: 'a nearest',
    rsqrt: '1 a sqrt div',
    sigmoidGrad: 'a b mul 1 b sub mul',
    sign: '1 -1 a a 0 lt select a 0 gt select',
    sqrt: 'a sqrt',
    square: 'a a mul',
    sub: 'a b sub',
    tanhGrad: 'a 1 b b mul sub mul',
  }).map(([kernel, steps]) => [kernel, steps.split(' ')]),
);

/** The instructions' numbers behind the prefix 0xfd; `select` takes lanes of the first where the mask is set. */
export const instructions: Readonly<Record<string, number>> = {
  abs: 0xe0,
  add: 0xe4,
  ceil: 0x67,
  div: 0xe7,
  floor: 0x68,
  gt: 0x44,
  lt: 0x43,
  madd: 0x105, // relaxed
  max: 0xe9,
  min: 0xe8,
  mul: 0xe6,
  nearest: 0x6a,
  neg: 0xe1,
  pmax: 0xeb,
  pmin: 0xea,
  select: 0x52,
  sqrt: 0xe3,
  sub: 0xe5,
};
