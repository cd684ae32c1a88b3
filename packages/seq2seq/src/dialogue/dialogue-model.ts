import { GRU } from '@kasane/layers-rnn';
import { dropout, Embedding, layerOptions, Linear, Module, type LayerOptions } from '@kasane/nn';
import {
  concat,
  formatShape,
  guardedOptions,
  ones,
  requireThat,
  requireWhole,
  ShapeError,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import type { Step, StepModel } from '../step-model.ts';

/** Options of every model of dialogues. */
export interface DialogueOptions extends LayerOptions {
  /** The size C of what is known of a dialogue. Default: hiddenSize. */
  readonly contextSize?: number;
  /** The token behind the end of utterances. Default 0. */
  readonly paddingIdx?: number;
  /** The token that the decoder begins with. Default 1. */
  readonly bosIdx?: number;
  /** The probability that the decoder does not see a word while it learns, so that it must rely on the dialogue. */
  readonly wordDropout?: number;
}

/** The names of DialogueOptions. */
export const dialogueNames = [
  'contextSize',
  'paddingIdx',
  'bosIdx',
  'wordDropout',
  'dtype',
  'backend',
  'generator',
] as const;

/** What a reply in the making needs. */
export interface DialogueState {
  /** Of the decoder, (N, H). */
  readonly hidden: Tensor;
  /** What the reply depends on beside its own words, the same at all of its steps; (N, D). */
  readonly condition: Tensor;
}

/** What is known of dialogues. */
export interface DialogueContexts {
  /** The vector of each utterance; (B, U, H). */
  readonly utterances: Tensor;
  /** What is known after each utterance, zeros where there is none; (B, U, C). */
  readonly contexts: Tensor;
  /** What is known after the last one; (B, C). */
  readonly last: Tensor;
}

/** Dialogues with what the losses count of them. */
export interface SpokenDialogues extends DialogueContexts {
  /** What is known before each utterance; (B·U, C). */
  readonly before: Tensor;
  /** What is said; int32, (T, B·U). */
  readonly targets: Tensor;
  /** 1 for utterances that are there, else 0; (B·U). */
  readonly present: Tensor;
}

/**
 * What `HRED` and `VHRED` share: an encoder of utterances, a context over them, and a decoder that
 * depends on it. For `generate` a reply starts from `encode` and goes on with `step`.
 *
 * | tensor    | shape                                                         |
 * | --------- | ------------------------------------------------------------- |
 * | dialogues | (B, U, T): B dialogues of U utterances of T tokens, int32      |
 * | contexts  | (B, U, C), after each utterance                               |
 *
 * Padding stands behind the tokens of an utterance; utterances of nothing but padding stand behind those of a dialogue.
 * Throws ShapeError for tensors of another form and for tokens that are not in the vocabulary.
 *
 * @example
 * import { DialogueModel, HRED, padDialogues } from '@kasane/seq2seq';
 * const model = new HRED(10, 4, 8);
 * model instanceof DialogueModel; // => true
 * const { contexts } = model.read(padDialogues([[[5, 2], [6, 7, 2]], [[5, 2]]]));
 * contexts.shape; // => [2,2,8]
 */
export abstract class DialogueModel extends Module implements StepModel<DialogueState> {
  /** The number of tokens V. */
  readonly vocabularySize: number;
  /** The token behind the end of utterances. */
  readonly paddingIdx: number;
  /** The token that the decoder begins with. */
  readonly bosIdx: number;
  /** The probability that the decoder does not see a word while it learns. */
  wordDropout: number;
  /** Vectors of tokens, for encoder and decoder. */
  readonly embedding: Embedding;
  /** Reads the tokens of an utterance. */
  readonly encoder: GRU;
  /** Reads the vectors of utterances: one step for each. */
  readonly context: GRU;
  /** The first state of the decoder, from what the reply depends on. */
  readonly initial: Linear;
  /** Says a reply, token by token. */
  readonly decoder: GRU;
  /** Scores of all tokens. */
  readonly output: Linear;
  readonly #random: { readonly generator?: Generator };

  /** `extra` is how much the decoder depends on beside the context. */
  constructor(
    vocabularySize: number,
    [embeddingDim, hiddenSize]: readonly [embeddingDim: number, hiddenSize: number],
    extra: number,
    options: DialogueOptions,
  ) {
    super();
    const { contextSize = hiddenSize, paddingIdx = 0, bosIdx = 1, wordDropout = 0 } = options;
    const { name } = new.target;
    for (const [what, size] of Object.entries({ vocabularySize, embeddingDim, hiddenSize, contextSize })) requireWhole(name, what, size, 1); // prettier-ignore
    requireWhole(name, 'paddingIdx', paddingIdx, 0, vocabularySize - 1);
    requireWhole(name, 'bosIdx', bosIdx, 0, vocabularySize - 1);
    requireThat(wordDropout >= 0 && wordDropout <= 1, name, 'wordDropout', wordDropout, 'from 0 to 1'); // prettier-ignore
    const each = layerOptions(options);
    const condition = contextSize + extra;
    this.vocabularySize = vocabularySize;
    this.paddingIdx = paddingIdx;
    this.bosIdx = bosIdx;
    this.wordDropout = wordDropout;
    this.embedding = new Embedding(vocabularySize, embeddingDim, { paddingIdx, ...each });
    this.encoder = new GRU(embeddingDim, hiddenSize, each);
    this.context = new GRU(hiddenSize, contextSize, each);
    this.initial = new Linear(condition, hiddenSize, each);
    this.decoder = new GRU(embeddingDim + condition, hiddenSize, each);
    this.output = new Linear(hiddenSize, vocabularySize, each);
    this.#random = options.generator === undefined ? {} : { generator: options.generator };
  }

  /** Where numbers are drawn while it learns. @internal */
  protected get random(): { readonly generator?: Generator } {
    return this.#random;
  }

  /** Reads dialogues (B, U, T). */
  read(dialogues: Tensor): DialogueContexts {
    this.#check(dialogues);
    const [B, U, T] = dialogues.shape as [number, number, number]; // checked
    const words = this.embedding.forward(dialogues.reshape([B * U, T]).t()); // (T, B·U, E)
    const lengths = this.#lengths(dialogues); // (B, U)
    const read = this.encoder.forward(words, undefined, { lengths: lengths.flatten() });
    const utterances = read.state.reshape([B, U, this.encoder.hiddenSize]);
    // Utterances up to the last that is there.
    const place = lengths.newFull([U], 1).cumsum(0);
    const count = lengths.greater(0).where(place, 0).max(1); // (B)
    const over = this.context.forward(utterances.transpose(0, 1), undefined, { lengths: count });
    const contexts = over.output.transpose(0, 1); // (B, U, C)
    return { utterances, contexts, last: over.state.squeeze(0) };
  }

  /** Dialogues with all that their utterances are predicted from. */
  protected listen(dialogues: Tensor): SpokenDialogues {
    const encoded = this.read(dialogues);
    const [B, U, T] = dialogues.shape as [number, number, number]; // checked by read
    const C = this.context.hiddenSize;
    const { contexts } = encoded;
    const nothing = contexts.newFull([B, 1, C], 0);
    const before = concat([nothing, contexts.slice(1, 0, U - 1)], 1).reshape([B * U, C]);
    const targets = dialogues.reshape([B * U, T]).t();
    const present = this.#lengths(dialogues).greater(0).flatten().cast(contexts.dtype);
    return { ...encoded, before, targets, present };
  }

  /** Scores (T, B·U, V) of what may be said at each step, if `targets` (T, B·U) was said before; `condition` is (B·U, D). */
  protected say(targets: Tensor, condition: Tensor): Tensor {
    const [T, N] = targets.shape as [number, number];
    const first = targets.newFull([1, N], this.bosIdx);
    const spoken = concat([first, targets.slice(0, 0, T - 1)]); // (T, N)
    const words = this.#drop(this.embedding.forward(spoken)); // (T, N, E)
    const input = concat([words, condition.unsqueeze(0).broadcastTo([T, ...condition.shape])], 2);
    const { output } = this.decoder.forward(input, this.#hidden(condition).unsqueeze(0));
    return this.output.forward(output);
  }

  /** The state before a reply that depends on `condition`, (N, D). */
  protected open(condition: Tensor): DialogueState {
    return { hidden: this.#hidden(condition), condition };
  }

  step(tokens: Tensor, { hidden, condition }: DialogueState): Step<DialogueState> {
    const input = concat([this.embedding.forward(tokens), condition], 1);
    const next = this.decoder.cell(0).forward(input, hidden);
    return { logits: this.output.forward(next), state: { hidden: next, condition }, hidden: next };
  }

  select({ hidden, condition }: DialogueState, index: Tensor): DialogueState {
    return { hidden: hidden.indexSelect(0, index), condition: condition.indexSelect(0, index) };
  }

  #hidden(condition: Tensor): Tensor {
    return this.initial.forward(condition).tanh();
  }

  /** How many tokens each utterance has, (B, U). */
  #lengths(dialogues: Tensor): Tensor {
    return dialogues.notEqual(this.paddingIdx).cast('int32').sum(2);
  }

  /** Whole words without a vector. Dropout scales what it keeps; here words stay as they are. */
  #drop(words: Tensor): Tensor {
    const { wordDropout: p } = guardedOptions(this);
    if (!this.training || p === 0) return words;
    const [T, N] = words.shape as [number, number];
    const { dtype, backend } = words;
    const kept = dropout(ones([T, N, 1], { dtype, backend }), { p, ...this.random });
    return words.mul(kept.greater(0).cast(dtype));
  }

  #check({ shape }: Tensor): void {
    if (shape.length === 3 && shape[1]! > 0 && shape[2]! > 0) return;
    throw new ShapeError(
      `${this.constructor.name}: dialogues must have shape (B, U, T) with at least one utterance and one token, got ${formatShape(shape)}. Use padDialogues; a dialogue that has not begun is an utterance of padding.`,
    );
  }
}
