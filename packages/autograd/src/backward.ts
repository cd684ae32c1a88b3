import {
  DTypeError,
  enableGrad,
  noGrad,
  optionsOf,
  requireTensors,
  scope,
  type Tensor,
} from '@kasane/tensor-core';
import { added, dense, walk, type Crossing, type Gradient, type Way } from './walk.ts';

/** Options of `backward`. */
export interface BackwardOptions {
  /** The gradient of the output itself; needed unless it has one element. Default: ones. */
  readonly gradient?: Tensor;
  /** Keep the record of the forward pass, so that it can be walked again. Default: `createGraph`. */
  readonly retainGraph?: boolean;
  /** Record the gradient computation too, so that gradients have gradients. Default false. */
  readonly createGraph?: boolean;
  /** Accumulate only into these tensors, which need not be leaves. Default: all leaves. */
  readonly inputs?: readonly Tensor[];
}

/**
 * Adds the gradient of `output` to `.grad` of every leaf that requires it.
 *
 * Each op is visited once, youngest first, so shared subexpressions cost nothing extra. The record of
 * the forward pass is dropped on the way unless `retainGraph` is set.
 *
 * $$ \texttt{leaf.grad} \mathrel{+}= \sum_i g_i \frac{\partial \text{output}_i}{\partial \text{leaf}}, \quad g = \texttt{gradient}, \text{ or 1} $$
 *
 * Same as `torch.Tensor.backward`, as a function.
 *
 * @throws {@link ShapeError} if the output has several elements and no `gradient` is given, or one of another shape.
 * @throws {@link ScopeError} if the record is gone, or its tensors were written since.
 * @throws {@link DTypeError} if an output requires no gradients, if an op on the way has none, or if a gradient must go from a
 * device that answers later to another backend.
 *
 * @example
 * import { backward } from '@kasane/autograd';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([2, 3], { requiresGrad: true });
 * backward(x.square().sum());
 * x.grad!.toArray(); // => [4,6]
 *
 * @see Linnainmaa (1976), Taylor expansion of the accumulated rounding error.
 */
export function backward(output: Tensor, options: BackwardOptions = {}): void {
  const { way, createGraph, accumulate } = pass('backward', output, options);
  segment(createGraph, () => accumulate(atOnce('backward', way)));
}

/**
 * The same as `backward`, also where gradients go from a device that answers later to another backend: a model on
 * `wasm()` whose inputs were moved to `gpu()` and back, or parameters on `wasm()` that are computed with on `gpu()`.
 *
 * All gradients that can are read side by side. Until the promise has resolved, the tensors on the way must not be
 * assigned to.
 *
 * $$ \texttt{leaf.grad} \mathrel{+}= \sum_i g_i \frac{\partial \text{output}_i}{\partial \text{leaf}}, \quad g = \texttt{gradient}, \text{ or 1} $$
 *
 * @throws by rejecting, what `backward` throws but for gradients that go to another backend, and what reading a device does.
 *
 * @example
 * import { backwardAsync } from '@kasane/autograd';
 * import { tensor } from '@kasane/tensor-core';
 * import { gpu } from '@kasane/tensor-core/gpu';
 * const w = tensor([1, 2], { requiresGrad: true }); // on wasm()
 * await backwardAsync(w.to(gpu()).square().sum());
 * w.grad!.toArray(); // => [2,4]
 */
export async function backwardAsync(output: Tensor, options: BackwardOptions = {}): Promise<void> {
  const { way, createGraph, accumulate } = pass('backwardAsync', output, options);
  const moved: Tensor[] = [];
  const found = await inTurns(way, createGraph, moved);
  segment(createGraph, () => accumulate(found));
  if (!createGraph) for (const one of moved) one.dispose(); // leaves have tensors of their own
}

interface Pass {
  readonly way: Way;
  readonly createGraph: boolean;
  /** Adds what was found to the leaves. */
  accumulate(found: ReadonlyMap<Tensor, Gradient>): void;
}

function pass(owner: string, output: Tensor, options: BackwardOptions): Pass {
  const names = ['gradient', 'retainGraph', 'createGraph', 'inputs'] as const;
  const given = optionsOf(owner, options, names);
  const { createGraph = false, retainGraph = createGraph, inputs, gradient } = given;
  const targets = inputs && new Set(inputs);
  return {
    way: walk([output], [gradient], targets, retainGraph),
    createGraph,
    accumulate(found) {
      for (const [leaf, grad] of found) {
        const before = leaf.heldGrad();
        // One gradient may reach two leaves, or be the caller's: each leaf gets a tensor of its own.
        const own = createGraph ? dense(grad).reshape(grad.shape) : grad.detach();
        leaf.putGrad(before === null ? own : added(before, grad));
      }
    },
  };
}

/** With a graph of gradients, what a pass makes must outlive it. */
function segment<T>(createGraph: boolean, run: () => T): T {
  return createGraph ? enableGrad(run) : noGrad(() => scope(run));
}

/** Walks without waiting. */
function atOnce(owner: string, way: Way): Map<Tensor, Gradient> {
  const step = way.next();
  if (step.done === true) return step.value;
  way.return(new Map());
  const [{ grad, input }] = step.value.crossings as [Crossing]; // there is one at least, or the way would go on
  throw new DTypeError(
    `${owner}: a gradient must go from ${grad.backend.name}, which answers later, to ${input.backend.name}. Use await ${owner}Async(…), or have all leaves on ${grad.backend.name}.`,
  );
}

/** Walks, and waits where it must; the gradients that were waited for are added to `moved`. */
async function inTurns(
  way: Way,
  createGraph: boolean,
  moved: Tensor[],
): Promise<Map<Tensor, Gradient>> {
  let arrived: Tensor[] = [];
  try {
    for (;;) {
      // All but what the walk holds is freed.
      const [step, moving] = segment(createGraph, () => {
        const next = way.next(arrived);
        const crossings = next.done === true ? [] : next.value.crossings;
        return [next, crossings.map(({ grad, input }) => grad.toAsync(input.backend))] as const;
      });
      if (step.done === true) return step.value;
      arrived = await Promise.all(moving);
      moved.push(...arrived);
    }
  } finally {
    way.return(new Map());
  }
}

/** Options of `gradients`. */
export interface GradientsOptions {
  /** The gradients of the outputs themselves. Default: ones. */
  readonly gradOutputs?: readonly (Tensor | undefined)[];
  readonly retainGraph?: boolean;
  readonly createGraph?: boolean;
}

/**
 * The gradients of the sum of `outputs` with respect to `inputs`, without touching any `.grad`; null
 * for an input that the outputs do not depend on.
 *
 * $$ \text{result}_k = \sum_j \sum_i g_{ji} \frac{\partial \text{outputs}_{ji}}{\partial \text{inputs}_k}, \quad g = \texttt{gradOutputs}, \text{ or 1} $$
 *
 * Same as `torch.autograd.grad` with `allow_unused`.
 *
 * Results have the shapes of the inputs.
 *
 * @throws {@link ShapeError} if an output has several elements and no entry of `gradOutputs`, or one of another shape.
 * @throws {@link ScopeError} if the record is gone, or its tensors were written since.
 * @throws {@link DTypeError} if an output requires no gradients, if an op on the way has none, or if a gradient must go from a
 * device that answers later to another backend.
 *
 * @example
 * import { gradients } from '@kasane/autograd';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor(3, { requiresGrad: true });
 * const [dx] = gradients([x.pow(3)], [x]);
 * dx!.item(); // => 27
 */
export function gradients(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradientsOptions = {},
): (Tensor | null)[] {
  const names = ['gradOutputs', 'retainGraph', 'createGraph'] as const;
  const given = optionsOf('gradients', options, names);
  const { createGraph = false, retainGraph = createGraph, gradOutputs = [] } = given;
  requireTensors('gradients', outputs);
  requireTensors('gradients', inputs);
  return segment(createGraph, () => {
    const found = atOnce('backward', walk(outputs, gradOutputs, new Set(inputs), retainGraph));
    return inputs.map((input) => dense(found.get(input) ?? null));
  });
}
