import type { Measurement } from './measure.ts';
import type { Goal, Workload } from './workload.ts';

/** A goal in words. */
export function describeGoal(goal: Goal, unit: Workload['unit']): string {
  if ('atMost' in goal) return `at most ${goal.atMost} ${unit}`;
  const { atLeast, against } = goal;
  const fastest = against.length > 1 ? 'the faster of ' : '';
  return `at least ${atLeast}× as fast as ${fastest}${against.join(' and ')}`;
}

/**
 * Whether a goal is met; null where that cannot be said, because a peer it names could not be compared
 * with.
 */
export function isMet(goal: Goal, unit: Workload['unit'], measured: Measurement): boolean | null {
  if ('atMost' in goal) return inUnit(measured.ours, unit) <= goal.atMost;
  return allMet(
    goal.against.map((name) => {
      const ratio = measured.peers.find((peer) => peer.name === name)?.ratio ?? null;
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
