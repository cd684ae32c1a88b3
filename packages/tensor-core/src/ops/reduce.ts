/** What the reductions share: which elements fold into one, as three nested loops or in general. */
import { run } from '../dispatch.ts';
import type { ReduceKernel } from '../backends/wasm/kernels.ts';
import type { OpDef, View, WasmOperand } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { forEachPair, reducedShape, sizeOf, stridesOf, type Shape } from '../shape.ts';

/** Options of reductions. */
export interface ReduceOptions {
  /** Keep the reduced dimensions with size 1. Default false. */
  readonly keepdim?: boolean;
}

/** Attributes of every reduction; `dims` are normalised. */
export interface ReduceAttrs {
  readonly dims: readonly number[];
  readonly keepdim: boolean;
}

/** `t`, a reduction's result, with the reduced dims back as size 1, so that it broadcasts. */
export function restoreDims(t: Tensor, shape: Shape, { dims, keepdim }: ReduceAttrs): Tensor {
  return keepdim ? t : t.reshape(reducedShape(shape, dims, true));
}

/**
 * If the reduced dims are neighbours, the input is (outer, n, inner) and the reduction runs over the
 * middle: what the kernels take. Otherwise null.
 */
export function middleLoops(
  shape: Shape,
  dims: readonly number[],
): { outer: number; n: number; inner: number } | null {
  // Dims of size 1 hold nothing to fold, so they never break a run.
  const folded = dims.filter((d) => shape[d] !== 1);
  if (folded.length === 0) return { outer: sizeOf(shape), n: 1, inner: 1 };
  const first = folded[0]!;
  const last = folded.at(-1)!;
  for (let d = first; d <= last; d++) {
    if (shape[d] !== 1 && !folded.includes(d)) return null;
  }
  return loops(shape, first, last);
}

/** `shape` as three loops, of which the middle one runs over the dims from `first` to `last`. */
export function loops(
  shape: Shape,
  first: number,
  last: number = first,
): { outer: number; n: number; inner: number } {
  return {
    outer: sizeOf(shape.slice(0, first)),
    n: sizeOf(shape.slice(first, last + 1)),
    inner: sizeOf(shape.slice(last + 1)),
  };
}

/**
 * Runs a kernel along `dims` of `x` and returns true, or leaves it to the plain loop: kernels are for
 * float32 and for dims that are neighbours.
 */
export function runLines(
  kernel: ReduceKernel,
  x: WasmOperand,
  dims: readonly number[],
  out: WasmOperand,
): boolean {
  const loops = middleLoops(x.shape, dims);
  if (x.dtype !== 'float32' || loops === null) return false;
  kernel(x.pointer, out.pointer, loops.outer, loops.n, loops.inner);
  return true;
}

/**
 * Runs a reduction that may be taken in steps, such as a sum of sums: dims that are not neighbours
 * are reduced one run of neighbours after the other, for the kernels take no other.
 */
export function reduceInRuns(
  op: OpDef<ReduceAttrs>,
  inputs: readonly Tensor[],
  attrs: ReduceAttrs,
): Tensor {
  const { dims, keepdim } = attrs;
  const x = inputs[0]!;
  const oneRun = dims.length < 2 || dims.length === x.ndim || middleLoops(x.shape, dims) !== null;
  if (oneRun) return run(op, inputs, attrs);
  let out = x;
  let end = dims.length;
  // From the last run on: it is the one whose elements stand together in memory.
  for (let i = end - 1; i >= 0; i--) {
    if (i > 0 && dims[i - 1] === dims[i]! - 1) continue;
    out = run(op, [out], { dims: dims.slice(i, end), keepdim: true });
    end = i;
  }
  return keepdim ? out : out.reshape(reducedShape(x.shape, dims, false));
}

/** Calls `visit` for every line of elements along `dim`: they stand at start, start + step, … */
export function forEachLine(
  shape: Shape,
  dim: number,
  visit: (start: number, step: number, n: number) => void,
): void {
  // One dim is always the middle of three.
  const { outer, n, inner } = middleLoops(shape, [dim])!;
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) visit(i * n * inner + j, inner, n);
  }
}

/** Calls `fold(flat, offsets)` for every output element with the input elements it is made of. */
export function forEachGroup(
  x: View,
  dims: readonly number[],
  fold: (flat: number, offsets: Int32Array) => void,
): void {
  const inner = offsetsOf(x.shape, dims);
  const outer = offsetsOf(
    x.shape,
    x.shape.map((_, d) => d).filter((d) => !dims.includes(d)),
  );
  const offsets = new Int32Array(inner.length);
  for (let flat = 0; flat < outer.length; flat++) {
    for (let i = 0; i < inner.length; i++) offsets[i] = outer[flat]! + inner[i]!;
    fold(flat, offsets);
  }
}

/** The offsets of all index combinations, in row-major order. */
function offsetsOf(shape: Shape, dims: readonly number[]): Int32Array {
  const strides = stridesOf(shape);
  const sizes = dims.map((d) => shape[d]!);
  const steps = dims.map((d) => strides[d]!);
  const offsets = new Int32Array(sizeOf(sizes));
  forEachPair(sizes, steps, steps, (at, _, flat) => {
    offsets[flat] = at;
  });
  return offsets;
}
