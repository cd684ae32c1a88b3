/** What agents save, so that a training goes on: their networks, their optimizers, and how far they are. */
import type { StateDict } from '@kasane/nn';
import type { OptimizerStateDict } from '@kasane/optim';
import { CheckpointError, requireWhole, shown, Tensor } from '@kasane/tensor-core';
import { restoreCheckpoint } from '@kasane/trainer';

/** Whole numbers by name, which are saved and put back together. */
export class Counts<Name extends string> {
  readonly now: Record<Name, number>;

  constructor(start: Record<Name, number>) {
    this.now = start;
  }

  stateDict(): Readonly<Record<Name, number>> {
    return { ...this.now };
  }

  loadStateDict(saved: Readonly<Record<Name, number>>): void {
    const names = Object.keys(this.now) as Name[]; // it has no others
    for (const name of names) requireWhole('loadStateDict', name, Object(saved)[name]);
    for (const name of names) this.now[name] = saved[name];
  }
}

/** The parts of an agent: all of them have a state. */
type Parts<P> = { readonly [K in keyof P]: Tensor | { stateDict(): AgentState[string] } };

/** What the `stateDict` of an agent gives: the states of its networks, targets and optimizers by their names, and its `counts`. */
export type AgentState = Readonly<
  Record<string, Tensor | StateDict | OptimizerStateDict | Readonly<Record<string, number>>>
>;

/** The states of the parts, which later training does not change. */
export function statesOf<P extends Parts<P>>(parts: P): AgentState {
  const states = Object.entries<Parts<P>[keyof P]>(parts).map(([name, part]) => [
    name,
    part instanceof Tensor ? part.detach() : part.stateDict(),
  ]);
  return Object.fromEntries(states);
}

/** Puts states back, all or none. Throws CheckpointError that names what does not fit. */
export function loadStates<P extends Parts<P>>(owner: string, parts: P, states: AgentState): void {
  const given: unknown = states;
  if (typeof given === 'object' && given !== null) return restoreCheckpoint(parts, given);
  throw new CheckpointError(
    `${owner}.loadStateDict: needs what stateDict gave, got ${shown(given)}.`,
  );
}
