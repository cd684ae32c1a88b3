/** The formulas of elementwise kernels, with their arguments by number. */
import { argumentsOf, records } from '../kernels/index.ts';

/** A step of a stack machine. */
export type Step =
  | { readonly kind: 'operand'; readonly index: number }
  | { readonly kind: 'number'; readonly index: number }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'instruction'; readonly name: string };

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

/** What kernels compute of one vector; see `formula` of their records. */
export const formulas: ReadonlyMap<string, readonly Step[]> = new Map(
  [...records].flatMap(([kernel, record]) => {
    if (record?.formula === undefined) return [];
    return [[kernel, record.formula.split(' ').map((word) => stepOf(kernel, word))] as const];
  }),
);

function stepOf(kernel: string, word: string): Step {
  const names = argumentsOf[kernel]!;
  const at = names.indexOf(word);
  if (at >= 0) {
    // (operands, out, n, numbers)
    const out = names.indexOf('out');
    return at < out ? { kind: 'operand', index: at } : { kind: 'number', index: at - out - 2 };
  }
  if (word in instructions || word === 'mul+' || word === '+add') {
    return { kind: 'instruction', name: word };
  }
  const value = Number(word);
  if (Number.isNaN(value)) {
    throw new Error(`internal: ${kernel} has no argument, and there is no instruction, "${word}"`);
  }
  return { kind: 'constant', value };
}
