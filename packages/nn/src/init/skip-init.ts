import { refusePromise, requireFunction } from '@kasane/tensor-core';

let skipping = false;

/**
 * Makes a module without drawing its weights, for one whose values are loaded next, or which is only counted.
 *
 * While `make` runs, layers and the functions of `init` leave tensors as they are: weights are zeros. As
 * `torch.nn.utils.skip_init`, which leaves them undefined.
 *
 * @throws {@link ScopeError} if `make` returns a promise.
 *
 * @example
 * import { Linear, skipInit } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const layer = skipInit(() => new Linear(2, 1, { bias: false }));
 * layer.weight.toArray(); // => [[0,0]]
 * layer.loadStateDict({ weight: tensor([[1, 2]]) });
 */
export function skipInit<T>(make: () => T): T {
  requireFunction('skipInit', make);
  const before = skipping;
  skipping = true;
  try {
    return refusePromise('skipInit', make());
  } finally {
    skipping = before;
  }
}

/** Whether `skipInit` runs. @internal */
export function isSkipping(): boolean {
  return skipping;
}
