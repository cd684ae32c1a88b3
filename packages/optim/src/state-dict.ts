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
    // Whether a scheduler has been built is not part of what must agree.
    const { initialLr: _, ...wanted } = group;
    const { initialLr: _saved, ...found } = saved[g]!;
    return mismatches(`group ${g}`, wanted, found);
  });
}

/** How the saved state of a parameter differs from one that `initState` made, in words. */
export function stateMismatches(
  index: string,
  parameter: Tensor,
  expected: ParameterState,
  saved: SavedState,
): string[] {
  // What comes later, null now, has the parameter's shape.
  const wanted = Object.entries(expected).map(([key, value]) => [
    key,
    value ?? (saved[key] === null ? null : parameter),
  ]);
  return mismatches(`state ${index}`, { step: 0, ...Object.fromEntries(wanted) }, saved);
}

function mismatches(
  where: string,
  wanted: Readonly<Record<string, unknown>>,
  saved: Readonly<Record<string, unknown>>,
): string[] {
  const problems: string[] = [];
  for (const key in { ...wanted, ...saved }) {
    const [want, got] = [wanted, saved].map((from) => (key in from ? kind(from[key]) : ''));
    if (got === want) continue;
    const problem = got === '' ? 'missing' : want === '' ? 'unexpected' : `${got}, not ${want}`;
    problems.push(`${where}: ${key} is ${problem}`);
  }
  return problems;
}

function kind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value !== 'object') return `a ${typeof value}`;
  const { dtype, shape } = value as Tensor; // the only objects in a state
  return `${dtype} ${formatShape(shape)}`;
}
