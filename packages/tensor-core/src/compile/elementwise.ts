/** Which kernels compute element by element, and how they walk through what they read. */
import { bytesPerElement } from '../dtype.ts';
import { argumentsOf, records } from '../kernels/index.ts';
import type { Argument, Call } from './kernel-calls.ts';
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

/** The call by elements; null for kernels that do more, and for other broadcasts. */
export function elementwise({ kernel, args }: Call): Elementwise | null {
  const form = records.get(kernel)?.elementwise;
  if (form === undefined) return null;
  const names = argumentsOf[kernel]!;
  const operands = args.slice(0, names.indexOf('out'));
  if (form === 'flat') {
    const n = names.indexOf('n');
    const numbers = Array.from(args.slice(n + 1), (_, i) => n + 1 + i);
    const readings = operands.map((arg) => reading(arg, 'whole'));
    return settled(readings, numbers, 1, args[n]);
  }
  const argument = (name: string): Argument | undefined => args[names.indexOf(name)];
  const [outer, inner] = [argument('outer'), argument('inner')];
  const walks = ['a', 'b'].map((name) =>
    walk(outer, inner, argument(`${name}Outer`), argument(`${name}Inner`)),
  );
  const readings = operands.map((arg, i) => reading(arg, walks[i]!));
  if (walks.every((how) => how === 'whole' || how === 'scalar'))
    return settled(readings, [], 1, Number(outer) * Number(inner));
  return settled(readings, [], outer, inner);
}

/** The values that calls read only where they then write: their result may take the place of one. */
export function replaceable([call, ...rest]: readonly Call[]): readonly Value[] {
  if (call === undefined) return [];
  if (call.kernel === 'copy') {
    // A result that begins as a copy: the value may be changed where it is if nothing else reads it.
    const [, from, bytes] = call.args;
    if (typeof from !== 'object') return [];
    const { value } = from;
    const again = rest.some(({ args }) => args.some((arg) => Object(arg).value === value));
    return again || bytes !== value.length * bytesPerElement[value.dtype] ? [] : [value];
  }
  if (rest.length > 0) return [];
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
