/**
 * A convolution as its kernels are told it: images, groups, channels of a group in and out, the sizes
 * of the input, of the kernel and of the output, then stride, padding before the first element, and
 * dilation; sizes and steps are depth, height and width.
 */
export type ConvGeometry = readonly [
  images: number,
  groups: number,
  inChannels: number,
  outChannels: number,
  inDepth: number,
  inHeight: number,
  inWidth: number,
  kernelDepth: number,
  kernelHeight: number,
  kernelWidth: number,
  outDepth: number,
  outHeight: number,
  outWidth: number,
  strideDepth: number,
  strideHeight: number,
  strideWidth: number,
  padDepth: number,
  padHeight: number,
  padWidth: number,
  dilationDepth: number,
  dilationHeight: number,
  dilationWidth: number,
];

/** Planes, windows over them and their results; a stride of 0 stands for windows that adapt. */
export type PoolGeometry = readonly [
  height: number,
  width: number,
  kernelHeight: number,
  kernelWidth: number,
  outHeight: number,
  outWidth: number,
  strideHeight: number,
  strideWidth: number,
  padHeight: number,
  padWidth: number,
];

/** Interpolation along one dimension, or back; places are int32. */
type InterpolationKernel = (
  x: number,
  place: number,
  weight: number,
  out: number,
  from: number,
  many: number,
  n: number,
  m: number,
  inner: number,
) => void;

/** The kernels of convolutions: x (N, G C, …), w (G O, C, …), y (N, G O, …). */
export interface ConvKernels {
  /**
   * y = x * w + bias for `many` images from `from` on; bias (G O) may be 0. Scratch is gemm's. A kernel
   * has at most 4096 elements a channel.
   */
  readonly convForward: (
    x: number,
    w: number,
    bias: number,
    y: number,
    scratch: number,
    from: number,
    many: number,
    ...geometry: ConvGeometry
  ) => void;
  /** The transpose of convForward as a map of x, plus bias (G C), which may be 0. */
  readonly convInput: (
    y: number,
    w: number,
    bias: number,
    x: number,
    scratch: number,
    from: number,
    many: number,
    ...geometry: ConvGeometry
  ) => void;
  /** The transpose of convForward as a map of w, for `many` output channels from `from` on. */
  readonly convWeight: (
    x: number,
    y: number,
    w: number,
    scratch: number,
    from: number,
    many: number,
    ...geometry: ConvGeometry
  ) => void;
  /**
   * For `many` planes from `from` on the int32 index within its plane of each window's largest element, of
   * the last NaN if there is one, -1 for a window that has no element.
   */
  readonly maxPoolIndices: (
    x: number,
    index: number,
    from: number,
    many: number,
    ...geometry: [...PoolGeometry, dilationHeight: number, dilationWidth: number]
  ) => void;
  /** y[p, i] = x[p, index[p, i]] for planes p of `size` elements with `count` indices; `none` for index -1. */
  readonly takePlanes: (
    x: number,
    index: number,
    y: number,
    from: number,
    many: number,
    size: number,
    count: number,
    none: number,
  ) => void;
  /** x[p, index[p, i]] += y[p, i], from zeros; index -1 is left out. */
  readonly putPlanes: (
    y: number,
    index: number,
    x: number,
    from: number,
    many: number,
    size: number,
    count: number,
  ) => void;
  /** The mean of each window; with countPad, padding counts as elements, but not what lies beyond it. */
  readonly avgPool: (
    x: number,
    y: number,
    from: number,
    many: number,
    countPad: number,
    ...geometry: PoolGeometry
  ) => void;
  /** The transpose of avgPool. */
  readonly avgPoolInput: (
    y: number,
    x: number,
    from: number,
    many: number,
    countPad: number,
    ...geometry: PoolGeometry
  ) => void;
  /**
   * From (outer, n, inner) to (outer, m, inner), for `many` of outer from `from` on: row i is
   * (1 - weight[i]) x[place[i]] + weight[i] x[place[i] + 1], whose second part is left out at weight 0.
   */
  readonly interpolate: InterpolationKernel;
  /** The transpose of interpolate: from (outer, m, inner) to (outer, n, inner). */
  readonly interpolateBack: InterpolationKernel;
}
