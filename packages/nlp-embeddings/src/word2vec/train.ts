import { DataError, type Generator } from '@kasane/tensor-core';
import type { Turns } from '@kasane/tensor-core/turns';
import type { Corpus } from './corpus.ts';
import { Draws } from './draws.ts';
import { ExampleBuffer } from './example-buffer.ts';
import type { Inputs } from './inputs.ts';
import { MAX_ROWS } from './learn-rows.ts';

/** How far a training is. */
export interface TrainingProgress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Words of the corpus that were gone through, in all epochs so far. */
  readonly words: number;
  /** All that there will be. */
  readonly total: number;
  /** The mean loss of the examples of this epoch so far. */
  readonly loss: number;
  /** The learning rate. */
  readonly alpha: number;
}

/** What learns from examples. */
export interface Learner {
  /** Rows of an example's targets at most. */
  readonly mostTargets: number;
  /** Writes the targets of a word into `out` from a place on; gives the place behind them. */
  putTargets(out: Int32Array, at: number, word: number, draws: Draws): number;
  /** Learns from the examples and gives the sum of their losses. */
  learn(examples: ExampleBuffer, lr: number): number;
}

/** What a training needs to know. */
export interface TrainingSettings {
  readonly owner: string;
  readonly model: 'cbow' | 'skipgram';
  readonly window: number;
  readonly epochs: number;
  readonly alpha: number;
  readonly minAlpha: number;
  /** Chances out of 2³² that an occurrence of a word is kept. */
  readonly keep: Float64Array;
  readonly generator: Generator;
  readonly turns: Turns;
  readonly onProgress: ((progress: TrainingProgress) => void) | undefined;
}

/** Words whose examples are learnt at a time, or a few more: some milliseconds of work. */
const CHUNK = 1000;

/** Longer sentences are cut. */
const LONGEST = 10_000;

/** Goes through the corpus some times; gives the mean loss of the examples of each epoch. */
export async function trainWords(
  { ids, ends }: Pick<Corpus, 'ids' | 'ends'>,
  inputs: Inputs,
  learner: Learner,
  settings: TrainingSettings,
): Promise<number[]> {
  const { owner, model, window, epochs, alpha, minAlpha, keep, turns, onProgress } = settings;
  const draws = new Draws(settings.generator);
  const buffer = new ExampleBuffer();
  const kept = new Int32Array(LONGEST);
  const total = epochs * ids.length;
  const addExamples = { cbow: addContexts, skipgram: addPairs }[model];
  const losses: number[] = [];
  for (let epoch = 1, words = 0; epoch <= epochs; epoch++) {
    let [sum, count, sentence] = [0, 0, 0];
    for (let at = 0; at < ids.length;) {
      const lr = alpha - (alpha - minAlpha) * (words / total);
      buffer.clear();
      const start = at;
      while (at < ids.length && at - start < CHUNK) {
        while (ends[sentence]! <= at) sentence++;
        const end = Math.min(at + LONGEST, ends[sentence]!);
        let n = 0;
        for (; at < end; at++) {
          const word = ids[at]!;
          if (draws.word() < keep[word]!) kept[n++] = word;
        }
        addExamples(kept.subarray(0, n), inputs, learner, { window, buffer, draws });
      }
      words = (epoch - 1) * ids.length + at;
      sum += learner.learn(buffer, lr);
      count += buffer.count;
      if (!Number.isFinite(sum)) {
        throw new DataError(
          `${owner}: the loss is ${sum} after ${words} words of epoch ${epoch}, at a rate of ${lr}. Lower alpha.`,
        );
      }
      if (turns.due) {
        onProgress?.({ epoch, epochs, words, total, loss: sum / count, alpha: lr });
        await turns.give();
      }
    }
    losses.push(sum / count);
    onProgress?.({ epoch, epochs, words, total, loss: sum / count, alpha: minAlpha });
  }
  return losses;
}

/** What the examples of a sentence are made with. */
interface Making {
  readonly window: number;
  readonly buffer: ExampleBuffer;
  readonly draws: Draws;
}

/** Skip-gram: from each word to each of its neighbours. */
function addPairs(words: Int32Array, inputs: Inputs, learner: Learner, making: Making): void {
  const { window, buffer, draws } = making;
  for (let i = 0; i < words.length; i++) {
    const reach = window - draws.below(window);
    const last = Math.min(words.length - 1, i + reach);
    for (let j = Math.max(0, i - reach); j <= last; j++) {
      if (j === i) continue;
      let at = buffer.begin(inputs.most + learner.mostTargets);
      at = inputs.put(buffer.words, at, words[i]!);
      buffer.endInputs(at);
      buffer.end(learner.putTargets(buffer.words, at, words[j]!, draws));
    }
  }
}

/** CBOW: from the mean of all neighbours to the word between them; of words that do not fit into an example, the first ones. */
function addContexts(words: Int32Array, inputs: Inputs, learner: Learner, making: Making): void {
  const { window, buffer, draws } = making;
  const room = MAX_ROWS - learner.mostTargets;
  const most = Math.min(2 * window * inputs.most, room) + learner.mostTargets;
  for (let i = 0; i < words.length; i++) {
    const reach = window - draws.below(window);
    const first = Math.max(0, i - reach);
    const last = Math.min(words.length - 1, i + reach);
    if (first === last) continue;
    let at = buffer.begin(most);
    const end = at + room;
    for (let j = first; j <= last; j++) {
      if (j === i) continue;
      if (at + inputs.size(words[j]!) > end) break;
      at = inputs.put(buffer.words, at, words[j]!);
    }
    buffer.endInputs(at);
    buffer.end(learner.putTargets(buffer.words, at, words[i]!, draws));
  }
}

/** √(t/f) + t/f of each word, with f its share of all words, times 2³²; t = 0 keeps all. */
export function keepChances(counts: readonly number[], sample: number): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return Float64Array.from(counts, (count) => {
    const ratio = sample === 0 ? 1 : (sample * total) / count;
    return (Math.sqrt(ratio) + ratio) * 2 ** 32;
  });
}
