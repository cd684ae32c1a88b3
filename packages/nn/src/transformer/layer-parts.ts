import { requireFunction, requireWhole, shown, type Tensor } from '@kasane/tensor-core';
import { Dropout } from '../dropout.ts';
import { initOptions } from '../init/basic.ts';
import { LayerNorm } from '../layer-norm.ts';
import { layerNames, layerOptions, type LayerOptions } from '../layer-options.ts';
import { Linear } from '../linear.ts';
import { ModuleList } from '../module-list.ts';
import { Module } from '../module.ts';
import { MultiheadAttention } from './multihead-attention.ts';

/** Options of `TransformerEncoderLayer` and `TransformerDecoderLayer`. */
export interface TransformerLayerOptions extends LayerOptions {
  /** The size between the two linear maps. Default 2048. */
  readonly dimFeedforward?: number;
  /** The probability of a zero behind each part, and of dropping a weight of an attention. Default 0.1. */
  readonly dropout?: number;
  /** Between the two linear maps. Default `'relu'`. */
  readonly activation?: 'relu' | 'gelu' | ((x: Tensor) => Tensor);
  /** Added to the variance in `LayerNorm`. Default 1e-5. */
  readonly layerNormEps?: number;
  /** The batch is the first dimension. Default false. */
  readonly batchFirst?: boolean;
  /** Normalise what goes into each part, not the sum behind it. Default false. */
  readonly normFirst?: boolean;
}

/** The names of TransformerLayerOptions. */
export const transformerLayerNames: readonly (keyof TransformerLayerOptions)[] = [
  'dimFeedforward',
  'dropout',
  'activation',
  'layerNormEps',
  'batchFirst',
  'normFirst',
  ...layerNames,
];

/** Makes the parts of a layer of width `dModel`, all from the same options. */
export class LayerParts {
  readonly #dModel: number;
  readonly #options: TransformerLayerOptions;

  constructor(owner: string, dModel: number, options: TransformerLayerOptions) {
    requireWhole(owner, 'dModel', dModel, 1);
    requireWhole(owner, 'dimFeedforward', options.dimFeedforward ?? 1, 1);
    this.#dModel = dModel;
    this.#options = options;
  }

  attention(nhead: number): MultiheadAttention {
    const { dropout = 0.1, batchFirst = false } = this.#options;
    const how = layerOptions(this.#options);
    return new MultiheadAttention(this.#dModel, nhead, { ...how, dropout, batchFirst });
  }

  /** Into the wider layer and out of it. */
  feedforward(): readonly [Linear, Linear] {
    const { dimFeedforward = 2048 } = this.#options;
    const how = layerOptions(this.#options);
    const first = new Linear(this.#dModel, dimFeedforward, how);
    return [first, new Linear(dimFeedforward, this.#dModel, how)];
  }

  norm(): LayerNorm {
    const { layerNormEps = 1e-5 } = this.#options;
    return new LayerNorm(this.#dModel, { ...layerOptions(this.#options), eps: layerNormEps });
  }

  dropout(): Dropout {
    return new Dropout(this.#options.dropout ?? 0.1, initOptions(this.#options));
  }

  activation(): (x: Tensor) => Tensor {
    const { activation = 'relu' } = this.#options;
    if (typeof activation === 'function') return activation;
    return activation === 'gelu' ? (x) => x.gelu() : (x) => x.relu();
  }
}

/** The layers of a stack, each made anew. Throws TypeError where one is no module. */
export function layersOf<L extends Module>(
  owner: string,
  makeLayer: (index: number) => L,
  numLayers: number,
): ModuleList<L> {
  requireFunction(owner, makeLayer);
  requireWhole(owner, 'numLayers', numLayers);
  return new ModuleList(
    Array.from({ length: numLayers }, (_, i) => {
      const layer = makeLayer(i);
      if (layer instanceof Module) return layer;
      throw new TypeError(`${owner}: makeLayer must give a layer, got ${shown(layer)}.`);
    }),
  );
}
