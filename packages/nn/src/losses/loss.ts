import { guardedOptions, optionsOf, Tensor } from '@kasane/tensor-core';
import { Module } from '../module.ts';
import { Buffer } from '../parameter.ts';
import type { LossOptions, Reduction } from './reduction.ts';

/** What losses share as modules: the options of their function are fields, which may change. @internal */
export abstract class Loss<
  Options extends { readonly reduction?: Reduction | 'batchmean' } = LossOptions,
> extends Module {
  readonly #names: readonly string[];

  /** What is done with the losses of the elements. */
  declare reduction: NonNullable<Options['reduction']>;

  constructor(options: Options, defaults: Options) {
    super();
    const all = { reduction: 'mean', ...defaults };
    this.#names = Object.keys(all);
    const given = options as Readonly<Record<string, unknown>>; // the names of its fields are strings
    Object.assign(this, all, optionsOf(this.constructor.name, given, this.#names));
    for (const [name, value] of Object.entries(this)) {
      // A weight is part of the state.
      if (value instanceof Tensor) Object.assign(this, { [name]: new Buffer(value) });
    }
  }

  /** The options as they are now; a compiled function follows their changes. */
  protected options(): Partial<Options> {
    // The constructor has put them all into fields; a class that extends this one may have others.
    const fields = guardedOptions(this);
    const now: Partial<Options> = {};
    for (const name of this.#names) Reflect.set(now, name, Reflect.get(fields, name));
    return now;
  }
}
