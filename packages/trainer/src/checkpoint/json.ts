/** Plain data as JSON that loses none of it: numbers that JSON has not, and tensors, which lie beside it. */
import { Tensor } from '@kasane/tensor-core';
import { isRecord } from './header.ts';

// JSON has no NaN and no infinities; metrics and losses of no sample do. A text that looks like one gets a mark more.
const NUMBERS = /^(text:)*number:(NaN|-?Infinity|-0)$/;
const TENSORS = /^(text:)*(number:(NaN|-?Infinity|-0)|tensor:.*)$/s;

/** Stands for a tensor. */
class Reference {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** The value as JSON; its tensors are added to those under names that begin with the path. */
export function toJson(value: unknown, tensors: Map<string, Tensor>, path: string): string {
  const count = tensors.size;
  const plain = withoutTensors(value, tensors, path);
  // Where there is none, a text is as it always was.
  const special = tensors.size > count ? TENSORS : NUMBERS;
  return JSON.stringify(plain, (_, part: unknown) => {
    if (part instanceof Reference) return `tensor:${part.name}`;
    if (typeof part === 'string') return special.test(part) ? `text:${part}` : part;
    if (typeof part !== 'number' || (Number.isFinite(part) && !Object.is(part, -0))) return part;
    return `number:${Object.is(part, -0) ? '-0' : part}`;
  });
}

function withoutTensors(value: unknown, tensors: Map<string, Tensor>, path: string): unknown {
  if (value instanceof Tensor) {
    let name = path;
    while (tensors.has(name)) name += '~'; // a.b of c, and b.c of a
    tensors.set(name, value);
    return new Reference(name);
  }
  const inner = (part: unknown, key: string | number): unknown =>
    withoutTensors(part, tensors, path === '' ? String(key) : `${path}.${key}`);
  if (Array.isArray(value)) return value.map(inner);
  // What says itself how it becomes JSON is asked.
  if (!isRecord(value) || 'toJSON' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inner(part, key)]));
}

/**
 * The value of a text, with the tensors that it says, each of which must be said once. Undefined for what is no JSON, or too deep to be gone
 * through, or says other tensors.
 */
export function fromJson(text: string | undefined, tensors: ReadonlyMap<string, Tensor>): unknown {
  const special = tensors.size > 0 ? TENSORS : NUMBERS;
  const left = new Map(tensors);
  try {
    const value: unknown = JSON.parse(text ?? '', (_, part: unknown) => {
      if (typeof part !== 'string' || !special.test(part)) return part;
      const [kind] = part.split(':', 1);
      const rest = part.slice(kind!.length + 1);
      if (kind !== 'tensor') return kind === 'number' ? Number(rest) : rest;
      const tensor = left.get(rest);
      if (!left.delete(rest)) throw new RangeError(rest);
      return tensor;
    });
    return left.size === 0 ? value : undefined;
  } catch {
    return undefined;
  }
}
