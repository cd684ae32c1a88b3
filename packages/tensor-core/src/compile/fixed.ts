/**
 * Arguments that have been the same tensor in all calls. Of such a tensor nobody can tell whether the
 * function got it as an argument, or captured it as well, so another in its place has to be watched first.
 */
import type { Tensor } from '../tensor.ts';
import type { Trace } from './trace.ts';

/** The tensor that an argument has to be; null if any will do. */
export type FixedArgument = WeakRef<Tensor> | null;

/** What two calls that did the same say of their arguments. */
export function commonArguments(a: Trace, b: Trace): readonly FixedArgument[] {
  return fixedBy(a.given, b);
}

/** What is left of fixed arguments after a call that did the same. */
export function fixedBy(
  fixed: readonly FixedArgument[],
  { given }: Trace,
): readonly FixedArgument[] {
  return given.map((tensor, i) => (tensor.deref() === fixed[i]?.deref() ? tensor : null));
}
