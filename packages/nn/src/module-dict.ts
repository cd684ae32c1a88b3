import { Module } from './module.ts';
import { requirePart } from './module-list.ts';
import type { Parameter } from './parameter.ts';

/** What both dicts are: items by name, in the order in which they were added. */
abstract class Dict<T extends Module | Parameter> extends Module {
  readonly #items: Map<string, T>;

  constructor(items: Readonly<Record<string, T>> = {}) {
    super();
    this.#items = new Map(Object.entries(Object(items) === items ? items : [items]));
    for (const item of this.values()) requirePart(this, item);
  }

  override fields(): Iterable<readonly [string, unknown]> {
    return this.#items;
  }

  /** The number of items. */
  get size(): number {
    return this.#items.size;
  }

  /** The item of this name. */
  get(name: string): T | undefined {
    return this.#items.get(name);
  }

  /** Adds an item, or replaces the one of this name. */
  set(name: string, item: T): this {
    this.#items.set(name, requirePart(this, item));
    return this;
  }

  /** Whether there is an item of this name. */
  has(name: string): boolean {
    return this.#items.has(name);
  }

  /** Takes an item out; false if there was none. */
  delete(name: string): boolean {
    return this.#items.delete(name);
  }

  /** The names. */
  keys(): IterableIterator<string> {
    return this.#items.keys();
  }

  /** The items. */
  values(): IterableIterator<T> {
    return this.#items.values();
  }

  /** The names and items, which a loop over the dict gives too. */
  [Symbol.iterator](): IterableIterator<[string, T]> {
    return this.#items.entries();
  }

  forward(): never {
    throw new TypeError(`${this.constructor.name}: has no forward. Call those of its items.`);
  }
}

/**
 * Modules by name that its owner's `parameters()` finds, with the methods of a `Map`. Call its items in the owner's
 * `forward`; its own throws TypeError.
 *
 * In place of `torch.nn.ModuleDict`, whose names it keeps in the state dict.
 *
 * @example
 * import { Linear, ModuleDict } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * const heads = new ModuleDict({ digit: new Linear(4, 10), parity: new Linear(4, 2) });
 * heads.get('parity')!.forward(zeros([1, 4])).shape; // => [1,2]
 * Object.keys(heads.stateDict()); // => ["digit.weight","digit.bias","parity.weight","parity.bias"]
 */
export class ModuleDict<T extends Module = Module> extends Dict<T> {}

/**
 * Parameters by name that its owner's `parameters()` finds, with the methods of a `Map`. Its `forward` throws
 * TypeError.
 *
 * In place of `torch.nn.ParameterDict`, whose names it keeps in the state dict.
 *
 * @example
 * import { newParameter, ParameterDict } from '@kasane/nn';
 * const scales = new ParameterDict({ left: newParameter([2], 1) }).set('right', newParameter([3], 1));
 * scales.get('right')!.shape; // => [3]
 * Object.keys(scales.stateDict()); // => ["left","right"]
 */
export class ParameterDict extends Dict<Parameter> {}
