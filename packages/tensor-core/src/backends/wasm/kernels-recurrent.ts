/** The kernels of recurrent cells, which run over whole sequences. */
export interface RecurrentKernels {
  /**
   * op(b) (k, n) as ⌈n / 8⌉ panels (k, 8), the last filled up with anything; rows of b as it is stored are
   * `ldb` elements apart, and with transposed they are its columns.
   */
  readonly packPanels: (
    b: number,
    ldb: number,
    k: number,
    n: number,
    transposed: number,
    out: number,
  ) => void;
  /**
   * All steps of a cell for `count` batch rows from `row` on, of `rows`; pointers may be 0 for what there
   * is not. kind: 0 tanh, 1 relu, 2 sigmoid, 3 LSTM, 4 GRU, 5 GRU with the reset before the
   * product. x (T, B, G H); panels: for each gate those of the transpose of its weights; bias (G H),
   * added to the products; peephole (3, H), for kind 3; mask (B, H); lengths (B), int32; states (T + 1, B, H), with
   * the first one walked from given; cells alike, for kind 3; gates (T, B, 4, H), from kind 3 on;
   * masked: room for (B, H) if there is a mask. Without `keep`, cells and gates have one step.
   */
  readonly recurrentForward: (
    kind: number,
    steps: number,
    rows: number,
    hidden: number,
    reverse: number,
    keep: number,
    x: number,
    panels: number,
    bias: number,
    peephole: number,
    mask: number,
    lengths: number,
    states: number,
    cells: number,
    gates: number,
    masked: number,
    row: number,
    count: number,
  ) => void;
  /**
   * Back through what recurrentForward did with `keep`: d (T, B, G H) are the gradients of the gates'
   * sums, from dy (T, B, H), the gradients of the states, and for kind 3 from dLast (B, H), that of the
   * last cell state. panels: those of the weights. For kind 4, d are the gradients of the recurrent
   * sums and e (T, B, G H) those of x. work (B, G H): room; for kinds below 3 with mask twice. With
   * toStart it ends with the gradient of the first state and cell state at the start of each row;
   * without, and without mask, it may be the place in d of the step walked first.
   */
  readonly recurrentBackward: (
    kind: number,
    steps: number,
    rows: number,
    hidden: number,
    reverse: number,
    toStart: number,
    dy: number,
    dLast: number,
    panels: number,
    peephole: number,
    mask: number,
    lengths: number,
    states: number,
    cells: number,
    gates: number,
    d: number,
    e: number,
    work: number,
    row: number,
    count: number,
  ) => void;
}
