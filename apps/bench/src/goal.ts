import type { Measurement, PeerResult } from './measure.ts';
import { NATIVE } from './peers/kasane.ts';
import type { Goal, Workload } from './workload.ts';

/** A goal in words. */
export function describeGoal(goal: Goal, unit: Workload['unit']): string {
  if ('atMost' in goal) return `at most ${goal.atMost} ${unit}`;
  const { atLeast, against, native } = goal;
  const fastest = against.length > 1 ? 'the faster of ' : '';
  return `${native === true ? 'native ' : ''}at least ${atLeast}× as fast as ${fastest}${against.join(' and ')}`;
}

/**
 * Whether a goal is met; null where that cannot be said, because a peer it names could not be compared
 * with.
 */
export function isMet(goal: Goal, unit: Workload['unit'], measured: Measurement): boolean | null {
  if ('atMost' in goal) return inUnit(measured.ours, unit) <= goal.atMost;
  return allMet(
    goal.against.map((name) => {
      const peer = measured.peers.find((one) => one.name === name);
      const ratio =
        (peer && (goal.native === true ? nativeRatio(peer, measured.peers) : peer.ratio)) ?? null;
      return ratio === null ? null : ratio >= goal.atLeast;
    }),
  );
}

/** Whether all goals are met: false as soon as one is not, null if one cannot be judged. */
export function allMet(goals: readonly (boolean | null)[]): boolean | null {
  if (goals.includes(false)) return false;
  return goals.includes(null) ? null : true;
}

/** Milliseconds in a row's unit. */
export function inUnit(ms: number, unit: Workload['unit']): number {
  return unit === 'µs' ? ms * 1000 : ms;
}

/** How many times as fast as a peer we are with a BLAS; null if either was not measured. */
export function nativeRatio(peer: PeerResult, peers: readonly PeerResult[]): number | null {
  const own = peers.find(({ name }) => name === NATIVE)?.value ?? null;
  return own === null || peer.value === null ? null : peer.value / own;
}
