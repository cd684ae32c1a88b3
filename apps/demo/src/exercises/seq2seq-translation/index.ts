/**
 * A network reads a sentence of one language to its end, and another writes it in a second language, word by word.
 *
 *     h_s = GRU(E x_s, h_(s−1))      z_0 = h_S      p(y_t) = softmax(W z_t + b)      z_t = GRU(E' y_(t−1), z_(t−1))
 *
 * The sentences are numbers and dates, read aloud in English and in Japanese, which says the year first; or dates in letters, brought into one
 * form; or with `--data` the 50,000 pairs of small_parallel_enja. The decoder looks back at what it translates; the variant `plain` has only the
 * state that the encoder leaves, and so has the published model, which is what `--data` trains unless a variant says otherwise.
 */
import { Vocabulary } from '@kasane/nlp-embeddings';
import { averageCheckpoints, type TokenPair } from '@kasane/seq2seq';
import { BLEU, type BLEUScore } from '@kasane/seq2seq/metrics';
import type { StateDict } from '@kasane/nn';
import { Generator } from '@kasane/tensor-core';
import { defineExercise } from '../../exercise.ts';
import type { AsyncPart, Exercise, ParallelCorpus, SentencePair } from '../../exercise.ts';
import { check, type Check } from '../../check.ts';
import { Losses } from '../../losses.ts';
import { mean } from '../../statistics.ts';
import { UsageError } from '../../usage-error.ts';
import { publishedSize, sampling, states, words, writing } from './checks.ts';
import { recurrent, transformer } from './network.ts';
import { beamTree, lookedAt, probable } from './pictures.ts';
import { publishedSplit } from './published-split.ts';
import { generated } from './sentences.ts';
import * as enja from './small-parallel-enja.ts';
import { stepsOf, training } from './training.ts';
import { translate, translateAll, type Trained } from './translation.ts';

const TESTED = 200; // generated sentences
const MOST = 20; // words written at most
const BEAMS = 5;
const AVERAGED = 3; // last epochs of a Transformer
const READ_EVERY = 10; // steps

export const seq2seqTranslation: Exercise = defineExercise({
  id: 'seq2seq-translation',
  title: { en: 'Translating sentences', ja: 'seq2seqによる翻訳' },
  summary: 'Translates numbers and dates that are read aloud, or with --data English into Japanese, and shows where it looks.',
  rows: [53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 64],
  data: 'small-parallel-enja',
  parameters: {
    task: { type: 'choice', options: ['spoken', 'formats'], default: 'spoken', description: 'numbers and dates read aloud, or dates in letters; not with --data' },
    model: { type: 'choice', options: ['gru', 'attention', 'transformer'], default: 'attention', description: 'what translates' },
    hidden: { type: 'integer', default: 64, min: 4, max: 1024, description: 'numbers of a vector and of a state, a multiple of 4' },
    bidirectional: { type: 'boolean', default: false, description: 'a GRU reads from the end as well, with half of the state each way' },
    dropout: { type: 'number', default: 0, min: 0, max: 0.9, description: 'share of numbers of vectors that are zero while it learns' },
    lr: { type: 'number', default: 0.005, min: 1e-6, max: 1, description: 'largest learning rate of Adam' },
    cycle: { type: 'boolean', default: true, description: 'raise the learning rate and lower it again, in place of keeping it' },
    batch: { type: 'integer', default: 64, min: 1, max: 1000, description: 'sentences in a step' },
    forcing: { type: 'number', default: 0.5, min: 0, max: 1, description: 'share of batches in which the decoder is told the right words' },
    smoothing: { type: 'number', default: 0, min: 0, max: 0.9, description: 'share of a target that is spread over all words' },
    sentences: { type: 'integer', default: 6000, quick: 3000, min: 100, max: 50_000, description: 'sentences to learn from, of --data 40,000 at most' },
    epochs: { type: 'integer', default: 20, quick: 12, min: 1, max: 1000, description: 'passes over the sentences' },
  },
  withData: enja.published,
  variants: {
    plain: { title: { en: 'Without attention, as the course has it', ja: 'Attentionなし' }, parameters: { model: 'gru', forcing: 0.2, epochs: 60 }, quick: { epochs: 12 }, withData: enja.published },
    attention: { title: { en: 'With attention, as without a variant; the way to have it with --data', ja: 'Attentionあり' }, parameters: {}, withData: enja.attention },
    transformer: { title: { en: 'A Transformer', ja: 'Transformer' }, parameters: { model: 'transformer', dropout: 0.1, lr: 0.002, forcing: 1, smoothing: 0.1 }, withData: enja.transformer },
    formats: { title: { en: 'Dates into one form, letter by letter', ja: '日付の書式' }, parameters: { task: 'formats', bidirectional: true, forcing: 1 } },
  },
  charts: {
    loss: { x: 'epoch', y: 'cross-entropy of a sentence', scale: 'log' },
    bleu: { x: 'epoch', y: 'BLEU', dots: ['kept run'] },
  },
  async *run({ parameters, seed, preset, data }) {
    const { task, model: kind, hidden, bidirectional, dropout, sentences, ...settings } = parameters;
    if (hidden % 4 !== 0) throw new UsageError(`hidden must be a multiple of 4, got ${hidden}`);
    const generator = new Generator(seed);
    const corpus: ParallelCorpus =
      data === undefined
        ? generated(task, sentences, TESTED, generator.fork('sentences'))
        : { ...data, train: publishedSplit(data.train).slice(0, sentences) };
    const side = (i: 0 | 1): Vocabulary =>
      Vocabulary.from(corpus.train.map((pair) => pair[i]), { minCount: data === undefined ? 1 : 2 });
    const [source, target] = [side(0), side(1)];
    const sizes = { hidden, dropout, bidirectional };
    const model =
      kind === 'transformer'
        ? transformer([source.size, target.size], sizes, generator)
        : recurrent([source.size, target.size], { ...sizes, looks: kind === 'attention' }, generator);
    const trained: Trained = { model, source, target };
    const pairs: TokenPair[] = corpus.train.map(([s, t]) => [
      source.encode(s, { eos: true }),
      target.encode(t, { bos: true, eos: true }),
    ]);
    const answers = (some: readonly SentencePair[], beams = 1): Promise<string[][]> =>
      translateAll(trained, some.map(([s]) => s), { most: MOST, beams });
    const bleu = (some: readonly SentencePair[], found: readonly (readonly string[])[]): BLEUScore =>
      new BLEU({ tokenize: 'none' }).corpusScore(
        found.map((one) => one.join(' ')),
        [some.map(([, t]) => t.join(' '))],
      );

    yield { type: 'metric', name: 'parameters', value: model.numParameters() };
    yield { type: 'table', name: 'words that are known', columns: ['read', 'written', 'sentences to learn from'], rows: [[source.size, target.size, pairs.length]] };

    const kept = data === undefined ? undefined : enja.KEPT[kind];
    if (kept !== undefined) {
      yield { type: 'series', chart: 'bleu', name: 'kept run', x: kept.dev.map((_, i) => i + 1), y: kept.dev };
    }

    // ——— learning ———
    const last: StateDict[] = [];
    async function* epochs(): AsyncPart<'loss' | 'bleu', void> {
      const total = stepsOf(pairs, settings.batch);
      const losses = new Losses();
      let own: number[] = [];
      let step = 0;
      for await (const loss of training(model, pairs, settings, generator)) {
        losses.push(loss);
        const isLast = ++step % total === 0;
        if (isLast || step % READ_EVERY === 0) own.push(...(await losses.read()));
        yield { type: 'progress', step, total: settings.epochs * total, ...(own.length > 0 ? { loss: own.at(-1)! } : {}) };
        if (!isLast) continue;
        const x = step / total;
        model.eval();
        yield { type: 'series', chart: 'loss', name: 'training', x, y: mean(own) };
        yield { type: 'series', chart: 'bleu', name: 'unseen', x, y: bleu(corpus.dev, await answers(corpus.dev)).score };
        own = [];
        if (kind === 'transformer' && x > settings.epochs - AVERAGED) last.push(model.stateDict());
      }
    }
    yield* epochs();
    // Weights of the last epochs do better together than the last alone.
    if (last.length > 0) model.loadStateDict(averageCheckpoints(last));

    // ——— what was learned ———
    const { dev, test } = corpus;
    const written = await answers(test);
    const right = (found: readonly (readonly string[])[]): number =>
      mean(found.map((one, i) => Number(one.join() === test[i]![1].join())));
    const greedy = { dev: bleu(dev, await answers(dev)), test: bleu(test, written) };
    const beams = { dev: bleu(dev, await answers(dev, BEAMS)), test: bleu(test, await answers(test, BEAMS)) };
    yield { type: 'metric', name: 'BLEU on unseen sentences', value: greedy.test.score };
    yield {
      type: 'table',
      name: `BLEU|${greedy.test.signature}`,
      columns: ['sentences', 'likeliest word', `${BEAMS} beams`],
      rows: [
        ['dev', greedy.dev.score, beams.dev.score],
        ['test', greedy.test.score, beams.test.score],
        ...(kept === undefined ? [] : [['dev, kept run', kept.dev.at(-1)!, kept.beams.dev], ['test, kept run', kept.test, kept.beams.test]]),
      ],
    };
    yield {
      type: 'table',
      name: 'unseen sentences',
      columns: ['read', 'written', 'right'],
      rows: test.slice(0, 8).map(([s, t], i) => [s.join(' '), written[i]!.join(' '), written[i]!.join() === t.join()]),
    };
    const shown = await translate(trained, test[0]![0], { most: MOST });
    yield probable(test[0]![0], shown);
    if (shown.weights.length > 0) yield lookedAt(test[0]![0], shown);

    // ——— checks ———
    const known = [...test.keys()].filter((i) =>
      test[i]!.every((sentence, k) => sentence.every((word) => [source, target][k]!.has(word))),
    );
    const some = known.map((i) => test[i]!);
    const wanted = enja.WANTED[kind];
    const checks: Check[] = [
      data === undefined
        ? // The plain model needs more epochs than a quick run has.
          check(53, 'unseen sentences translated without a mistake', right(written)).atLeast(kind === 'gru' && preset === 'quick' ? 0.02 : 0.95)
        : check(53, `BLEU on dev${wanted.writing === 'beams' ? ` with ${BEAMS} beams` : ''}`, { greedy, beams }[wanted.writing].dev.score).atLeast(preset === 'quick' ? 1 : wanted.bleu),
      // What has learned little may write well by neither way.
      ...(data === undefined || preset === 'quick' ? [] : [check(53, `BLEU on dev that ${BEAMS} beams add`, beams.dev.score - greedy.dev.score).above(0)]),
      publishedSize(),
      ...(await states(trained, some)),
      ...(await words(trained, some[0]!)),
      ...(await sampling(trained, some[0]!, generator)),
      ...(await writing(trained, some, known.map((i) => written[i]!))),
    ];
    return { checks, trained: { trained, task: data === undefined ? task : 'text' } as const };
  },
  tries: {
    sentence: {
      title: { en: 'Translate a sentence', ja: '文を翻訳する' },
      parameters: {
        text: { type: 'text', default: 'march the third nineteen ninety nine', maxLength: 200, description: 'a number or a date, in words or as the task has it; English with --data' },
        beams: { type: 'integer', default: 3, min: 1, max: 20, description: 'translations that are followed at once' },
      },
      async *run({ trained, task }, { text, beams }) {
        const sentence = task === 'formats' ? [...text.trim()] : text.trim().split(/\s+/);
        if (text.trim() === '') throw new UsageError('the sentence has no words');
        const unknown = sentence.find((word) => !trained.source.has(word));
        if (unknown !== undefined) {
          throw new UsageError(`the sentence has '${unknown}', which is none of the words that were learned`);
        }
        const found = await translate(trained, sentence, { most: MOST, beams });
        yield probable(sentence, found);
        if (found.weights.length > 0) yield lookedAt(sentence, found);
        if (found.beams.length > 0) {
          yield beamTree(found.beams, (token) => (token === trained.target.eosId ? null : trained.target.token(token)));
        }
      },
    },
  },
}); // prettier-ignore
