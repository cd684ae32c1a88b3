/** Arithmetic of two tensors, as a table: name, plain form, derivatives, kernel. */
import type { OpDef } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { binaryOp, withoutBool, type BinaryRow } from './elementwise.ts';

export const add: OpDef = binaryOp({
  name: 'add',
  f: (a, b) => a + b,
  bool: Math.max, // or
  derivative: ({ grad }) => [grad, grad],
});

export const sub: OpDef = withoutBool(
  binaryOp({
    name: 'sub',
    f: (a, b) => a - b,
    derivative: ({ grad, needs }) => [grad, needs(1) ? grad.neg() : null],
  }),
);

export const mul: OpDef = binaryOp({
  name: 'mul',
  f: (a, b) => a * b,
  int32: Math.imul,
  derivative: ({ inputs: [a, b], grad, needs }) => [
    needs(0) ? grad.mul(b!) : null,
    needs(1) ? grad.mul(a!) : null,
  ],
});

export const div: OpDef = binaryOp({
  name: 'div',
  inputs: 'float',
  f: (a, b) => a / b,
  // d(a/b)/db = -a/b² = -(a/b)/b
  derivative: ({ inputs: [, b], output, grad, needs }) => [
    needs(0) ? grad.div(b!) : null,
    needs(1) ? grad.mul(output.div(b!)).neg() : null,
  ],
});

export const pow: OpDef = binaryOp({
  name: 'pow',
  f: (a, b) => a ** b,
  int32: wholePower,
  derivative: ({ inputs: [a, b], grad, needs }) => [
    needs(0) ? powerGrad(grad, a!, b!) : null,
    needs(1) ? exponentGrad(grad, a!, b!) : null,
  ],
});

// b·a^(b-1), and 0 where b is 0, although a^(-1) may be infinite: a^0 stands there, for derivatives of
// this one would meet it as well.
function powerGrad(grad: Tensor, a: Tensor, b: Tensor): Tensor {
  const constant = b.equal(0);
  return constant.where(0, grad.mul(b.mul(a.pow(constant.where(0, b.sub(1))))));
}

// a^b·log a, and 0 where a is 0, although log 0 is -Infinity.
function exponentGrad(grad: Tensor, a: Tensor, b: Tensor): Tensor {
  const none = a.equal(0);
  const base = none.where(1, a);
  return none.where(0, grad.mul(base.pow(b).mul(base.log())));
}

// Gradients go to what was chosen, half to each of equal operands, and to NaN, as in PyTorch.
const chosen =
  (loses: (a: Tensor, b: Tensor) => Tensor): BinaryRow['derivative'] =>
  ({ inputs: [a, b], grad, needs }) => {
    const g = a!.equal(b!).where(grad.mul(0.5), grad);
    return [
      needs(0) ? loses(a!, b!).where(0, g) : null,
      needs(1) ? loses(b!, a!).where(0, g) : null,
    ];
  };

export const maximum: OpDef = binaryOp({
  name: 'maximum',
  f: Math.max,
  derivative: chosen((a, b) => a.less(b)),
});

export const minimum: OpDef = binaryOp({
  name: 'minimum',
  f: Math.min,
  derivative: chosen((a, b) => a.greater(b)),
});

export const atan2: OpDef = binaryOp({
  name: 'atan2',
  inputs: 'float',
  f: Math.atan2,
  // d atan2(y, x) = (x dy - y dx) / (x² + y²)
  derivative: ({ inputs: [y, x], grad, needs }) => {
    const scaled = grad.div(x!.square().add(y!.square()));
    return [needs(0) ? scaled.mul(x!) : null, needs(1) ? scaled.mul(y!).neg() : null];
  },
});

/** a^b modulo 2³², by squaring; of a negative power the whole part. */
function wholePower(a: number, b: number): number {
  if (b < 0) return a ** b;
  let power = 1;
  for (let square = a; b > 0; b >>= 1) {
    if (b & 1) power = Math.imul(power, square);
    square = Math.imul(square, square);
  }
  return power;
}
