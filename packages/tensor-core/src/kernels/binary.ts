/**
 * Functions of two tensors, element by element, with broadcasting: assembly/binary.ts, compare.ts, power.ts and
 * select.ts.
 */
import {
  elements,
  LINE,
  MEMORY,
  SCALAR,
  SIMPLE,
  type KernelRecord,
  type KernelRecords,
} from './record.ts';

/** What such a kernel calls its arguments. */
type Broadcast =
  | ('a' | 'b' | 'out' | 'outer' | 'inner')
  | ('aOuter' | 'aInner' | 'bOuter' | 'bInner');

/** By rows, or within the only one; elements of the result have so many bytes. */
function broadcast(threshold: number, bytes: number): KernelRecord<Broadcast> {
  return {
    work: ['outer', 'inner'],
    threshold,
    split({ outer, inner, aOuter, aInner, bOuter, bInner }) {
      if (outer > 1) {
        const strides = { a: 4 * aOuter, b: 4 * bOuter, out: bytes * inner };
        return { count: 'outer', strides, unit: 1 };
      }
      const strides = { a: 4 * aInner, b: 4 * bInner, out: bytes };
      return { count: 'inner', strides, unit: (4 * LINE) / bytes };
    },
  };
}

const comparison = broadcast(SIMPLE, 1);

/** float32 of float32. */
function arithmetic(threshold: number, formula?: string): KernelRecord<Broadcast> {
  const record = { ...broadcast(threshold, 4), elementwise: 'broadcast' as const };
  return formula === undefined ? record : { ...record, formula };
}

export const binary: KernelRecords = {
  add: arithmetic(MEMORY, 'a b add'),
  atan2: arithmetic(SCALAR),
  div: arithmetic(MEMORY, 'a b div'),
  equal: comparison,
  greater: comparison,
  greaterEqual: comparison,
  less: comparison,
  lessEqual: comparison,
  maximum: arithmetic(MEMORY, 'a b max'),
  minimum: arithmetic(MEMORY, 'a b min'),
  mul: arithmetic(MEMORY, 'a b mul'),
  notEqual: comparison,
  pow: arithmetic(SCALAR),
  reluGrad: arithmetic(MEMORY, 'a 0 b 0 gt select'),
  sigmoidGrad: arithmetic(MEMORY, 'a b mul 1 b sub mul'),
  sub: arithmetic(MEMORY, 'a b sub'),
  tanhGrad: arithmetic(MEMORY, 'a 1 b b mul sub mul'),
  where: {
    ...elements(SIMPLE, {}),
    split({ condStride, aStride, bStride }) {
      const strides = { cond: condStride, a: 4 * aStride, b: 4 * bStride, out: 4 };
      return { count: 'n', strides, unit: LINE };
    },
  },
};
