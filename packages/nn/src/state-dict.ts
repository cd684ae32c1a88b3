import { CheckpointError, formatShape, noGrad, scope, type Tensor } from '@kasane/tensor-core';

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
  const names = new Set(own.map(([name]) => name));
  const missing = [...names].filter((name) => !Object.hasOwn(state, name));
  const unexpected = Object.keys(state).filter((name) => !names.has(name));
  const found = own.filter(([name]) => Object.hasOwn(state, name));
  const misshaped = found
    .filter(([name, part]) => formatShape(part.shape) !== formatShape(state[name]!.shape))
    .map(
      ([name, part]) =>
        `${name} is ${formatShape(state[name]!.shape)} instead of ${formatShape(part.shape)}`,
    );
  const listed = (what: string, list: readonly string[]): string[] =>
    list.length > 0 ? [`${what} ${list.join(', ')}`] : [];
  const problems = [
    ...(strict ? [...listed('missing', missing), ...listed('unexpected', unexpected)] : []),
    ...listed('wrong shapes:', misshaped),
  ];
  if (problems.length > 0) {
    const way =
      misshaped.length > 0
        ? 'Build the model with the sizes it was saved with'
        : 'Pass { strict: false } to load the keys that match';
    throw new CheckpointError(
      `loadStateDict: the state does not fit ${owner}: ${problems.join('; ')}. Nothing was changed. ${way}.`,
    );
  }
  noGrad(() =>
    scope(() => {
      for (const [name, part] of found) {
        part.assign(state[name]!.detach().to(part.backend).cast(part.dtype));
      }
    }),
  );
  return { missing, unexpected };
}
