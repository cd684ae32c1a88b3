import { formatShape, Tensor, type Backend } from '@kasane/tensor-core';
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

/** A state whose tensors are on the backends of their parameters, by number, and those made for it. */
export async function movedState(
  saved: OptimizerStateDict['state'],
  homes: ReadonlyMap<string, Backend>,
): Promise<{ readonly state: OptimizerStateDict['state']; readonly made: readonly Tensor[] }> {
  const made: Tensor[] = [];
  const move = async (value: unknown, home: Backend): Promise<unknown> => {
    if (!(value instanceof Tensor) || value.backend === home) return value;
    const held = value.detach(); // for training goes on
    const moved = await held.toAsync(home);
    made.push(held, moved);
    return moved;
  };
  const rows = Object.entries(Object(saved) as Readonly<Record<string, SavedState>>).map(
    async ([number, own]) => {
      const home = homes.get(number);
      if (home === undefined || Object(own) !== own) return [number, own];
      const entries = Object.entries(own).map(async ([key, v]) => [key, await move(v, home)]);
      return [number, Object.fromEntries(await Promise.all(entries))];
    },
  );
  return { state: Object.fromEntries(await Promise.all(rows)), made };
}

/** How saved groups differ from an optimizer's, in words; a file may say anything. */
export function groupMismatches<O extends OptimizerOptions>(
  groups: readonly OptimizerGroup<O>[],
  { state, paramGroups: saved }: OptimizerStateDict,
): string[] {
  if (groups.length !== saved?.length)
    return [`${saved?.length} groups saved, ${groups.length} here`];
  if (Object(state) !== state) return [`state is ${kind(state)}`];
  return groups.flatMap((group, g) => {
    // Parameters are saved as numbers. Whether a scheduler has been built is not part of what must agree.
    const numbers = { params: group.params.map(() => 0), initialLr: 0 };
    return mismatches(`group ${g}`, { ...group, ...numbers }, { initialLr: 0, ...saved[g] });
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
    value ?? (saved?.[key] === null ? null : parameter),
  ]);
  return mismatches(`state ${index}`, { step: 0, ...Object.fromEntries(wanted) }, saved);
}

/** Only own fields count: everything has a `constructor`. */
function mismatches(where: string, wanted: object, saved: object): string[] {
  const problems: string[] = [];
  const both: readonly Record<string, unknown>[] = [{ ...wanted }, { ...saved }];
  for (const key in { ...wanted, ...saved }) {
    const [want, got] = both.map((from) => (Object.hasOwn(from, key) ? kind(from[key]) : ''));
    if (got === want) continue;
    const problem = got === '' ? 'missing' : want === '' ? 'unexpected' : `${got}, not ${want}`;
    problems.push(`${where}: ${key} is ${problem}`);
  }
  return problems;
}

function kind(value: unknown): string {
  if (value === null || Number.isNaN(value)) return String(value);
  if (value instanceof Tensor) return `${value.dtype} ${formatShape(value.shape)}`;
  if (!Array.isArray(value)) return `of type ${typeof value}`;
  return `a list of ${value.length}${value.every(Number.isFinite) ? '' : ' not numbers'}`;
}
