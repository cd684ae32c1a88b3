import type { Prepared } from '../workload.ts';

const COMPARED = 20; // steps whose losses the sides must agree on

/** A training loop: `step` updates the weights once and returns the loss it read before. */
export function training(step: (index: number) => number): Prepared {
  let count = 0;
  return {
    probe: () => Array.from({ length: COMPARED }, () => step(count++)),
    run(steps) {
      for (let i = 0; i < steps; i++) {
        const loss = step(count++);
        if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss} at step ${count}`);
      }
    },
  };
}
