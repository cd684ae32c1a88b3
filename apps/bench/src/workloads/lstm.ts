import { LSTM } from '@kasane/layers-rnn';
import type { Tensor } from '@tensorflow/tfjs';
import type { Workload } from '../workload.ts';
import { HIDDEN, INPUT, recurrent, TIME, type RecurrentRow } from './recurrent.ts';

const row: Omit<RecurrentRow, 'id' | 'threads' | 'atMost'> = {
  name: 'LSTM',
  gates: 4,
  layer: () => new LSTM(INPUT, HIDDEN, { bias: false }),
  tfjs(tf, kernel, recurrent) {
    const layer = tf.layers.lstm({
      units: HIDDEN,
      useBias: false,
      recurrentActivation: 'sigmoid',
      // Drawing an orthogonal matrix takes a while, and it is replaced.
      recurrentInitializer: 'zeros',
    });
    layer.apply(tf.zeros([1, TIME, INPUT])); // weights come with the first call
    layer.setWeights([kernel, recurrent]);
    return (input) => layer.apply(input) as Tensor; // one tensor without returnState
  },
};

export const lstm: Workload = recurrent({ ...row, id: 'lstm', threads: 2, atMost: 25 });
export const lstm1Thread: Workload = recurrent({
  ...row,
  id: 'lstm-1-thread',
  threads: 1,
  atMost: 35,
});
