import type { Tensor } from '@kasane/tensor-core';
import { Module, plain } from '../module.ts';
import { Buffer } from '../parameter.ts';
import type { LossOptions, Reduction } from './reduction.ts';

/** What losses share as modules: the options of their function, for every call. @internal */
export abstract class Loss<
  Options extends { readonly reduction?: Reduction | 'batchmean' } = LossOptions,
> extends Module {
  protected readonly options: Options;

  constructor(options: Options = {} as Options) {
    // {} is one of them: no loss has an option that must be given.
    super();
    this.options = options;
  }

  override extraRepr(): string {
    return plain(this.options);
  }
}

/** What losses with a weight share as modules. @internal */
export abstract class WeightedLoss<
  Options extends LossOptions & { readonly weight?: Tensor },
> extends Loss<Options> {
  /** A factor per class, or per element where the loss has no classes, or null. */
  readonly weight: Buffer | null;

  constructor(options: Options = {} as Options) {
    // {} is one of them: no loss has an option that must be given.
    const weight = buffered(options.weight);
    super(weight === null ? options : { ...options, weight });
    this.weight = weight;
  }
}

/** A tensor among the options, as part of the state. @internal */
export function buffered(tensor: Tensor | undefined): Buffer | null {
  return tensor === undefined ? null : new Buffer(tensor);
}
