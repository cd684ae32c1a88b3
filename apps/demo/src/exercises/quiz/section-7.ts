/** The questions on word vectors, attention, and recursive networks. */
import { GRUCell, RNNCell, unroll } from '@kasane/layers-rnn';
import { Embedding } from '@kasane/nn';
import { scaledDotProductAttention } from '@kasane/nn/attention';
import { eye, Generator, randn, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { float64 } from '../../float64.ts';
import { largestDifference, sum } from '../../statistics.ts';
import { holds, numbersWhereItFits } from './question.ts';
import type { Question } from './question.ts';
import { composed } from './tree.ts';

const [VOCABULARY, SIZE] = [100, 4];
const options = (seed: number) => ({ generator: new Generator(seed), ...float64() });
const numbers = (t: Tensor): number[] => [...t.dataSync()];
const differ = (a: Tensor, b: Tensor): boolean => largestDifference(numbers(a), numbers(b)) > 1e-6;

// ——— RNN and word2vec ———

const table = (): Embedding => new Embedding(VOCABULARY, SIZE, options(1));

/** The vectors of words, (T, 1, SIZE). */
const lookUp = (words: readonly number[]): Tensor =>
  table()
    .forward(tensor([...words], { dtype: 'int32', backend: float64().backend }))
    .unsqueeze(1);

/** What an RNN makes of the last of some words. */
const read = (words: readonly number[]): Tensor =>
  unroll(new RNNCell(SIZE, SIZE, options(2)), lookUp(words)).state;

/** What CBOW makes of the words around: the mean of their vectors. */
const around = (words: readonly number[]): Tensor => lookUp(words).mean(0);

const wordVectors: Question = {
  id: 'rnn-word2vec',
  row: 87,
  ask: {
    en: 'What distinguishes an RNN and word2vec?',
    ja: 'RNNとword2vecの違いとして正しいのは？',
  },
  options: {
    'RNN: the order of the words changes what it gives': holds(() =>
      differ(read([3, 7, 5]), read([7, 3, 5])),
    ),
    'RNN: it has one vector for a word, wherever that stands': holds(
      () => !differ(read([3, 7, 5]), read([9, 5])),
    ),
    'word2vec (CBOW): the order of the words changes what it gives': holds(() =>
      differ(around([3, 7, 5]), around([7, 3, 5])),
    ),
    'word2vec: each word of the vocabulary has a vector of far fewer numbers': holds(() => {
      const { weight } = table();
      return weight.shape[0] === VOCABULARY && weight.size < (VOCABULARY * VOCABULARY) / 10;
    }),
  },
  truth: () => [1],
  by: 'one table of vectors, read by a cell and averaged',
  key: [
    'RNN: the order of the words changes what it gives',
    'word2vec: each word of the vocabulary has a vector of far fewer numbers',
  ],
};

// ——— seq2seq and attention ———

const sentence = (length: number): Tensor => randn([length, 1, SIZE], options(3));

/** How many numbers the decoder of seq2seq is given of a sentence: the encoder's last state. */
const handedOn = (length: number): number =>
  unroll(new GRUCell(SIZE, SIZE, options(4)), sentence(length)).state.size;

/** How much each word of a sentence counts for each word of an answer, (answer, sentence): the values are the words themselves. */
function weights(length: number, answer: number): Tensor {
  const keys = sentence(length).squeeze(1);
  const values = eye(length, length, float64());
  return scaledDotProductAttention(randn([answer, SIZE], options(5)), keys, values);
}

const attention: Question = {
  id: 'seq2seq-attention',
  row: 87,
  ask: {
    en: 'What distinguishes seq2seq without and with attention?',
    ja: 'seq2seqとAttentionの違いとして正しいのは？',
  },
  options: {
    'seq2seq: a sentence of any length becomes a vector of one size': holds(
      () => handedOn(3) === handedOn(30),
    ),
    'seq2seq: a longer sentence hands more on to the decoder': holds(
      () => handedOn(30) > handedOn(3),
    ),
    'attention: the words of the input get shares that add up to 1, other ones for each word of the answer':
      holds(() => {
        const [first, second] = weights(6, 2).unbind(0) as [Tensor, Tensor]; // of two words
        const shares = numbers(first);
        return (
          shares.every((share) => share > 0) &&
          Math.abs(sum(shares) - 1) < 1e-9 &&
          differ(first, second)
        );
      }),
    'attention: a longer sentence gives the decoder more to choose from': holds(
      () => weights(30, 1).size > weights(3, 1).size,
    ),
  },
  truth: () => [1],
  by: 'the states of a cell, and scaledDotProductAttention',
  key: [
    'seq2seq: a sentence of any length becomes a vector of one size',
    'attention: the words of the input get shares that add up to 1, other ones for each word of the answer',
    'attention: a longer sentence gives the decoder more to choose from',
  ],
};

// ——— two neighbours as one vector ———

const pair = (): { W: Tensor; left: Tensor; right: Tensor } => ({
  W: randn([SIZE, 2 * SIZE], options(6)),
  left: randn([SIZE], options(7)),
  right: randn([SIZE], options(8)),
});

/** What is made of a pair and W; nothing where the shapes do not fit. */
const product = (make: (W: Tensor, left: Tensor, right: Tensor) => Tensor) =>
  numbersWhereItFits(() => {
    const { W, left, right } = pair();
    return make(W, left, right);
  });

const neighbours: Question = {
  id: 'recursive-network',
  row: 88,
  ask: {
    en: 'A recursive network makes one vector of two neighbours, left and right (d), with W (d, 2d). How?',
    ja: '隣接する単語 left と right（d）から、重み W（d × 2d）で表現ベクトルを作る式は？',
  },
  options: {
    'W.dot(left + right)': product((W, left, right) => W.matmul(left.add(right))),
    'W.dot(np.concatenate([left, right]))': product(composed),
    'W.dot(left * right)': product((W, left, right) => W.matmul(left.mul(right))),
    'W.dot(np.maximum(left, right))': product((W, left, right) => W.matmul(left.maximum(right))),
  },
  // Every number of W has its own pair of ends: column j belongs to left, column d + j to right.
  truth: () => {
    const { W, left, right } = pair();
    const [w, l, r] = [W, left, right].map(numbers) as [number[], number[], number[]]; // as many
    return Array.from({ length: SIZE }, (_, i) =>
      sum(l.map((value, j) => w[2 * SIZE * i + j]! * value + w[2 * SIZE * i + SIZE + j]! * r[j]!)),
    );
  },
  by: 'adding up what leads to each number',
  key: ['W.dot(np.concatenate([left, right]))'],
};

export const section7: readonly Question[] = [wordVectors, attention, neighbours];
