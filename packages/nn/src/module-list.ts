import { shown } from '@kasane/tensor-core';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/** The item, or TypeError if it is no part of a module. @internal */
export function requirePart<T extends Module | Parameter>(owner: Module, item: T): T {
  if (item instanceof Module || item instanceof Parameter) return item;
  throw new TypeError(`${owner.constructor.name}: needs modules, got ${shown(item)}.`);
}

/** What lists and `Sequential` share: parts in order, under names that the owner's `parameters()` finds. @internal */
export abstract class Parts<T extends Module | Parameter> extends Module {
  readonly #parts: [string, T][];

  constructor(parts: readonly T[] | Readonly<Record<string, T>>) {
    super();
    this.#parts = Object.entries(parts);
    for (const [, part] of this.#parts) requirePart(this, part);
  }

  override fields(): Iterable<readonly [string, unknown]> {
    return this.#parts;
  }

  /** The number of items. */
  get length(): number {
    return this.#parts.length;
  }

  /** The item at a position; negative positions count from the end. */
  at(index: number): T | undefined {
    return this.#parts.at(index)?.[1];
  }

  /** The items in order. */
  [Symbol.iterator](): IterableIterator<T> {
    // A generator would cost a small network a fifth of its pass.
    return this.#parts.map(([, part]) => part).values();
  }

  /** Adds an item at the end, named by its position. */
  protected push(item: T): void {
    this.#parts.push([`${this.length}`, requirePart(this, item)]);
  }
}

/** What both lists are: items named `0`, `1`, …. */
abstract class List<T extends Module | Parameter> extends Parts<T> {
  constructor(items: Iterable<T> = []) {
    // What has no items is refused as one.
    super(Symbol.iterator in Object(items) ? Array.from(items) : [items as unknown as T]);
  }

  /** Adds an item at the end. */
  append(item: T): this {
    this.push(item);
    return this;
  }

  forward(): never {
    throw new TypeError(`${this.constructor.name}: has no forward. Loop over its items.`);
  }
}

/**
 * A list of modules that its owner's `parameters()` finds; named `0`, `1`, .... Loop over it in the
 * owner's `forward`; its own throws TypeError.
 *
 * Same as `torch.nn.ModuleList`, with `at` for indexing.
 *
 * @example
 * import { Linear, Module, ModuleList } from '@kasane/nn';
 * import { zeros, type Tensor } from '@kasane/tensor-core';
 * class Tower extends Module {
 *   readonly floors = new ModuleList([new Linear(4, 4), new Linear(4, 4)]);
 *   forward(x: Tensor): Tensor {
 *     let y = x;
 *     for (const floor of this.floors) y = floor.forward(y).add(y);
 *     return y;
 *   }
 * }
 * new Tower().parameters().length; // => 4
 * new Tower().forward(zeros([1, 4])).shape; // => [1,4]
 */
export class ModuleList<T extends Module = Module> extends List<T> {}

/**
 * A list of parameters that its owner's `parameters()` finds; named `0`, `1`, .... Its `forward` throws TypeError.
 *
 * Same as `torch.nn.ParameterList`, with `at` for indexing.
 *
 * @example
 * import { newParameter, ParameterList } from '@kasane/nn';
 * const scales = new ParameterList([newParameter([2], 1), newParameter([3], 1)]);
 * scales.at(1)!.shape; // => [3]
 * Object.keys(scales.stateDict()); // => ["0","1"]
 */
export class ParameterList extends List<Parameter> {}
