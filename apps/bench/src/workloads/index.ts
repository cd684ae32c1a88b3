import type { Workload } from '../workload.ts';
import { add100 } from './add-100.ts';
import { add1M } from './add-1M.ts';
import { cartPoleBatched, cartPoleSteps } from './cart-pole.ts';
import { cifarBn } from './cifar-bn.ts';
import { cnnMnist } from './cnn-mnist.ts';
import { dqn } from './dqn.ts';
import { diffusion2d } from './diffusion-2d.ts';
import { dcgan } from './dcgan.ts';
import { gemm1024, gemm1024Threads } from './gemm-1024.ts';
import { gemm256, gemm256Threads } from './gemm-256.ts';
import { gru } from './gru.ts';
import { kerasMnistCnn } from './keras-mnist-cnn.ts';
import { load } from './load.ts';
import { lstm, lstm1Thread } from './lstm.ts';
import { matmul64 } from './matmul-64.ts';
import { mlpMnist, mlpMnistCompiled } from './mlp-mnist.ts';
import { mlpTiny, mlpTinyCompiled } from './mlp-tiny.ts';
import { resnet18Inference } from './resnet18-inference.ts';
import { rnnBinaryAddition, rnnBinaryAdditionCompiled } from './rnn-binary-addition.ts';
import { rnnKeras } from './rnn-keras.ts';
import { seq2seqAttention } from './seq2seq-attention.ts';
import { tokenizer } from './tokenizer.ts';
import { vae } from './vae.ts';
import { word2vecCorpus, word2vecCorpusCbow } from './word2vec-corpus.ts';
import { word2vec, word2vecLarge, word2vecSmall } from './word2vec.ts';

/** Every row, in the order of the table. */
export const workloads: readonly Workload[] = [
  matmul64,
  gemm256,
  gemm256Threads,
  gemm1024,
  gemm1024Threads,
  add100,
  add1M,
  mlpTiny,
  mlpTinyCompiled,
  mlpMnist,
  mlpMnistCompiled,
  cnnMnist,
  kerasMnistCnn,
  cifarBn,
  resnet18Inference,
  vae,
  diffusion2d,
  dcgan,
  rnnBinaryAddition,
  rnnBinaryAdditionCompiled,
  rnnKeras,
  lstm,
  lstm1Thread,
  gru,
  seq2seqAttention,
  word2vecSmall,
  word2vec,
  word2vecLarge,
  word2vecCorpus,
  word2vecCorpusCbow,
  tokenizer,
  cartPoleSteps,
  cartPoleBatched,
  dqn,
  load,
];
