import { arange, checkIndexDType, requireWhole, optionsOf, type Tensor } from '@kasane/tensor-core';
import { normal, type InitOptions } from './init/basic.ts';
import { layerNames, type LayerOptions } from './layer-options.ts';
import { Module } from './module.ts';
import { newParameter } from './new-parameter.ts';
import type { Parameter } from './parameter.ts';

/** Options of `Embedding`. */
export interface EmbeddingOptions extends LayerOptions {
  /** The index whose vector starts as zeros and never learns; negative counts from the end. */
  readonly paddingIdx?: number;
  /**
   * Let the gradient of the table hold only the rows that were looked up, so that a step of `SGD`,
   * `Adagrad` or `SparseAdam` costs nothing for the others. Default false.
   */
  readonly sparse?: boolean;
}

/**
 * A table of vectors, looked up by index.
 *
 * $$ y_i = W_{x_i} $$
 *
 * | tensor | shape                         |
 * | ------ | ----------------------------- |
 * | input  | (...), int32                  |
 * | output | (..., embeddingDim)           |
 * | weight | (numEmbeddings, embeddingDim) |
 *
 * The table starts from N(0, 1). Same as `torch.nn.Embedding`, except: no `max_norm`, no `scale_grad_by_freq`, and a sparse
 * gradient is an ordinary tensor as soon as it is read.
 *
 * @throws RangeError unless both sizes are whole numbers ≥ 1 and paddingIdx is an index.
 * @throws {@link DTypeError} unless the indices are int32.
 * @throws {@link ShapeError} for indices outside of the table.
 *
 * @example
 * import { Embedding } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const embedding = new Embedding(10, 3, { paddingIdx: 0 });
 * const words = embedding.forward(tensor([[4, 2, 0]], { dtype: 'int32' }));
 * words.shape; // => [1,3,3]
 * words.slice(1, 2).toArray(); // => [[[0,0,0]]]
 *
 * @category Layers
 */
export class Embedding extends Module {
  /** The number of vectors. */
  readonly numEmbeddings: number;
  /** The size of each. */
  readonly embeddingDim: number;
  /** The index that never learns, counted from the front, or null. */
  readonly paddingIdx: number | null;
  /** The gradient holds only rows that were looked up. */
  readonly sparse: boolean;
  /** (numEmbeddings, embeddingDim) */
  readonly weight: Parameter;

  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingOptions = {}) {
    super();
    requireWhole('Embedding', 'numEmbeddings', numEmbeddings, 1);
    requireWhole('Embedding', 'embeddingDim', embeddingDim, 1);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    const names = ['paddingIdx', 'sparse', ...layerNames] as const;
    const { paddingIdx: given = null, sparse = false } = optionsOf('Embedding', options, names);
    requireWhole('Embedding', 'paddingIdx', given ?? 0, -numEmbeddings, numEmbeddings - 1);
    const padding = given !== null && given < 0 ? given + numEmbeddings : given;
    this.paddingIdx = padding;
    this.sparse = sparse;
    const draw = (table: Tensor, how: InitOptions): Tensor => {
      normal(table, 0, 1, how);
      if (padding === null) return table;
      const rows = arange(numEmbeddings, { dtype: 'int32', backend: table.backend });
      return table.mul(rows.notEqual(padding).unsqueeze(1));
    };
    this.weight = newParameter([numEmbeddings, embeddingDim], draw, options);
  }

  forward(input: Tensor): Tensor {
    checkIndexDType('Embedding', input);
    const rows = this.weight
      .indexSelect(0, input.flatten(), { sparseGrad: this.sparse })
      .reshape([...input.shape, this.embeddingDim]);
    if (this.paddingIdx === null || !rows.requiresGrad) return rows;
    // The same values, but the gradient of padding goes nowhere.
    const learns = input.notEqual(this.paddingIdx).unsqueeze(-1);
    return learns.where(rows, rows.detach());
  }
}
