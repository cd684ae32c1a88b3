import { Embedding, init, layerOptions, linear, Linear, Module, newParameter } from '@kasane/nn';
import type { Parameter } from '@kasane/nn';
import {
  PositionalEncoding,
  Transformer,
  transformerNames,
  type TransformerLayerCache,
  type TransformerOptions,
} from '@kasane/nn/transformer';
import { noGrad, optionsOf, requireTensor, scope, type Tensor } from '@kasane/tensor-core';
import { requirePair, requirePart } from './given.ts';
import { checkTokens, paddingOf, type EncodeOptions } from './encoder.ts';
import { selectRows } from './map-tensors.ts';
import type { SequencePair } from './seq2seq.ts';
import type { Step, StepModel } from './step-model.ts';

/** Options of `TransformerSeq2Seq`. */
export interface TransformerSeq2SeqOptions extends Omit<TransformerOptions, 'batchFirst'> {
  /** The size of a token's vector. Default 512. */
  readonly dModel?: number;
  /** The number of heads. Default 8. */
  readonly nhead?: number;
  /**
   * Which tables are one: `'output'` makes the logits with the table of the targets, `'all'` reads sources with it as well, which needs one vocabulary,
   * `'none'` shares nothing. Default `'output'`.
   */
  readonly tied?: 'none' | 'output' | 'all';
  /** The token that fills sequences up. Default 0. */
  readonly paddingIdx?: number;
  /** The most tokens of a sequence. Default 5000. */
  readonly maxLen?: number;
}

/** What a Transformer carries from token to token. */
export interface TransformerState {
  /** Keys and values, layer by layer. */
  readonly layers: readonly TransformerLayerCache[];
  /** True for padding of the source, (N, S). */
  readonly padding: Tensor | null;
}

/**
 * A Transformer that reads a source and writes a target: tables of vectors, positions, encoder and decoder, logits.
 *
 * $$ \mathrm{logits} = W_o \, \mathrm{decode}\big(\sqrt E \, T y + P, \; \mathrm{encode}(\sqrt E \, S x + P)\big) + b_o $$
 *
 * with the tables T and S of targets and sources and the positions P.
 *
 * | tensor | shape          |
 * | ------ | -------------- |
 * | source | (N, S), int32  |
 * | target | (N, T), int32  |
 * | logits | (N, T, V)      |
 *
 * Vectors start from N(0, 1/E) and are multiplied by √E, E = dModel, before the positions are added. `forward` computes the logits of the tokens that
 * follow those of the target and takes both as one object, so that `fit` of `@kasane/trainer` can train it. `encode`, `step` and `select` are what
 * `generate` writes with: each step computes the newest token only, from keys and values that were kept. Parameters: `source_embedding.weight`,
 * `target_embedding.weight`, `transformer.…`, `output.weight` and `output.bias`, or `output_bias` alone where tied. PyTorch's `nn.Transformer` is
 * what stands between the vectors.
 *
 * @throws RangeError for `tied: 'all'` with vocabularies of different sizes.
 * @throws {@link ShapeError} for tensors of another shape and sequences longer than maxLen.
 *
 * @example
 * import { TransformerSeq2Seq } from '@kasane/seq2seq';
 * import { tensor } from '@kasane/tensor-core';
 * const model = new TransformerSeq2Seq(10, 12, {
 *   dModel: 8,
 *   nhead: 2,
 *   numEncoderLayers: 1,
 *   numDecoderLayers: 1,
 *   dimFeedforward: 16,
 * });
 * const source = tensor([[5, 7, 2], [6, 2, 0]], { dtype: 'int32' });
 * const target = tensor([[1, 8, 9], [1, 4, 2]], { dtype: 'int32' });
 * model.forward({ source, target }).shape; // => [2,3,12]
 * let state = model.encode(source);
 * ({ state } = model.step(target.select(1, 0), state));
 * model.step(target.select(1, 1), state).logits.shape; // => [2,12]
 *
 * @see Vaswani et al. (2017), Attention Is All You Need.
 * @see Press and Wolf (2017), Using the Output Embedding to Improve Language Models.
 * @category Models
 */
export class TransformerSeq2Seq extends Module implements StepModel<TransformerState> {
  readonly targetEmbedding: Embedding;
  readonly sourceEmbedding: Embedding;
  readonly positions: PositionalEncoding;
  readonly transformer: Transformer;
  /** To the logits, or null where tied. */
  readonly output: Linear | null;
  /** What is added to the logits where tied, or null. */
  readonly outputBias: Parameter | null;
  /** The token that fills sequences up. */
  readonly paddingIdx: number;

  constructor(
    numSourceTokens: number,
    numTargetTokens: number,
    options: TransformerSeq2SeqOptions = {},
  ) {
    super();
    const names = ['dModel', 'nhead', 'tied', 'paddingIdx', 'maxLen'] as const;
    const own = transformerNames.filter((name) => name !== 'batchFirst');
    const given = optionsOf('TransformerSeq2Seq', options, [...names, ...own]);
    const { dModel = 512, nhead = 8, tied = 'output', paddingIdx = 0, maxLen, ...each } = given;
    if (tied === 'all' && numSourceTokens !== numTargetTokens) {
      throw new RangeError(
        `TransformerSeq2Seq: tied 'all' needs one vocabulary for both sides, got ${numSourceTokens} and ${numTargetTokens} tokens.`,
      );
    }
    const how = layerOptions(each);
    const table = (size: number): Embedding => {
      const embedding = new Embedding(size, dModel, { ...how, paddingIdx });
      // From N(0, 1/E); what is zero stays zero.
      noGrad(() =>
        scope(() => embedding.weight.assign(embedding.weight.mul(1 / Math.sqrt(dModel)))),
      );
      return embedding;
    };
    this.targetEmbedding = table(numTargetTokens);
    this.sourceEmbedding = tied === 'all' ? this.targetEmbedding : table(numSourceTokens);
    const { dropout = 0.1 } = each;
    const limit = maxLen === undefined ? {} : { maxLen };
    this.positions = new PositionalEncoding(dModel, {
      ...how,
      ...limit,
      dropout,
      batchFirst: true,
    });
    this.transformer = new Transformer(dModel, nhead, { ...each, batchFirst: true });
    const isTied = tied !== 'none';
    this.output = isTied ? null : new Linear(dModel, numTargetTokens, how);
    this.outputBias = isTied ? newParameter([numTargetTokens], init.zeros, how) : null;
    this.paddingIdx = paddingIdx;
  }

  forward(pair: SequencePair): Tensor {
    requirePair('TransformerSeq2Seq', pair);
    const { source, target } = pair;
    checkTokens('TransformerSeq2Seq', 'target', target);
    const { memory, padding } = this.#read(source);
    const hidden = this.transformer.decoder.forward(
      this.#embed(this.targetEmbedding, target, 0),
      memory,
      { tgtIsCausal: true, ...(padding && { memoryKeyPaddingMask: padding }) },
    );
    return this.#logits(hidden);
  }

  /** Reads sources: what the first step needs. */
  encode(source: Tensor, options?: EncodeOptions): TransformerState {
    const { lengths } = optionsOf('TransformerSeq2Seq', options, ['lengths']);
    const { memory, padding } = this.#read(source, lengths);
    return { layers: this.transformer.decoder.start(memory), padding };
  }

  step(tokens: Tensor, state: TransformerState): Step<TransformerState> {
    requireTensor('TransformerSeq2Seq', 'tokens', tokens);
    requirePart('TransformerSeq2Seq', 'the state that encode or the last step gave', state, (one) =>
      Array.isArray(one['layers']),
    );
    const { layers, padding } = state;
    const before = layers[0]!.self.keys.shape[2]!; // as many as there were tokens
    const x = this.#embed(this.targetEmbedding, tokens.unsqueeze(1), before);
    const masks = padding === null ? {} : { memoryKeyPaddingMask: padding };
    const { output, weights, cache } = this.transformer.decoder.step(x, layers, masks);
    return {
      logits: this.#logits(output).squeeze(1),
      state: { layers: cache, padding },
      attention: weights.squeeze(1),
      hidden: output.squeeze(1),
    };
  }

  select(state: TransformerState, index: Tensor): TransformerState {
    return selectRows(state, index);
  }

  /** The encoder's output for sources, and where they are padding. */
  #read(
    source: Tensor,
    lengths?: readonly number[] | Tensor,
  ): { readonly memory: Tensor; readonly padding: Tensor | null } {
    checkTokens('TransformerSeq2Seq', 'source', source);
    const padding = paddingOf(source, this.paddingIdx, lengths);
    const x = this.#embed(this.sourceEmbedding, source, 0);
    const masks = padding === null ? {} : { keyPaddingMask: padding };
    return { memory: this.transformer.encoder.forward(x, masks), padding };
  }

  #embed(embedding: Embedding, tokens: Tensor, offset: number): Tensor {
    const x = embedding.forward(tokens).mul(Math.sqrt(embedding.embeddingDim));
    return this.positions.forward(x, { offset });
  }

  #logits(hidden: Tensor): Tensor {
    return (
      this.output?.forward(hidden) ?? linear(hidden, this.targetEmbedding.weight, this.outputBias)
    );
  }
}
