import { CheckpointError, formatShape, noGrad, scope, Tensor } from '@kasane/tensor-core';

/** The values of a model by name. */
export type StateDict = Readonly<Record<string, Tensor>>;

/** Options of `Module.loadStateDict`. */
export interface LoadOptions {
  /** Throw for keys that are missing or unexpected. Default true. */
  readonly strict?: boolean;
}

/** What did not match, where `strict` was false. */
export interface LoadReport {
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
}

/** Assigns `state` to the tensors of `own`, or throws and changes nothing. @internal */
export function loadState(
  owner: string,
  own: readonly (readonly [string, Tensor])[],
  state: StateDict,
  { strict = true }: LoadOptions,
): LoadReport {
  // A file may say null, of which no name can be asked.
  const given: StateDict = Object(state);
  const names = new Set(own.map(([name]) => name));
  const missing = [...names].filter((name) => !Object.hasOwn(given, name));
  const unexpected = Object.keys(given).filter((name) => !names.has(name));
  const found = own.filter(([name]) => Object.hasOwn(given, name));
  const misshaped = found
    .map(([name, part]) => [name, shapeOf(given[name]), shapeOf(part)])
    .filter(([, got, want]) => got !== want)
    .map(([name, got, want]) => `${name} is ${got} instead of ${want}`);
  const strictly = strict ? ({ missing, unexpected } as const) : {};
  const problems = Object.entries({ ...strictly, 'wrong shapes:': misshaped })
    .filter(([, list]) => list.length > 0)
    .map(([what, list]) => `${what} ${list.join(', ')}`);
  if (problems.length > 0) {
    const way = misshaped.length > 0 ? 'Build it as it was saved' : 'Pass { strict: false }';
    throw new CheckpointError(
      `loadStateDict: the state does not fit ${owner}: ${problems.join('; ')}. ${way}.`,
    );
  }
  noGrad(() =>
    scope(() => {
      // All of them before the first is written: one that was freed throws.
      const values = found.map(([name, part]) =>
        given[name]!.detach().to(part.backend).cast(part.dtype),
      );
      found.forEach(([, part], i) => part.assign(values[i]!));
    }),
  );
  return { missing, unexpected };
}

function shapeOf(value: unknown): string {
  return value instanceof Tensor ? formatShape(value.shape) : `of type ${typeof value}`;
}
