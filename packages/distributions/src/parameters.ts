/** The parameters of distributions: numbers or tensors, of one dtype, one shape, and such as they must be. */
import {
  isFloatingPoint,
  promoteTypes,
  requireTensor,
  run,
  tensor,
  valuesToCheck,
  type DType,
  type OpDef,
  type Tensor,
} from '@kasane/tensor-core';
import { broadcastAll } from './broadcast.ts';
import type { PlainConstraint } from './constraint.ts';

/** A parameter of a distribution. Numbers take the dtype and backend of the tensors beside them. */
export type Parameter = Tensor | number;

/** Options of every distribution. */
export interface DistributionOptions {
  /**
   * Whether parameters are checked, which reads them; default true. A compiled function checks them at every
   * call. Data on a device that answers asynchronously is not checked.
   */
  readonly validateArgs?: boolean;
}

interface CheckAttrs {
  readonly owner: string;
  readonly name: string;
  readonly constraint: PlainConstraint;
}

/** Looks at values in its shape rule, which compiled functions ask again at every call. */
const checkParameter: OpDef<CheckAttrs> = {
  name: 'checkParameter',
  infer([x], { owner, name, constraint }) {
    const { shape } = x!;
    const event = shape.slice(shape.length - constraint.eventDim);
    const step = event.reduce((a, b) => a * b, 1);
    const values = valuesToCheck(x!);
    for (let i = 0; i < values.length; i += Math.max(step, 1)) {
      if (constraint.holds(values, i, event)) continue;
      const got = Array.from(
        values.subarray(i, i + step),
        (v) => `${Math.fround(v) === v ? v : Number(v.toPrecision(7))}`,
      );
      const text =
        constraint.eventDim === 0
          ? got[0]!
          : `[${got.slice(0, 9).join(', ')}${got.length > 9 ? ', …' : ''}]`;
      throw new RangeError(`${owner}: ${name} must be ${constraint.description}, got ${text}.`);
    }
    return { shape: [], dtype: 'bool' };
  },
  reference(_inputs, _attrs, out) {
    out.data[0] = 1;
  },
  vjp: null,
};

/** Throws RangeError unless all the values of a parameter are such as they must be. */
export function checkValues(
  owner: string,
  name: string,
  x: Tensor,
  constraint: PlainConstraint,
): void {
  run(checkParameter, [x], { owner, name, constraint }).dispose();
}

/** Tensors of one floating dtype on one backend: those that were given, and numbers. */
export function asTensors(owner: string, given: Readonly<Record<string, Parameter>>): Tensor[] {
  const entries = Object.entries(given);
  const first = entries.find(([, x]) => typeof x !== 'number');
  let dtype: DType = 'bool';
  for (const [name, x] of entries) {
    if (typeof x === 'number') continue;
    requireTensor(owner, name, x);
    dtype = promoteTypes(dtype, x.dtype);
  }
  if (!isFloatingPoint(dtype)) dtype = 'float32';
  const backend = first === undefined ? undefined : (first[1] as Tensor).backend; // the search was for one
  return entries.map(([, x]) => {
    if (typeof x !== 'number') return x.dtype === dtype ? x : x.cast(dtype);
    return tensor(x, backend === undefined ? { dtype } : { dtype, backend });
  });
}

/** Parameters of distributions of numbers: broadcast to one shape, and checked. */
export function numericParameters<K extends string>(
  owner: string,
  given: Readonly<Record<K, readonly [value: Parameter, constraint: PlainConstraint]>>,
  validateArgs: boolean,
): Record<K, Tensor> {
  const entries = Object.entries(given) as [K, readonly [Parameter, PlainConstraint]][]; // of those keys
  const bare = Object.fromEntries(entries.map(([name, [value]]) => [name, value]));
  const tensors = asTensors(owner, bare);
  if (validateArgs) {
    entries.forEach(([name, [, constraint]], i) => {
      checkValues(owner, name, tensors[i]!, constraint);
    });
  }
  const wide = broadcastAll(owner, tensors);
  return Object.fromEntries(entries.map(([name], i) => [name, wide[i]!])) as Record<K, Tensor>; // the same keys
}
