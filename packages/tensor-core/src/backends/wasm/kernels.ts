// The WebAssembly kernels and how they are loaded. They are written in AssemblyScript, in
// assembly/, and embedded as base64, so that loading is synchronous and needs no file.
//
// Every pointer is a byte offset into the memory the kernels were loaded with. `n` counts
// elements, which are float32 unless a kernel says otherwise, and may be 0.

import { MEMORY_FLAGS, relaxed, simd } from './binary.gen.ts';
import type { ConvKernels } from './kernels-conv.ts';
import type { RecurrentKernels } from './kernels-recurrent.ts';
import type { LayerKernels } from './kernels-layers.ts';
import type { PartKernels } from './kernels-parts.ts';
import type { UpdateKernels } from './kernels-update.ts';
import { webAssembly, type LinearMemory } from './webassembly.ts';

/** out[i] = f(x[i]); out may be x. */
export type UnaryKernel = (x: number, out: number, n: number) => void;

/** out[i] = f(x[i], p). */
export type ParametricKernel = (x: number, out: number, n: number, p: number) => void;

/**
 * out[i * inner + j] = f(a[i * aOuter + j * aInner], b[i * bOuter + j * bInner]) for i < outer and
 * j < inner; strides count elements, inner strides are 0 or 1.
 */
export type BinaryKernel = (
  a: number,
  b: number,
  out: number,
  outer: number,
  inner: number,
  aOuter: number,
  aInner: number,
  bOuter: number,
  bInner: number,
) => void;

/** Reduces the middle of (outer, n, inner); out is (outer, inner). */
export type ReduceKernel = (
  x: number,
  out: number,
  outer: number,
  n: number,
  inner: number,
) => void;

/** From a result's gradient g and the result y to the argument's gradient, along the middle. */
export type ReduceGradKernel = (
  g: number,
  y: number,
  out: number,
  outer: number,
  n: number,
  inner: number,
) => void;

/** out (d0, d1, d2, d3), contiguous, from x[offset + i0 s0 + i1 s1 + i2 s2 + i3 s3]. */
export type StridedCopyKernel = (
  x: number,
  out: number,
  d0: number,
  d1: number,
  d2: number,
  d3: number,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
  offset: number,
) => void;

/** The exported functions of the binary. */
export interface WasmKernels
  extends ConvKernels, LayerKernels, PartKernels, RecurrentKernels, UpdateKernels {
  /** -x. */
  readonly neg: UnaryKernel;
  /** |x|. */
  readonly abs: UnaryKernel;
  /** -1, 0 or 1; NaN stays NaN, and -0 stays -0. */
  readonly sign: UnaryKernel;
  /** e^x, within 1 ulp. */
  readonly exp: UnaryKernel;
  /** e^x - 1, within 2 ulp. */
  readonly expm1: UnaryKernel;
  /** log x, within 1 ulp. */
  readonly log: UnaryKernel;
  /** log(1 + x), within 2 ulp. */
  readonly log1p: UnaryKernel;
  /** √x, correctly rounded. */
  readonly sqrt: UnaryKernel;
  /** 1 / √x, within 1.5 ulp. */
  readonly rsqrt: UnaryKernel;
  /** x². */
  readonly square: UnaryKernel;
  /** 1 / x, correctly rounded. */
  readonly reciprocal: UnaryKernel;
  /** sin x, within 2 ulp. */
  readonly sin: UnaryKernel;
  /** cos x, within 2 ulp. */
  readonly cos: UnaryKernel;
  /** tan x, computed in float64. */
  readonly tan: UnaryKernel;
  /** sinh x, computed in float64. */
  readonly sinh: UnaryKernel;
  /** cosh x, computed in float64. */
  readonly cosh: UnaryKernel;
  /** tanh x, within 2 ulp. */
  readonly tanh: UnaryKernel;
  /** asin x, computed in float64. */
  readonly asin: UnaryKernel;
  /** acos x, computed in float64. */
  readonly acos: UnaryKernel;
  /** atan x, computed in float64. */
  readonly atan: UnaryKernel;
  /** 1 / (1 + e^-x), within 2.5 ulp. */
  readonly sigmoid: UnaryKernel;
  /** log(1 + e^x), x itself beyond 20; within 2 ulp. */
  readonly softplus: UnaryKernel;
  /** error function, within 2 ulp. */
  readonly erf: UnaryKernel;
  /** largest integer ≤ x. */
  readonly floor: UnaryKernel;
  /** smallest integer ≥ x. */
  readonly ceil: UnaryKernel;
  /** nearest integer, ties to even. */
  readonly round: UnaryKernel;
  /** max(x, 0). */
  readonly relu: UnaryKernel;
  /** scaled exponential linear unit, within 2.5 ulp. */
  readonly selu: UnaryKernel;
  /** x Φ(x), within 6 ulp, in the tails too. */
  readonly gelu: UnaryKernel;
  /** x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2, within 6 ulp for x ≥ -2 and 4e-7 below. */
  readonly geluTanh: UnaryKernel;
  /** x σ(x), within 3 ulp down to x = -80. */
  readonly silu: UnaryKernel;
  /** x tanh(log(1 + e^x)), within 4 ulp down to x = -80. */
  readonly mish: UnaryKernel;
  /** min(max(x + 3, 0), 6) / 6. */
  readonly hardsigmoid: UnaryKernel;
  /** x > 0 ? x : p x. */
  readonly leakyRelu: ParametricKernel;
  /** x > 0 ? x : p (e^x - 1). */
  readonly elu: ParametricKernel;
  /** x > 0 ? x : p (e^(x/p) - 1). */
  readonly celu: ParametricKernel;
  /** min(max(x, low), high); NaN stays NaN. */
  readonly clamp: (x: number, out: number, n: number, low: number, high: number) => void;

  /** a + b. */
  readonly add: BinaryKernel;
  /** a - b. */
  readonly sub: BinaryKernel;
  /** a b. */
  readonly mul: BinaryKernel;
  /** a / b. */
  readonly div: BinaryKernel;
  /** the larger; NaN if either is. */
  readonly maximum: BinaryKernel;
  /** the smaller; NaN if either is. */
  readonly minimum: BinaryKernel;
  /** a^b as ECMAScript defines it, computed in float64. */
  readonly pow: BinaryKernel;
  /** atan2(a, b), computed in float64. */
  readonly atan2: BinaryKernel;
  /** a = b as one byte, 0 or 1. */
  readonly equal: BinaryKernel;
  /** a ≠ b as one byte; true with NaN. */
  readonly notEqual: BinaryKernel;
  /** a < b as one byte. */
  readonly less: BinaryKernel;
  /** a ≤ b as one byte. */
  readonly lessEqual: BinaryKernel;
  /** a > b as one byte. */
  readonly greater: BinaryKernel;
  /** a ≥ b as one byte. */
  readonly greaterEqual: BinaryKernel;
  /** a b (1 - b): a is the gradient, b the result of sigmoid. */
  readonly sigmoidGrad: BinaryKernel;
  /** a (1 - b²): a is the gradient, b the result of tanh. */
  readonly tanhGrad: BinaryKernel;
  /** b > 0 ? a : 0: a is the gradient, b argument or result. */
  readonly reluGrad: BinaryKernel;
  /** cond ? a : b, with cond in bytes and strides of 0 or 1. */
  readonly where: (
    cond: number,
    a: number,
    b: number,
    out: number,
    n: number,
    condStride: number,
    aStride: number,
    bStride: number,
  ) => void;

  /** Σ x; 0 for n = 0. */
  readonly sum: ReduceKernel;
  /** Σ x / n. */
  readonly mean: ReduceKernel;
  /** Π x; 1 for n = 0. */
  readonly prod: ReduceKernel;
  /** largest; NaN if there is one; n ≥ 1. */
  readonly max: ReduceKernel;
  /** smallest; NaN if there is one; n ≥ 1. */
  readonly min: ReduceKernel;
  /** log Σ e^x; n ≥ 1. */
  readonly logSumExp: ReduceKernel;
  /** √Σ x². */
  readonly norm2: ReduceKernel;
  /** int32 index of the first largest, or of the first NaN; n ≥ 1. */
  readonly argmax: ReduceKernel;
  /** int32 index of the first smallest, or of the first NaN; n ≥ 1. */
  readonly argmin: ReduceKernel;
  /** Σ (x - mean)² / max(0, n - correction). */
  readonly variance: (
    x: number,
    out: number,
    outer: number,
    n: number,
    inner: number,
    correction: number,
  ) => void;
  /** The root of the variance. */
  readonly std: WasmKernels['variance'];

  /** e^x / Σ e^x along the middle; out has the shape of x. */
  readonly softmax: ReduceKernel;
  /** x - log Σ e^x along the middle; out has the shape of x. */
  readonly logSoftmax: ReduceKernel;
  /** y (g - Σ g y). */
  readonly softmaxGrad: ReduceGradKernel;
  /** g - e^y Σ g. */
  readonly logSoftmaxGrad: ReduceGradKernel;
  /** Running sum along the middle; out has the shape of x. */
  readonly cumsum: ReduceKernel;
  /** Running product along the middle; out has the shape of x. */
  readonly cumprod: ReduceKernel;

  /**
   * c (m, n) = op(a) (m, k) · op(b) (k, n), contiguous; with transA a is stored as (k, m), with
   * transB b as (n, k). The bits of an element do not depend on m or n. c overlaps neither operand.
   */
  readonly gemm: (
    a: number,
    b: number,
    c: number,
    m: number,
    n: number,
    k: number,
    transA: number,
    transB: number,
    scratch: number,
  ) => void;
  /** `batch` products; the next operands are aStep and bStep elements on, the next c follows. */
  readonly gemmBatch: (
    a: number,
    b: number,
    c: number,
    m: number,
    n: number,
    k: number,
    transA: number,
    transB: number,
    scratch: number,
    batch: number,
    aStep: number,
    bStep: number,
  ) => void;
  /** Bytes that gemm needs at `scratch`, whatever the shapes; 16-byte aligned. */
  readonly gemmScratchBytes: () => number;

  /** Strided copy of 4-byte elements. */
  readonly stridedCopy: StridedCopyKernel;
  /** Strided copy of 1-byte elements. */
  readonly stridedCopy1: StridedCopyKernel;
  /** Strided copy of 8-byte elements. */
  readonly stridedCopy8: StridedCopyKernel;
  /** n copies of a float32 value. */
  readonly fill: (out: number, n: number, value: number) => void;
  /** Sets bytes. */
  readonly fillBytes: (out: number, bytes: number, value: number) => void;
  /** Copies bytes; the regions may overlap. */
  readonly copy: (out: number, x: number, bytes: number) => void;

  /** out[r] = x[index[r]], rows of `width` 4-byte elements, int32 indices known to be valid. */
  readonly gatherRows: (x: number, index: number, out: number, rows: number, width: number) => void;
  /** out[index[r]] += x[r], row after row. */
  readonly scatterAddRows: (
    out: number,
    index: number,
    x: number,
    rows: number,
    width: number,
  ) => void;
  /** Bools as float32 0 and 1. */
  readonly boolToFloat: UnaryKernel;
  /** int32 rounded to float32. */
  readonly intToFloat: UnaryKernel;
  /** 1 if no element is NaN or infinite, else 0. */
  readonly isFinite: (x: number, n: number) => number;

  /**
   * 32-bit words of Philox 4x32-10. Block j of four has the counter words (counter + j as 64 bits, 0, 0) and the
   * key (seedLow, seedHigh).
   */
  readonly philoxWords: (
    out: number,
    n: number,
    seedLow: number,
    seedHigh: number,
    counterLow: number,
    counterHigh: number,
  ) => void;
}

/** Kernels bound to a memory. */
export interface LoadedKernels {
  readonly kernels: WasmKernels;
  /** First byte of the memory that the kernels leave to the caller. */
  readonly heapBase: number;
  /** `relaxed-simd` has fused multiply-adds, and other last bits. */
  readonly build: 'simd' | 'relaxed-simd';
}

function decode(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** The smallest module with one SIMD instruction: () -> v128.const 0. */
const SIMD_PROBE = 'AGFzbQEAAAABBQFgAAF7AwIBAAoWARQA/QwAAAAAAAAAAAAAAAAAAAAACw==';

/** Whether this host runs WebAssembly with SIMD. */
export function isWasmAvailable(): boolean {
  return webAssembly !== undefined && webAssembly.validate(decode(SIMD_PROBE));
}

/**
 * Compiles the kernels and binds them to a memory, synchronously.
 *
 * The relaxed SIMD build is taken where the host has it, unless `wantRelaxed` is false; `true`
 * on a host without it gives the plain build.
 *
 * @throws Error `internal:` without WebAssembly.
 * @throws WebAssembly.CompileError without SIMD.
 */
export function loadKernels(memory: LinearMemory, wantRelaxed?: boolean): LoadedKernels {
  if (webAssembly === undefined) {
    throw new Error('internal: there is no WebAssembly here.');
  }
  const shared = !(memory.buffer instanceof ArrayBuffer);
  let bytes = binary(relaxed, shared);
  const fused = wantRelaxed !== false && webAssembly.validate(bytes);
  if (!fused) bytes = binary(simd, shared);
  const instance = new webAssembly.Instance(new webAssembly.Module(bytes), { env: { memory } });
  // The binary is generated from the sources that WasmKernels describes, and kernels.test.ts calls
  // every member; WebAssembly itself carries no names of parameters to check against.
  const exports = instance.exports as unknown as WasmKernels & { heapBase(): number };
  return {
    kernels: exports,
    heapBase: exports.heapBase(),
    build: fused ? 'relaxed-simd' : 'simd',
  };
}

/** A build as bytes, to be bound to a memory that is shared between threads or not. @internal */
export function binary(base64: string, shared: boolean): Uint8Array {
  const bytes = decode(base64);
  if (shared) bytes[MEMORY_FLAGS] = 3;
  return bytes;
}
