/**
 * Finding a wrong word whose mistake shows only later: a network that reads in both directions marks it,
 * one that reads forward can only guess.
 *
 *     h_f^t = f(W x^t + U h_f^(t−1))      h_b^t = f(W' x^t + U' h_b^(t+1))      y^t = V [h_f^t ; h_b^t]
 *
 * In generated sentences such as "the cats near the dog sleeps often ." the first noun is wrong in every
 * second case: only the verb, four words later, tells.
 */
import { backward } from '@kasane/autograd';
import { GRU } from '@kasane/layers-rnn';
import { binaryCrossEntropyWithLogits, Embedding, Linear } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { Generator, noGrad, scope, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { ADVERBS, id, NOUNS, VERBS, WORDS } from '../agreement.ts';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise, Part } from '../exercise.ts';
import { largestDifference } from '../statistics.ts';

const PLACE = 1; // of the noun that may be wrong
const BATCH = 32;
const TESTED = 1000; // sentences

/** Sentences (B, T), and for each word whether it is wrong, (B, T, 1). */
function sentences(count: number, generator: Generator): readonly [Tensor, Tensor] {
  const coin = (): number => generator.below(2);
  const pick = (list: readonly string[]): string => list[generator.below(list.length)]!;
  const words: number[][] = [];
  const wrong: number[][][] = [];
  for (let i = 0; i < count; i++) {
    const [plural, mistaken] = [coin(), coin()];
    const noun = pick(NOUNS[mistaken === 1 ? 1 - plural : plural]!);
    const text = ['the', noun, 'near', 'the', pick(NOUNS[coin()]!), pick(VERBS[plural]!), pick(ADVERBS), '.']; // prettier-ignore
    words.push(text.map(id));
    wrong.push(text.map((_, t) => [t === PLACE ? mistaken : 0]));
  }
  return [tensor(words, { dtype: 'int32' }), tensor(wrong)];
}

interface Reader {
  read(words: Tensor): Tensor; // (B, T) → (B, T, 1): the logit of being wrong
  /** Share of the nouns judged rightly. */
  readonly nouns: number;
}

export const bidirectionalRnn: Exercise = defineExercise({
  id: 'bidirectional-rnn',
  title: { en: 'Reading in both directions', ja: '双方向RNN' },
  summary: 'Marks wrong words in generated sentences, with and without a look at what follows.',
  lines: [139, 141],
  packages: [
    '@kasane/tensor-core',
    '@kasane/autograd',
    '@kasane/nn',
    '@kasane/optim',
    '@kasane/layers-rnn',
  ],
  parameters: {
    hidden: { type: 'integer', default: 32, min: 1, max: 256, description: 'units a direction' },
    lr: { type: 'number', default: 0.01, min: 1e-6, max: 10, description: 'learning rate' },
    steps: { type: 'integer', default: 2000, min: 10, max: 1e5, description: 'training steps' },
  },
  charts: {
    loss: { x: 'step', y: 'binary cross-entropy of the noun' },
  },
  *run({ parameters: { hidden, lr, steps }, seed }) {
    function* train(bidirectional: boolean): Part<'loss', Reader> {
      const generator = new Generator(seed);
      const embedding = new Embedding(WORDS.length, hidden, { generator });
      const gru = new GRU(hidden, hidden, { batchFirst: true, bidirectional, generator });
      const dense = new Linear(hidden * (bidirectional ? 2 : 1), 1, { generator });
      const read = (words: Tensor): Tensor =>
        dense.forward(gru.forward(embedding.forward(words)).output);
      const parameters = [embedding, gru, dense].flatMap((part) => part.parameters());
      const optimizer = new Adam(parameters, { lr });
      const step = compile(
        (words: Tensor, wrong: Tensor): Tensor => {
          const losses = binaryCrossEntropyWithLogits(read(words), wrong, { reduction: 'none' });
          optimizer.zeroGrad();
          backward(losses.mean());
          optimizer.step();
          return losses
            .detach()
            .slice(1, PLACE, PLACE + 1)
            .mean();
        },
        { onFallback: () => {} }, // only the wasm backend compiles
      );
      const name = bidirectional ? 'both directions' : 'forward';
      for (let i = 1; i <= steps; i++) {
        const loss = scope(() => step(...sentences(BATCH, generator)).item());
        const done = i + (bidirectional ? steps : 0);
        yield { type: 'progress', step: done, total: 2 * steps, loss };
        if (i % 10 === 0) yield { type: 'series', chart: 'loss', name, x: i, y: loss };
      }
      const nouns = scope(() =>
        noGrad(() => {
          const [words, wrong] = sentences(TESTED, generator);
          const noun = (t: Tensor): Tensor => t.slice(1, PLACE, PLACE + 1);
          return noun(read(words)).greater(0).equal(noun(wrong).greater(0.5)).mean().item();
        }),
      );
      return { read, nouns };
    }

    const forward = yield* train(false);
    const both = yield* train(true);
    yield { type: 'metric', name: 'nouns judged rightly, forward', value: forward.nouns };
    yield { type: 'metric', name: 'nouns judged rightly, both directions', value: both.nouns };

    // ——— another verb: does the answer at the noun change? ———
    const sentence = ['the', 'cat', 'near', 'the', 'dogs', 'sleeps', 'often', '.'];
    const changed = sentence.with(sentence.indexOf('sleeps'), 'sleep');
    const answers = ({ read }: Reader): number[] =>
      [sentence, changed].map((text) => {
        const words = tensor([text.map(id)], { dtype: 'int32' });
        return noGrad(() => read(words))
          .sigmoid()
          .dataSync()[PLACE]!;
      });
    const [one, two] = [answers(forward), answers(both)];
    yield {
      type: 'table',
      name: 'probability that "cat" is wrong',
      columns: ['sentence', 'forward', 'both directions'],
      rows: [sentence, changed].map((text, i) => [text.join(' '), one[i]!, two[i]!]),
    };

    // ——— what the output layer sees ———
    const generator = new Generator(seed);
    const options = { batchFirst: true, bidirectional: true, generator };
    const width = new GRU(2, 5, options).forward(tensor([[[1, 2], [3, 4], [5, 6]]])).output; // prettier-ignore
    return [
      check(51, 'nouns judged rightly, forward only: a guess', forward.nouns).below(0.6),
      check(51, 'nouns judged rightly, both directions', both.nouns).atLeast(0.95),
      check(51, 'forward: what a later word changes', largestDifference([one[0]!], [one[1]!])).equals(0), // prettier-ignore
      check(51, 'both: what a later word changes', largestDifference([two[0]!], [two[1]!])).above(0.5), // prettier-ignore
      check(52, 'states of 5 units a direction, over 3 steps', width.shape.join(' × ')).equals(
        '1 × 3 × 10',
      ),
    ];
  },
});
