import { formatShape, type Tensor } from '@kasane/tensor-core';
import type { OptimizerGroup, OptimizerOptions } from './param-group.ts';

/** What an optimizer remembers of one parameter; null until the first update that needs it. */
export type ParameterState = Record<string, Tensor | number | null>;

/** The state of one parameter as saved: `step` and what `initState` names. */
export type SavedState = Readonly<Record<string, Tensor | number | null>>;

/** The options of a group as saved, with the numbers of its parameters. */
export interface SavedGroup {
  readonly params: readonly number[];
  readonly [option: string]: unknown;
}

/** What `stateDict` gives and `loadStateDict` takes: JSON but for the tensors. */
export interface OptimizerStateDict {
  readonly state: Readonly<Record<string, SavedState>>;
  readonly paramGroups: readonly SavedGroup[];
}

/** How saved groups differ from an optimizer's, in words. */
export function groupMismatches<O extends OptimizerOptions>(
  groups: readonly OptimizerGroup<O>[],
  saved: readonly SavedGroup[],
): string[] {
  if (groups.length !== saved.length) {
    return [`${saved.length} groups saved, ${groups.length} here`];
  }
  return groups.flatMap((group, g) => {
    const other = saved[g]!;
    const problems: string[] = [];
    if (other.params.length !== group.params.length) {
      problems.push(
        `group ${g}: ${other.params.length} parameters saved, ${group.params.length} here`,
      );
    }
    // Whether a scheduler has been built is not part of what must agree.
    const options = Object.entries(group).filter(([k]) => k !== 'params' && k !== 'initialLr');
    for (const [key, value] of options) {
      if (!(key in other)) problems.push(`group ${g}: ${key} is missing`);
      else if (kind(other[key]) !== kind(value)) {
        problems.push(`group ${g}: ${key} is a ${kind(other[key])}, not a ${kind(value)}`);
      }
    }
    for (const key of Object.keys(other)) {
      if (!(key in group) && key !== 'initialLr') problems.push(`group ${g}: ${key} is unexpected`);
    }
    return problems;
  });
}

/** How the saved state of a parameter differs from one that `initState` made, in words. */
export function stateMismatches(
  index: string,
  parameter: Tensor,
  expected: ParameterState,
  saved: SavedState,
): string[] {
  const problems: string[] = [];
  const wanted: ParameterState = { step: 0, ...expected };
  for (const [key, value] of Object.entries(wanted)) {
    const found = saved[key];
    if (found === undefined) problems.push(`state ${index}: ${key} is missing`);
    else if (value === null && found === null) continue;
    else if (typeof value === 'number' || found === null || typeof found === 'number') {
      if (typeof value !== typeof found || found === null) {
        problems.push(
          `state ${index}: ${key} is a ${kind(found)}, not a ${kind(value ?? parameter)}`,
        );
      }
    } else {
      // What comes later, null now, has the parameter's shape.
      const [got, want] = [found, value ?? parameter].map(
        (t) => `${t.dtype} ${formatShape(t.shape)}`,
      );
      if (got !== want) problems.push(`state ${index}: ${key} is ${got}, not ${want}`);
    }
  }
  for (const key of Object.keys(saved)) {
    if (!(key in wanted)) problems.push(`state ${index}: ${key} is unexpected`);
  }
  return problems;
}

function kind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `list of ${value.length}`;
  return typeof value === 'object' ? 'tensor' : typeof value;
}
