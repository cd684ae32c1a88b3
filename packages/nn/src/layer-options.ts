import type { Backend, DType, Generator } from '@kasane/tensor-core';

/** Options of every layer that makes parameters. */
export interface LayerOptions {
  /** The dtype of the parameters. Default float32. */
  readonly dtype?: DType;
  /** Where the parameters live. Default: `defaultBackend()`. */
  readonly backend?: Backend;
  /** Where the first values are drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}
