/**
 * Handwritten digits by a network of the high-level kind: with `fit`, Adam at 0.001 reads 93 % or more of
 * the held-out digits, and Adam at 0.5 no more than chance does.
 *
 *     784 → 512 → ReLU → dropout 0.2 → 512 → ReLU → dropout 0.2 → 10
 *
 * Keras has two losses: one for targets with a one in ten places, one for numbers of classes. Here one
 * function is both, by what it is given; the two agree to the last digits, and numbers of classes that are
 * given as places are refused.
 */
import { DataLoader, type LabeledImage } from '@kasane/datasets';
import { crossEntropy, Dropout, Flatten, ReLU, Sequential } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { DTypeError, Generator, scope, ShapeError } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { Accuracy, fit } from '@kasane/trainer';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';
import { fitting } from '../fitting.ts';
import { answers } from '../images/answers.ts';
import { confusion } from '../images/confusion.ts';
import { digitTry } from '../images/digit-try.ts';
import { digits, splitTable } from '../images/digits.ts';
import { read } from '../losses.ts';
import { mistakes } from '../pictures/gallery.ts';
import { dense } from '../images/layers.ts';

const CLASSES = 10;

interface Settings {
  readonly loss: keyof typeof LOSSES;
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epochs: number;
}

// #region lesson
/** Keras' two losses, of scores (B, 10) and numbers of classes (B). */
const LOSSES = {
  categorical: (scores: Tensor, numbers: Tensor): Tensor =>
    crossEntropy(scores, numbers.oneHot(CLASSES).cast('float32')), // a one in one of ten places
  sparse: (scores: Tensor, numbers: Tensor): Tensor => crossEntropy(scores, numbers),
} as const;

function network(generator: Generator): Sequential {
  return new Sequential(
    new Flatten(),
    dense(784, 512, generator),
    new ReLU(),
    new Dropout(0.2, { generator }),
    dense(512, 512, generator),
    new ReLU(),
    new Dropout(0.2, { generator }),
    dense(512, CLASSES, generator),
  );
}

/** What `fit` is told: Adam as Keras has it, the loss and what is measured beside it. */
const learning = (model: Sequential, { loss, lr, beta1, beta2, epochs }: Settings) => ({
  loss: LOSSES[loss],
  optimizer: new Adam(model.parameters(), { lr, betas: [beta1, beta2], eps: 1e-7 }),
  epochs,
  metrics: { accuracy: new Accuracy() },
});
// #endregion

/** Forms in which the numbers of classes may come to a loss that wants a one in ten places. */
const MISTAKES: Readonly<Record<string, (numbers: Tensor) => Tensor>> = {
  'numbers as floats': (numbers) => numbers.cast('float32'),
  'numbers as a column of floats': (numbers) => numbers.cast('float32').unsqueeze(1),
  'numbers as a column': (numbers) => numbers.unsqueeze(1),
};

/** Tries to learn from targets of a wrong form; gives what `fit` says to it. */
async function refusal(
  data: DataLoader<LabeledImage>,
  form: (t: Tensor) => Tensor,
): Promise<string> {
  const model = network(new Generator(0));
  try {
    await fit(model, {
      data,
      loss: (scores: Tensor, numbers: Tensor) => crossEntropy(scores, form(numbers)),
      optimizer: new Adam(model.parameters()),
      epochs: 1,
    });
    return '';
  } catch (error) {
    if (error instanceof ShapeError || error instanceof DTypeError) return error.message;
    throw error;
  }
}

export const mnistMlp: Exercise = defineExercise({
  id: 'mnist-mlp',
  title: { en: 'Digits with fit', ja: '分類（MNIST, Keras）' },
  summary: 'Reads handwritten digits the high-level way, with both losses for classes.',
  rows: [128],
  data: 'mnist',
  parameters: {
    loss: {
      type: 'choice',
      options: ['categorical', 'sparse'],
      default: 'categorical',
      description: 'over places, or over numbers of classes',
    },
    lr: { type: 'number', default: 1e-3, min: 1e-6, max: 10, description: 'learning rate of Adam' },
    beta1: { type: 'number', default: 0.9, min: 0, max: 0.999, description: 'how much of the last gradients is kept' },
    beta2: { type: 'number', default: 0.999, min: 0, max: 0.9999, description: 'how much of their squares is kept' },
    batch: { type: 'integer', default: 128, min: 1, max: 1000, description: 'digits in a step' },
    epochs: { type: 'integer', default: 20, quick: 4, min: 1, max: 1000, description: 'passes over the digits' },
  }, // prettier-ignore
  variants: {
    'integer-labels': {
      title: { en: 'Try: numbers of classes for the categorical loss', ja: 'one_hot_label=Falseでエラー' },
      parameters: {},
      quick: { epochs: 3 },
    },
    sparse: {
      title: { en: 'Try: the sparse loss', ja: 'sparse_categorical_crossentropy' },
      parameters: { loss: 'sparse' },
    },
    'lr-05': {
      title: { en: 'Try: learning rate 0.5', ja: '学習率0.5' },
      parameters: { loss: 'sparse', lr: 0.5 },
      quick: { epochs: 3 },
    },
    'lr-01': {
      title: { en: 'Learning rate 0.1', ja: '学習率0.1' },
      parameters: { loss: 'sparse', lr: 0.1 },
      quick: { epochs: 3 },
    },
    'batch-64': { title: { en: '64 digits in a step', ja: 'バッチサイズ64' }, parameters: { batch: 64 }, quick: { epochs: 3 } },
    'beta-08': { title: { en: 'Adam that forgets sooner', ja: 'Adamのbetaを変更' }, parameters: { beta1: 0.8, beta2: 0.9 } },
  }, // prettier-ignore
  charts: {
    loss: { x: 'epoch', y: 'cross-entropy' },
    accuracy: { x: 'epoch', y: 'accuracy' },
  },
  async *run({ parameters, variant, seed, data, signal }) {
    const { lr, batch, epochs } = parameters;
    const { train, test } = await digits(data);
    yield splitTable({ train, test });
    const generator = new Generator(seed);
    const model = network(generator);
    const loader = new DataLoader(train, { batchSize: batch, shuffle: true, generator });
    const checks: Check[] = [];
    if (variant === 'integer-labels') {
      const rows: [string, string][] = [];
      for (const [name, form] of Object.entries(MISTAKES)) {
        rows.push([name, await refusal(loader, form)]);
        yield { type: 'progress', step: 0, total: epochs };
      }
      yield {
        type: 'table',
        name: 'targets that are no places',
        columns: ['target', 'error'],
        rows,
      };
      const shapes = new RegExp(`\\[${batch},${CLASSES}\\].*\\[${batch}(,1)?\\]`);
      checks.push(
        ...rows.map(([name, message]) =>
          check(128, `${name}: an error with both shapes`, shapes.test(message)).equals(true),
        ),
      );
    }

    const history = yield* fitting(
      model,
      {
        ...learning(model, parameters),
        data: loader,
        validation: new DataLoader(test, { batchSize: 250 }),
        generators: [generator],
        signal,
      },
      { name: `Adam ${lr}` },
    );
    const end = history.at(-1)!;
    const accuracy = end['valAccuracy']!;
    const heldOut = end['valLoss']!;
    yield { type: 'metric', name: 'loss on held-out digits', value: heldOut };
    yield { type: 'metric', name: 'accuracy on held-out digits', value: accuracy };
    const progress = { type: 'progress', step: 1, total: 1 } as const;
    const forward = (x: Tensor): Tensor => model.forward(x);
    const { classes } = yield* answers(forward, test, progress);
    yield mistakes('held-out digits read wrongly: digit and answer', test, classes);
    yield confusion('answers to held-out digits', test, classes);

    const difference = await read(
      scope(() => {
        const [x, t] = test.getBatch(Array.from({ length: 100 }, (_, i) => i));
        const scores = model.forward(x); // (100, 10)
        return LOSSES.categorical(scores, t).sub(LOSSES.sparse(scores, t)).abs();
      }),
    );
    checks.push(
      check(128, 'parameters', model.numParameters()).equals(669_706),
      check(128, 'difference of the two losses', difference).atMost(1e-6),
    );
    const right = check(128, 'accuracy on held-out digits', accuracy).on('accuracy');
    if (variant === 'lr-01') checks.push(right.below(0.5));
    else if (variant === 'lr-05') {
      checks.push(right.below(0.2), check(128, 'loss on held-out digits', heldOut).above(2.2));
    } else checks.push(right.atLeast(0.93));
    return { checks, trained: forward };
  },
  tries: { digit: digitTry },
});
