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
   * m = a1 m + b1 g; v = a2 v + b2 g²; p = alpha p + beta m / (√v + eps), in one pass and in place. m or v
   * may be 0: then g stands for m, or nothing divides.
   */
  readonly updateStep: (
    p: number,
    m: number,
    v: number,
    g: number,
    n: number,
    a1: number,
    b1: number,
    a2: number,
    b2: number,
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
