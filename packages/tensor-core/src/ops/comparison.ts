/** Comparisons and logic, as a table; results are bool and carry no gradient. */
import { checkHolds, type DType } from '../dtype.ts';
import type { OpDef } from '../op.ts';
import { binaryOp, type BinaryRow } from './elementwise.ts';

function comparison(name: string, f: BinaryRow['f'], wasm?: null): OpDef {
  return binaryOp({ name, result: 'bool', f, derivative: null, wasm });
}

/**
 * What stands for the number `x` beside an int32 or bool tensor, and its dtype. Whole numbers must be of
 * int32, but for comparisons, which get a number that compares with every int32 as `x` does.
 */
export function besideIntegers(
  op: Pick<OpDef<never>, 'name' | 'vjp'>,
  x: number,
): readonly [number, DType] {
  // All but comparisons have gradients.
  if (op.vjp !== null) {
    if (!Number.isInteger(x)) return [x, 'float32'];
    checkHolds(op.name, 'int32', x);
  }
  if (x === (x | 0)) return [x, 'int32'];
  if (Math.abs(x) >= 2 ** 31) return [x * Infinity, 'float32'];
  // Any fraction between two whole numbers will do: this one takes the fewest digits.
  return [Math.floor(x) + 0.5, Math.abs(x) > 2 ** 23 ? 'float64' : 'float32'];
}

export const equal: OpDef = comparison('equal', (a, b) => Number(a === b));
export const notEqual: OpDef = comparison('notEqual', (a, b) => Number(a !== b));
export const less: OpDef = comparison('less', (a, b) => Number(a < b));
export const lessEqual: OpDef = comparison('lessEqual', (a, b) => Number(a <= b));
export const greater: OpDef = comparison('greater', (a, b) => Number(a > b));
export const greaterEqual: OpDef = comparison('greaterEqual', (a, b) => Number(a >= b));

// Logic reads any dtype as a truth value: 0 is false, everything else, NaN included, is true.
export const logicalAnd: OpDef = comparison(
  'logicalAnd',
  (a, b) => Number(a !== 0 && b !== 0),
  null,
);
export const logicalOr: OpDef = comparison('logicalOr', (a, b) => Number(a !== 0 || b !== 0), null);
export const logicalXor: OpDef = comparison(
  'logicalXor',
  (a, b) => Number((a !== 0) !== (b !== 0)),
  null,
);
