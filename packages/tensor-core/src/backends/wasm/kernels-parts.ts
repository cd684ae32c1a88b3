// Kernels that compute parts of what others compute, with the same bits: threads share the parts.

/** A reduction for the first `inner` columns of (outer, n, width). */
export type ReducePartKernel = (
  x: number,
  out: number,
  outer: number,
  n: number,
  inner: number,
  width: number,
) => void;

/** A gradient for the first `inner` columns of (outer, n, width). */
export type ReduceGradPartKernel = (
  g: number,
  y: number,
  out: number,
  outer: number,
  n: number,
  inner: number,
  width: number,
) => void;

/** The exported functions of the binary that compute parts. */
export interface PartKernels {
  readonly sumPart: ReducePartKernel;
  readonly meanPart: ReducePartKernel;
  readonly prodPart: ReducePartKernel;
  readonly norm2Part: ReducePartKernel;
  readonly maxPart: ReducePartKernel;
  readonly minPart: ReducePartKernel;
  readonly argmaxPart: ReducePartKernel;
  readonly argminPart: ReducePartKernel;
  readonly logSumExpPart: ReducePartKernel;
  readonly softmaxPart: ReducePartKernel;
  readonly logSoftmaxPart: ReducePartKernel;
  readonly cumsumPart: ReducePartKernel;
  readonly cumprodPart: ReducePartKernel;
  readonly softmaxGradPart: ReduceGradPartKernel;
  readonly logSoftmaxGradPart: ReduceGradPartKernel;
  /** variance for the first `inner` columns of (outer, n, width). */
  readonly variancePart: (
    x: number,
    out: number,
    outer: number,
    n: number,
    inner: number,
    correction: number,
    width: number,
  ) => void;
  readonly stdPart: PartKernels['variancePart'];

  /** Reductions to one number take their row in chunks of so many elements. */
  readonly chunkLength: () => number;
  /**
   * For each chunk of x one float64: Σ x for op 0, Σ (x - shift)² for 1, Σ e^(x - shift) for 2, the
   * largest for 3, the smallest for 4.
   */
  readonly partials: (x: number, out: number, n: number, op: number, shift: number) => void;

  /** gemm for `rows` rows from `row` on and `columns` columns from `column` on of c, k > 0. */
  readonly gemmPart: (
    a: number,
    b: number,
    c: number,
    m: number,
    n: number,
    k: number,
    transA: number,
    transB: number,
    scratch: number,
    row: number,
    rows: number,
    column: number,
    columns: number,
  ) => void;

  /** scatterAddRows for the first `columns` elements of each row. */
  readonly scatterAddRowsPart: (
    out: number,
    index: number,
    x: number,
    rows: number,
    columns: number,
    width: number,
  ) => void;
}
