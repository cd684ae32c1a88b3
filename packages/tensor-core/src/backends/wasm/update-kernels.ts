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
  /** m = a1 m + b1 g; p = alpha p + beta m: combine twice in one pass, in place. */
  readonly momentumStep: (
    p: number,
    m: number,
    g: number,
    n: number,
    a1: number,
    b1: number,
    alpha: number,
    beta: number,
  ) => void;
  /** v = a2 v + b2 g²; p = alpha p + beta g / (√v + eps): combineSquare and addQuotient, likewise. */
  readonly squareStep: (
    p: number,
    v: number,
    g: number,
    n: number,
    a2: number,
    b2: number,
    alpha: number,
    beta: number,
    eps: number,
  ) => void;
  /** Both averages, then p = alpha p + beta m / (√v + eps), likewise. */
  readonly momentsStep: (
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
  /** out[index[r]] = alpha out[index[r]] + beta x[r] for rows of `width`; linked rows of x are added first. */
  readonly combineRows: (
    out: number,
    x: number,
    index: number,
    links: number,
    rows: number,
    width: number,
    alpha: number,
    beta: number,
  ) => void;
  /** out[index[r]] = alpha out[index[r]] + beta x[r]², likewise. */
  readonly combineSquareRows: UpdateKernels['combineRows'];
  /** p[index[r]] = alpha p[index[r]] + beta x[r] / (√v[index[r]] + eps), likewise; with `aligned` x[index[r]]. */
  readonly addQuotientRows: (
    p: number,
    x: number,
    v: number,
    index: number,
    links: number,
    rows: number,
    width: number,
    alpha: number,
    beta: number,
    eps: number,
    aligned: number,
  ) => void;
  /**
   * Links rows of equal index: links[r] is the next row with the index of row r, or 0; ~ of that for
   * all but the first of them. A table of `slots` words follows, a power of 2 above `rows`.
   */
  readonly linkRows: (index: number, links: number, rows: number, slots: number) => void;
}
