import { backward } from '@kasane/autograd';
import { clipGradNorm, type Optimizer } from '@kasane/optim';
import { optionsOf, scope, shown, type Tensor } from '@kasane/tensor-core';
import { compile, type Compiled } from '@kasane/tensor-core/compile';
import { detached } from './batches.ts';
import { at, compiles, placed, type Home } from './home.ts';

/** What a training needs of an optimizer: every one of `@kasane/optim` has it. */
export type FitOptimizer = Pick<
  Optimizer,
  'paramGroups' | 'step' | 'zeroGrad' | 'stateDict' | 'loadStateDict'
>;

/** A loss, or a loss followed by whatever else a step gives. */
export type StepResult = Tensor | readonly [loss: Tensor, ...rest: unknown[]];

/** What `trainStep` makes. */
export interface TrainStep<A extends readonly unknown[], R> {
  /** Updates the optimizer's parameters once. */
  (...args: A): R;
  /**
   * Has the next call traced once more and compared, unless that took more than half a percent of the time: call it
   * where settings change, as at the beginning of an epoch. Nothing happens if the step is not compiled.
   */
  verify(): void;
}

/** Options of `trainStep`. */
export interface TrainStepOptions {
  /** Scales the gradients down to this norm. */
  readonly clipGradNorm?: number;
  /** Compile the step; one that cannot be runs op by op. Default: where the parameters are on a backend that compiles, which are `wasm` and `gpu`. */
  readonly compile?: boolean;
  /** Told once why the step runs op by op. Default: a line on the console. */
  readonly onFallback?: (reason: string) => void;
}

/**
 * Makes a step of training out of how the loss is computed: loss, backward, clip, step, zeroGrad, as one compiled function.
 *
 * Calling it with the arguments of `compute` updates the optimizer's parameters once and gives what `compute` returned: the loss, or an
 * array that begins with it, without history. Only the optimizer's parameters get gradients, so that two players may each have a
 * step over one graph. What `compute` decides in plain JavaScript is decided while the step is traced: pass what changes as an argument
 * (see `compile` of `@kasane/tensor-core/compile`). Tensors among the arguments, be it in arrays and plain objects, are copied to the backend of the
 * parameters if they are elsewhere, and what `compute` makes is made there. The step is traced again after 4 calls, 8, 16 and so on; if it does something else by
 * then, it runs op by op from there, and `onFallback` says what has changed. `fit` is made of it; Keras has it as
 * `train_on_batch`.
 *
 * @throws TypeError for what is no optimizer.
 * @throws what `compute`, `clipGradNorm` and the optimizer throw.
 *
 * @example
 * import { trainStep } from '@kasane/trainer';
 * import { Linear, mseLoss } from '@kasane/nn';
 * import { SGD } from '@kasane/optim';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * const model = new Linear(1, 1);
 * const step = trainStep(
 *   (x: Tensor, t: Tensor) => mseLoss(model.forward(x), t),
 *   new SGD(model.parameters(), { lr: 0.1 }),
 * );
 * const [x, t] = [tensor([[1], [2]]), tensor([[3], [5]])];
 * for (let i = 0; i < 200; i++) step(x, t).dispose();
 * step(x, t).item() < 1e-3; // => true
 */
export function trainStep<A extends readonly unknown[], R extends StepResult>(
  compute: (...args: A) => R,
  optimizer: FitOptimizer,
  options: TrainStepOptions = {},
): TrainStep<A, R> {
  const given = optionsOf('trainStep', options, ['clipGradNorm', 'compile', 'onFallback']);
  const { clipGradNorm: maxNorm, onFallback = warn } = given;
  if (!Array.isArray(optimizer?.paramGroups)) {
    throw new TypeError(
      `trainStep: the optimizer must have paramGroups, got ${shown(optimizer)}. Pass one such as new Adam(model.parameters()).`,
    );
  }
  const home = (): Home => optimizer.paramGroups[0]?.params[0]?.backend;
  const { compile: wanted = compiles(home()) } = given;
  const step = (...args: A): R =>
    scope(() =>
      at(home(), () => {
        const result = compute(...args);
        const loss: Tensor = Array.isArray(result) ? result[0] : result;
        const params = optimizer.paramGroups.flatMap((group) => group.params);
        backward(loss, { inputs: params });
        update(params, optimizer, maxNorm);
        return detached(result);
      }),
    );
  const run = wanted ? compiled(step, onFallback) : uncompiled(step);
  const there = (...args: A): R => {
    const { value, dispose } = placed(args, home());
    try {
      return run(...value);
    } finally {
      dispose();
    }
  };
  return Object.assign(there, { verify: () => run.verify() });
}

function warn(reason: string): void {
  // oxlint-disable-next-line no-console -- a training that is slower than it could be must not be so in silence
  console.warn(`trainStep runs op by op: ${reason}.`);
}

/** Clip, step, zeroGrad. */
export function update(
  params: readonly Tensor[],
  optimizer: FitOptimizer,
  maxNorm: number | undefined,
): void {
  if (maxNorm !== undefined) clipGradNorm(params, maxNorm);
  optimizer.step();
  optimizer.zeroGrad();
}

/** A function that runs as it is. */
export function uncompiled<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
): TrainStep<A, R> {
  return Object.assign((...args: A) => fn(...args), { verify: () => {} });
}

/** A compiled function; the first reason why calls run op by op is told, no other. */
export function compiled<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  onFallback: (reason: string) => void,
): Compiled<A, R> {
  let told = false;
  return compile(fn, {
    verify: true,
    onFallback(reason) {
      if (!told) onFallback(reason);
      told = true;
    },
  });
}
