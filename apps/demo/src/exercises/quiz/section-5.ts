/** The questions on sequences that answer sequences, on dialogue, and on variational autoencoders. */
import { gradients } from '@kasane/autograd';
import { Bidirectional, GRUCell, LSTM, RNNCell, unroll } from '@kasane/layers-rnn';
import { Embedding } from '@kasane/nn';
import { concat, Generator, randn, tensor, zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { float64 } from '../../float64.ts';
import { largestDifference } from '../../statistics.ts';
import { holds, numbersWhereItFits } from './question.ts';
import type { Question } from './question.ts';
import { composed } from './tree.ts';

const SIZE = 3;
const options = (seed: number) => ({ generator: new Generator(seed), ...float64() });
const numbers = (t: Tensor): number[] => [...t.dataSync()];

/** The words of an utterance as vectors, (T, 1, SIZE). */
const words = (length: number, seed: number): Tensor => randn([length, 1, SIZE], options(seed));

/** The state in which a cell is after the last word, (1, SIZE). */
const thought = (cell: GRUCell, input: Tensor): Tensor => unroll(cell, input).state;

// ——— what seq2seq is ———

const [QUESTION, ANSWER] = [5, 3];

/** How many words a network answers with, and whether the first of them has seen the whole question. */
function answered(answer: (question: Tensor) => readonly Tensor[]): readonly number[] {
  const question = words(QUESTION, 1);
  question.requiresGrad = true;
  const given = answer(question);
  const [seen] = gradients([given[0]!.sum()], [question]);
  const perWord = numbers(seen!.abs().sum([1, 2]));
  return [given.length, Number(perWord.every((slope) => slope > 0))];
}

const seq2seq: Question = {
  id: 'seq2seq',
  row: 63,
  ask: {
    en: 'Which one is seq2seq, which may answer a question of five words with three?',
    ja: '5語の入力に3語で答えることもできるseq2seqは、どの構造か',
  },
  options: {
    'an RNN that reads in both directions': () => {
      const [ahead, back] = [1, 2].map((seed) => new RNNCell(SIZE, SIZE, options(seed)));
      const layer = new Bidirectional(ahead!, back!);
      return answered((x) => layer.forward(x).output.unbind(0));
    },
    'an encoder RNN whose last state begins a decoder RNN': () => {
      const [encoder, decoder] = [1, 2].map((seed) => new GRUCell(SIZE, SIZE, options(seed)));
      return answered((x) => {
        let state = thought(encoder!, x);
        let word = zeros([1, SIZE], float64()); // the sign that an answer begins
        return Array.from(
          { length: ANSWER },
          () => (word = state = decoder!.step(word, state).state),
        );
      });
    },
    'a network that puts two neighbours together, up to the root of a tree': () => {
      const W = randn([SIZE, 2 * SIZE], options(1));
      return answered((x) => [
        x
          .unbind(0)
          .map((t) => t.reshape([SIZE]))
          .reduce((a, b) => composed(W, a, b)),
      ]);
    },
    'an LSTM that answers each word': () => {
      const layer = new LSTM(SIZE, SIZE, options(1));
      return answered((x) => layer.forward(x).output.unbind(0));
    },
  },
  truth: () => [ANSWER, 1],
  by: 'asking live networks, and autograd',
  key: ['an encoder RNN whose last state begins a decoder RNN'],
};

// ——— from a one-hot vector to an embedding ———

const [VOCABULARY, DIMENSIONS, WORD] = [5, 3, 2];
const E = (): Tensor => randn([DIMENSIONS, VOCABULARY], options(4)); // as the course has it: a column for each word
const w = (): Tensor =>
  tensor(WORD, { dtype: 'int32', backend: float64().backend }).oneHot(VOCABULARY).cast('float64');

const embedding: Question = {
  id: 'embedding',
  row: 64,
  ask: {
    en: 'w is a one-hot vector, E (embed_size, vocab_size): what is its embedding?',
    ja: 'one-hotベクトル w を、行列 E（embed_size × vocab_size）で埋め込み表現にする式は？',
  },
  options: {
    'E.dot(w)': numbersWhereItFits(() => E().matmul(w())),
    'E.T.dot(w)': numbersWhereItFits(() => E().t().matmul(w())),
    'w.dot(E)': numbersWhereItFits(() => w().matmul(E())),
    'E * w': numbersWhereItFits(() => E().mul(w())),
  },
  truth: () => {
    const layer = new Embedding(VOCABULARY, DIMENSIONS, float64());
    layer.loadStateDict({ weight: E().t() });
    return numbers(layer.forward(tensor(WORD, { dtype: 'int32', backend: float64().backend })));
  },
  by: 'Embedding',
  key: ['E.dot(w)'],
};

// ——— seq2seq, HRED, VHRED ———

const [utterances, cells] = [
  (first: number) => [words(4, first), words(3, 20), words(5, 21)],
  () => [5, 6].map((seed) => new GRUCell(SIZE, SIZE, options(seed))) as [GRUCell, GRUCell],
];

type Thought = (dialogue: readonly Tensor[], generator: Generator) => Tensor;

/** The vector that an answer begins with: of the last utterance alone. */
const ofSeq2seq: Thought = (dialogue) => thought(cells()[0], dialogue.at(-1)!);

/** Of all that was said: a second RNN reads the vectors of the utterances. */
const ofHred: Thought = (dialogue) => {
  const [encoder, context] = cells();
  return thought(
    context,
    concat(
      dialogue.map((one) => thought(encoder, one).unsqueeze(0)),
      0,
    ),
  );
};

/** The same beside a latent variable, drawn from a normal distribution whose mean and spread depend on it. */
const ofVhred: Thought = (dialogue, generator) => {
  const context = ofHred(dialogue, generator);
  const [mean, logVariance] = context.matmul(randn([SIZE, 2 * SIZE], options(7))).chunk(2, 1);
  const noise = randn([1, SIZE], { generator, ...float64() });
  return concat([context, mean!.add(logVariance!.mul(0.5).exp().mul(noise))], 1);
};

const differs = (a: Tensor, b: Tensor): boolean => largestDifference(numbers(a), numbers(b)) > 1e-3;

/** Whether other words at the beginning of the dialogue give another vector. */
const remembers = (think: Thought) =>
  holds(() =>
    differs(think(utterances(10), new Generator(8)), think(utterances(11), new Generator(8))),
  );

/** Whether one dialogue gives several vectors. */
const varies = (think: Thought) =>
  holds(() => {
    const generator = new Generator(9);
    return differs(think(utterances(10), generator), think(utterances(10), generator));
  });

const dialogue: Question = {
  id: 'seq2seq-hred-vhred',
  row: 70,
  ask: {
    en: 'What distinguishes seq2seq, HRED and VHRED in the vector from which they answer?',
    ja: 'seq2seq・HRED・VHREDの違いとして、応答のもとになるベクトルについて正しいのは？',
  },
  options: {
    'seq2seq: it depends on what was said before the last utterance': remembers(ofSeq2seq),
    'HRED: it depends on what was said before the last utterance': remembers(ofHred),
    'HRED: one dialogue gives several': varies(ofHred),
    'VHRED: one dialogue gives several': varies(ofVhred),
  },
  truth: () => [1],
  by: 'small cells that read one dialogue twice, and another beginning',
  key: [
    'HRED: it depends on what was said before the last utterance',
    'VHRED: one dialogue gives several',
  ],
};

// ——— the latent variable of a VAE ———

const latent: Question = {
  id: 'vae',
  row: 75,
  ask: {
    en: 'What does a VAE assume the latent variable z to be, of which an autoencoder says nothing? Its mean and deviation:',
    ja: 'VAEはオートエンコーダーの潜在変数 z に何を仮定するか（平均と標準偏差で比べる）',
  },
  options: {
    'a probability distribution, N(0, 1)': () => [0, 1],
    'one point, 0': () => [0, 0],
    'the class of the input, 0 or 1': () => [0.5, 0.5],
    'an input of its own, from 0 to 1': () => [0.5, 1 / Math.sqrt(12)],
  },
  // Down the term of the loss that z alone decides, KL = (μ² + σ² − 1 − log σ²) / 2.
  truth: () => {
    let [mean, logVariance] = [2, 1];
    for (let step = 0; step < 100; step++) {
      const mu = tensor(mean, { requiresGrad: true, ...float64() });
      const s = tensor(logVariance, { requiresGrad: true, ...float64() });
      const kl = mu.square().add(s.exp()).sub(s).sub(1).mul(0.5);
      const [dMean, dLogVariance] = gradients([kl], [mu, s]);
      mean -= 0.5 * dMean!.item();
      logVariance -= 0.5 * dLogVariance!.item();
    }
    return [mean, Math.exp(logVariance / 2)];
  },
  by: 'descent of the KL term, by autograd',
  key: ['a probability distribution, N(0, 1)'],
};

export const section5: readonly Question[] = [seq2seq, embedding, dialogue, latent];
