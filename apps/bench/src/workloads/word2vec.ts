/**
 * Skip-gram with negative sampling as a layer: 10,000 words of 100 numbers, batches of 512 words with a neighbour and 5 opposites each, sparse
 * gradients.
 *
 *     s = u v,  L = mean(−log σ(s₀) − Σ log σ(−sₖ)),   p ← p − 0.5 ∂L/∂p in the rows that the batch names
 *
 * A step is one update with SGD, after which its loss is read.
 */
import { backward } from '@kasane/autograd';
import { negativeSamplingLoss, SkipGram } from '@kasane/nlp-embeddings';
import { SGD } from '@kasane/optim';
import { scope, tensor, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { numbers } from '../numbers.ts';
import { kasane } from '../peers/kasane.ts';
import { pytorch } from '../peers/pytorch.ts';
import type { Workload } from '../workload.ts';
import { training } from './training.ts';

const VOCABULARY = 10_000;
const SIZE = 100;
const BATCH = 512;
const TARGETS = 6;
const LR = 0.5;
const places = (count: number, seed: number): Int32Array =>
  Int32Array.from(numbers(count, seed), (x) => Math.floor(((x + 1) / 2) * (VOCABULARY - 1)));
const IN = numbers(VOCABULARY * SIZE, 1).map((x) => x / SIZE); // (V, D)
const OUT = numbers(VOCABULARY * SIZE, 2).map((x) => x / SIZE); // (V, D)
const WORDS = places(BATCH, 3); // (B)
const ANSWERS = places(BATCH * TARGETS, 4); // (B, 6)

export const word2vec: Workload = {
  id: 'word2vec',
  title:
    'training step of skip-gram, V 10,000, D 100, batch 512, 5 negatives, SGD, sparse, compiled',
  unit: 'ms',
  threads: 1,
  goals: [{ atMost: 0.4 }],

  ours: kasane(() => {
    const model = new SkipGram(VOCABULARY, SIZE);
    model.loadStateDict({
      'input.weight': tensor(IN, [VOCABULARY, SIZE]),
      'output.weight': tensor(OUT, [VOCABULARY, SIZE]),
    });
    const optimizer = new SGD(model.parameters(), { lr: LR });
    const words = tensor(WORDS, { dtype: 'int32' });
    const answers = tensor(ANSWERS, [BATCH, TARGETS], { dtype: 'int32' });
    const step = compile((words: Tensor, answers: Tensor): Tensor => {
      const loss = negativeSamplingLoss(model.forward(words, answers));
      backward(loss);
      optimizer.step();
      optimizer.zeroGrad();
      return loss;
    });
    return training(() => scope(() => step(words, answers).item()));
  }),

  // Neither tfjs nor jax-js has gradients of rows.
  peers: [pytorch('word2vec.py', 1), pytorch('word2vec.py', 2)],
};
