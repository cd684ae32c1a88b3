import { Bidirectional, Recurrent, RecurrentCell, RecurrentLayer } from '@kasane/layers-rnn';
import type { SequenceModule } from '@kasane/layers-rnn';
import {
  Dropout,
  layerNames,
  layerOptions,
  linear,
  Linear,
  Module,
  newParameter,
  Embedding,
  type LayerOptions,
  type Parameter,
} from '@kasane/nn';
import { concat, noGrad, optionsOf, requireTensor, type Tensor } from '@kasane/tensor-core';
import { requireMade, requirePart } from './given.ts';
import type { Attention, Memory } from './attention.ts';
import { checkTokens } from './encoder.ts';
import { mapTensors, selectRows } from './map-tensors.ts';
import { chosenTokens, forcingNames, type ForcingOptions } from './scheduled-sampling.ts';
import type { Step } from './step-model.ts';

/** Options of `Decoder`. */
export interface DecoderOptions extends LayerOptions {
  /** What looks at the source at every token. Default none: the decoder knows the state that it starts from. */
  readonly attention?: Attention;
  /** Let each step read, beside its token, what the logits of the step before were made from. Default false. */
  readonly inputFeeding?: boolean;
  /** Make the logits with the embedding's table, which needs vectors of the size of the state. Default false. */
  readonly tied?: boolean;
  /** The probability of a zero in the tokens' vectors, and in what the logits are made from. Default 0. */
  readonly dropout?: number;
}

/** What a decoder carries from token to token. */
export interface DecoderState<State> {
  /** Of the recurrent layer. */
  readonly recurrent: State;
  /** What the attention looks at, or null. */
  readonly memory: Memory | null;
  /** What the last logits were made from, (N, H), with inputFeeding; or null. */
  readonly feed: Tensor | null;
}

/** What a decoder makes of targets. */
export interface Decoded<State> {
  /** Of the tokens that follow, unnormalised; (N, T, V). */
  readonly logits: Tensor;
  /** How much of each token of the source went into them, (N, T, S); null without attention. */
  readonly weights: Tensor | null;
  /** What the next step needs. */
  readonly state: DecoderState<State>;
}

/**
 * Writes targets: a vector for each token, a recurrent layer, a look at the source, and logits.
 *
 * $$ \begin{aligned}
 * h_t &= \mathrm{recurrent}([E y_t; \tilde h_{t-1}], h_{t-1}) & \tilde h_{t-1} \text{ with inputFeeding} \\
 * c_t &= \mathrm{attention}(h_t) \\
 * \tilde h_t &= \tanh(W_c [c_t; h_t]) & \text{without attention } h_t \\
 * \mathrm{logits}_t &= W_o \tilde h_t + b_o
 * \end{aligned} $$
 *
 * | tensor  | shape          |
 * | ------- | -------------- |
 * | tokens  | (N, T), int32  |
 * | logits  | (N, T, V)      |
 * | weights | (N, T, S)      |
 *
 * The recurrent layer is one that reads forward: `RNN`, `LSTM`, `GRU`, or `Recurrent` of any cell of `RecurrentCell`; with inputFeeding its inputs
 * are embeddingDim + hiddenSize wide. Where all tokens are known and nothing is fed back, all steps are one pass. Parameters: those of embedding,
 * recurrent layer and attention, `combine.weight` (H, H + K) with an attention, `output.weight` (V, H), `output.bias` (V), or `output_bias` alone
 * where tied.
 *
 * @throws RangeError for layers that do not fit together and a dropout that is not from 0 to 1.
 * @throws {@link ShapeError} for tokens of another shape.
 * @throws TypeError where `start` is not given what its attention looks at.
 *
 * @example
 * import { GRU } from '@kasane/layers-rnn';
 * import { Embedding } from '@kasane/nn';
 * import { Decoder, DotAttention } from '@kasane/seq2seq';
 * import { tensor, zeros } from '@kasane/tensor-core';
 * const decoder = new Decoder(new Embedding(10, 4), new GRU(4, 8), { attention: new DotAttention(8) });
 * const state = decoder.start(zeros([1, 2, 8]), zeros([2, 5, 8])); // of two sources with 5 tokens
 * const { logits, weights } = decoder.forward(tensor([[1, 5], [1, 6]], { dtype: 'int32' }), state);
 * logits.shape; // => [2,2,10]
 * weights!.shape; // => [2,2,5]
 *
 * @see Luong, Pham and Manning (2015), Effective Approaches to Attention-based Neural Machine Translation.
 * @category Models
 */
export class Decoder<State> extends Module {
  readonly embedding: Embedding;
  readonly recurrent: SequenceModule<State>;
  /** What looks at the source, or null. */
  readonly attention: Attention | null;
  /** W_c, or null without attention. */
  readonly combine: Linear | null;
  /** W_o and b_o, or null where tied. */
  readonly output: Linear | null;
  /** b_o where tied, or null. */
  readonly outputBias: Parameter | null;
  /** Of the tokens' vectors, and of what the logits are made from. */
  readonly dropout: Dropout;
  /** Each step reads what the logits of the one before were made from. */
  readonly inputFeeding: boolean;
  /** The size of the state. */
  readonly hiddenSize: number;

  constructor(
    embedding: Embedding,
    recurrent: SequenceModule<State>,
    options: DecoderOptions = {},
  ) {
    super();
    const names = ['attention', 'inputFeeding', 'tied', 'dropout', ...layerNames] as const;
    const given = optionsOf('Decoder', options, names);
    const { attention = null, inputFeeding = false, tied = false, dropout = 0 } = given;
    const how = layerOptions(given);
    requireMade('Decoder', Embedding, embedding);
    const { inputSize, hiddenSize } = sizesOf(recurrent);
    const width = embedding.embeddingDim + (inputFeeding ? hiddenSize : 0);
    if (inputSize !== width) {
      throw new RangeError(
        `Decoder: the recurrent layer must read ${width} numbers, the embedding's ${embedding.embeddingDim}${inputFeeding ? ` and the ${hiddenSize} that are fed back` : ''}, got ${inputSize}.`,
      );
    }
    if (attention !== null && attention.querySize !== hiddenSize) {
      throw new RangeError(
        `Decoder: the attention's queries must have the ${hiddenSize} numbers of the state, got ${attention.querySize}.`,
      );
    }
    if (tied && embedding.embeddingDim !== hiddenSize) {
      throw new RangeError(
        `Decoder: tied needs an embedding of as many numbers as the state has, ${hiddenSize}, got ${embedding.embeddingDim}.`,
      );
    }
    const { numEmbeddings: V } = embedding;
    this.embedding = embedding;
    this.recurrent = recurrent;
    this.attention = attention;
    this.combine =
      attention === null
        ? null
        : new Linear(hiddenSize + attention.valueSize, hiddenSize, { ...how, bias: false });
    this.output = tied ? null : new Linear(hiddenSize, V, how);
    this.outputBias = tied ? newParameter([V], 0, how) : null;
    this.dropout = new Dropout(dropout, given.generator ? { generator: given.generator } : {});
    this.inputFeeding = inputFeeding;
    this.hiddenSize = hiddenSize;
  }

  /** What the first step needs: a state, and for an attention what an encoder gave for each token. */
  start(
    recurrent: State,
    values: Tensor | null = null,
    padding: Tensor | null = null,
  ): DecoderState<State> {
    if (this.attention !== null && values === null) {
      throw new TypeError(
        'Decoder: the attention needs the outputs of an encoder; pass them to start.',
      );
    }
    const memory = this.attention?.prepare(values!, padding) ?? null;
    if (!this.inputFeeding) return { recurrent, memory, feed: null };
    let first: Tensor | null = null;
    mapTensors(recurrent, (tensor) => (first ??= tensor));
    const like: Tensor = first!;
    const N = like.shape[this.#batchDim]!;
    return { recurrent, memory, feed: like.newFull([N, this.hiddenSize], 0) };
  }

  /** Reads targets from a state on. */
  forward(
    tokens: Tensor,
    state: DecoderState<State>,
    options: ForcingOptions = {},
  ): Decoded<State> {
    checkTokens('Decoder', 'tokens', tokens);
    const given = optionsOf('Decoder', options, forcingNames);
    requireState('Decoder', state);
    const choose = chosenTokens('Decoder', tokens, given);
    if (choose === null && !this.inputFeeding) {
      const { hidden, weights, state: next } = this.#read(this.#embed(tokens), state);
      return { logits: this.#logits(hidden), weights, state: next };
    }
    let now = state;
    let own: Tensor | null = null;
    const all: { readonly hidden: Tensor; readonly weights: Tensor | null }[] = [];
    tokens.unbind(1).forEach((column, t) => {
      const input = own === null ? column : choose!(column, own, t);
      const read = this.#read(this.#embed(input.unsqueeze(1)), now);
      all.push(read);
      now = read.state;
      // The logits are made at the end, of all at once: here they only choose.
      if (choose !== null) own = noGrad(() => this.#logits(read.hidden).argmax(-1).squeeze(1));
    });
    const join = (parts: Tensor[]): Tensor => concat(parts, 1);
    return {
      logits: this.#logits(join(all.map(({ hidden }) => hidden))),
      weights: all[0]?.weights == null ? null : join(all.map(({ weights }) => weights!)),
      state: now,
    };
  }

  /** One token of each sequence, (N). */
  step(tokens: Tensor, state: DecoderState<State>): Step<DecoderState<State>> {
    requireTensor('Decoder', 'tokens', tokens);
    requireState('Decoder', state);
    const { hidden, weights, state: next } = this.#read(this.#embed(tokens.unsqueeze(1)), state);
    const step = {
      logits: this.#logits(hidden).squeeze(1),
      state: next,
      hidden: hidden.squeeze(1),
    };
    return weights === null ? step : { ...step, attention: weights.squeeze(1) };
  }

  /** The rows `index` (M) of a state. */
  select({ recurrent, memory, feed }: DecoderState<State>, index: Tensor): DecoderState<State> {
    return {
      recurrent: selectRows(recurrent, index, this.#batchDim),
      memory: selectRows(memory, index),
      feed: selectRows(feed, index),
    };
  }

  /** Where the batch is in states of the recurrent layer: layers have theirs before it. */
  get #batchDim(): number {
    return this.recurrent instanceof RecurrentLayer ? 1 : 0;
  }

  /** The vectors of tokens (N, T), in the order that the recurrent layer wants. */
  #embed(tokens: Tensor): Tensor {
    const ordered = this.recurrent.batchFirst ? tokens : tokens.transpose(0, 1);
    return this.dropout.forward(this.embedding.forward(ordered));
  }

  /** What the logits are made from, (N, T, H), for as many steps as there are vectors; one if something is fed back. */
  #read(
    x: Tensor,
    { recurrent, memory, feed }: DecoderState<State>,
  ): {
    readonly hidden: Tensor;
    readonly weights: Tensor | null;
    readonly state: DecoderState<State>;
  } {
    const { batchFirst } = this.recurrent;
    const input = feed === null ? x : concat([x, feed.unsqueeze(batchFirst ? 1 : 0)], 2);
    const found = this.recurrent.forward(input, recurrent);
    const h = batchFirst ? found.output : found.output.transpose(0, 1); // (N, T, H)
    let hidden = h;
    let weights: Tensor | null = null;
    if (this.attention !== null && memory !== null) {
      const seen = this.attention.read(h, memory);
      hidden = this.combine!.forward(concat([seen.context, h], 2)).tanh();
      ({ weights } = seen);
    }
    hidden = this.dropout.forward(hidden);
    const state = { recurrent: found.state, memory, feed: feed && hidden.squeeze(1) };
    return { hidden, weights, state };
  }

  #logits(hidden: Tensor): Tensor {
    return this.output?.forward(hidden) ?? linear(hidden, this.embedding.weight, this.outputBias);
  }
}

/** What a recurrent layer reads and keeps. */
function sizesOf(layer: unknown): { readonly inputSize: number; readonly hiddenSize: number } {
  if (layer instanceof RecurrentLayer && !layer.bidirectional) return layer;
  if (layer instanceof Recurrent && layer.cell instanceof RecurrentCell && !layer.reverse) {
    return layer.cell;
  }
  const both = layer instanceof Bidirectional || layer instanceof RecurrentLayer;
  throw new RangeError(
    `Decoder: the recurrent layer must read from first to last and know its sizes: RNN, LSTM, GRU, or Recurrent of one of their cells; got ${both ? 'one that reads both ways' : 'another'}.`,
  );
}

/** Throws TypeError for what no decoder or model gave. */
function requireState(owner: string, state: unknown): void {
  requirePart(
    owner,
    'the state that start, encode or the last step gave',
    state,
    (one) => 'recurrent' in one,
  );
}
