import {
  CheckpointError,
  DTypeError,
  formatShape,
  noGrad,
  scope,
  Tensor,
} from '@kasane/tensor-core';

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
  for (const [name, part] of found) {
    const { name: from, synchronous } = given[name]!.backend;
    if (synchronous || part.backend === given[name]!.backend) continue;
    throw new DTypeError(
      `loadStateDict: ${name} is on ${from}. Use await model.loadStateDictAsync(state).`,
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

/** The same with values from any backend; what is no tensor is left for `loadState` to refuse. @internal */
export async function loadStateAsync(
  owner: string,
  own: readonly (readonly [string, Tensor])[],
  state: StateDict,
  options: LoadOptions,
): Promise<LoadReport> {
  const homes = new Map(own.map(([name, { backend }]) => [name, backend]));
  const made: Tensor[] = [];
  const entries = Object.entries(Object(state) as StateDict).map(async ([name, value]) => {
    const home = homes.get(name);
    if (home === undefined || !(value instanceof Tensor) || value.backend === home)
      return [name, value] as const;
    const held = value.detach(); // for training goes on
    const moved = await held.toAsync(home);
    made.push(held, moved);
    return [name, moved] as const;
  });
  const arrived = Object.fromEntries(await Promise.all(entries));
  try {
    return loadState(owner, own, arrived, options);
  } finally {
    for (const one of made) one.dispose();
  }
}

function shapeOf(value: unknown): string {
  return value instanceof Tensor ? formatShape(value.shape) : `of type ${typeof value}`;
}
