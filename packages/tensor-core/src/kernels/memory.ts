/** What moves elements, makes them or looks at them: assembly/strided.ts, rows.ts, philox.ts and heap.ts. */
import {
  COSTLY,
  elements,
  LINE,
  MEMORY,
  SIMPLE,
  type KernelRecord,
  type KernelRecords,
} from './record.ts';

/** Bytes of a cache line. */
const LINE_BYTES = 4 * LINE;

type Strided = 'x' | 'out' | 'd0' | 'd1' | 'd2' | 'd3' | 's0' | 's1' | 's2' | 's3';

/** Elements of so many bytes, by the outermost dimension. */
function strided(bytes: number): KernelRecord<Strided> {
  return {
    work: ['d0', 'd1', 'd2', 'd3'],
    threshold: SIMPLE,
    split({ d0, d1, d2, d3, s0, s1, s2, s3 }) {
      const strides = (from: number, to: number): { x: number; out: number } => {
        return { x: bytes * from, out: bytes * to };
      };
      if (d0 > 1) return { count: 'd0', strides: strides(s0, d1 * d2 * d3), unit: 1 };
      if (d1 > 1) return { count: 'd1', strides: strides(s1, d2 * d3), unit: 1 };
      // Four rows at a time are turned in registers.
      if (d2 > 1) return { count: 'd2', strides: strides(s2, d3), unit: 4 };
      if (d3 > 1) return { count: 'd3', strides: strides(s3, 1), unit: LINE_BYTES / bytes };
      return null;
    },
  };
}

export const memory: KernelRecords = {
  copy: {
    work: ['bytes'],
    threshold: 4 * MEMORY,
    split({ out, x, bytes }) {
      // Parts of regions that overlap would have to be copied one after the other.
      if (Math.abs((out >>> 0) - (x >>> 0)) < bytes) return null;
      return { count: 'bytes', strides: { out: 1, x: 1 }, unit: LINE_BYTES };
    },
  },
  fill: elements(MEMORY, { out: 4 }),
  fillBytes: {
    work: ['bytes'],
    threshold: 4 * MEMORY,
    split: () => ({ count: 'bytes', strides: { out: 1 }, unit: LINE_BYTES }),
  },
  gatherRows: {
    work: ['rows', 'width'],
    threshold: MEMORY,
    split: ({ width }) => ({ count: 'rows', strides: { index: 4, out: 4 * width }, unit: 1 }),
  },
  heapBase: null,
  isFinite: null,
  philoxWords: {
    ...elements(COSTLY, { out: 4 }),
    // A block of the generator has four words; a carry into the upper half of the counter is left alone.
    split({ n, counterLow }) {
      if ((counterLow >>> 0) + n / 4 >= 2 ** 32) return null;
      return { count: 'n', strides: { out: 4, counterLow: 0.25 }, unit: LINE };
    },
  },
  scatterAddRows: {
    work: ['rows', 'width'],
    threshold: SIMPLE,
    adds: true,
    // Rows may go to the same place, and must be added in order: every part takes some columns of all.
    split({ width }) {
      if (width < 2 * LINE) return null;
      return {
        more: { columns: width },
        count: 'columns',
        strides: { out: 4, x: 4 },
        unit: LINE,
      };
    },
  },
  stridedCopy: strided(4),
  stridedCopy1: strided(1),
  stridedCopy8: strided(8),
};
