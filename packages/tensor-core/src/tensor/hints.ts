/**
 * Words of PyTorch that mean something else here, or nothing: what a program says by them it writes otherwise. They are
 * in the types, where calling one is an error that carries the sentence, and at run time throw it.
 */

const methods = {
  /** @deprecated Write `backward(loss)`, from `@kasane/autograd`. */
  backward: 'backward(loss), from @kasane/autograd',
  /** @deprecated Write `x.requiresGrad = true`. */
  requires_grad_: 'x.requiresGrad = true',
  /** @deprecated Write `backward(loss, { inputs: [x] })`. */
  retain_grad: 'backward(loss, { inputs: [x] })',
  /** @deprecated Write `x.detach()`. */
  detach_: 'x = x.detach()',
  /** @deprecated Write `x = x.add(…)`. */
  add_: 'x = x.add(…): no op writes in place',
  /** @deprecated Write `x = x.sub(…)`. */
  sub_: 'x = x.sub(…): no op writes in place',
  /** @deprecated Write `x = x.mul(…)`. */
  mul_: 'x = x.mul(…): no op writes in place',
  /** @deprecated Write `x = x.div(…)`. */
  div_: 'x = x.div(…): no op writes in place',
  /** @deprecated Write `x = x.clamp(…)`. */
  clamp_: 'x = x.clamp(…): no op writes in place',
  /** @deprecated Write `x.assign(value)`. */
  copy_: 'x.assign(value)',
  /** @deprecated Write `x.assign(x.newFull(x.shape, value))`. */
  fill_: 'x.assign(x.newFull(x.shape, value))',
  /** @deprecated Write `x.assign(x.newFull(x.shape, 0))`. */
  zero_: 'x.assign(x.newFull(x.shape, 0))',
  /** @deprecated Write `x.assign(randn(x.shape))`. */
  normal_: 'x.assign(randn(x.shape))',
  /** @deprecated Write `x.assign(uniform(x.shape))`. */
  uniform_: 'x.assign(uniform(x.shape))',
  /** @deprecated Write `x.to(gpu())`, from `@kasane/tensor-core/gpu`. */
  cuda: 'x.to(backend): wasm(), or gpu() from @kasane/tensor-core/gpu',
  /** @deprecated Write `x.to(wasm())`, and `await x.toAsync(wasm())` of what is on a gpu. */
  cpu: 'x.to(wasm()), or await x.toAsync(wasm()) from a gpu',
  /** @deprecated Write `await x.data()`. */
  numpy: 'await x.data(), x.dataSync() or x.toArray()',
  /** @deprecated Write `x.cast('int32')`. */
  long: "x.cast('int32'): there is no int64",
  /** @deprecated Write `x.cast('float32')`. */
  half: "x.cast('float32'): there is no float16",
  /** @deprecated Write `x.cast(dtype)`. */
  type: 'x.cast(dtype)',
  /** @deprecated Write `x.broadcastTo(shape)`. */
  expand: 'x.broadcastTo(shape)',
  /** @deprecated Leave it out: every tensor is contiguous. */
  contiguous: 'x: every tensor is contiguous',
  /** @deprecated Write `x.matmul(y)`. */
  mm: 'x.matmul(y)',
  /** @deprecated Write `x.matmul(y)`. */
  bmm: 'x.matmul(y)',
  /** @deprecated Write `x.variance()`. */
  var: 'x.variance()',
} as const;

const fields = {
  /** @deprecated Write `x.requiresGrad`. */
  requires_grad: 'x.requiresGrad',
  /** @deprecated Write `x.backend`. */
  device: 'x.backend',
} as const;

/** What the words are to TypeScript: a method of no tensor, a field that holds nothing but the sentence. */
export type Hints = {
  readonly [Name in keyof typeof methods]: (
    this: `write ${(typeof methods)[Name]}`,
    ...args: unknown[]
  ) => never;
} & { -readonly [Name in keyof typeof fields]: `write ${(typeof fields)[Name]}` };

/** What is found where a tensor has no such method or field: nothing that has one looks here. */
export const hints: object = {};

for (const [table, kind] of [
  [methods, ['value']],
  [fields, ['get', 'set']],
] as const) {
  for (const [name, way] of Object.entries(table)) {
    const say = (): never => {
      throw new TypeError(`${name}: write ${way}.`);
    };
    Object.defineProperty(hints, name, Object.fromEntries(kind.map((key) => [key, say])));
  }
}
