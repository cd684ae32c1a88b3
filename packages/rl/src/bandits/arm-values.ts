import { requireWhole } from '@kasane/tensor-core';
import { requireFinite, requireWithin } from '../planning/given.ts';
import { requireArm } from './bandit.ts';

/**
 * What the arms are thought to pay: Q(arm) ← Q(arm) + α (reward - Q(arm)), with α = 1 / n for the mean of all n rewards of the arm, or a constant
 * α, which forgets old ones as a drifting bandit wants it.
 */
export class ArmValues {
  /** Q, (arms). */
  readonly values: Float64Array;
  /** How often each arm was pulled, (arms). */
  readonly counts: Float64Array;
  readonly #owner: string;
  readonly #stepSize: number | undefined;

  constructor(owner: string, arms: number, initial: number = 0, stepSize?: number) {
    requireWhole(owner, 'arms', arms, 1);
    requireFinite(owner, 'initial', initial);
    if (stepSize !== undefined) requireWithin(owner, 'stepSize', stepSize, 0, 1);
    this.values = new Float64Array(arms).fill(initial);
    this.counts = new Float64Array(arms);
    this.#owner = owner;
    this.#stepSize = stepSize;
  }

  learn(arm: number, reward: number): void {
    requireArm(this.#owner, arm, this.values.length);
    requireFinite(this.#owner, 'the reward', reward);
    const n = ++this.counts[arm]!;
    this.values[arm]! += (this.#stepSize ?? 1 / n) * (reward - this.values[arm]!);
  }
}
