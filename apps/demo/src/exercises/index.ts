import type { Exercise } from '../exercise.ts';
import { auxiliaryLoss } from './auxiliary-loss.ts';
import { bidirectionalRnn } from './bidirectional-rnn.ts';
import { bptt } from './bptt.ts';
import { cifar10 } from './cifar10.ts';
import { dataBias } from './data-bias.ts';
import { gradientClipping } from './gradient-clipping.ts';
import { gruVsLstm } from './gru-vs-lstm.ts';
import { inceptionModule } from './inception-module.ts';
import { iris } from './iris.ts';
import { kerasLinearRegression } from './keras-linear-regression.ts';
import { kerasMnistCnn } from './keras-mnist-cnn.ts';
import { kerasRnnBinaryAddition } from './keras-rnn-binary-addition.ts';
import { linearRegression } from './linear-regression.ts';
import { lstmGates } from './lstm-gates.ts';
import { mnistCnn } from './mnist-cnn.ts';
import { mnistMlp } from './mnist-mlp.ts';
import { mnistSoftmax } from './mnist-softmax.ts';
import { mnistThreeLayer } from './mnist-three-layer.ts';
import { nonlinearRegression } from './nonlinear-regression.ts';
import { oneShotLearning } from './one-shot-learning.ts';
import { perceptronGates } from './perceptron-gates.ts';
import { quiz } from './quiz.ts';
import { residualNetwork } from './residual-network.ts';
import { rnnBinaryAddition } from './rnn-binary-addition.ts';
import { rnnNextWord } from './rnn-next-word.ts';
import { rnnSine } from './rnn-sine.ts';
import { transferLearning } from './transfer-learning.ts';
import { vanishingGradient } from './vanishing-gradient.ts';
import { vggGooglenetResnet } from './vgg-googlenet-resnet.ts';
import { yolo } from './yolo.ts';

/** Every exercise, in the order of the report. */
export const exercises: readonly Exercise[] = [
  rnnSine,
  rnnNextWord,
  rnnBinaryAddition,
  bptt,
  gradientClipping,
  vanishingGradient,
  lstmGates,
  bidirectionalRnn,
  linearRegression,
  nonlinearRegression,
  mnistSoftmax,
  mnistThreeLayer,
  mnistCnn,
  inceptionModule,
  auxiliaryLoss,
  residualNetwork,
  transferLearning,
  oneShotLearning,
  dataBias,
  yolo,
  vggGooglenetResnet,
  quiz,
  kerasLinearRegression,
  perceptronGates,
  iris,
  mnistMlp,
  kerasMnistCnn,
  cifar10,
  kerasRnnBinaryAddition,
  gruVsLstm,
];
