/**
 * A network reads a sentence of one language to its end, and another writes it in a second language, word by word.
 *
 *     h_s = GRU(E x_s, h_(s−1))      z_0 = h_S      p(y_t) = softmax(W z_t + b)      z_t = GRU(E' y_(t−1), z_(t−1))
 *
 * The sentences are numbers and dates, read aloud in English and in Japanese, which says the year first; or dates in letters, brought into one
 * form. The decoder looks back at what it translates; the variant `plain` has only the state that the encoder leaves.
 */
import { Vocabulary } from '@kasane/nlp-embeddings';
import { averageCheckpoints, type TokenPair } from '@kasane/seq2seq';
import { BLEU } from '@kasane/seq2seq/metrics';
import type { StateDict } from '@kasane/nn';
import { Generator } from '@kasane/tensor-core';
import { defineExercise } from '../../exercise.ts';
import type { Exercise } from '../../exercise.ts';
import { check } from '../../check.ts';
import { Losses } from '../../losses.ts';
import { mean } from '../../statistics.ts';
import { UsageError } from '../../usage-error.ts';
import { publishedSize, sampling, states, words, writing } from './checks.ts';
import { recurrent, transformer } from './network.ts';
import { generated, type Pair } from './sentences.ts';
import { training } from './training.ts';
import { translate, type Trained, type Translation } from './translation.ts';

const TESTED = 200; // sentences
const MOST = 20; // words written at most
const AVERAGED = 3; // last epochs of a Transformer

/** How much of each word went into each that was written. */
const lookedAt = (sentence: readonly string[], { words: written, weights }: Translation) =>
  ({
    type: 'heatmap',
    name: 'where it looked',
    rows: [...written, 'end'].slice(0, weights.length),
    columns: [...sentence, 'end'],
    values: weights,
    x: 'read',
    y: 'written',
    range: [0, 1],
  }) as const;

export const seq2seqTranslation: Exercise = defineExercise({
  id: 'seq2seq-translation',
  title: { en: 'Translating sentences', ja: 'seq2seqによる翻訳' },
  summary: 'Translates numbers and dates that are read aloud, word by word, and shows where it looks.',
  rows: [53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 64],
  parameters: {
    task: { type: 'choice', options: ['spoken', 'formats'], default: 'spoken', description: 'numbers and dates read aloud, or dates in letters' },
    model: { type: 'choice', options: ['gru', 'attention', 'transformer'], default: 'attention', description: 'what translates' },
    hidden: { type: 'integer', default: 64, min: 4, max: 1024, description: 'numbers of a vector and of a state, a multiple of 4' },
    lr: { type: 'number', default: 0.005, min: 1e-6, max: 1, description: 'largest learning rate of Adam' },
    batch: { type: 'integer', default: 64, min: 1, max: 1000, description: 'sentences in a step' },
    forcing: { type: 'number', default: 0.5, min: 0, max: 1, description: 'share of batches in which the decoder is told the right words' },
    smoothing: { type: 'number', default: 0, min: 0, max: 0.9, description: 'share of a target that is spread over all words' },
    sentences: { type: 'integer', default: 6000, quick: 3000, min: 100, max: 50_000, description: 'generated sentences to learn from' },
    epochs: { type: 'integer', default: 20, quick: 12, min: 1, max: 1000, description: 'passes over the sentences' },
  },
  variants: {
    plain: { title: { en: 'Without attention, as the course has it', ja: 'Attentionなし' }, parameters: { model: 'gru', forcing: 0.2, epochs: 60 }, quick: { epochs: 12 } },
    transformer: { title: { en: 'A Transformer', ja: 'Transformer' }, parameters: { model: 'transformer', lr: 0.002, forcing: 1, smoothing: 0.1 } },
    formats: { title: { en: 'Dates into one form, letter by letter', ja: '日付の書式' }, parameters: { task: 'formats', forcing: 1 } },
  },
  charts: {
    loss: { x: 'epoch', y: 'cross-entropy of a sentence', scale: 'log' },
    bleu: { x: 'epoch', y: 'BLEU' },
  },
  async *run({ parameters, seed, preset }) {
    const { task, model: kind, hidden, sentences, ...settings } = parameters;
    if (hidden % 4 !== 0) throw new UsageError(`hidden must be a multiple of 4, got ${hidden}`);
    const generator = new Generator(seed);
    const corpus = generated(task, sentences, TESTED, generator.fork('sentences'));
    const side = (i: 0 | 1): Vocabulary => Vocabulary.from(corpus.train.map((pair) => pair[i]));
    const [source, target] = [side(0), side(1)];
    const sizes = [source.size, target.size] as const;
    const model =
      kind === 'transformer'
        ? transformer(sizes, hidden, generator)
        : recurrent(sizes, hidden, kind === 'attention', generator);
    const trained: Trained = { model, source, target };
    const pairs: TokenPair[] = corpus.train.map(([s, t]) => [
      source.encode(s, { eos: true }),
      target.encode(t, { bos: true, eos: true }),
    ]);
    const answers = (some: readonly Pair[]): Promise<Translation[]> =>
      translate(trained, some.map(([s]) => s), MOST); // prettier-ignore
    const text = (list: readonly (readonly string[])[]): string[] => list.map((w) => w.join(' '));
    const bleu = async (some: readonly Pair[]): Promise<number> => {
      const found = text((await answers(some)).map(({ words: own }) => own));
      return new BLEU({ tokenize: 'none' }).corpusScore(found, [text(some.map(([, t]) => t))]).score;
    };

    yield { type: 'metric', name: 'parameters', value: model.numParameters() };
    const last: StateDict[] = [];
    let epoch = 0;
    for await (const steps of training(model, pairs, { ...settings, cycle: true }, generator)) {
      const losses = new Losses();
      for (const one of steps) losses.push(one);
      const loss = mean(await losses.read());
      epoch++;
      yield { type: 'progress', step: epoch, total: settings.epochs, loss };
      yield { type: 'series', chart: 'loss', name: 'training', x: epoch, y: loss };
      yield { type: 'series', chart: 'bleu', name: 'unseen', x: epoch, y: await bleu(corpus.dev) };
      if (kind === 'transformer' && epoch > settings.epochs - AVERAGED) last.push(model.stateDict());
    }
    // Weights of the last epochs do better together than the last alone.
    if (last.length > 0) model.loadStateDict(averageCheckpoints(last));

    const { test } = corpus;
    const written = await answers(test);
    const right = mean(written.map((one, i) => Number(one.words.join() === test[i]![1].join())));
    yield { type: 'metric', name: 'BLEU on unseen sentences', value: await bleu(test) };
    yield {
      type: 'table',
      name: 'unseen sentences',
      columns: ['read', 'written', 'right'],
      rows: test.slice(0, 8).map(([s, t], i) => [s.join(' '), written[i]!.words.join(' '), written[i]!.words.join() === t.join()]),
    }; // prettier-ignore
    if (written[0]!.weights.length > 0) yield lookedAt(test[0]![0], written[0]!);

    const [one, two] = [test[0]!, test[1]!];
    const checks = [
      // The plain model needs more epochs than a quick run has.
      check(53, 'unseen sentences translated without a mistake', right).atLeast(kind === 'gru' && preset === 'quick' ? 0.02 : 0.95),
      publishedSize(),
      ...(await states(trained, [one, two])),
      ...(await words(trained, one)),
      ...(await sampling(trained, one, generator)),
      ...(await writing(trained, test, MOST)),
    ]; // prettier-ignore
    return { checks, trained: { trained, task } };
  },
  tries: {
    sentence: {
      title: { en: 'Translate a sentence', ja: '文を翻訳する' },
      parameters: {
        text: { type: 'text', default: 'march the third nineteen ninety nine', maxLength: 200, description: 'a number or a date, in words or as the task has it' },
      },
      async *run({ trained, task }, { text }) {
        const sentence = task === 'formats' ? [...text.trim()] : text.trim().split(/\s+/);
        const unknown = sentence.find((word) => !trained.source.has(word));
        if (unknown !== undefined) {
          throw new UsageError(`the sentence has '${unknown}', which is none of the words that were learned`);
        }
        const [found] = (await translate(trained, [sentence], MOST)) as [Translation];
        yield { type: 'tokens', name: text, tokens: found.words, values: found.words.map(() => 1), range: [0, 1] };
        if (found.weights.length > 0) yield lookedAt(sentence, found);
      },
    },
  },
}); // prettier-ignore
