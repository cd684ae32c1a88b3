import type { Prepared } from '../workload.ts';

/** A training loop: `step` updates the weights once and returns the loss it read before. */
export function training(
  step: (index: number) => number,
  compared: number = 20, // steps whose losses the sides must agree on
): Prepared {
  let count = 0;
  return {
    probe: () => Array.from({ length: compared }, () => step(count++)),
    run(steps) {
      for (let i = 0; i < steps; i++) {
        const loss = step(count++);
        if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss} at step ${count}`);
      }
    },
  };
}
