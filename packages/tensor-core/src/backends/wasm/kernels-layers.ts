// The WebAssembly kernels of layers and losses, which other packages call. See kernels.ts.

/** What `WasmKernels` has for the fused ops of @kasane/nn. */
export interface LayerKernels {
  /**
   * Σ y (log Σ e^x - x) along the middle; out is (outer, inner). With `classes` 1, y is an int32 class
   * per line, and a line of class `ignore` gives 0; else y has the shape of x.
   */
  readonly crossEntropy: (
    x: number,
    y: number,
    out: number,
    outer: number,
    n: number,
    inner: number,
    classes: number,
    ignore: number,
  ) => void;
  /** g (softmax(x) Σ y - y), with g (outer, inner) and the rest as crossEntropy. */
  readonly crossEntropyGrad: (
    g: number,
    x: number,
    y: number,
    out: number,
    outer: number,
    n: number,
    inner: number,
    classes: number,
    ignore: number,
  ) => void;
  /**
   * softmax(scale q kᵀ + mask), (batch, t, s), of q (batch, t, d) and k (batch, s, d). The mask's next matrix is
   * maskStep elements on and its next row maskRow; there is none where its pointer is 0, and then both are 0.
   * With `causal` 1, row i has only columns 0 to first + i.
   */
  readonly attentionWeights: (
    q: number,
    k: number,
    mask: number,
    out: number,
    scratch: number,
    batch: number,
    t: number,
    s: number,
    d: number,
    maskStep: number,
    maskRow: number,
    first: number,
    causal: number,
    scale: number,
  ) => void;

  /** out[i] = 0 where the int32 y[i] is `ignore`, else 1. */
  readonly counted: (y: number, out: number, n: number, ignore: number) => void;

  /**
   * Mean, scale 1 / √(variance + eps) and biased variance of each group of (batch, groups, inner), whose
   * elements (b, g, j) stand at b * batchStep + g * groupStep + j; steps count elements, groupStep is 1
   * only if inner is. With `centred` 0 the mean is 0.
   */
  readonly moments: (
    x: number,
    mean: number,
    scale: number,
    variance: number,
    batch: number,
    groups: number,
    inner: number,
    batchStep: number,
    groupStep: number,
    centred: number,
    eps: number,
  ) => void;
  /**
   * (x - mean) scale γ + β; γ and β belong to groups, or with `each` 1 to the elements within a group,
   * and are absent where their pointer is 0.
   */
  readonly normalize: (
    x: number,
    mean: number,
    scale: number,
    gamma: number,
    beta: number,
    out: number,
    batch: number,
    groups: number,
    inner: number,
    batchStep: number,
    groupStep: number,
    each: number,
  ) => void;
  /**
   * From the gradient g of what normalize gives to that of x; `centred` 1 if the mean depends on x,
   * `spread` 1 if the scale does, which it must if the mean does.
   */
  readonly normalizeGrad: (
    g: number,
    x: number,
    mean: number,
    scale: number,
    gamma: number,
    out: number,
    batch: number,
    groups: number,
    inner: number,
    batchStep: number,
    groupStep: number,
    each: number,
    centred: number,
    spread: number,
  ) => void;
  /** From the same g to the gradients of β and γ; with `each` 1, batch is 1. */
  readonly affineGrad: (
    g: number,
    x: number,
    mean: number,
    scale: number,
    beta: number,
    gamma: number,
    batch: number,
    groups: number,
    inner: number,
    batchStep: number,
    groupStep: number,
    each: number,
  ) => void;
}
