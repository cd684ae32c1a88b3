/**
 * Tensors, operations, random numbers and the backends that run them.
 *
 * @packageDocumentation
 */
export {
  backendReport,
  onFallback,
  type Backend,
  type Fallback,
  type FallbackListener,
  type MemoryUse,
  type Storage,
} from './backends/backend.ts';
export { defaultBackend, setDefaultBackend, withBackend } from './backends/default.ts';
export { reference } from './backends/reference.ts';
export { setMemoryBudget, wasm, type Kernels, type WasmOptions } from './backends/wasm/index.ts';
export type { WasmKernels } from './backends/wasm/kernels.gen.ts';
export type {
  BinaryKernel,
  ConvGeometry,
  ParametricKernel,
  PoolGeometry,
  ReduceGradKernel,
  ReduceGradPartKernel,
  ReduceKernel,
  ReducePartKernel,
  StridedCopyKernel,
  UnaryKernel,
} from './backends/wasm/kernels.ts';
export {
  arange,
  eye,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  tensor,
  zeros,
  zerosLike,
  type CreateOptions,
} from './create.ts';
export {
  enableGrad,
  isGradEnabled,
  noGrad,
  record,
  run,
  runInto,
  runView,
  watchOps,
} from './dispatch.ts';
export {
  bytesPerElement,
  isFloatingPoint,
  promoteTypes,
  type ArrayOf,
  type DType,
  type NumericArray,
  type TypedArray,
} from './dtype.ts';
export * from './errors.ts';
export { nearest, optionsOf, shown } from './options.ts';
export { memory, type MemoryReport, type Site } from './memory.ts';
export type {
  GpuKernel,
  GpuLaunch,
  GpuOperand,
  OpDef,
  Provenance,
  Spec,
  View,
  VjpContext,
  WasmOperand,
} from './op.ts';
export { reluGrad } from './ops/activations.ts';
export type { BincountOptions } from './ops/bincount.ts';
export { showAs } from './format.ts';
export { isTensor, requireFunction, requireTensor, requireTensors } from './given.ts';
export { checkIndex, checkIndexDType, valuesToCheck } from './ops/check-index.ts';
export { concat, stack } from './ops/concat.ts';
export { einsum } from './ops/einsum.ts';
export type { IndexSelectOptions } from './ops/index-select.ts';
export type { MatmulAttrs } from './ops/matmul.ts';
export type { NormOptions } from './ops/norm.ts';
export type { Padding, PadOptions } from './ops/pad.ts';
export type { ReduceOptions } from './ops/reduce.ts';
export { searchsorted } from './ops/searchsorted.ts';
export type { SortOptions, ValuesAndIndices } from './ops/sort.ts';
export type { TopkOptions } from './ops/topk.ts';
export type { VarianceOptions } from './ops/variance.ts';
export { bernoulli, randint, randperm } from './random-draws.ts';
export { multinomial, type MultinomialOptions } from './random-multinomial.ts';
export {
  normal,
  rand,
  randn,
  truncatedNormal,
  uniform,
  type NormalOptions,
  type RandomOptions,
  type TruncatedNormalOptions,
  type UniformOptions,
} from './random-tensors.ts';
export { defaultGenerator, Generator, manualSeed, type GeneratorState } from './random.ts';
export { SparseGradient } from './sparse-gradient.ts';
export { keep, refusePromise, scope } from './scope.ts';
export { formatShape, requireShape, sameShape, sizeOf, type Shape } from './shape.ts';
export type { NestedArray, TensorBase } from './tensor-base.ts';
export { Tensor, type Operand } from './tensor.ts';
export { replay, guardedOptions, dynamicAttrs, guard } from './tracing.ts';
