/** The kernels of optimizers; as in kernels.ts, pointers are byte offsets and elements float32. */
export interface UpdateKernels {
  /** out = alpha a + beta b. */
  readonly combine: (
    a: number,
    b: number,
    out: number,
    n: number,
    alpha: number,
    beta: number,
  ) => void;
  /** out = alpha a + beta b². */
  readonly combineSquare: UpdateKernels['combine'];
  /** out = alpha p + beta x / (√v + eps). */
  readonly addQuotient: (
    p: number,
    x: number,
    v: number,
    out: number,
    n: number,
    alpha: number,
    beta: number,
    eps: number,
  ) => void;
  /**
   * Links rows of equal index: links[r] is the next row with the index of row r, or 0; ~ of that for
   * all but the first of them. A table of `slots` words follows, a power of 2 above `rows`.
   */
  readonly linkRows: (index: number, links: number, rows: number, slots: number) => void;
  /**
   * out[index[r]] += beta x[r] for rows of `width`, or out[r] if `index` is 0. Linked rows of x are added up
   * first, to where the first of them goes.
   */
  readonly addRows: (
    out: number,
    index: number,
    links: number,
    x: number,
    rows: number,
    width: number,
    beta: number,
  ) => void;
  /** out[index[r]] = x[r]; of linked rows, the first. */
  readonly putRows: (
    out: number,
    index: number,
    links: number,
    x: number,
    rows: number,
    width: number,
  ) => void;
}
