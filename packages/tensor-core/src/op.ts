/**
 * An op is one record: shape rule, plain loop, gradient, and optional fast kernels, side by side.
 * The plain loop is the specification; every other kernel must agree with it. An op made of others needs
 * no loop: what it is made of is the specification.
 */
import type { DType, TypedArray } from './dtype.ts';
import type { SparseGradient } from './sparse-gradient.ts';
import type { Shape } from './shape.ts';
import type { Tensor } from './tensor.ts';
import type { Kernels } from './backends/wasm/index.ts';

/** What an op's result looks like before it is computed. */
export interface Spec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A tensor's data as a plain loop sees it: contiguous, row-major. */
export interface View<T extends TypedArray = TypedArray> extends Spec {
  readonly data: T;
  readonly size: number;
}

/** A tensor's data as a WebAssembly kernel sees it: a byte address in the one linear memory. */
export interface WasmOperand extends Spec {
  readonly pointer: number;
  readonly size: number;
}

/** A tensor as a gpu.js kernel sees it: a flat float32 array, whatever its dtype. */
export interface GpuOperand extends Spec {
  readonly size: number;
}

/** One run of a gpu.js kernel: what each thread computes, and how many there are. */
export interface GpuLaunch {
  /**
   * The function that computes element `this.thread.x`, as gpu.js takes it: parameters for the arrays,
   * then for the scalars; every branch and loop in braces; `this.constants.…` for loop bounds.
   */
  readonly source: string;
  /** Compiled in: sizes and strides. A kernel is built for each set of values. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Passed at every run: numbers that change while shapes do not, such as a learning rate. */
  readonly scalars?: readonly number[];
  /** Which arrays are passed: inputs of the op by position, then results of earlier launches. Default: the inputs. */
  readonly inputs?: readonly number[];
  /** Threads; needed by all launches but the last, which has one per element of the op's output. */
  readonly size?: number;
  /** Each thread returns four numbers, `[a, b, c, d]`; a later launch reads them as `x[i][0]` to `x[i][3]`. */
  readonly vector?: true;
  /** It is one of many with the same source: compiled functions then do not join it with what comes before and after. */
  readonly alone?: true;
}

/** Plans the launches of an op, the last of which makes its output; null leaves it to the plain loop. */
export type GpuKernel<A> = (
  inputs: readonly GpuOperand[],
  attrs: A,
  out: GpuOperand,
  /** True where a launch may be a `vector` one: WebGL. Elsewhere gpu.js cannot pass its result on. */
  vectors: boolean,
) => GpuLaunch | readonly GpuLaunch[] | null;

/** What a gradient rule may use. `grad` has the shape and dtype of `output`. */
export interface VjpContext<A> {
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly grad: Tensor;
  readonly attrs: A;
  /** False where nobody asks for the gradient of input `i`, so its work can be skipped. */
  needs(i: number): boolean;
}

/**
 * The definition of an op. Any package may define one and run it with `run(op, inputs, attrs)`.
 *
 * Methods, not function fields: records with different attributes then share one list.
 */
export interface OpDef<A = undefined> {
  /** The name error messages start with. */
  readonly name: string;
  /**
   * `'promote'`: inputs are cast to their common dtype first. `'float'`: the same, and integers and
   * bools become float32. Absent: inputs arrive as they are.
   */
  readonly inputs?: 'promote' | 'float';
  /** Output shape and dtype; the only place where shape and dtype errors are thrown. */
  infer(inputs: readonly Tensor[], attrs: A): Spec;
  /** Plain loops that fill `out.data`: the definition of the op. Absent if that is `decompose`. */
  reference?(inputs: readonly View[], attrs: A, out: View): void;
  /**
   * Gradients of the inputs, written with tensor ops so that higher orders work; `null` where an
   * input has none. A gradient may keep the broadcast shape: backward sums it to the input's; that of
   * a table may name rows only.
   * `vjp: null` says that the op has no gradient.
   */
  readonly vjp: ((context: VjpContext<A>) => readonly (Tensor | SparseGradient | null)[]) | null;
  /**
   * Present if the input's gradient is that of the output on the input's backend. Where that takes waiting,
   * `backwardAsync` does so. @internal
   */
  readonly moves?: true;
  /**
   * The same result made of other ops, each of them recorded. It runs in the place of the op on backends
   * that say so, all but wasm, and wherever the result is not float32: the op itself is there for its
   * float32 kernel. Backward walks the record where there is no `vjp`, as for `checkpoint`, and where
   * gradients are recorded themselves: the `vjp` of a fused op may then use ops that have neither loop
   * nor gradient.
   */
  decompose?(inputs: readonly Tensor[], attrs: A): Tensor;
  /** Calls a WebAssembly kernel and returns true, or returns false to leave it to the plain loop, if there is one. */
  wasm?(kernels: Kernels, inputs: readonly WasmOperand[], attrs: A, out: WasmOperand): boolean;
  /** Floating-point operations, for the profiler; without it, one for each element of the largest operand. */
  flops?(inputs: readonly Spec[], attrs: A, out: Shape): number;
  /** The gpu.js kernel. Ops of this package have theirs beside them, in `ops/*.gpu.ts`. */
  gpu?(
    inputs: readonly GpuOperand[],
    attrs: A,
    out: GpuOperand,
    vectors: boolean,
  ): ReturnType<GpuKernel<A>>;
}

/** How a tensor came to be: what backward walks. */
export interface Provenance {
  readonly op: OpDef<unknown>;
  readonly inputs: readonly Tensor[];
  readonly attrs: unknown;
  /** Grows with every recorded op: a result is always younger than its inputs. */
  readonly sequence: number;
  /** Sum of the inputs' versions when the op ran; a later in-place write makes it differ. */
  readonly version: number;
  /** Set once a backward pass without `retainGraph` has used it; the inputs are gone then. */
  readonly released: boolean;
  /** The gradient gathered so far, while a backward pass runs. */
  grad: Tensor | null;
}
