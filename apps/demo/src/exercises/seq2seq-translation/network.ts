import { GRU } from '@kasane/layers-rnn';
import { Embedding } from '@kasane/nn';
import { Decoder, DotAttention, Encoder, Seq2Seq, TransformerSeq2Seq } from '@kasane/seq2seq';
import type { Generator, Tensor } from '@kasane/tensor-core';

export type Kind = 'gru' | 'attention' | 'transformer';
export type Translator = Seq2Seq<Tensor> | TransformerSeq2Seq;

/** What a network is made of. */
export interface Sizes {
  /** Numbers of a vector and of a state. */
  readonly hidden: number;
  /** The share of vectors' numbers that are zero while it learns. */
  readonly dropout: number;
  /** The encoder reads from the end as well, with half of the state each way. */
  readonly bidirectional: boolean;
}

/** A GRU that reads, and one that writes from what the sentence has become; with attention it looks back. */
export function recurrent(
  words: readonly [source: number, target: number],
  { hidden, dropout, bidirectional, looks }: Sizes & { readonly looks: boolean },
  generator: Generator,
): Seq2Seq<Tensor> {
  const options = { generator };
  const embedding = (size: number): Embedding =>
    new Embedding(size, hidden, { paddingIdx: 0, ...options });
  const reads = new GRU(hidden, bidirectional ? hidden / 2 : hidden, { bidirectional, ...options });
  const attention = looks ? { attention: new DotAttention(hidden) } : {};
  return new Seq2Seq(
    new Encoder(embedding(words[0]), reads, { dropout, ...options }),
    new Decoder(embedding(words[1]), new GRU(hidden, hidden, options), {
      ...attention,
      dropout,
      ...options,
    }),
  );
}

/** Attention alone: two layers each way, and one table for the words that go in and those that come out. */
export function transformer(
  words: readonly [source: number, target: number],
  { hidden, dropout }: Sizes,
  generator: Generator,
): TransformerSeq2Seq {
  return new TransformerSeq2Seq(words[0], words[1], {
    dModel: hidden,
    nhead: 4,
    numEncoderLayers: 2,
    numDecoderLayers: 2,
    dimFeedforward: 4 * hidden,
    dropout,
    normFirst: true,
    maxLen: 256,
    generator,
  });
}
