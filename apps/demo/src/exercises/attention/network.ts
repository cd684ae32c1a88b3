import { GRU } from '@kasane/layers-rnn';
import { Embedding } from '@kasane/nn';
import {
  AdditiveAttention,
  ConcatAttention,
  Decoder,
  DotAttention,
  Encoder,
  GeneralAttention,
  Seq2Seq,
} from '@kasane/seq2seq';
import type { Attention } from '@kasane/seq2seq';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { PAD, TOKENS } from './questions.ts';

export type Score = 'dot' | 'general' | 'concat' | 'additive';

/** An encoder that reads both ways, and a decoder that looks back, or does not. */
export function network(
  score: Score | null,
  hidden: number,
  generator: Generator,
): Seq2Seq<Tensor> {
  const options = { generator };
  const embedding = (): Embedding => new Embedding(TOKENS, 32, { paddingIdx: PAD, ...options });
  const attentions: Readonly<Record<Score, () => Attention>> = {
    dot: () => new DotAttention(hidden),
    general: () => new GeneralAttention(hidden, hidden, options),
    concat: () => new ConcatAttention(hidden, hidden, options),
    additive: () => new AdditiveAttention(hidden, hidden, options),
  };
  const reads = new GRU(32, hidden / 2, { bidirectional: true, ...options });
  const looks = score === null ? {} : { attention: attentions[score]() };
  return new Seq2Seq(
    new Encoder(embedding(), reads),
    new Decoder(embedding(), new GRU(32, hidden, options), { ...looks, ...options }),
  );
}
