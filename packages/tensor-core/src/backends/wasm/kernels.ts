// How the WebAssembly kernels are loaded. They are written in AssemblyScript, in assembly/, and embedded
// as base64, so that loading is synchronous and needs no file. kernels.gen.ts says what each computes.

import { MEMORY_FLAGS, relaxed, simd } from './binary.gen.ts';
import type { WasmKernels } from './kernels.gen.ts';
import { patched } from './patch.ts';
import { webAssembly, type LinearMemory } from './webassembly.ts';

/** out[i] = f(x[i]); out may be x. */
export type UnaryKernel = WasmKernels['abs'];

/** out[i] = f(x[i], p). */
export type ParametricKernel = WasmKernels['leakyRelu'];

/**
 * out[i * inner + j] = f(a[i * aOuter + j * aInner], b[i * bOuter + j * bInner]) for i < outer and
 * j < inner; strides count elements, inner strides are 0 or 1.
 */
export type BinaryKernel = WasmKernels['add'];

/** Reduces the middle of (outer, n, inner); out is (outer, inner). */
export type ReduceKernel = WasmKernels['sum'];

/** A reduction for the first `inner` columns of (outer, n, width). */
export type ReducePartKernel = WasmKernels['sumPart'];

/** From a result's gradient g and the result y to the argument's gradient, along the middle. */
export type ReduceGradKernel = WasmKernels['softmaxGrad'];

/** A gradient for the first `inner` columns of (outer, n, width). */
export type ReduceGradPartKernel = WasmKernels['softmaxGradPart'];

/** out (d0, d1, d2, d3), contiguous, from x[offset + i0 s0 + i1 s1 + i2 s2 + i3 s3]. */
export type StridedCopyKernel = WasmKernels['stridedCopy'];

/**
 * A convolution as its kernels are told it: images, groups, channels of a group in and out, the sizes
 * of the input, of the kernel and of the output, then stride, padding before the first element, and
 * dilation; sizes and steps are depth, height and width.
 */
export type ConvGeometry = WasmKernels['convWeight'] extends (
  // what else the kernel takes: pointers, and the range of its share
  ...args: [number, number, number, number, number, number, ...infer Geometry]
) => void
  ? Readonly<Geometry>
  : never;

/** Planes, windows over them and their results; a stride of 0 stands for windows that adapt. */
export type PoolGeometry = WasmKernels['avgPool'] extends (
  ...args: [number, number, number, number, number, ...infer Geometry]
) => void
  ? Readonly<Geometry>
  : never;

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

let available: boolean | undefined;

/** Whether this host runs WebAssembly with SIMD. A page's content security policy may forbid it. */
export function isWasmAvailable(): boolean {
  return (available ??= compilesProbe());
}

function compilesProbe(): boolean {
  try {
    return (
      webAssembly !== undefined && new webAssembly.Module(decode(SIMD_PROBE)) instanceof Object
    );
  } catch {
    return false;
  }
}

/**
 * Compiles the kernels and binds them to a memory, synchronously.
 *
 * The relaxed SIMD build is taken where the host has it, unless `wantRelaxed` is false; `true`
 * on a host without it gives the plain build.
 *
 * @throws Error without WebAssembly and SIMD, or where they are forbidden.
 */
export function loadKernels(memory: LinearMemory, wantRelaxed?: boolean): LoadedKernels {
  if (webAssembly === undefined || !isWasmAvailable()) {
    throw new Error(
      "wasm: WebAssembly with SIMD is not here, or forbidden: a page needs 'wasm-unsafe-eval' in script-src of its content security policy. Use gpu() of @kasane/tensor-core/gpu, or reference().",
    );
  }
  const shared = !(memory.buffer instanceof ArrayBuffer);
  let bytes = binary('relaxed-simd', shared);
  const fused = wantRelaxed !== false && webAssembly.validate(bytes);
  if (!fused) bytes = binary('simd', shared);
  const instance = new webAssembly.Instance(new webAssembly.Module(bytes), { env: { memory } });
  // The binary and WasmKernels are generated from the same sources.
  const exports = instance.exports as unknown as WasmKernels;
  return {
    kernels: exports,
    heapBase: exports.heapBase(),
    build: fused ? 'relaxed-simd' : 'simd',
  };
}

/** A build as bytes, to be bound to a memory that is shared between threads or not. @internal */
export function binary(build: LoadedKernels['build'], shared: boolean): Uint8Array {
  const plain = decode(simd);
  const bytes = build === 'simd' ? plain : patched(plain, decode(relaxed));
  if (shared) bytes[MEMORY_FLAGS] = 3;
  return bytes;
}
