/** Which kernels compute element by element, and how they walk through what they read. */
import type { Argument, Call } from './kernel-calls.ts';
import { signatures } from './signatures.gen.ts';
import type { Value } from './trace.ts';

/**
 * How an operand is read: along with the result, one number for all of it, one row for every row, or
 * one number for every row.
 */
export type Walk = 'whole' | 'scalar' | 'row' | 'column';

export interface Reading {
  readonly value: Value;
  readonly walk: Walk;
}

/** A call as a function of single elements, in rows if operands are broadcast to them. */
export interface Elementwise {
  readonly operands: readonly Reading[];
  /** Which arguments are its numbers. */
  readonly numbers: readonly number[];
  /** 1 where rows make no difference. */
  readonly outer: number;
  readonly inner: number;
}

// From operands, the result and the number of elements, and numbers: (a, …, out, n, p, …).
const flat = new Set(
  (
    'abs acos addQuotient asin atan ceil celu clamp combine combineSquare cos cosh elu erf exp expm1 floor gelu ' +
    'geluTanh hardsigmoid intToFloat leakyRelu log log1p mish neg reciprocal relu round rsqrt selu sigmoid sign ' +
    'silu sin sinh softplus sqrt square tan tanh'
  ).split(' '),
);
// (a, b, out, outer, inner, and the strides of a and b)
const binary = new Set(
  'add atan2 div maximum minimum mul pow reluGrad sigmoidGrad sub tanhGrad'.split(' '),
);

/** The call by elements; null for kernels that do more, and for other broadcasts. */
export function elementwise({ kernel, args }: Call): Elementwise | null {
  if (flat.has(kernel)) {
    const [places = ''] = /^i+/.exec(signatures[kernel]!)!;
    const operands = args.slice(0, places.length - 2).map((arg) => reading(arg, 'whole'));
    const numbers = Array.from(args.slice(places.length), (_, i) => places.length + i);
    return settled(operands, numbers, 1, args[places.length - 1]);
  }
  if (!binary.has(kernel)) return null;
  const [a, b, , outer, inner, aOuter, aInner, bOuter, bInner] = args;
  const walkA = walk(outer, inner, aOuter, aInner);
  const walkB = walk(outer, inner, bOuter, bInner);
  const operands = [reading(a!, walkA), reading(b!, walkB)];
  if ([walkA, walkB].every((how) => how === 'whole' || how === 'scalar'))
    return settled(operands, [], 1, Number(outer) * Number(inner));
  return settled(operands, [], outer, inner);
}

/** The values that a call reads only where it then writes: its result may take their place. */
export function replaceable(call: Call): readonly Value[] {
  const { operands = [] } = elementwise(call) ?? {};
  return operands.flatMap(({ value, walk: how }) => (how === 'whole' ? [value] : []));
}

function settled(
  operands: readonly (Reading | null)[],
  numbers: readonly number[],
  outer: Argument | undefined,
  inner: Argument | undefined,
): Elementwise | null {
  if (typeof outer !== 'number' || typeof inner !== 'number') return null;
  const found = operands.filter((operand) => operand !== null);
  return found.length < operands.length ? null : { operands: found, numbers, outer, inner };
}

function reading(arg: Argument, how: Walk | null): Reading | null {
  if (typeof arg === 'number' || arg.offset > 0 || how === null) return null;
  return { value: arg.value, walk: how };
}

function walk(
  outer: Argument | undefined,
  inner: Argument | undefined,
  outerStride: Argument | undefined,
  innerStride: Argument | undefined,
): Walk | null {
  if (innerStride === 1) {
    if (outer === 1 || outerStride === inner) return 'whole';
    return outerStride === 0 ? 'row' : null;
  }
  if (outer === 1 || outerStride === 0) return 'scalar';
  return outerStride === 1 ? 'column' : null;
}
