/** Cases as data: calls of the library on tensors, which can be run anywhere and printed as a program. */
import type { DType, Shape } from '@kasane/tensor-core';

/** A tensor of a case. */
export interface Leaf {
  readonly kind: 'tensor';
  readonly dtype: DType;
  readonly shape: Shape;
  readonly values: readonly number[];
  /** Whether gradients flow to it; only where it has a floating dtype. */
  readonly grad: boolean;
}

/** A call of an exported function. */
export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Value[];
}

/** A call of a method. */
export interface Method {
  readonly kind: 'method';
  readonly on: Value;
  readonly name: string;
  readonly args: readonly Value[];
}

/** An instance of an exported class, made once before the program runs. */
export interface Made {
  readonly kind: 'made';
  readonly name: string;
  readonly args: readonly Value[];
  /** What is loaded into a module: its parameters and buffers. */
  readonly state: Readonly<Record<string, Leaf>>;
  readonly training: boolean;
}

/** Steps of an optimizer: parameters that are made once, and the gradients of every step. */
export interface Steps {
  readonly kind: 'steps';
  readonly name: string;
  readonly options: Readonly<Record<string, Value>>;
  readonly params: readonly Leaf[];
  readonly grads: readonly Leaf[];
}

export type Node = Leaf | Call | Method | Made | Steps;

/** What an argument can be. */
export type Value =
  | number
  | string
  | boolean
  | null
  | undefined
  | Node
  | readonly Value[]
  | { readonly [key: string]: Value };

/** A case: what is computed, and how many times it is differentiated (0 to 2). */
export interface Program {
  readonly root: Value;
  readonly order: number;
  /** True if other dtypes draw other numbers. */
  readonly random: boolean;
  /**
   * By how much errors exceed those of the results themselves. 0: every number errs by its own size. 1: what is
   * made of sums and products of others errs by the size of these, which is about that of the largest result.
   * Gradients always do; where they are divided by √eps, the factor is more.
   */
  readonly spread: { readonly value: number; readonly gradient: number };
}

export const call = (name: string, ...args: Value[]): Call => ({ kind: 'call', name, args });

export const method = (on: Value, name: string, ...args: Value[]): Method => ({
  kind: 'method',
  on,
  name,
  args,
});

export function isNode(value: Value): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** The parts of a value. */
export function partsOf(value: Value): readonly Value[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!isNode(value)) return Array.isArray(value) ? value : Object.values(value);
  switch (value.kind) {
    case 'tensor':
      return [];
    case 'call':
    case 'made':
      return value.args;
    case 'method':
      return [value.on, ...value.args];
    default:
      return value.grads;
  }
}

/** All nodes of one kind in a value, each once, those first that come first in the text. */
export function nodesOf<K extends Node['kind']>(
  root: Value,
  kind: K,
): readonly Extract<Node, { kind: K }>[] {
  const found = new Set<Node>();
  const visit = (value: Value): void => {
    for (const part of partsOf(value)) visit(part);
    if (isNode(value) && value.kind === kind) found.add(value);
  };
  visit(root);
  return [...found] as Extract<Node, { kind: K }>[]; // they have that kind
}

/** The value with other leaves, and other texts, in it. */
export function replaced<V extends Value>(
  value: V,
  leaf: (leaf: Leaf) => Leaf,
  text: (text: string) => string = (same) => same,
): V {
  // A node that stands in two places is one node afterwards, too.
  const seen = new Map<object, Value>();
  const visit = (v: Value): Value => {
    if (typeof v === 'string') return text(v);
    if (typeof v !== 'object' || v === null) return v;
    const before = seen.get(v);
    if (before !== undefined) return before;
    const after = isNode(v) && v.kind === 'tensor' ? leaf(v) : rebuilt(v);
    seen.set(v, after);
    return after;
  };
  const rebuilt = (v: object): Value => {
    if (Array.isArray(v)) return v.map((item: Value) => visit(item));
    // What is neither a tensor nor an array is a plain object of values, nodes included.
    const entries = Object.entries(v as Readonly<Record<string, Value>>);
    return Object.fromEntries(entries.map(([key, item]) => [key, visit(item)]));
  };
  return visit(value) as V; // rebuilt field by field
}

/** The program with plain numbers in the place of those that do not matter for its failing. */
export function simplified(
  program: Program,
  fails: (program: Program) => boolean,
  deadline: number,
): Program {
  let best = program;
  const count = nodesOf(program.root, 'tensor').length;
  for (let which = 0; which < count; which++) {
    const length = nodesOf(best.root, 'tensor')[which]!.values.length;
    // All of them, halves, quarters, and so on.
    for (let step = length; step >= 1; step = step === 1 ? 0 : Math.ceil(step / 2)) {
      for (let from = 0; from < length; from += step) {
        for (const plain of [0, 1]) {
          if (performance.now() > deadline) return best;
          const leaf = nodesOf(best.root, 'tensor')[which]!;
          const values = leaf.values.map((v, i) => (i >= from && i < from + step ? plain : v));
          if (values.every((v, i) => Object.is(v, leaf.values[i]))) continue;
          // Numbers that are plain already stay.
          if (leaf.values.slice(from, from + step).every((v) => v === 0 || v === 1)) continue;
          const root = replaced(best.root, (one) => (one === leaf ? { ...one, values } : one));
          if (fails({ ...best, root })) {
            best = { ...best, root };
            break;
          }
        }
      }
    }
  }
  return best;
}
