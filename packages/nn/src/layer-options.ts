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

/**
 * Of the options of a model, those that each of its layers takes.
 * @internal
 */
export function layerOptions({ dtype, backend, generator }: LayerOptions): LayerOptions {
  return { ...(dtype && { dtype }), ...(backend && { backend }), ...(generator && { generator }) };
}

/**
 * The names of LayerOptions.
 * @internal
 */
export const layerNames = ['dtype', 'backend', 'generator'] as const;
