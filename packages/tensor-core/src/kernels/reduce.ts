/**
 * Along the middle of (outer, n, inner): assembly/reduce-*.ts, softmax.ts and scan.ts. The kernels of parts, such
 * as sumPart, have no records of their own.
 */
import * as longRow from './long-rows.ts';
import {
  COSTLY,
  LINE,
  SIMPLE,
  SUM,
  type KernelRecord,
  type KernelRecords,
  type Split,
} from './record.ts';

/**
 * By `outer`, or by columns, which the kernel of parts computes. `strides` are those from one of `outer` to
 * the next, whose operand and whose result for one of n have so many bytes; from column to column it is 4.
 */
function along<A extends string>(
  threshold: number,
  strides: (whole: number, line: number) => Readonly<Record<A, number>>,
): KernelRecord<A | 'outer' | 'n' | 'inner', A> {
  return {
    work: ['outer', 'n', 'inner'],
    threshold,
    split({ outer, n, inner }): Split<'outer', A> | null {
      if (outer > 1) {
        return { count: 'outer', strides: strides(4 * n * inner, 4 * inner), unit: 1 };
      }
      if (inner < 2 * LINE) return null;
      return {
        more: { width: inner },
        count: 'inner',
        strides: strides(4, 4),
        unit: LINE,
      };
    },
  };
}

type Reduction = KernelRecord<'x' | 'out' | 'outer' | 'n' | 'inner'>;

const reduction = (threshold: number): Reduction =>
  along(threshold, (whole, line) => ({ x: whole, out: line }));

/** With a result for every element. */
const scan = (threshold: number): Reduction =>
  along(threshold, (whole) => ({ x: whole, out: whole }));

const gradient = (threshold: number): KernelRecord<'g' | 'y' | 'out' | 'outer' | 'n' | 'inner'> =>
  along(threshold, (whole) => ({ g: whole, y: whole, out: whole }));

export const reduce: KernelRecords = {
  argmax: { ...reduction(SIMPLE), longRow: longRow.argmax, int32: true },
  argmin: { ...reduction(SIMPLE), longRow: longRow.argmin, int32: true },
  cumprod: scan(SIMPLE / 2),
  cumsum: scan(SIMPLE / 2),
  logSoftmax: scan(COSTLY),
  logSoftmaxGrad: gradient(COSTLY),
  logSumExp: { ...reduction(COSTLY), longRow: longRow.logSumExp },
  max: { ...reduction(SIMPLE), longRow: longRow.max },
  mean: { ...reduction(SUM), longRow: longRow.mean },
  min: { ...reduction(SIMPLE), longRow: longRow.min },
  norm2: { ...reduction(SIMPLE), longRow: longRow.norm2 },
  prod: reduction(SIMPLE),
  softmax: scan(COSTLY),
  softmaxGrad: gradient(SIMPLE),
  std: { ...reduction(SIMPLE), longRow: longRow.std },
  sum: { ...reduction(SUM), longRow: longRow.sum },
  variance: { ...reduction(SIMPLE), longRow: longRow.variance },
  // What long rows are made of.
  chunkLength: null,
  partials: null,
};
