import type { OpDef } from '../op.ts';
import { unaryOp } from './elementwise.ts';

/** y = x³, the cube of each element. */
export const {{camel}}: OpDef = unaryOp({
  name: '{{camel}}',
  f: (x) => x * x * x,
  // dy/dx = 3x²
  derivative: (g, x) => g.mul(x.square().mul(3)),
  wasm: null, // no kernel
});
