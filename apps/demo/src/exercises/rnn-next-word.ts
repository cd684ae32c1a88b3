/**
 * A recurrent network guesses the next word from the last five, nearly as well as who knows the grammar
 * that the text was generated from, also where a verb must agree with a noun four words before it.
 *
 *     h^t = f(x^t, h^(t−1))      p(word) = softmax(W h^5 + b)      loss = −log p(next word)
 *
 * The text is generated: sentences such as "the cat near the dogs sleeps quietly ." The grammar tells
 * the probability of every word, and so the lowest loss there can be.
 */
import { backward } from '@kasane/autograd';
import { GRU, LSTM, RNN } from '@kasane/layers-rnn';
import { crossEntropy, Embedding, Linear } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { Generator, noGrad, randperm, scope, tensor, zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { ADVERBS, id, NOUNS, VERBS, WORDS } from '../agreement.ts';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';
import { mean } from '../statistics.ts';

const WINDOW = 5;
const HIDDEN = 30; // units, and numbers of a word's vector
const BATCH = 128;
const SENTENCES = 400; // to learn from; half as many to be tested on

interface Text {
  readonly words: readonly number[];
  /** The probability that the grammar gave each word. */
  readonly chances: readonly number[];
  /** Where a verb follows another noun than its own, of the other number: place of the verb. */
  readonly distant: readonly { readonly at: number; readonly plural: 0 | 1 }[];
}

function write(sentences: number, generator: Generator): Text {
  const words: number[] = [];
  const chances: number[] = [];
  const distant: { at: number; plural: 0 | 1 }[] = [];
  const say = (word: string, chance: number): void => {
    words.push(id(word));
    chances.push(chance);
  };
  const pick = (list: readonly string[], chance: number): void =>
    say(list[generator.below(list.length)]!, chance / list.length);
  const coin = (): 0 | 1 => (generator.below(2) === 1 ? 1 : 0);
  for (let i = 0; i < sentences; i++) {
    const plural = coin();
    say('the', 1);
    pick(NOUNS[plural]!, 1 / 2);
    const far = coin() === 1;
    if (far) {
      const other = coin();
      say('near', 1 / 2);
      say('the', 1);
      pick(NOUNS[other]!, 1 / 2);
      if (other !== plural) distant.push({ at: words.length, plural });
    }
    pick(VERBS[plural]!, far ? 1 : 1 / 2);
    const adverb = coin() === 1;
    if (adverb) pick(ADVERBS, 1 / 2);
    say('.', adverb ? 1 : 1 / 2);
  }
  return { words, chances, distant };
}

/** Windows (N, 5) and the words that follow them (N). */
function windows({ words }: Text): readonly [Tensor, Tensor] {
  const starts = Array.from({ length: words.length - WINDOW }, (_, i) => i);
  return [
    tensor(starts.map((i) => words.slice(i, i + WINDOW)), { dtype: 'int32' }),
    tensor(words.slice(WINDOW), { dtype: 'int32' }),
  ]; // prettier-ignore
}

/** The loss of who has counted, in the training text, which word follows which; one more of each. */
function bigramLoss(training: Text, test: Text): number {
  const counts = WORDS.map(() => WORDS.map(() => 1));
  training.words.forEach((word, i) => {
    if (i > 0) counts[training.words[i - 1]!]![word]!++;
  });
  const losses = test.words.slice(WINDOW).map((word, i) => {
    const row = counts[test.words[i + WINDOW - 1]!]!;
    return -Math.log(row[word]! / row.reduce((sum, n) => sum + n, 0));
  });
  return mean(losses);
}

export const rnnNextWord: Exercise = defineExercise({
  id: 'rnn-next-word',
  title: { en: 'Guessing the next word', ja: '次の単語の予測' },
  summary: 'Predicts the next word of a generated text with RNN, LSTM or GRU.',
  rows: [1, 11],
  packages: [
    '@kasane/tensor-core',
    '@kasane/autograd',
    '@kasane/nn',
    '@kasane/optim',
    '@kasane/layers-rnn',
  ],
  parameters: {
    cell: {
      type: 'choice',
      options: ['rnn', 'lstm', 'gru'],
      default: 'rnn',
      description: 'recurrent cell',
    },
    lr: { type: 'number', default: 0.005, min: 1e-6, max: 10, description: 'learning rate' },
    epochs: {
      type: 'integer',
      default: 1000,
      quick: 60,
      min: 1,
      max: 1e5,
      description: 'passes over the text',
    },
  },
  variants: {
    lstm: { title: { en: 'LSTM', ja: 'LSTMセル' }, parameters: { cell: 'lstm' } },
    gru: { title: { en: 'GRU', ja: 'GRUセル' }, parameters: { cell: 'gru' } },
  },
  charts: {
    loss: { x: 'epoch', y: 'cross-entropy' },
  },
  *run({ parameters: { cell, lr, epochs }, seed }) {
    const generator = new Generator(seed);
    const text = write(SENTENCES, generator);
    const unseen = write(SENTENCES / 2, generator);
    const [x, next] = windows(text);
    const [testX, testNext] = windows(unseen);

    const options = { batchFirst: true, generator };
    const embedding = new Embedding(WORDS.length, HIDDEN, { generator });
    const recurrent = {
      rnn: (): RNN => new RNN(HIDDEN, HIDDEN, options),
      lstm: (): LSTM => new LSTM(HIDDEN, HIDDEN, options),
      gru: (): GRU => new GRU(HIDDEN, HIDDEN, options),
    }[cell]();
    if (cell === 'lstm') {
      // A forget gate that starts open; gates stand in the order i, f, g, o.
      const bias = zeros([4, HIDDEN]).add(tensor([[0], [1], [0], [0]]));
      recurrent.loadStateDict({ ...recurrent.stateDict(), bias_ih_l0: bias.reshape([4 * HIDDEN]) });
    }
    const read = (x: Tensor): Tensor =>
      recurrent instanceof LSTM ? recurrent.forward(x).output : recurrent.forward(x).output;
    const dense = new Linear(HIDDEN, WORDS.length, { generator });
    const scores = (words: Tensor): Tensor => {
      const last = read(embedding.forward(words)).slice(1, -1);
      return dense.forward(last.reshape([words.shape[0]!, HIDDEN])); // (B, V)
    };
    const parameters = [embedding, recurrent, dense].flatMap((part) => part.parameters());
    const optimizer = new Adam(parameters, { lr });
    const step = compile(
      (words: Tensor, target: Tensor): Tensor => {
        const loss = crossEntropy(scores(words), target);
        optimizer.zeroGrad();
        backward(loss);
        optimizer.step();
        return loss.detach();
      },
      { onFallback: () => {} }, // only the wasm backend compiles
    );
    const testLoss = (): number =>
      scope(() => noGrad(() => crossEntropy(scores(testX), testNext).item()));

    const batches = Math.floor(next.size / BATCH);
    let best = Infinity;
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const loss = scope(() => {
        const order = randperm(next.size, { generator });
        const [ex, en] = [x.indexSelect(0, order), next.indexSelect(0, order)];
        let sum = 0;
        for (let b = 0; b < batches * BATCH; b += BATCH) {
          sum += step(ex.slice(0, b, b + BATCH), en.slice(0, b, b + BATCH)).item();
        }
        return sum / batches;
      });
      yield { type: 'progress', step: epoch, total: epochs, loss };
      if (epoch > 100 && epoch % 10 > 0) continue;
      const test = testLoss();
      best = Math.min(best, test);
      yield { type: 'series', chart: 'loss', name: 'training', x: epoch, y: loss };
      yield { type: 'series', chart: 'loss', name: 'test', x: epoch, y: test };
    }

    // ——— what can be known ———
    const floor = mean(unseen.chances.slice(WINDOW).map((chance) => -Math.log(chance)));
    const bigrams = bigramLoss(text, unseen);
    yield { type: 'metric', name: 'lowest loss there can be', value: floor };
    yield { type: 'metric', name: 'loss of counted pairs of words', value: bigrams };
    yield { type: 'metric', name: 'best loss on unseen text', value: best };

    // ——— verbs whose noun is four words back, with a noun of the other number between ———
    const far = unseen.distant.filter(({ at }) => at >= WINDOW);
    const places = tensor(far.map(({ at }) => at - WINDOW), { dtype: 'int32' }); // prettier-ignore
    const chances = noGrad(() => scores(testX.indexSelect(0, places)).softmax(1)); // (n, V)
    const rows = chances.toArray() as number[][]; // a matrix of numbers
    const agreeing = far.map(({ plural }, i) =>
      VERBS[plural]!.reduce((sum, verb) => sum + rows[i]![id(verb)]!, 0),
    );
    const sure = agreeing.filter((chance) => chance > 0.5).length / far.length;
    yield { type: 'metric', name: 'probability of the verbs that agree', value: mean(agreeing) };

    return [
      check(1, 'best loss on unseen text, above the lowest there can be', best - floor).below(0.1),
      check(1, 'best loss on unseen text, below counted pairs of words', bigrams - best).above(0.1),
      check(11, 'verbs that agree with a noun four words back', sure).atLeast(0.9),
    ];
  },
});
