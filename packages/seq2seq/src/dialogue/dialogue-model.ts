import { GRU } from '@kasane/layers-rnn';
import { dropout, Embedding, layerOptions, Linear, Module, type LayerOptions } from '@kasane/nn';
import {
  concat,
  formatShape,
  guardedOptions,
  ones,
  isTensor,
  requireTensor,
  requireThat,
  requireWhole,
  ShapeError,
  shown,
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

/** Which utterances are predicted: all, or the last of each dialogue, whatever their number. */
export type Replies = 'all' | 'last';

/** Options of a loss of dialogues. */
export interface DialogueLossOptions {
  /** Predict all utterances, the first from nothing, or only the last of each dialogue. Default `'all'`. */
  readonly replies?: Replies;
}

/** N utterances that are predicted: B·U, or B if only the last count. */
export interface PredictedUtterances {
  /** What is known before each; (N, C). */
  readonly before: Tensor;
  /** Their vectors; (N, H). */
  readonly said: Tensor;
  /** Their tokens; int32, (T, N). */
  readonly targets: Tensor;
  /** 1 for utterances that are there, else 0; (N). */
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
 *
 * @throws {@link ShapeError} for tensors of another form and for tokens that are not in the vocabulary.
 * @throws RangeError unless sizes are whole numbers ≥ 1, `paddingIdx` and `bosIdx` tokens of the vocabulary, and `wordDropout` is from 0 to 1.
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
    const over = this.context.forward(utterances.transpose(0, 1), undefined, {
      lengths: countOf(lengths),
    });
    const contexts = over.output.transpose(0, 1); // (B, U, C)
    return { utterances, contexts, last: over.state.squeeze(0) };
  }

  /** The utterances that a loss counts, with what they are predicted from. */
  protected predicted(dialogues: Tensor, replies: Replies = 'all'): PredictedUtterances {
    if (replies !== 'all' && replies !== 'last') {
      throw new RangeError(
        `${this.constructor.name}: replies must be 'all' or 'last', got '${String(replies)}'.`,
      );
    }
    const { utterances, contexts } = this.read(dialogues);
    const [B, U, T] = dialogues.shape as [number, number, number]; // checked by read
    const nothing = contexts.newFull([B, 1, contexts.shape[2]!], 0);
    const before = concat([nothing, contexts.slice(1, 0, U - 1)], 1).flatten(0, 1); // (B·U, C)
    const said = utterances.flatten(0, 1); // (B·U, H)
    const tokens = dialogues.reshape([B * U, T]);
    const lengths = this.#lengths(dialogues);
    const present = lengths.greater(0).flatten().cast(contexts.dtype);
    if (replies === 'all') return { before, said, targets: tokens.t(), present };
    // Row b·U + u of the last utterance u; a dialogue without any has its first, which is padding.
    const starts = lengths.newFull([B], U).cumsum(0).sub(U);
    const rows = countOf(lengths).maximum(1).sub(1).add(starts).cast('int32');
    const pick = (x: Tensor): Tensor => x.indexSelect(0, rows);
    return { before: pick(before), said: pick(said), targets: pick(tokens).t(), present: pick(present) }; // prettier-ignore
  }

  /** Scores (T, N, V) of what may be said at each step, if `targets` (T, N) was said before; `condition` is (N, D). */
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

  step(tokens: Tensor, state: DialogueState): Step<DialogueState> {
    const { hidden, condition } = this.#checked(state);
    const input = concat([this.embedding.forward(tokens), condition], 1);
    const next = this.decoder.cell(0).forward(input, hidden);
    return { logits: this.output.forward(next), state: { hidden: next, condition }, hidden: next };
  }

  select(state: DialogueState, index: Tensor): DialogueState {
    const { hidden, condition } = this.#checked(state);
    return { hidden: hidden.indexSelect(0, index), condition: condition.indexSelect(0, index) };
  }

  #checked(state: DialogueState): DialogueState {
    // What plain JavaScript may give.
    const { hidden, condition } = Object(state) as Partial<DialogueState>;
    if (isTensor(hidden) && isTensor(condition)) return state;
    throw new TypeError(
      `${this.constructor.name}: the state must be one that encode or step gave, got ${shown(state)}.`,
    );
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

  #check(dialogues: Tensor): void {
    requireTensor(this.constructor.name, 'dialogues', dialogues);
    const { shape } = dialogues;
    if (shape.length === 3 && shape[1]! > 0 && shape[2]! > 0) return;
    throw new ShapeError(
      `${this.constructor.name}: dialogues must have shape (B, U, T) with at least one utterance and one token, got ${formatShape(shape)}. Use padDialogues; a dialogue that has not begun is an utterance of padding.`,
    );
  }
}

/** The number of utterances of each dialogue up to the last that is there, from their lengths (B, U); (B). */
function countOf(lengths: Tensor): Tensor {
  const place = lengths.newFull([lengths.shape[1]!], 1).cumsum(0); // 1 to U
  return lengths.greater(0).where(place, 0).max(1);
}
