import { Module } from './module.ts';
import type { Parameter } from './parameter.ts';

/** What both lists are: items named `0`, `1`, … that the owner's `parameters()` finds. */
abstract class List<T extends Module | Parameter> extends Module {
  readonly #items: T[];

  constructor(items: Iterable<T> = []) {
    super();
    this.#items = [...items];
  }

  override fields(): Iterable<readonly [string, unknown]> {
    return this.#items.map((item, i) => [String(i), item] as const);
  }

  /** The number of items. */
  get length(): number {
    return this.#items.length;
  }

  /** The item at a position; negative positions count from the end. */
  at(index: number): T | undefined {
    return this.#items.at(index);
  }

  /** Adds an item at the end. */
  append(item: T): this {
    this.#items.push(item);
    return this;
  }

  /** The items in order. */
  [Symbol.iterator](): IterableIterator<T> {
    return this.#items[Symbol.iterator]();
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
 * A list of parameters that its owner's `parameters()` finds; named `0`, `1`, ....
 *
 * Same as `torch.nn.ParameterList`, with `at` for indexing.
 *
 * @example
 * import { Parameter, ParameterList } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * const scales = new ParameterList([new Parameter(ones([2])), new Parameter(ones([3]))]);
 * scales.at(1)!.shape; // => [3]
 * Object.keys(scales.stateDict()); // => ["0","1"]
 */
export class ParameterList extends List<Parameter> {}
