import type { StateDict } from '@kasane/nn';
import {
  DataError,
  formatShape,
  isFloatingPoint,
  isTensor,
  noGrad,
  sameShape,
  scope,
  type Tensor,
} from '@kasane/tensor-core';
import { requirePart } from './given.ts';

/**
 * The average of the weights that a model had at several times, such as at the ends of the last epochs: it often translates better than the last.
 *
 * $$ \bar\theta = \frac1k \sum_{i=1}^k \theta_i $$
 *
 * Numbers that are whole, such as counts of batches, are those of the last state. For an average that is kept while training goes on see
 * `AveragedModel` of `@kasane/nn/averaging`.
 *
 * @throws {@link DataError} if there are no states, or they are not of one model.
 *
 * @example
 * import { averageCheckpoints } from '@kasane/seq2seq';
 * import { tensor } from '@kasane/tensor-core';
 * const average = averageCheckpoints([{ weight: tensor([1, 2]) }, { weight: tensor([3, 6]) }]);
 * average['weight']!.toArray(); // => [2,4]
 *
 * @category Training
 */
export function averageCheckpoints(states: readonly StateDict[]): StateDict {
  const isState = (one: unknown): boolean =>
    one !== null && Object.values(Object(one) as object).every(isTensor);
  requirePart(
    'averageCheckpoints',
    'an array of state dicts',
    states,
    (all) => Array.isArray(all) && all.every(isState),
  );
  const last = states.at(-1);
  if (last === undefined) throw new DataError('averageCheckpoints: needs at least one state.');
  const names = Object.keys(last);
  states.forEach((state, i) => {
    const odd = names.find((name) => !sameShape(state[name]?.shape ?? [-1], last[name]!.shape));
    if (odd === undefined && Object.keys(state).length === names.length) return;
    const what =
      odd === undefined ? 'others, too' : `no ${odd} of shape ${formatShape(last[odd]!.shape)}`;
    throw new DataError(
      `averageCheckpoints: the states must be of one model, but state ${i} has ${what}.`,
    );
  });
  const mean = (name: string): Tensor => {
    const parts = states.map((state) => state[name]!.detach());
    if (!isFloatingPoint(parts.at(-1)!.dtype)) return parts.at(-1)!.clone();
    return scope(() => parts.reduce((sum, part) => sum.add(part)).div(states.length));
  };
  return noGrad(() => Object.fromEntries(names.map((name) => [name, mean(name)])));
}
