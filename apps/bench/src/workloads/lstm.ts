import { LSTM } from '@kasane/layers-rnn';
import type { Tensor } from '@tensorflow/tfjs';
import type { Workload } from '../workload.ts';
import { HIDDEN, INPUT, recurrent, TIME } from './recurrent.ts';

export const lstm: Workload = recurrent({
  id: 'lstm',
  name: 'LSTM',
  gates: 4,
  atMost: 25,
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
});
