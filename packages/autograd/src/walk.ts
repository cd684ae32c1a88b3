/** The walk from results to what they were made of, that all gradients take. */
import {
  DTypeError,
  enableGrad,
  formatShape,
  isGradEnabled,
  isTensor,
  requireShape,
  requireTensor,
  sameShape,
  ScopeError,
  ShapeError,
  SparseGradient,
  type Provenance,
  type Tensor,
} from '@kasane/tensor-core';

let visiting: string | null = null;

/** The op whose gradient is being computed, if any. */
export function currentGradientOf(): string | null {
  return visiting;
}

/** A gradient that must wait for its device before it goes on, on another backend, to `input`. */
export interface Crossing {
  readonly grad: Tensor;
  readonly input: Tensor;
}

/** What a walk that has to wait holds. */
interface Halt {
  /** What it waits for: it goes on when it is given these gradients on the backends of their inputs. */
  readonly crossings: readonly Crossing[];
  readonly found: ReadonlyMap<Tensor, Gradient>;
  readonly gathered: readonly (Tensor | null)[];
}

/** A walk, which ends with what it found. */
export type Way = Generator<Halt, Map<Tensor, Gradient>, readonly Tensor[]>;

/**
 * Carries gradients from `outputs` to the targets, or to all leaves if there are none.
 *
 * A result is younger than its inputs, so the youngest waiting tensor has received all of its
 * gradient: taken by age, every op is visited once. Recomputed segments are younger still and
 * are finished before the rest goes on.
 *
 * A gradient that has to wait for a device holds up nothing that is younger than what it goes to.
 */
export function* walk(
  outputs: readonly Tensor[],
  seeds: readonly (Tensor | undefined)[],
  targets: ReadonlySet<Tensor> | undefined,
  retainGraph: boolean,
): Way {
  const found = new Map<Tensor, Gradient>();
  const waiting: Tensor[] = [];
  let crossings: Crossing[] = [];
  const oldest = targets === undefined ? -1 : ageOfOldest(targets);

  const receive = (tensor: Tensor, incoming: Gradient): void => {
    const { provenance } = tensor;
    if (provenance === null) {
      if (targets === undefined || targets.has(tensor)) {
        const grad = incoming instanceof SparseGradient ? incoming : fit(incoming, tensor);
        const before = found.get(tensor);
        found.set(tensor, before === undefined ? grad : added(before, grad));
      }
      return;
    }
    const grad = fit(dense(incoming), tensor);
    if (provenance.grad === null) {
      provenance.grad = grad;
      push(waiting, tensor);
    } else provenance.grad = provenance.grad.add(grad);
  };

  outputs.forEach((output, i) => receive(output, seedOf(output, seeds[i])));
  try {
    for (;;) {
      const tensor = waiting.pop();
      if (crossings.length > 0 && (tensor === undefined || !isYounger(tensor, crossings))) {
        if (tensor !== undefined) waiting.push(tensor);
        visiting = null;
        const gathered = waiting.map(({ provenance }) => provenance!.grad);
        const arrived = yield { crossings, found, gathered };
        const awaited = crossings;
        crossings = [];
        awaited.forEach(({ input }, i) => receive(input, arrived[i]!));
        continue;
      }
      if (tensor === undefined) break;
      const provenance = tensor.provenance!;
      const grad = provenance.grad!;
      provenance.grad = null;
      if (targets?.has(tensor) === true) found.set(tensor, grad);
      // What is older than every target leads to none; it may belong to an outer transform.
      if (provenance.sequence <= oldest) continue;
      check(provenance);
      const { op, inputs, attrs } = provenance;
      visiting = op.name;
      if (op.moves === true && !grad.backend.synchronous && grad.backend !== inputs[0]!.backend) {
        if (inputs[0]!.requiresGrad) crossings.push({ grad, input: inputs[0]! });
      } else if (op.decompose !== undefined && (op.vjp === null || isGradEnabled())) {
        const again = enableGrad(() => op.decompose!(inputs, attrs));
        if (again.requiresGrad) receive(again, grad);
      } else {
        if (op.vjp === null) {
          throw new DTypeError(`backward: ${op.name} has no gradient. Use detach() on its input.`);
        }
        const needs = (i: number): boolean => inputs[i]!.requiresGrad;
        const grads = op.vjp({ inputs, output: tensor, grad, attrs, needs });
        for (let i = 0; i < inputs.length; i++) {
          const input = inputs[i]!;
          const g = grads[i];
          if (!input.requiresGrad || g === null) continue;
          checkGradient(op.name, grads, i, inputs);
          receive(input, g!); // there is one: it was checked
        }
      }
      if (!retainGraph) {
        tensor.provenance = { ...provenance, inputs: [], attrs: undefined, released: true };
      }
    }
  } finally {
    visiting = null;
    for (const tensor of waiting) if (tensor.provenance !== null) tensor.provenance.grad = null;
  }
  return found;
}

/** The age of the oldest of `targets`; -1 if a leaf is among them, which all ops may lead to. */
function ageOfOldest(targets: Iterable<Tensor>): number {
  let oldest = Infinity;
  for (const { provenance } of targets) oldest = Math.min(oldest, provenance?.sequence ?? -1);
  return oldest;
}

/** A gradient, be it of rows. */
export type Gradient = Tensor | SparseGradient;

/** The sum of two gradients; rows stay rows. */
export function added(a: Gradient, b: Gradient): Gradient {
  if (b instanceof SparseGradient) return b.addTo(a);
  return a instanceof SparseGradient ? a.addTo(b) : a.add(b);
}

/** A gradient with all of its rows. */
export function dense<G extends Gradient | null>(grad: G): Tensor | Exclude<G, SparseGradient> {
  // Excluding the class is what the test does, which does not narrow a type parameter.
  return grad instanceof SparseGradient ? grad.dense() : (grad as Exclude<G, SparseGradient>);
}

/** Throws unless what the gradient rule of `op` gave for input `i` can be summed to the shape of that. */
function checkGradient(
  op: string,
  grads: readonly (Gradient | null)[],
  i: number,
  inputs: readonly Tensor[],
): void {
  if (i >= grads.length) {
    throw new ShapeError(
      `${op}: vjp must return a gradient or null for each of ${inputs.length} inputs, got ${grads.length}.`,
    );
  }
  const grad = grads[i];
  // The sentence is made only where it is needed.
  if (!isTensor(grad) && !(grad instanceof SparseGradient)) {
    requireTensor(op, `the gradient of input ${i}`, grad);
  }
  const { shape } = inputs[i]!;
  if (sameShape(shape, grad.shape)) return;
  const lead = grad.shape.length - shape.length;
  if (lead >= 0 && shape.every((d, j) => d === 1 || d === grad.shape[lead + j])) return;
  const way = ' Broadcast dims may stay: backward sums them up.';
  requireShape(op, `the gradient of input ${i}`, shape, grad.shape, way);
}

/** The gradient with the shape and dtype of the tensor it belongs to. */
function fit(grad: Tensor, tensor: Tensor): Tensor {
  const sized = grad.sumTo(tensor.shape);
  return sized.dtype === tensor.dtype ? sized : sized.cast(tensor.dtype);
}

function seedOf(output: Tensor, seed: Tensor | undefined): Tensor {
  requireTensor('backward', 'the output', output);
  if (!output.requiresGrad) {
    throw new DTypeError(
      'backward: the output requires no gradients. Create inputs with { requiresGrad: true }, outside of noGrad.',
    );
  }
  if (seed === undefined) {
    if (output.size === 1) return output.newFull(output.shape, 1);
    throw new ShapeError(
      `backward: the output must be one number, got shape ${formatShape(output.shape)}. Reduce it, or pass { gradient }.`,
    );
  }
  requireTensor('backward', 'the gradient', seed);
  requireShape('backward', 'the gradient', output.shape, seed.shape);
  return seed;
}

function check(provenance: Provenance): void {
  const { op, inputs, released } = provenance;
  if (released) {
    throw new ScopeError(
      `backward: the record of ${op.name} was dropped by an earlier backward. Pass it { retainGraph: true }.`,
    );
  }
  let version = 0;
  for (let i = 0; i < inputs.length; i++) version += inputs[i]!.version;
  if (version !== provenance.version) {
    throw new ScopeError(
      `backward: an input of ${op.name} was written after its use. Run backward before step or assign.`,
    );
  }
}

/** Puts a tensor among those that wait, the youngest last; most are the youngest. */
function push(waiting: Tensor[], tensor: Tensor): void {
  const key = age(tensor);
  let i = waiting.length;
  for (; i > 0 && age(waiting[i - 1]!) > key; i--) waiting[i] = waiting[i - 1]!;
  waiting[i] = tensor;
}

function age(tensor: Tensor): number {
  return tensor.provenance!.sequence;
}

/** Whether no gradient on its way can lead to it. */
function isYounger(tensor: Tensor, crossings: readonly Crossing[]): boolean {
  const own = age(tensor);
  return crossings.every(({ input }) => own > (input.provenance?.sequence ?? -1));
}
