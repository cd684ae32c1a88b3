/**
 * Finding a wrong word whose mistake shows only later: a network that reads in both directions marks it,
 * one that reads forward can only guess.
 *
 *     h_f^t = f(W x^t + U h_f^(t−1))      h_b^t = f(W' x^t + U' h_b^(t+1))      y^t = V [h_f^t ; h_b^t]
 *
 * In generated sentences such as "the cats near the dog sleeps often ." the first noun is wrong in every
 * second case: only the verb, four words later, tells.
 */
import { GRU } from '@kasane/layers-rnn';
import { binaryCrossEntropyWithLogits, Embedding, Linear, Module } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { concat, Generator, noGrad, scope, ShapeError, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { ADVERBS, id, NOUNS, VERBS, WORDS } from '../agreement.ts';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { AsyncPart, Exercise } from '../exercise.ts';
import { following } from '../following.ts';
import { read } from '../losses.ts';
import { largestDifference } from '../statistics.ts';

const PLACE = 1; // of the noun that may be wrong
const BATCH = 32;
const TESTED = 1000; // sentences
const LOG_EVERY = 10; // steps between two points of the loss

// #region lesson
/** Sentences (B, T), and for each word whether it is wrong, (B, T, 1). */
function sentences(count: number, generator: Generator): readonly [Tensor, Tensor] {
  const coin = (): number => generator.below(2);
  const pick = (list: readonly string[]): string => list[generator.below(list.length)]!;
  const words: number[][] = [];
  const wrong: number[][][] = [];
  for (let i = 0; i < count; i++) {
    const [plural, mistaken] = [coin(), coin()];
    const noun = pick(NOUNS[mistaken === 1 ? 1 - plural : plural]!);
    const other = pick(NOUNS[coin()]!);
    const text = ['the', noun, 'near', 'the', other, pick(VERBS[plural]!), pick(ADVERBS), '.'];
    words.push(text.map(id));
    wrong.push(text.map((_, t) => [t === PLACE ? mistaken : 0]));
  }
  return [tensor(words, { dtype: 'int32' }), tensor(wrong)];
}

/** Reads sentences (B, T); gives the logit of each word's being wrong, (B, T, 1). */
class Reader extends Module {
  readonly embedding: Embedding;
  readonly gru: GRU;
  readonly dense: Linear;

  constructor(hidden: number, bidirectional: boolean, generator: Generator) {
    super();
    this.embedding = new Embedding(WORDS.length, hidden, { generator });
    this.gru = new GRU(hidden, hidden, { batchFirst: true, bidirectional, generator });
    this.dense = new Linear(hidden * (bidirectional ? 2 : 1), 1, { generator });
  }

  forward(words: Tensor): Tensor {
    return this.dense.forward(this.gru.forward(this.embedding.forward(words)).output);
  }
}

const atNoun = (t: Tensor): Tensor => t.slice(1, PLACE, PLACE + 1); // (B, 1, 1)

/** Trains a reader, and gives the loss of the noun after each step. */
function* training(
  reader: Reader,
  { lr, steps }: { lr: number; steps: number },
  generator: Generator,
): Iterable<Tensor> {
  const optimizer = new Adam(reader.parameters(), { lr });
  const step = trainStep((words: Tensor, wrong: Tensor) => {
    const losses = binaryCrossEntropyWithLogits(reader.forward(words), wrong, {
      reduction: 'none',
    });
    return [losses.mean(), atNoun(losses).mean()];
  }, optimizer);
  for (let i = 0; i < steps; i++) {
    const [words, wrong] = sentences(BATCH, generator);
    const [loss, ofNoun] = step(words, wrong);
    for (const used of [words, wrong, loss]) used.dispose();
    yield ofNoun;
  }
}
// #endregion

interface Trained {
  readonly reader: Reader;
  /** Share of the nouns judged rightly. */
  readonly nouns: number;
}

/** The probability that the noun of a sentence is wrong. */
const suspicion = (reader: Reader, text: readonly string[]): Promise<number> =>
  read(
    scope(() => {
      const words = tensor([text.map(id)], { dtype: 'int32' });
      return atNoun(noGrad(() => reader.forward(words)).sigmoid());
    }),
  );

const JOINED = 'np.concatenate([h_f, h_b[::-1]], axis=1)'; // as the course has it

/** Ways to join the states of both directions, each (T, H), both in the order of time. */
const JOINTS: Readonly<Record<string, (forward: Tensor, backward: Tensor) => Tensor>> = {
  'h_f + h_b[::-1]': (forward, backward) => forward.add(backward),
  'h_f * h_b[::-1]': (forward, backward) => forward.mul(backward),
  'np.concatenate([h_f, h_b[::-1]], axis=0)': (forward, backward) => concat([forward, backward], 0),
  [JOINED]: (forward, backward) => concat([forward, backward], 1),
};

/** V (1, 2H) of a trained network applied to its joined states: which fit, and how far the answers are from the network's. */
async function joined(reader: Reader, text: readonly string[]): Promise<[string[], number]> {
  const words = tensor([text.map(id)], { dtype: 'int32' });
  const logits = noGrad(() => reader.forward(words));
  const states = noGrad(() => reader.gru.forward(reader.embedding.forward(words)).output); // (1, T, 2H)
  const both = states.reshape([text.length, states.shape[2]!]);
  const [forward, backward] = both.split(states.shape[2]! / 2, 1);
  const { weight, bias } = reader.dense;
  const fits: string[] = [];
  let apart = 0;
  for (const [name, join] of Object.entries(JOINTS)) {
    const merged = join(forward!, backward!);
    let y: Tensor;
    try {
      y = noGrad(() => merged.matmul(weight.t()).add(bias!)); // (T, 1)
    } catch (error) {
      if (error instanceof ShapeError) continue;
      throw error;
    }
    fits.push(name);
    apart = Math.max(apart, largestDifference(await y.data(), await logits.data()));
  }
  return [fits, apart];
}

export const bidirectionalRnn: Exercise = defineExercise({
  id: 'bidirectional-rnn',
  title: { en: 'Reading in both directions', ja: '双方向RNN' },
  summary: 'Marks wrong words in generated sentences, with and without a look at what follows.',
  rows: [51, 52],
  parameters: {
    hidden: { type: 'integer', default: 32, min: 1, max: 256, description: 'units a direction' },
    lr: { type: 'number', default: 0.01, min: 1e-6, max: 10, description: 'learning rate' },
    steps: { type: 'integer', default: 2000, min: 10, max: 1e5, description: 'training steps' },
  },
  charts: {
    loss: { x: 'step', y: 'binary cross-entropy of the noun' },
  },
  async *run({ parameters: { hidden, lr, steps }, seed }) {
    async function* trained(bidirectional: boolean): AsyncPart<'loss', Trained> {
      const generator = new Generator(seed);
      const reader = new Reader(hidden, bidirectional, generator);
      const name = bidirectional ? 'both directions' : 'forward';
      const done = bidirectional ? steps : 0;
      const curve = { chart: 'loss', name, every: LOG_EVERY, done, total: 2 * steps } as const;
      yield* following(training(reader, { lr, steps }, generator), curve);
      const right = scope(() =>
        noGrad(() => {
          const [words, wrong] = sentences(TESTED, generator);
          const marked = atNoun(reader.forward(words)).greater(0);
          return marked.equal(atNoun(wrong).greater(0.5)).mean();
        }),
      );
      return { reader, nouns: await read(right) };
    }

    const forward = yield* trained(false);
    const both = yield* trained(true);
    yield { type: 'metric', name: 'nouns judged rightly, forward', value: forward.nouns };
    yield { type: 'metric', name: 'nouns judged rightly, both directions', value: both.nouns };

    // ——— another verb: does the answer at the noun change? ———
    const sentence = ['the', 'cat', 'near', 'the', 'dogs', 'sleeps', 'often', '.'];
    const changed = sentence.with(sentence.indexOf('sleeps'), 'sleep');
    const answers = ({ reader }: Trained): Promise<number[]> =>
      Promise.all([sentence, changed].map((text) => suspicion(reader, text)));
    const [one, two] = [await answers(forward), await answers(both)];
    yield {
      type: 'table',
      name: 'probability that "cat" is wrong',
      columns: ['sentence', 'forward', 'both directions'],
      rows: [sentence, changed].map((text, i) => [text.join(' '), one[i]!, two[i]!]),
    };

    // ——— what the output layer sees ———
    const [fits, apart] = await joined(both.reader, sentence);
    const taken = fits.join(' and ');
    const later = ([before, after]: readonly number[]): number => Math.abs(before! - after!);
    const checks = [
      check(51, 'nouns judged rightly, forward only: a guess', forward.nouns).below(0.6),
      check(51, 'nouns judged rightly, both directions', both.nouns).atLeast(0.95),
      check(51, 'forward: what a later word changes', later(one)).equals(0),
      check(51, 'both: what a later word changes', later(two)).above(0.5),
      check(52, 'joined states of both directions that V takes', taken).equals(JOINED),
      check(52, 'V applied to them against the answers of the network', apart).below(1e-6),
    ];
    return { checks, trained: both.reader };
  },
  tries: {
    sentence: {
      title: { en: 'Which word is wrong?', ja: 'どの単語が誤り？' },
      parameters: {
        noun: { type: 'choice', options: NOUNS.flat(), default: 'cats', description: 'the first noun' },
        other: { type: 'choice', options: NOUNS.flat(), default: 'dogs', description: 'the second noun' },
        verb: { type: 'choice', options: VERBS.flat(), default: 'sleeps', description: 'the verb' },
      }, // prettier-ignore
      async *run(reader, { noun, other, verb }) {
        const tokens = ['the', noun, 'near', 'the', other, verb, 'often', '.'];
        const y = scope(() => {
          const words = tensor([tokens.map(id)], { dtype: 'int32' });
          return noGrad(() => reader.forward(words)).sigmoid();
        }); // (1, T, 1)
        const values = [...(await y.data())];
        y.dispose();
        yield { type: 'tokens', name: 'probability of being wrong', tokens, values, range: [0, 1] };
      },
    },
  },
});
