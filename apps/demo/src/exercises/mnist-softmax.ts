/**
 * Handwritten digits by one layer: after 100 steps of 100 digits, 84 % or more of the held-out ones are
 * read rightly.
 *
 *     y = softmax(x W + b)      loss = −mean Σ_k d_k log y_k
 *
 * Written on tensors, as the course writes it: pictures as rows x (N, 784), digits as rows d (N, 10) with
 * one 1, W (784, 10) drawn from N(0, 0.01²), b (10) of zeros.
 */
import { crossEntropy } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { Generator, randn, scope, ShapeError, zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';
import { answers } from '../images/answers.ts';
import { batches } from '../images/batches.ts';
import { digitTry } from '../images/digit-try.ts';
import { courseDigits, splitTable } from '../images/digits.ts';
import { read } from '../losses.ts';
import { mistakes, weightPicture } from '../pictures/gallery.ts';
import { UsageError } from '../usage-error.ts';

const [PIXELS, CLASSES] = [784, 10];
const STD = 0.01; // of the first weights

// #region lesson
const rows = (x: Tensor): Tensor => x.reshape([x.shape[0]!, PIXELS]); // (N, 784)
const oneHot = (t: Tensor): Tensor => t.oneHot(CLASSES).cast('float32'); // (N, 10)

/** The loss in one function of scores and digits. */
const lossOf = (x: Tensor, d: Tensor, w: Tensor, b: Tensor): Tensor =>
  crossEntropy(x.matmul(w).add(b), d);

/** The same as the formula has it. */
const byFormula = (x: Tensor, d: Tensor, w: Tensor, b: Tensor): Tensor =>
  d.mul(x.matmul(w).add(b).softmax(1).log()).sum(1).mean().neg();

/** W and b before anything is learned. */
function weights(generator: Generator): readonly [w: Tensor, b: Tensor] {
  const w = randn([PIXELS, CLASSES], { generator }).mul(STD);
  const b = zeros([CLASSES]);
  w.requiresGrad = true;
  b.requiresGrad = true;
  return [w, b];
}

/** Trains W and b, and gives the loss of each step. */
function* training(
  [w, b]: readonly [Tensor, Tensor],
  order: ReturnType<typeof batches>,
  { lr, steps }: { lr: number; steps: number },
): Iterable<Tensor> {
  const step = trainStep((x: Tensor, d: Tensor) => lossOf(x, d, w, b), new SGD([w, b], { lr }));
  for (let i = 0; i < steps; i++) {
    yield scope(() => {
      const [x, t] = order.next().value;
      return step(rows(x), oneHot(t));
    });
  }
}
// #endregion

/** Shapes of x, d, W and b that somebody may try, the course's first, and whether they fit together. */
const TRIES: readonly (readonly [
  x: number[],
  d: number[],
  w: number[],
  b: number[],
  fits: boolean,
])[] = [
  [[100, 784], [100, 10], [784, 10], [10], true],
  [[7, 784], [7, 10], [784, 10], [10], true], // any number of pictures
  [[100, 28], [100, 10], [784, 10], [10], false],
  [[100, 784], [100, 1], [784, 10], [10], false],
  [[100, 784], [50, 10], [784, 10], [10], false],
  [[100, 784], [100, 10], [10, 784], [10], false],
  [[100, 784], [100, 10], [784, 100], [10], false],
  [[100, 784], [100, 10], [784, 10], [784], false],
]; // prettier-ignore

/** What the library says to tensors of these shapes: nothing if they fit. */
function objection(shapes: readonly number[][]): string {
  try {
    const [x, d, w, b] = shapes.map((shape) => zeros(shape)) as [Tensor, Tensor, Tensor, Tensor];
    lossOf(x, d, w, b);
    return '';
  } catch (error) {
    if (error instanceof ShapeError) return error.message;
    throw error;
  }
}

/** The shape that a text such as `100, 784` names. */
function shapeOf(name: string, text: string): number[] {
  const sizes = text.split(/[,×x\s]+/).filter((part) => part !== '').map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size >= 0 && size <= 1e5)) return sizes;
  throw new UsageError(`--${name} must be a shape such as 100, 784, got '${text}'.`);
} // prettier-ignore

export const mnistSoftmax: Exercise = defineExercise({
  id: 'mnist-softmax',
  title: { en: 'Digits with one layer', ja: '分類一層（MNIST）' },
  summary: 'Reads handwritten digits with softmax regression, written on tensors.',
  rows: [98, 99],
  data: 'mnist',
  parameters: {
    lr: { type: 'number', default: 0.1, min: 1e-6, max: 10, description: 'learning rate' },
    batch: { type: 'integer', default: 100, min: 1, max: 1000, description: 'digits in a step' },
    steps: { type: 'integer', default: 100, min: 20, max: 100_000, description: 'steps' },
  },
  variants: {
    'batch-32': { title: { en: '32 digits in a step', ja: 'バッチサイズ32' }, parameters: { batch: 32 } },
    definitions: {
      title: { en: 'Try: define x, d, W and b', ja: 'x, d, W, bを定義' },
      parameters: {},
    },
  }, // prettier-ignore
  charts: {
    loss: { x: 'step', y: 'cross-entropy of the batch' },
    accuracy: { x: 'step', y: 'accuracy on the held-out digits' },
  },
  async *run({ parameters: { lr, batch, steps }, variant, seed, data }) {
    const { train, test } = await courseDigits(data);
    yield splitTable({ train, test });
    const generator = new Generator(seed);
    const [w, b] = weights(generator);
    const order = batches(train, batch, generator);
    const forward = (x: Tensor): Tensor => rows(x).matmul(w).add(b);
    const accuracies: number[] = [];
    let given: Int32Array = new Int32Array();
    let i = 0;
    for (const step of training([w, b], order, { lr, steps })) {
      const loss = await read(step);
      i++;
      yield { type: 'series', chart: 'loss', name: 'training', x: i, y: loss };
      const progress = { type: 'progress', step: i, total: steps, loss } as const;
      const { classes, accuracy } = yield* answers(forward, test, progress);
      yield { type: 'series', chart: 'accuracy', name: 'held out', x: i, y: accuracy };
      accuracies.push(accuracy);
      given = classes;
    }
    yield { type: 'metric', name: 'accuracy after one step', value: accuracies[0]! };
    yield { type: 'metric', name: 'accuracy at the end', value: accuracies.at(-1)! };
    yield mistakes('held-out digits read wrongly: digit and answer', test, given);
    const perClass = w.t().reshape([CLASSES, 28, 28]);
    yield await weightPicture('weights of the ten digits', perClass, { columns: 5, zoom: 4 });

    const [formula, fused] = scope(() => {
      const [x, t] = order.next().value;
      return [byFormula, lossOf].map((loss) => loss(rows(x), oneHot(t), w, b));
    }) as [Tensor, Tensor]; // one for each
    const checks: Check[] = [
      check(98, 'parameters', w.size + b.size).equals(7850),
      check(98, 'accuracy at the end', accuracies.at(-1)!).on('accuracy').atLeast(0.84),
      check(98, 'accuracy gained since step 10', accuracies.at(-1)! - accuracies[9]!).above(0),
      check(98, 'crossEntropy against the formula', await read(fused)).near(
        await read(formula),
        1e-5,
      ),
    ];
    if (variant !== 'definitions') return { checks, trained: forward };
    const objections = TRIES.map(([x, d, wShape, bShape]) => objection([x, d, wShape, bShape]));
    yield {
      type: 'table',
      name: 'shapes of x, d, W and b',
      columns: ['x', 'd', 'W', 'b', 'answer'],
      rows: TRIES.map(([x, d, wShape, bShape], i) => [
        ...[x, d, wShape, bShape].map((shape) => `(${shape.join(', ')})`),
        objections[i] === '' ? 'fits' : objections[i]!,
      ]),
    };
    const asExpected = TRIES.filter((one, i) => (objections[i] === '') === one[4]);
    checks.push(
      check(99, 'shapes accepted or rejected rightly, of the tries', asExpected.length).equals(
        TRIES.length,
      ),
      check(99, 'objections to the shapes of the course', objections[0]!).equals(''),
    );
    return { checks, trained: forward };
  },
  tries: {
    digit: digitTry,
    shapes: {
      title: { en: 'Do these shapes of x, d, W and b fit together?', ja: 'x, d, W, bの形は合う？' },
      parameters: {
        x: { type: 'text', default: '100, 784', maxLength: 40, description: 'the shape of x, the pictures' },
        d: { type: 'text', default: '100, 10', maxLength: 40, description: 'the shape of d, the digits' },
        w: { type: 'text', default: '784, 10', maxLength: 40, description: 'the shape of W' },
        b: { type: 'text', default: '10', maxLength: 40, description: 'the shape of b' },
      }, // prettier-ignore
      *run(_, { x, d, w, b }) {
        const shapes = Object.entries({ x, d, w, b }).map(([name, text]) => shapeOf(name, text));
        const answer = objection(shapes);
        yield {
          type: 'table',
          name: 'shapes of x, d, W and b',
          columns: ['x', 'd', 'W', 'b', 'answer'],
          rows: [[x, d, w, b, answer === '' ? 'they fit' : answer]],
        };
      },
    },
  },
});
