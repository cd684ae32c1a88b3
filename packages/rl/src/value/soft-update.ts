import type { Module } from '@kasane/nn';
import { forwardOnly } from '../learning.ts';

/** Makes the function that moves the target's parameters by the share τ towards the network's: θ' ← τ·θ + (1 - τ)·θ'. */
export function softUpdate(network: Module, target: Module, tau: number): () => void {
  const from = network.parameters();
  const to = target.parameters();
  return forwardOnly(() => {
    for (const [i, parameter] of to.entries()) {
      const value = tau === 1 ? from[i]! : parameter.mul(1 - tau).add(from[i]!.mul(tau));
      parameter.assign(value);
    }
  });
}

/** Makes the target the same as the network, and no part of any training. */
export function copyOf<M extends Module>(network: Module, target: M): M {
  target.loadStateDict(network.stateDict());
  target.freeze();
  return target;
}
