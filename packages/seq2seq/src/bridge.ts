import { RecurrentLayer, type SequenceModule } from '@kasane/layers-rnn';
import { layerNames, layerOptions, Linear, Module, type LayerOptions } from '@kasane/nn';
import { optionsOf, scope, type Tensor } from '@kasane/tensor-core';
import { requireMade } from './given.ts';
import { mapTensors } from './map-tensors.ts';

/** What makes the decoder's first state of the encoder's last. */
export type Bridge<From, To = From> = Module & {
  /** From a state to a state. */
  forward(state: From): To;
};

/** A state of a layer that reads both ways, the two directions behind each other: (2·L, N, H) to (L, N, 2·H). */
export function joinDirections<State>(layer: SequenceModule<State>, state: State): State {
  if (!(layer instanceof RecurrentLayer) || !layer.bidirectional) return state;
  return mapTensors(state, (tensor) => {
    const [LD, N, H] = tensor.shape as [number, number, number]; // states of layers have three dims
    return tensor
      .reshape([LD / 2, 2, N, H])
      .transpose(1, 2)
      .reshape([LD / 2, N, 2 * H]);
  });
}

/**
 * A learned map from the encoder's last state to the decoder's first, for layers of other sizes.
 *
 * $$ s_0 = \tanh(W [\overrightarrow{h}; \overleftarrow{h}] + b) $$
 *
 * | tensor | shape                          |
 * | ------ | ------------------------------ |
 * | state  | (L·D, N, H), D directions      |
 * | output | (L, N, H′)                     |
 *
 * Parameters: `parts.{i}.weight` (H′, D·H) and `parts.{i}.bias` (H′), one for each tensor of the state: h of `GRU`, c and h of `LSTM`. Layers are of
 * one kind.
 *
 * @throws RangeError unless both have as many layers.
 *
 * @example
 * import { GRU } from '@kasane/layers-rnn';
 * import { LinearBridge } from '@kasane/seq2seq';
 * import { randn } from '@kasane/tensor-core';
 * const bridge = new LinearBridge(new GRU(4, 8, { bidirectional: true }), new GRU(4, 6));
 * bridge.forward(randn([2, 3, 8])).shape; // => [1,3,6]
 *
 * @see Bahdanau, Cho and Bengio (2015), Neural Machine Translation by Jointly Learning to Align and Translate, A.2.2.
 * @category Models
 */
export class LinearBridge<State> extends Module {
  /** One for each tensor of a state. */
  readonly parts: readonly Linear[];
  readonly #from: RecurrentLayer<State>;

  constructor(from: RecurrentLayer<State>, to: RecurrentLayer<State>, options?: LayerOptions) {
    super();
    const how = layerOptions(optionsOf('LinearBridge', options, layerNames));
    requireMade('LinearBridge', RecurrentLayer, from);
    requireMade('LinearBridge', RecurrentLayer, to);
    if (from.numLayers !== to.numLayers) {
      throw new RangeError(
        `LinearBridge: both need as many layers, got ${from.numLayers} and ${to.numLayers}.`,
      );
    }
    const size = (from.bidirectional ? 2 : 1) * from.hiddenSize;
    const cell = from.cell(0);
    let count = 0;
    scope(() => {
      mapTensors(cell.zeroState(1, cell.weightHh), (tensor) => (count++, tensor));
    });
    this.parts = Array.from({ length: count }, () => new Linear(size, to.hiddenSize, how));
    this.#from = from;
  }

  forward(state: State): State {
    let i = 0;
    const through = (x: Tensor): Tensor => this.parts[i++]!.forward(x).tanh();
    return mapTensors(joinDirections(this.#from, state), through);
  }
}
