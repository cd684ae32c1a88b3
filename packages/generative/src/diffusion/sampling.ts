import { noGrad, requireFunction, scope, type Tensor } from '@kasane/tensor-core';
import { Turns } from '@kasane/tensor-core/turns';

/** How far the making of samples is. */
export interface SamplingProgress {
  /** From 1. */
  readonly step: number;
  readonly steps: number;
  /** What has become of the noise so far: to be read at once, for the next step frees it. */
  readonly values: Tensor;
}

/** Options of all that makes samples in steps. */
export interface SamplingOptions {
  /** Told after each step. */
  readonly onProgress?: (progress: SamplingProgress) => void;
  /** Stops between two steps; the promise then rejects with its reason. */
  readonly signal?: AbortSignal;
}

export const samplingNames = ['onProgress', 'signal'] as const;

/** Applies `next` to the noise `steps` times, without gradients, and frees what lies between. @internal */
export async function inSteps(
  owner: string,
  noise: Tensor,
  steps: number,
  { onProgress, signal }: SamplingOptions,
  next: (x: Tensor, i: number) => Tensor,
): Promise<Tensor> {
  if (onProgress !== undefined) requireFunction(owner, onProgress);
  const turns = new Turns(signal);
  let x = noise;
  try {
    for (let i = 0; i < steps; i++) {
      const before = x;
      x = noGrad(() => scope(() => next(before, i)));
      if (before !== noise) before.dispose();
      onProgress?.({ step: i + 1, steps, values: x });
      if (turns.due) await turns.give();
    }
  } catch (error) {
    if (x !== noise) x.dispose();
    throw error;
  }
  return x;
}
