import { SequenceModule } from '@kasane/layers-rnn';
import { Dropout, Embedding, Module } from '@kasane/nn';
import {
  formatShape,
  type Generator,
  optionsOf,
  requireTensor,
  ShapeError,
  tensor,
  Tensor,
} from '@kasane/tensor-core';
import { requireMade } from './given.ts';

/** Options of `Encoder`. */
export interface EncoderOptions {
  /** The probability of a zero in the tokens' vectors. Default 0. */
  readonly dropout?: number;
  /** Where dropout draws from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** What an encoder makes of sources. */
export interface Encoded<State> {
  /** The output at each token, zeros in padding; (N, S, H). */
  readonly output: Tensor;
  /** The state after the last token of each: what the sentence has become. */
  readonly state: State;
  /** True for padding, (N, S); null if there is none. */
  readonly padding: Tensor | null;
}

/** Options of a call of an encoder. */
export interface EncodeOptions {
  /**
   * The number of tokens of each source; those behind are padding. Default: all that are not the embedding's `paddingIdx`,
   * or all if it has none.
   */
  readonly lengths?: readonly number[] | Tensor;
}

/**
 * Reads sources: a vector for each token, and a recurrent layer over them.
 *
 * $$ \mathrm{output}, \mathrm{state} = \mathrm{recurrent}(E x_1, \dots, E x_S) $$
 *
 * | tensor  | shape                                |
 * | ------- | ------------------------------------ |
 * | source  | (N, S), int32                        |
 * | output  | (N, S, H)                            |
 * | state   | what the recurrent layer says        |
 * | padding | (N, S), bool                         |
 *
 * Any layer of `@kasane/layers-rnn` will do, in one direction or both, with batchFirst or without. Padding changes neither output nor state.
 *
 * @throws {@link ShapeError} for sources of another shape, or a length out of range.
 * @throws RangeError for a dropout that is not from 0 to 1.
 *
 * @example
 * import { GRU } from '@kasane/layers-rnn';
 * import { Embedding } from '@kasane/nn';
 * import { Encoder } from '@kasane/seq2seq';
 * import { tensor } from '@kasane/tensor-core';
 * const encoder = new Encoder(new Embedding(10, 4, { paddingIdx: 0 }), new GRU(4, 8));
 * const source = tensor([[5, 7, 2], [6, 2, 0]], { dtype: 'int32' });
 * const { output, state } = encoder.forward(source);
 * output.shape; // => [2,3,8]
 * state.shape; // => [1,2,8]
 *
 * @see Cho et al. (2014), Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine Translation.
 * @category Models
 */
export class Encoder<State> extends Module {
  readonly embedding: Embedding;
  readonly recurrent: SequenceModule<State>;
  /** Of the tokens' vectors. */
  readonly dropout: Dropout;

  constructor(
    embedding: Embedding,
    recurrent: SequenceModule<State>,
    options: EncoderOptions = {},
  ) {
    super();
    const { dropout = 0, ...random } = optionsOf('Encoder', options, ['dropout', 'generator']);
    requireMade('Encoder', Embedding, embedding);
    requireMade('Encoder', SequenceModule, recurrent);
    this.embedding = embedding;
    this.recurrent = recurrent;
    this.dropout = new Dropout(dropout, random);
  }

  forward(source: Tensor, options?: EncodeOptions): Encoded<State> {
    const { lengths } = optionsOf('Encoder', options, ['lengths']);
    checkTokens('Encoder', 'source', source);
    const padding = paddingOf(source, this.embedding.paddingIdx, lengths);
    const counts = lengths ?? (padding && countTokens(padding));
    const { recurrent } = this;
    const tokens = recurrent.batchFirst ? source : source.transpose(0, 1); // fewer numbers than their vectors
    const x = this.dropout.forward(this.embedding.forward(tokens));
    const found = recurrent.forward(x, undefined, counts === null ? {} : { lengths: counts });
    const output = recurrent.batchFirst ? found.output : found.output.transpose(0, 1);
    return { output, state: found.state, padding };
  }
}

/** Throws unless `tokens` is a batch of sequences. */
export function checkTokens(owner: string, what: string, tokens: Tensor): void {
  requireTensor(owner, what, tokens);
  if (tokens.ndim === 2) return;
  throw new ShapeError(
    `${owner}: ${what} must have shape (N, ${what === 'source' ? 'S' : 'T'}), got ${formatShape(tokens.shape)}. Unsqueeze the batch.`,
  );
}

/** Where padding is, (N, S): behind `lengths`, or else where the tokens are `paddingIdx`; null if nothing says. */
export function paddingOf(
  tokens: Tensor,
  paddingIdx: number | null,
  lengths?: readonly number[] | Tensor,
): Tensor | null {
  if (lengths === undefined) return paddingIdx === null ? null : tokens.equal(paddingIdx);
  const ends =
    lengths instanceof Tensor
      ? lengths
      : tensor([...lengths], { dtype: 'int32', backend: tokens.backend });
  const places = tokens.newFull([1, tokens.shape[1]!], 1, 'int32').cumsum(1); // 1 to S
  return places.greater(ends.unsqueeze(1));
}

/** How many tokens are no padding, (N). */
function countTokens(padding: Tensor): Tensor {
  return padding.logicalNot().cast('int32').sum(1);
}
