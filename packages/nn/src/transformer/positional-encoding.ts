import {
  formatShape,
  optionsOf,
  requireTensor,
  requireWhole,
  scope,
  ShapeError,
  tensor,
  type Tensor,
} from '@kasane/tensor-core';
import { Dropout } from '../dropout.ts';
import { initOptions } from '../init/basic.ts';
import { layerNames, type LayerOptions } from '../layer-options.ts';
import { Module } from '../module.ts';
import { Buffer } from '../parameter.ts';

/** Options of `PositionalEncoding`. */
export interface PositionalEncodingOptions extends LayerOptions {
  /** The probability of a zero in the sum. Default 0.1. */
  readonly dropout?: number;
  /** The most positions there can be. Default 5000. */
  readonly maxLen?: number;
  /** The batch is the first dimension. Default false. */
  readonly batchFirst?: boolean;
}

/** Options of a call of `PositionalEncoding`. */
export interface PositionOptions {
  /** The position of the first token. Default 0. */
  readonly offset?: number;
}

/**
 * Adds to each token's vector the sines and cosines of its position.
 *
 * $$ p_{t, 2i} = \sin\left(t / 10000^{2i / E}\right), \quad p_{t, 2i + 1} = \cos\left(t / 10000^{2i / E}\right) $$
 *
 * | tensor | shape                                         |
 * | ------ | --------------------------------------------- |
 * | input  | (T, N, E); (N, T, E) with batchFirst; (T, E)  |
 * | output | as the input                                  |
 * | pe     | (maxLen, E), not part of the state            |
 *
 * With E = dModel, which may be odd: then there is one sine more. PyTorch has it in its tutorials.
 *
 * @throws {@link ShapeError} for another size or beyond maxLen.
 *
 * @example
 * import { PositionalEncoding } from '@kasane/nn/transformer';
 * import { zeros } from '@kasane/tensor-core';
 * const encoding = new PositionalEncoding(2, { dropout: 0 });
 * const p = encoding.forward(zeros([2, 2]));
 * p.mul(1000).round().toArray(); // => [[0,1000],[841,540]]
 *
 * @see Vaswani et al. (2017), Attention Is All You Need, 3.5.
 * @category Transformers
 */
export class PositionalEncoding extends Module {
  /** The size of a token's vector. */
  readonly dModel: number;
  /** The most positions there can be. */
  readonly maxLen: number;
  /** The batch is the first dimension. */
  readonly batchFirst: boolean;
  /** Behind the sum. */
  readonly dropout: Dropout;
  /** (maxLen, E) */
  readonly pe: Buffer;

  constructor(dModel: number, options: PositionalEncodingOptions = {}) {
    super();
    const names = ['dropout', 'maxLen', 'batchFirst', ...layerNames] as const;
    const given = optionsOf('PositionalEncoding', options, names);
    const { dropout = 0.1, maxLen = 5000, batchFirst = false, dtype, backend } = given;
    requireWhole('PositionalEncoding', 'dModel', dModel, 1);
    requireWhole('PositionalEncoding', 'maxLen', maxLen, 1);
    this.dModel = dModel;
    this.maxLen = maxLen;
    this.batchFirst = batchFirst;
    this.dropout = new Dropout(dropout, initOptions(given));
    const values = new Float64Array(maxLen * dModel);
    for (let i = 0; i < dModel; i++) {
      const frequency = 10000 ** -((i - (i % 2)) / dModel);
      const wave = i % 2 === 0 ? Math.sin : Math.cos;
      for (let t = 0; t < maxLen; t++) values[t * dModel + i] = wave(t * frequency);
    }
    const where = { dtype: dtype ?? 'float32', ...(backend && { backend }) };
    this.pe = scope(
      () => new Buffer(tensor(values, [maxLen, dModel], where), { persistent: false }),
    );
  }

  forward(input: Tensor, options?: PositionOptions): Tensor {
    const { offset = 0 } = optionsOf('PositionalEncoding', options, ['offset']);
    requireWhole('PositionalEncoding', 'offset', offset);
    requireTensor('PositionalEncoding', 'input', input);
    const { shape, ndim } = input;
    const dim = ndim === 3 && this.batchFirst ? 1 : 0;
    const end = offset + (shape[dim] ?? 0);
    if ((ndim !== 2 && ndim !== 3) || shape.at(-1) !== this.dModel || end > this.maxLen) {
      throw new ShapeError(
        `PositionalEncoding: needs (${this.batchFirst ? 'N, T' : 'T, N'}, ${this.dModel}) or (T, ${this.dModel}) with at most ${this.maxLen} positions, got ${formatShape(shape)} from position ${offset} on. Build it with this dModel and a larger maxLen.`,
      );
    }
    const rows = this.pe.slice(0, offset, end);
    return this.dropout.forward(input.add(ndim === 3 && dim === 0 ? rows.unsqueeze(1) : rows));
  }
}
