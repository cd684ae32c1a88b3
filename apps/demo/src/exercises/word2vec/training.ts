import {
  type CBOW,
  contextWindows,
  negativeSamplingLoss,
  NegativeSampler,
  type SkipGram,
  Subsampler,
  type Vocabulary,
} from '@kasane/nlp-embeddings';
import { SparseAdam } from '@kasane/optim';
import { scope, tensor, type Generator, type Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';

/** The two models, mirror images of each other. */
export type Kind = 'CBOW' | 'skip-gram';

/** How they are trained. */
export interface Settings {
  readonly window: number;
  readonly negative: number;
  readonly epochs: number;
  readonly lr: number;
}

const BATCH = 256;

/** A window as numbers: the word, and those around it. */
export type Example = readonly [word: number, context: readonly number[]];

/** The windows of all sentences: both models learn from these. */
export function windowsOf(
  sentences: readonly (readonly string[])[],
  vocabulary: Vocabulary,
  window: number,
  generator: Generator,
): Example[] {
  const subsampler = new Subsampler(vocabulary.counts, { sample: 0.01, generator });
  return sentences.flatMap((sentence) => {
    const ids = subsampler.thin(vocabulary.encode(sentence));
    return Array.from(contextWindows(ids, { window, generator }), ({ word, context }) => {
      return [word, context] as const;
    });
  });
}

/** What a model is asked in each window, and what the answers are: CBOW once, skip-gram as often as there are neighbours. */
export function questions(
  kind: Kind,
  [word, context]: Example,
): (readonly [from: readonly number[], to: number])[] {
  return kind === 'CBOW' ? [[context, word]] : context.map((neighbour) => [[word], neighbour]);
}

const whole = (rows: readonly (readonly number[])[]): Tensor => tensor(rows, { dtype: 'int32' });

/** Trains a model and gives the loss of each step. */
export function* training(
  kind: Kind,
  model: CBOW | SkipGram,
  windows: readonly Example[],
  counts: readonly number[],
  { window, negative, epochs, lr }: Settings,
  generator: Generator,
): Iterable<Tensor> {
  const sampler = new NegativeSampler(counts, { generator });
  const step = trainStep(
    (from: Tensor, targets: Tensor) => negativeSamplingLoss(model.forward(from, targets)),
    new SparseAdam(model.parameters(), { lr }),
  );
  const width = kind === 'CBOW' ? 2 * window : 1;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const asked = windows.flatMap((one) => questions(kind, one));
    shuffle(asked, generator);
    for (let start = 0; start + BATCH <= asked.length; start += BATCH) {
      const batch = asked.slice(start, start + BATCH);
      // Shorter contexts are filled up with -1, which is no word.
      const from = batch.map(([words]) => Array.from({ length: width }, (_, i) => words[i] ?? -1));
      yield scope(() => {
        const inputs = kind === 'CBOW' ? whole(from) : whole(from).flatten();
        return step(
          inputs,
          sampler.targets(
            batch.map(([, to]) => to),
            negative,
          ),
        );
      });
    }
  }
}

/** Steps of a training. */
export const stepsOf = (kind: Kind, windows: readonly Example[], epochs: number): number => {
  const asked = kind === 'CBOW' ? windows.length : windows.reduce((n, [, c]) => n + c.length, 0);
  return epochs * Math.floor(asked / BATCH);
};

function shuffle<T>(list: T[], generator: Generator): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = generator.below(i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
}
