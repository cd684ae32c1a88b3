/** Comparisons and logic, as a table; results are bool and carry no gradient. */
import type { OpDef } from '../op.ts';
import { binaryOp, type BinaryRow } from './elementwise.ts';

function comparison(name: string, f: BinaryRow['f'], wasm?: BinaryRow['wasm']): OpDef {
  return binaryOp({ name, result: 'bool', f, derivative: null, ...(wasm ? { wasm } : {}) });
}

export const equal: OpDef = comparison(
  'equal',
  (a, b) => Number(a === b),
  (k) => k.equal,
);
export const notEqual: OpDef = comparison(
  'notEqual',
  (a, b) => Number(a !== b),
  (k) => k.notEqual,
);
export const less: OpDef = comparison(
  'less',
  (a, b) => Number(a < b),
  (k) => k.less,
);
export const lessEqual: OpDef = comparison(
  'lessEqual',
  (a, b) => Number(a <= b),
  (k) => k.lessEqual,
);
export const greater: OpDef = comparison(
  'greater',
  (a, b) => Number(a > b),
  (k) => k.greater,
);
export const greaterEqual: OpDef = comparison(
  'greaterEqual',
  (a, b) => Number(a >= b),
  (k) => k.greaterEqual,
);

// Logic reads any dtype as a truth value: 0 is false, everything else, NaN included, is true.
export const logicalAnd: OpDef = comparison('logicalAnd', (a, b) => Number(a !== 0 && b !== 0));
export const logicalOr: OpDef = comparison('logicalOr', (a, b) => Number(a !== 0 || b !== 0));
export const logicalXor: OpDef = comparison('logicalXor', (a, b) =>
  Number((a !== 0) !== (b !== 0)),
);
