import { RecurrentLayer } from '@kasane/layers-rnn';
import { Module } from '@kasane/nn';
import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { requireMade, requirePair } from './given.ts';
import { joinDirections, type Bridge } from './bridge.ts';
import { Decoder, type Decoded, type DecoderState } from './decoder.ts';
import { Encoder, type EncodeOptions } from './encoder.ts';
import { forcingNames, type ForcingOptions } from './scheduled-sampling.ts';
import type { Step, StepModel } from './step-model.ts';

/** What a model that translates learns from. */
export interface SequencePair {
  /** (N, S), int32. */
  readonly source: Tensor;
  /** What the decoder reads, the token that begins sequences first; (N, T), int32. */
  readonly target: Tensor;
}

/** Options of `Seq2Seq`. */
export interface Seq2SeqOptions<From, To> {
  /**
   * What makes the decoder's first state of the encoder's last. Default: the state as it is, that of a layer that reads both ways with its
   * directions joined.
   */
  readonly bridge?: Bridge<From, To>;
}

/** Options of a call of `Seq2Seq`. */
export interface Seq2SeqCall extends ForcingOptions {
  /** The number of tokens of each source. Default: all that are not the embedding's `paddingIdx`. */
  readonly lengths?: readonly number[] | Tensor;
}

/**
 * An encoder reads a source, a decoder writes a target from what the source has become.
 *
 * $$ p(y \mid x) = \prod_t p(y_t \mid y_{<t}, \mathrm{encode}(x)) $$
 *
 * | tensor | shape          |
 * | ------ | -------------- |
 * | source | (N, S), int32  |
 * | target | (N, T), int32  |
 * | logits | (N, T, V)      |
 *
 * `forward` computes the logits of the tokens that follow those of the target, all told, or some with `teacherForcing`; it takes both as one object,
 * so that `fit` of `@kasane/trainer` can train it. `encode`, `step` and `select` are what `generate` writes with.
 *
 * @throws RangeError for encoder and decoder of other sizes, unless there is a bridge.
 * @throws {@link ShapeError} for tensors of another shape.
 *
 * @example
 * import { GRU } from '@kasane/layers-rnn';
 * import { Embedding } from '@kasane/nn';
 * import { Decoder, DotAttention, Encoder, Seq2Seq } from '@kasane/seq2seq';
 * import { tensor } from '@kasane/tensor-core';
 * const encoder = new Encoder(new Embedding(10, 4, { paddingIdx: 0 }), new GRU(4, 8));
 * const decoder = new Decoder(new Embedding(12, 4), new GRU(4, 8), { attention: new DotAttention(8) });
 * const model = new Seq2Seq(encoder, decoder);
 * const source = tensor([[5, 7, 2], [6, 2, 0]], { dtype: 'int32' });
 * const target = tensor([[1, 8, 9], [1, 4, 2]], { dtype: 'int32' });
 * model.forward({ source, target }).shape; // => [2,3,12]
 * let state = model.encode(source);
 * ({ state } = model.step(target.select(1, 0), state));
 * model.step(target.select(1, 1), state).logits.shape; // => [2,12]
 *
 * @see Sutskever, Vinyals and Le (2014), Sequence to Sequence Learning with Neural Networks.
 * @category Models
 */
export class Seq2Seq<State, From = State> extends Module implements StepModel<DecoderState<State>> {
  readonly encoder: Encoder<From>;
  readonly decoder: Decoder<State>;
  /** What makes the decoder's first state, or null. */
  readonly bridge: Bridge<From, State> | null;

  constructor(
    encoder: Encoder<From>,
    decoder: Decoder<State>,
    options: Seq2SeqOptions<From, State> = {},
  ) {
    super();
    const { bridge = null } = optionsOf('Seq2Seq', options, ['bridge']);
    requireMade('Seq2Seq', Encoder, encoder);
    requireMade('Seq2Seq', Decoder, decoder);
    const [from, to] = [encoder.recurrent, decoder.recurrent];
    if (bridge === null && from instanceof RecurrentLayer && to instanceof RecurrentLayer) {
      const size = (from.bidirectional ? 2 : 1) * from.hiddenSize;
      if (size !== to.hiddenSize || from.numLayers !== to.numLayers) {
        throw new RangeError(
          `Seq2Seq: the decoder starts from the encoder's state, ${from.numLayers} layers of ${size}, and has ${to.numLayers} of ${to.hiddenSize}. Pass a bridge, such as LinearBridge.`,
        );
      }
    }
    this.encoder = encoder;
    this.decoder = decoder;
    this.bridge = bridge;
  }

  forward(pair: SequencePair, options: Seq2SeqCall = {}): Tensor {
    return this.decode(pair, options).logits;
  }

  /** As `forward`, with the attention's weights and the last state beside the logits. */
  decode(pair: SequencePair, options: Seq2SeqCall = {}): Decoded<State> {
    requirePair('Seq2Seq', pair);
    const { source, target } = pair;
    const { lengths, ...forcing } = optionsOf('Seq2Seq', options, ['lengths', ...forcingNames]);
    const state = this.encode(source, lengths === undefined ? {} : { lengths });
    return this.decoder.forward(target, state, forcing);
  }

  /** Reads sources: what the first step needs. */
  encode(source: Tensor, options?: EncodeOptions): DecoderState<State> {
    const { output, state, padding } = this.encoder.forward(source, options);
    // Without a bridge both have states of one kind.
    const first =
      this.bridge?.forward(state) ??
      (joinDirections(this.encoder.recurrent, state) as unknown as State);
    return this.decoder.start(first, output, padding);
  }

  step(tokens: Tensor, state: DecoderState<State>): Step<DecoderState<State>> {
    return this.decoder.step(tokens, state);
  }

  select(state: DecoderState<State>, index: Tensor): DecoderState<State> {
    return this.decoder.select(state, index);
  }
}
