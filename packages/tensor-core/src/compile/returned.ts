/** What functions return, as data. */
import { Tensor } from '../tensor.ts';
import type { Operand, Returned } from './trace.ts';

/** The form of a result; `describe` says where a tensor comes from, once for each. */
export function formOf(
  value: unknown,
  describe: (tensor: Tensor) => Returned,
  fail: (reason: string) => void,
): Returned {
  const known = new Map<Tensor, Returned>();
  const form = (part: unknown): Returned => {
    if (part instanceof Tensor) {
      const found = known.get(part) ?? describe(part);
      known.set(part, found);
      return found;
    }
    if (Array.isArray(part)) return { kind: 'array', items: part.map(form) };
    if (typeof part !== 'object' || part === null) return { kind: 'static', value: part };
    if (Object.getPrototypeOf(part) !== Object.prototype) {
      fail(
        `it returns a ${part.constructor.name}. Return tensors, or arrays and plain objects of them`,
      );
    }
    const entries = Object.entries(part);
    return { kind: 'object', entries: entries.map(([key, item]) => [key, form(item)] as const) };
  };
  return form(value);
}

/** The tensors of a result that are made anew in every call, each once. */
export function madeIn(part: Returned): ReadonlySet<Operand> {
  const made = new Set<Operand>();
  const collect = (one: Returned): void => {
    if (one.kind === 'made') made.add(one.operand);
    else if (one.kind === 'array') one.items.forEach(collect);
    else if (one.kind === 'object') one.entries.forEach(([, item]) => collect(item));
  };
  collect(part);
  return made;
}
