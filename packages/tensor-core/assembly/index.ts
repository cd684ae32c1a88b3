// Everything the WebAssembly binary exports. Pointers are byte offsets into the imported memory,
// n counts elements, elements are float32 unless a kernel says otherwise.

export {
  abs,
  ceil,
  celu,
  clamp,
  cos,
  elu,
  erf,
  exp,
  expm1,
  floor,
  gelu,
  geluTanh,
  hardsigmoid,
  leakyRelu,
  log,
  log1p,
  mish,
  neg,
  reciprocal,
  relu,
  round,
  rsqrt,
  selu,
  sigmoid,
  sign,
  silu,
  sin,
  softplus,
  sqrt,
  square,
  tanh,
} from './unary';
export { acos, asin, atan, cosh, sinh, tan } from './scalar';
export { attentionWeights } from './attention';
export { add, div, maximum, minimum, mul, reluGrad, sigmoidGrad, sub, tanhGrad } from './binary';
export { equal, greater, greaterEqual, less, lessEqual, notEqual } from './compare';
export { atan2, pow } from './power';
export { where } from './select';
export { boolToFloat, intToFloat } from './cast';
export { mean, meanPart, sum, sumPart } from './reduce-sum';
export {
  norm2,
  norm2Part,
  prod,
  prodPart,
  std,
  stdPart,
  variance,
  variancePart,
} from './reduce-stats';
export {
  argmax,
  argmaxPart,
  argmin,
  argminPart,
  max,
  maxPart,
  min,
  minPart,
} from './reduce-extrema';
export {
  logSoftmax,
  logSoftmaxGrad,
  logSoftmaxGradPart,
  logSoftmaxPart,
  logSumExp,
  logSumExpPart,
  softmax,
  softmaxGrad,
  softmaxGradPart,
  softmaxPart,
} from './softmax';
export { counted, crossEntropy, crossEntropyGrad } from './cross-entropy';
export { moments, normalize } from './normalize';
export { affineGrad, normalizeGrad } from './normalize-grad';
export { chunkLength, partials } from './partials';
export { cumprod, cumprodPart, cumsum, cumsumPart } from './scan';
export { gemm, gemmBatch, gemmPart, gemmScratchBytes } from './gemm';
export { convForward, convInput } from './conv';
export { convWeight } from './conv-weight';
export { avgPool, avgPoolInput, maxPoolIndices, putPlanes, takePlanes } from './pool';
export { interpolate, interpolateBack } from './interpolate';
export { stridedCopy, stridedCopy1, stridedCopy8 } from './strided';
export {
  allFinite as isFinite,
  copy,
  fill,
  fillBytes,
  gatherRows,
  scatterAddRows,
  scatterAddRowsPart,
} from './rows';
export {
  addQuotient,
  addRows,
  combine,
  combineSquare,
  linkRows,
  putRows,
} from './update';
export { philoxWords } from './philox';
export { packPanels } from './recurrent-product';
export { recurrentForward } from './recurrent';
export { recurrentBackward } from './recurrent-back';

/** First byte that the binary leaves to its host. */
export function heapBase(): usize {
  return __heap_base;
}
