/**
 * Recurrent layers and the cells they are made of.
 *
 * @packageDocumentation
 */
export type { Cell, CellStep, Stepper } from './cell.ts';
export { RecurrentCell, type CellOptions, type RunOptions } from './recurrent-cell.ts';
export { RNNCell, type RNNNonlinearity, type RNNCellOptions } from './rnn-cell.ts';
export { LSTMCell, PeepholeLSTMCell } from './lstm-cell.ts';
export type { LSTMState } from './memory-cell.ts';
export { GRUCell, GRUResetBeforeCell } from './gru-cell.ts';
export { CECCell, GatedCECCell } from './carousel-cells.ts';

export { RNN, type RNNOptions } from './rnn.ts';
export { LSTM, PeepholeLSTM } from './lstm.ts';
export { GRU, GRUResetBefore } from './gru.ts';
export { RecurrentLayer, type RecurrentLayerOptions } from './recurrent-layer.ts';
export {
  Bidirectional,
  Recurrent,
  type BidirectionalState,
  type RecurrentOptions,
} from './recurrent.ts';
export { SequenceModule, type PackedOutput } from './sequence-module.ts';
export { TimeDistributed } from './time-distributed.ts';

export { unroll, type SequenceOutput, type UnrollOptions } from './unroll.ts';
export { truncatedBptt, type TruncatedBpttOptions } from './truncated-bptt.ts';
export { detachState } from './state.ts';
export type { Lengths, SequenceOptions } from './lengths.ts';
export {
  PackedSequence,
  packPaddedSequence,
  packSequence,
  padPackedSequence,
  padSequence,
  type PaddedSequences,
  type PaddingOptions,
  type PadPackedOptions,
  type PadSequenceOptions,
} from './packed-sequence.ts';
