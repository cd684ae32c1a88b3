import { backward } from '@kasane/autograd';
import type { Module } from '@kasane/nn';
import { noGrad, scope, type Tensor } from '@kasane/tensor-core';
import { detached } from './batches.ts';
import { at, compiles, homeOf, type Home } from './home.ts';
import {
  compiled,
  trainStep,
  uncompiled,
  update,
  type FitOptimizer,
  type TrainStep,
} from './train-step.ts';

/** A module with one input, which may be an array or object of tensors. */
export type Model<I = Tensor, O = Tensor> = Module & {
  /** Computes the output. */
  forward(input: I): O;
};

/**
 * A scalar that says how far output and target are apart: the mean over the samples of a batch. A function,
 * or a module such as `new CrossEntropyLoss()`.
 */
export type Loss<O = Tensor, T = Tensor> =
  | ((output: O, target: T) => Tensor)
  | {
      /** Computes it. */
      forward(output: O, target: T): Tensor;
    };

function lossOf<O, T>(loss: Loss<O, T>, output: O, target: T): Tensor {
  return typeof loss === 'function' ? loss(output, target) : loss.forward(output, target);
}

/** The loss of a batch, and the output if it was asked for. */
export type Result<O> = readonly [loss: Tensor, output?: O];

/** How functions of batches run. */
export interface Running {
  /** The outputs are wanted as well. */
  readonly outputs: boolean;
  /** Is shown what the model makes of a batch, before there are gradients. */
  readonly look?: (input: unknown, output: unknown) => void;
  /** Null runs op by op; else told why that must be. */
  readonly onFallback: ((reason: string) => void) | null;
}

/** Loss and output without gradients. */
export function evaluationStep<I, T, O>(
  model: Model<I, O>,
  loss: Loss<O, T>,
  running: Running,
): TrainStep<[input: I, target: T], Result<O>> {
  return prepared(
    (input: I, target: T) =>
      noGrad(() => {
        const output = model.forward(input);
        return result(lossOf(loss, output, target), output, running);
      }),
    running,
    () => homeOf(model),
  );
}

/** What a step of training does. */
export interface TrainingStep<I, T, O> {
  /** One batch, and an update of the parameters. */
  readonly whole: TrainStep<[input: I, target: T], Result<O>>;
  /** One batch; its gradient, times its samples, is added to those of others. */
  readonly gather: TrainStep<[input: I, target: T, samples: number], Result<O>>;
  /** The update for all gathered samples. */
  readonly update: TrainStep<[samples: number], void>;
}

/** Forward, loss, backward, clip, step, zeroGrad. */
export function trainingStep<I, T, O>(
  model: Model<I, O>,
  loss: Loss<O, T>,
  optimizer: FitOptimizer,
  maxNorm: number | undefined,
  running: Running,
): TrainingStep<I, T, O> {
  const { outputs, onFallback, look } = running;
  const params = optimizer.paramGroups.flatMap((group) => group.params);
  const home = (): Home => homeOf(model);
  const whole = (input: I, target: T): Result<O> => {
    const output = model.forward(input);
    look?.(input, output);
    const value = lossOf(loss, output, target);
    return outputs ? [value, output] : [value];
  };
  const options = {
    ...(maxNorm === undefined ? {} : { clipGradNorm: maxNorm }),
    ...(onFallback === null ? { compile: false } : { onFallback }),
  };
  return {
    whole: trainStep(whole, optimizer, options),
    gather: prepared(
      (input: I, target: T, samples: number) => {
        const output = model.forward(input);
        look?.(input, output);
        const value = lossOf(loss, output, target);
        backward(value.mul(samples), { inputs: params });
        return result(value, output, running);
      },
      running,
      home,
    ),
    update: prepared(
      (samples: number) => {
        noGrad(() => {
          for (const p of params) {
            const grad = p.peekGrad();
            if (grad !== null) p.putGrad(grad.mul(1 / samples));
          }
        });
        update(params, optimizer, maxNorm);
      },
      running,
      home,
    ),
  };
}

function result<O>(loss: Tensor, output: O, { outputs }: Running): Result<O> {
  return outputs ? [loss.detach(), detached(output)] : [loss.detach()];
}

function prepared<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  { onFallback }: Running,
  home: () => Home,
): TrainStep<A, R> {
  const scoped = (...args: A): R => scope(() => at(home(), () => fn(...args)));
  if (onFallback === null || !compiles(home())) return uncompiled(scoped);
  return compiled(scoped, onFallback);
}
