/** A traced function made ready, whatever carries it out: what it depends on, and what it gives. */
import { SparseGradient } from '../sparse-gradient.ts';
import type { Storage } from '../backends/backend.ts';
import { track } from '../scope.ts';
import { Tensor } from '../tensor.ts';
import { fixedBy, type FixedArgument } from './fixed.ts';
import type { Outcome } from './outcome.ts';
import { same, type Operand, type Returned, type Trace, type Value } from './trace.ts';

export abstract class Plan {
  readonly trace: Trace;
  /** The tensors of the present call. */
  protected tensors: readonly Tensor[] = [];
  readonly #captured = new Set<Tensor>();
  #fixed: readonly FixedArgument[];

  /** `fixed` are the arguments that have to be the tensors that they were. */
  constructor(trace: Trace, fixed: readonly FixedArgument[]) {
    this.trace = trace;
    this.#fixed = fixed;
    for (const { origin } of trace.requiresGrad.keys()) {
      if (origin.kind === 'captured') this.#captured.add(origin.tensor);
    }
  }

  /** False once it would have to be made otherwise, though the function is the same. */
  abstract get isCurrent(): boolean;

  /** Does what the function did. Null if it cannot at present; nothing has been done then. */
  abstract run(tensors: readonly Tensor[]): { readonly result: unknown } | null;

  /** Gives back what it holds. */
  abstract dispose(): void;

  /** What it does, a line for each part, for `inspect`. */
  abstract describe(): string;

  /** The arguments that have to be the tensors that they were. */
  get fixed(): readonly FixedArgument[] {
    return this.#fixed;
  }

  /** True once a tensor that the function captured has been disposed. */
  get isStale(): boolean {
    return [...this.#captured].some(({ isDisposed }) => isDisposed);
  }

  /** Notes that another call did the same, with these arguments. */
  widen(other: Trace): void {
    this.#fixed = fixedBy(this.#fixed, other);
  }

  /** True if everything that the trace depended on is as it was. */
  accepts(tensors: readonly Tensor[]): boolean {
    const { observations, gradients, requiresGrad } = this.trace;
    for (let i = 0; i < tensors.length; i++) {
      const tensor = tensors[i]!;
      const fixed = this.#fixed[i]!;
      if ((fixed !== null && fixed.deref() !== tensor) || this.#captured.has(tensor)) return false;
    }
    for (const { read, value } of observations) if (!same(read(), value)) return false;
    for (const [{ origin }, needed] of requiresGrad) {
      if (origin.kind === 'captured' && origin.tensor.requiresGrad !== needed) return false;
    }
    for (const { owner, before } of gradients) {
      if ((this.tensorOf(owner, tensors).heldGrad() !== null) !== before) return false;
    }
    return true;
  }

  /** The tensor behind a value that comes from outside. */
  protected tensorOf({ origin }: Value, tensors: readonly Tensor[] = this.tensors): Tensor {
    switch (origin.kind) {
      case 'argument':
        return tensors[origin.index]!;
      case 'captured':
        return origin.tensor;
      case 'gradient':
        return this.tensorOf(origin.owner, tensors).peekGrad()!;
      default:
        throw new Error(`internal: a value made by ${origin.kind} has no tensor`);
    }
  }

  /** Gives the tensors outside what the call has made: `made` has a place for each of the outputs. */
  protected finish({ outputs }: Outcome, made: readonly Storage[]): unknown {
    const results = new Map<Operand, Tensor>();
    let indices: Tensor | null = null;
    outputs.forEach(({ operand, owner, isIndex }, i) => {
      const tensor = new Tensor(operand.shape, operand.dtype, made[i]!);
      if (owner === null) {
        track(tensor);
        results.set(operand, tensor);
      } else if (isIndex) indices = tensor;
      else {
        const table = this.tensorOf(owner);
        table.putGrad(indices === null ? tensor : new SparseGradient(table.shape, indices, tensor));
        indices = null;
      }
    });
    for (const { owner, after } of this.trace.gradients) {
      if (after.length === 0) this.tensorOf(owner).putGrad(null);
    }
    return this.#assemble(this.trace.returned, results);
  }

  #assemble(part: Returned, results: ReadonlyMap<Operand, Tensor>): unknown {
    switch (part.kind) {
      case 'made':
        return results.get(part.operand)!;
      case 'argument':
        return this.tensors[part.index];
      case 'static':
        return part.value;
      case 'array':
        return part.items.map((item) => this.#assemble(item, results));
      default:
        return Object.fromEntries(
          part.entries.map(([key, item]) => [key, this.#assemble(item, results)]),
        );
    }
  }
}
