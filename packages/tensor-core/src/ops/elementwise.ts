/**
 * What makes a row of an elementwise table an op: broadcasting, the plain loop, the kernel call.
 * The rows themselves stand in unary.ts, activations.ts, arithmetic.ts and comparison.ts.
 */
import type { Kernels } from '../backends/wasm/index.ts';
import type { BinaryKernel, UnaryKernel } from '../backends/wasm/kernels.ts';
import { DTypeError } from '../errors.ts';
import { requireNumber } from '../given.ts';
import type { OpDef, View, VjpContext, WasmOperand } from '../op.ts';
import { broadcastShapes, broadcastStrides, foldLoops, forEachPair } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { likeFirst } from './infer.ts';

/** A row of a table of functions of one tensor. */
export interface UnaryRow<A> {
  readonly name: string;
  /** The function of one element, by default that of Math with the row's name. */
  f?(x: number, attrs: A): number;
  /** The same where the result is int32, if doubles lack the digits: it keeps the low 32 bits. */
  int32?(x: number, attrs: A): number;
  /** The gradient of the input from `g`, the gradient of the output `y`; null if there is none. */
  readonly derivative: ((g: Tensor, x: Tensor, y: Tensor, attrs: A) => Tensor) | null;
  /** True if an int32 or bool input keeps its dtype; otherwise it becomes float32. */
  readonly integers?: boolean;
  /** Picks the float32 kernel, by default that of the row's name; null if there is none. */
  readonly wasm?: ((k: Kernels, attrs: A) => UnaryKernel) | null | undefined;
}

/** Picks the kernel of a name, and looks it up anew only where kernels were exchanged, gemm among them. */
export function kernelNamed<K>(name: string): (k: Kernels) => K {
  let gemm: Kernels['gemm'] | undefined;
  let kernel: K;
  return (k) => {
    if (gemm !== k.gemm) {
      gemm = k.gemm;
      kernel = (k as unknown as Record<string, K>)[name]!; // who asks has a kernel's name
    }
    return kernel;
  };
}

/** The same op for all dtypes but bool, of which it would make what is neither 0 nor 1. */
export function withoutBool<A>(op: OpDef<A>): OpDef<A> {
  return {
    ...op,
    infer(inputs, attrs) {
      if (inputs[0]!.dtype === 'bool') {
        throw new DTypeError(
          `${op.name}: bool has none. Use logicalNot, logicalXor or .cast("int32").`,
        );
      }
      return op.infer(inputs, attrs);
    },
  };
}

/** The op of a row. */
export function unaryOp<A = undefined>(row: UnaryRow<A>): OpDef<A> {
  const { name, derivative, wasm = kernelNamed<UnaryKernel>(name) } = row;
  // A row without a function has the name of one of Math's.
  const plain = row.f ?? (Math as unknown as Record<string, (x: number) => number>)[name]!;
  const op: OpDef<A> = {
    name,
    infer(inputs, attrs) {
      for (const what in attrs) requireNumber(name, what, attrs[what]);
      return likeFirst(inputs);
    },
    reference([x], attrs, out) {
      const from = x!.data;
      const to = out.data;
      const f = row[out.dtype as 'int32'] ?? plain; // rows have none for other dtypes
      for (let i = 0; i < to.length; i++) to[i] = f(from[i]!, attrs);
    },
    vjp:
      derivative === null
        ? null
        : ({ inputs, output, grad, attrs }) => [derivative(grad, inputs[0]!, output, attrs)],
    ...(row.integers === true ? {} : { inputs: 'float' as const }),
  };
  if (wasm !== null) {
    op.wasm = (k, [x], attrs, out) => {
      if (out.dtype !== 'float32') return false;
      wasm(k, attrs)(x!.pointer, out.pointer, out.size);
      return true;
    };
  }
  return op;
}

/** A row of a table of functions of two tensors. */
export interface BinaryRow {
  readonly name: string;
  /** The function of two elements. */
  f(a: number, b: number): number;
  /** The same where the result is int32, if doubles lack the digits: it keeps the low 32 bits. */
  int32?(a: number, b: number): number;
  /** The same where the result is bool. */
  bool?(a: number, b: number): number;
  /** The gradients of both inputs, which may keep the broadcast shape; null if there are none. */
  readonly derivative:
    | ((context: VjpContext<undefined>) => readonly [Tensor | null, Tensor | null])
    | null;
  /** `'float'` if integers become float32 first; by default they stay integers. */
  readonly inputs?: 'float';
  /** `'bool'` for comparisons. */
  readonly result?: 'bool';
  /** Null if there is no float32 kernel of the row's name. */
  readonly wasm?: null | undefined;
}

/** The op of a row. */
export function binaryOp(row: BinaryRow): OpDef {
  const { name } = row;
  const op: OpDef = {
    name,
    inputs: row.inputs ?? 'promote',
    infer: ([a, b]) => ({
      shape: broadcastShapes(name, a!.shape, b!.shape),
      dtype: row.result ?? a!.dtype,
    }),
    reference: ([a, b], _, out) => loopBinary(row, a!, b!, out),
    vjp: row.derivative,
  };
  if (row.wasm !== null) {
    const kernel = kernelNamed<BinaryKernel>(name);
    op.wasm = (k, [a, b], _, out) => {
      if (a!.dtype !== 'float32') return false;
      runBinaryKernel(kernel(k), a!, b!, out, row.result === 'bool' ? 1 : 4);
      return true;
    };
  }
  return op;
}

function loopBinary(row: BinaryRow, a: View, b: View, out: View): void {
  const to = out.data;
  const f = row[out.dtype as 'int32' | 'bool'] ?? row.f; // rows have none for other dtypes
  if (a.size === out.size && b.size === out.size) {
    for (let i = 0; i < to.length; i++) to[i] = f(a.data[i]!, b.data[i]!);
    return;
  }
  const stridesA = broadcastStrides(a.shape, out.shape);
  const stridesB = broadcastStrides(b.shape, out.shape);
  forEachPair(out.shape, stridesA, stridesB, (i, j, flat) => {
    to[flat] = f(a.data[i]!, b.data[j]!);
  });
}

/**
 * Calls a kernel that walks two nested loops, out[i, j] = a[i·aOuter + j·aInner] ∘ b[…], with inner
 * strides 0 or 1. Equal shapes and scalars are one inner loop; other shapes are folded into as few
 * loops as their strides allow, and loops beyond two run here.
 */
export function runBinaryKernel(
  kernel: BinaryKernel,
  a: WasmOperand,
  b: WasmOperand,
  out: WasmOperand,
  outBytes: number,
): void {
  const n = out.size;
  if (a.size === n && b.size === n) {
    kernel(a.pointer, b.pointer, out.pointer, 1, n, 0, 1, 0, 1);
  } else if (b.size === 1) {
    kernel(a.pointer, b.pointer, out.pointer, 1, n, 0, 1, 0, 0);
  } else if (a.size === 1) {
    kernel(a.pointer, b.pointer, out.pointer, 1, n, 0, 0, 0, 1);
  } else {
    const { sizes, stridesA, stridesB } = foldLoops(
      out.shape,
      broadcastStrides(a.shape, out.shape),
      broadcastStrides(b.shape, out.shape),
    );
    const depth = sizes.length;
    const inner = sizes[depth - 1]!;
    const outer = sizes[depth - 2] ?? 1;
    const lead = sizes.slice(0, Math.max(0, depth - 2));
    let flat = 0;
    forEachPair(lead, stridesA, stridesB, (i, j) => {
      kernel(
        a.pointer + 4 * i,
        b.pointer + 4 * j,
        out.pointer + outBytes * flat,
        outer,
        inner,
        stridesA[depth - 2] ?? 0,
        stridesA[depth - 1]!,
        stridesB[depth - 2] ?? 0,
        stridesB[depth - 1]!,
      );
      flat += outer * inner;
    });
  }
}
