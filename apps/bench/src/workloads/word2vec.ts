/**
 * Skip-gram with negative sampling as a layer: 1,000, 10,000 or 100,000 words of 100 numbers, batches of 512 words with a neighbour and 5 opposites each, sparse
 * gradients.
 *
 *     s = u v,  L = mean(−log σ(s₀) − Σ log σ(−sₖ)),   p ← p − 0.5 ∂L/∂p in the rows that the batch names
 *
 * A step is one update with SGD, after which its loss is read. It has the same work to do, however many words there are.
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

const SIZE = 100;
const BATCH = 512;
const TARGETS = 6;
const LR = 0.5;

const workload = (id: string, vocabulary: number): Workload => ({
  id,
  title: `training step of skip-gram, V ${vocabulary.toLocaleString('en')}, D 100, batch 512, 5 negatives, SGD, sparse, compiled`,
  unit: 'ms',
  threads: 1,
  goals: [{ atMost: 0.4 }],

  ours: kasane(() => {
    const places = (count: number, seed: number): Int32Array =>
      Int32Array.from(numbers(count, seed), (x) => Math.floor(((x + 1) / 2) * (vocabulary - 1)));
    const table = (seed: number): Tensor => {
      const values = numbers(vocabulary * SIZE, seed).map((x) => x / SIZE);
      return tensor(values, [vocabulary, SIZE]);
    };
    const model = new SkipGram(vocabulary, SIZE);
    model.loadStateDict({ 'input.weight': table(1), 'output.weight': table(2) });
    const optimizer = new SGD(model.parameters(), { lr: LR });
    const words = tensor(places(BATCH, 3), { dtype: 'int32' });
    const answers = tensor(places(BATCH * TARGETS, 4), [BATCH, TARGETS], { dtype: 'int32' });
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
  peers: [pytorch('word2vec.py', 1, `${vocabulary}`), pytorch('word2vec.py', 2, `${vocabulary}`)],
});

export const word2vecSmall: Workload = workload('word2vec-1k', 1000);
export const word2vec: Workload = workload('word2vec', 10_000);
export const word2vecLarge: Workload = workload('word2vec-100k', 100_000);
