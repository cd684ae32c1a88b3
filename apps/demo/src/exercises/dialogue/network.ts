import { GRU } from '@kasane/layers-rnn';
import { Embedding } from '@kasane/nn';
import type { Module } from '@kasane/nn';
import { Decoder, Encoder, HRED, Seq2Seq, sequenceLoss, VHRED } from '@kasane/seq2seq';
import type { StepModel } from '@kasane/seq2seq';
import { concat } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { BOS, VOCABULARY } from './conversations.ts';

/** A model that replies. Dialogues are (B, U, T), the reply their last utterance; histories are (N, U - 1, T). */
export interface Speaker<State = unknown> {
  readonly name: string;
  readonly model: Module & StepModel<State>;
  /** What to minimise, -log p of a word of the replies, and for a latent variable its divergence. */
  loss(dialogues: Tensor, klWeight: Tensor): readonly [loss: Tensor, perWord: Tensor, kl?: Tensor];
  /** The state before the replies to histories. */
  listen(histories: Tensor, generator: Generator): State;
}

/** The sizes of all three. */
export interface Sizes {
  readonly embedding: number;
  readonly units: number;
  readonly latent: number;
}

/** Hears nothing but the last utterance. */
export function seq2seq({ embedding: E, units: H }: Sizes, generator: Generator): Speaker {
  const embedding = new Embedding(VOCABULARY.length, E, { paddingIdx: 0, generator });
  const encoder = new Encoder(embedding, new GRU(E, H, { generator }));
  const decoder = new Decoder(embedding, new GRU(E, H, { generator }), { generator });
  const model = new Seq2Seq(encoder, decoder);
  return {
    name: 'seq2seq',
    model,
    loss(dialogues) {
      const source = dialogues.select(1, -2); // (B, T)
      const reply = dialogues.select(1, -1);
      const begin = reply.newFull([reply.shape[0]!, 1], BOS);
      const target = concat([begin, reply.slice(1, 0, -1)], 1);
      const loss = sequenceLoss(model.forward({ source, target }), reply);
      return [loss, loss];
    },
    listen: (histories) => model.encode(histories.select(1, -1)),
  } satisfies Speaker<ReturnType<typeof model.encode>> as Speaker; // `listen` makes what `model` is given
}

/** Hears all utterances, one step of its context for each. */
export function hred(
  { embedding, units }: Sizes,
  generator: Generator,
): Speaker & { readonly model: HRED } {
  const model = new HRED(VOCABULARY.length, embedding, units, { bosIdx: BOS, generator });
  return {
    name: 'HRED',
    model,
    loss(dialogues: Tensor) {
      const loss = model.loss(dialogues, { replies: 'last' });
      return [loss, loss];
    },
    listen: (histories: Tensor) => model.encode(histories),
  };
}

/** Hears all utterances too, and draws what to reply before it says it. */
export function vhred({ embedding, units, latent }: Sizes, generator: Generator): Speaker {
  const options = { latentSize: latent, bosIdx: BOS, generator };
  const model = new VHRED(VOCABULARY.length, embedding, units, options);
  return {
    name: 'VHRED',
    model,
    loss(dialogues, klWeight) {
      const { loss, reconstruction, kl } = model.loss(dialogues, { klWeight, replies: 'last' });
      return [loss, reconstruction, kl];
    },
    listen: (histories, draws) => model.encode(histories, { generator: draws }),
  };
}
