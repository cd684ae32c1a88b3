import * as rnn from '@kasane/layers-rnn';
import { Linear } from '@kasane/nn';
import { testHeld } from '@kasane/testing';

const [I, H] = [3, 40]; // 4·H·H are more than 4,096 elements, of which whole memories change hands
const many = { numLayers: 2, bidirectional: true };

testHeld(rnn, {
  CECCell: (o) => new rnn.CECCell(I, H, o),
  GatedCECCell: (o) => new rnn.GatedCECCell(I, H, o),
  GRU: (o) => new rnn.GRU(I, H, { ...many, ...o }),
  GRUCell: (o) => new rnn.GRUCell(I, H, o),
  GRUResetBefore: (o) => new rnn.GRUResetBefore(I, H, o),
  GRUResetBeforeCell: (o) => new rnn.GRUResetBeforeCell(I, H, o),
  LSTM: (o) => new rnn.LSTM(I, H, { ...many, ...o }),
  LSTMCell: (o) => new rnn.LSTMCell(I, H, o),
  PeepholeLSTM: (o) => new rnn.PeepholeLSTM(I, H, o),
  PeepholeLSTMCell: (o) => new rnn.PeepholeLSTMCell(I, H, o),
  RNN: (o) => new rnn.RNN(I, H, o),
  RNNCell: (o) => new rnn.RNNCell(I, H, o),
  TimeDistributed: (o) => new rnn.TimeDistributed(new Linear(I, H, o)),
});
