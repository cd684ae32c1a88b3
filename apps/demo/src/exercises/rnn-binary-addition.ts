/**
 * A recurrent network adds two numbers bit by bit: after 10,000 single examples the loss is about
 * 0.01 and all 16,384 sums are right.
 *
 * Written on tensors and `backward` alone, as the course writes it on arrays. Two bits go in at each
 * step, the lowest first, so the carry has to live in the hidden state:
 *
 *     u^t = W_in x^t + W z^(t−1)      z^t = f(u^t)      y^t = σ(W_out z^t)
 *
 * without biases. The loss of a pair is Σ_t (d^t − y^t)² / 2: always answering one half costs 1.
 */
import { backward, noGrad } from '@kasane/autograd';
import { Generator, randint, scope, tensor } from '@kasane/tensor-core';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise, Part } from '../exercise.ts';
import { formulas } from '../recurrent-adder/formulas.ts';
import { sideBySide } from '../recurrent-adder/layers.ts';
import {
  answer,
  bit,
  exactShare,
  forward,
  initialise,
  LARGEST,
  lossOf,
  PLACES,
  readSum,
} from '../recurrent-adder/network.ts';
import type { Settings, Weights } from '../recurrent-adder/network.ts';
import { autocorrelation, mean, median } from '../statistics.ts';

const LOG_EVERY = 100; // steps in each point of a curve, which is their mean
const LEARNED = 0.1; // a curve below this has got the idea
const TAIL = 1000; // steps whose mean loss is the result
const STUCK = 0.5; // a run that ends above this has learned nothing

interface Trained {
  readonly weights: Weights;
  readonly curve: readonly number[];
  /** Mean loss of the last steps. */
  readonly final: number;
  /** The first step at which the curve is below `LEARNED`. */
  readonly learnedAt: number;
  /** Share of all sums that are right in every bit. */
  readonly exact: number;
  readonly seconds: number;
}

/** Trains one network, a random pair at each step. */
function* train(
  seed: number,
  settings: Settings,
  name: string,
  count: Count,
): Part<Chart, Trained> {
  const { steps, lr } = settings;
  const generator = new Generator(seed);
  const weights = initialise(settings, generator);
  const parameters = Object.values(weights);
  const operands = randint(0, LARGEST, [steps, 2], { generator }).dataSync();
  // Only four inputs are possible at a step.
  const inputs = [0, 1, 2, 3].map((both) => tensor([[both >> 1, both & 1]])); // 4 × (1, 2)

  const losses: number[] = [];
  const curve: number[] = [];
  const start = performance.now();
  for (let step = 1; step <= steps; step++) {
    const a = operands[2 * step - 2]!;
    const b = operands[2 * step - 1]!;
    const x = PLACES.map((t) => inputs[2 * bit(a, t) + bit(b, t)]!); // T × (1, 2)
    const loss = scope(() => {
      const d = tensor(PLACES.map((t) => [bit(a + b, t)])); // (T, 1)
      const loss = lossOf(forward(weights, x, settings).y, d);
      backward(loss);
      noGrad(() => {
        for (const parameter of parameters) {
          parameter.assign(parameter.sub(parameter.grad!.mul(lr)));
          parameter.grad = null;
        }
      });
      return loss.item();
    });
    losses.push(loss);
    if (step % LOG_EVERY > 0) continue;
    const point = mean(losses.slice(-LOG_EVERY));
    curve.push(point);
    count.done += LOG_EVERY;
    yield { type: 'progress', step: count.done, total: count.total, loss: point };
    if (name !== '') yield { type: 'series', chart: 'loss', name, x: step, y: point };
  }
  const reached = curve.findIndex((point) => point < LEARNED);
  return {
    weights,
    curve,
    final: mean(losses.slice(-TAIL)),
    learnedAt: reached < 0 ? Number.POSITIVE_INFINITY : (reached + 1) * LOG_EVERY,
    exact: exactShare(weights, settings),
    seconds: (performance.now() - start) / 1000,
  };
}

type Chart = 'loss' | 'comparison';

/** Steps over all the networks of a run, for the progress bar. */
interface Count {
  done: number;
  readonly total: number;
}

/** The networks that a variant is compared with, on the same seeds. */
const RIVALS: Readonly<Record<string, Readonly<Record<string, Partial<Settings>>>>> = {
  'hidden-10-lr-005': { 'hidden 16, lr 0.1': { hidden: 16, lr: 0.1 } },
  'init-xavier': { 'N(0, 1)': { init: 'normal' }, He: { init: 'he' } },
  'init-he': { 'N(0, 1)': { init: 'normal' }, Xavier: { init: 'xavier' } },
  relu: { sigmoid: { activation: 'sigmoid' }, tanh: { activation: 'tanh' } },
  tanh: { sigmoid: { activation: 'sigmoid' }, relu: { activation: 'relu' } },
  'tanh-xavier': { 'sigmoid, N(0, 1)': { activation: 'sigmoid', init: 'normal' } },
  'course-derivative': { 'true derivative': { derivative: 'true' } },
};

export const rnnBinaryAddition: Exercise = defineExercise({
  id: 'rnn-binary-addition',
  title: { en: 'Binary addition with a recurrent network', ja: 'RNNによるバイナリ加算' },
  summary:
    'Trains a recurrent network of 16 units, written on plain tensors, to add 8-bit numbers.',
  rows: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 27],
  packages: ['@kasane/tensor-core', '@kasane/autograd'],
  parameters: {
    steps: {
      type: 'integer',
      default: 10_000,
      min: LOG_EVERY,
      max: 1e6,
      description: 'training steps, one pair of numbers each',
    },
    hidden: { type: 'integer', default: 16, min: 1, max: 1024, description: 'hidden units' },
    lr: { type: 'number', default: 0.1, min: 1e-6, max: 10, description: 'learning rate' },
    init: {
      type: 'choice',
      options: ['normal', 'xavier', 'he'],
      default: 'normal',
      description: 'how weights are drawn',
    },
    std: {
      type: 'number',
      default: 1,
      min: 0,
      max: 10,
      description: 'factor on all initial weights',
    },
    activation: {
      type: 'choice',
      options: ['sigmoid', 'relu', 'tanh'],
      default: 'sigmoid',
      description: 'of the hidden layer',
    },
    derivative: {
      type: 'choice',
      options: ['true', 'course'],
      default: 'true',
      description: "of the output's sigmoid: the true one, or the course's slip",
    },
    seeds: {
      type: 'integer',
      default: 5,
      quick: 3,
      min: 1,
      max: 100,
      description: 'networks to train, on the seeds that follow each other',
    },
  },
  variants: {
    'hidden-10-lr-005': {
      title: {
        en: 'Try 1: 10 hidden units, learning rate 0.05',
        ja: '演習1: 隠れ層10、学習率0.05',
      },
      parameters: { hidden: 10, lr: 0.05 },
    },
    'init-xavier': {
      title: { en: 'Try 2: Xavier initialisation', ja: '演習2: Xavierの初期値' },
      parameters: { init: 'xavier' },
    },
    'init-he': {
      title: { en: 'Try 2: He initialisation', ja: '演習2: Heの初期値' },
      parameters: { init: 'he' },
    },
    relu: {
      title: { en: 'Try 3: ReLU in the hidden layer', ja: '演習3: 中間層にReLU' },
      parameters: { activation: 'relu' },
    },
    tanh: {
      title: { en: 'Try 3: tanh in the hidden layer', ja: '演習3: 中間層にtanh' },
      parameters: { activation: 'tanh' },
    },
    'tanh-xavier': {
      title: { en: 'tanh with Xavier initialisation', ja: 'tanhとXavierの初期値' },
      parameters: { activation: 'tanh', init: 'xavier' },
    },
    'course-derivative': {
      title: { en: "With the course's output derivative", ja: '講義ノートの微分' },
      parameters: { derivative: 'course' },
    },
    'lr-001': {
      title: { en: 'Learning rate 0.01', ja: '学習率0.01' },
      parameters: { lr: 0.01, derivative: 'course' },
    },
    'lr-05': {
      title: { en: 'Learning rate 0.5', ja: '学習率0.5' },
      parameters: { lr: 0.5, derivative: 'course' },
    },
    'hidden-32': {
      title: { en: '32 hidden units', ja: '隠れ層32' },
      parameters: { hidden: 32, derivative: 'course' },
    },
  },
  charts: {
    loss: { x: 'step', y: `loss, mean of ${LOG_EVERY} steps`, scale: 'log' },
    comparison: { x: 'step', y: 'loss, median over the seeds', scale: 'log' },
  },
  *run({ parameters, variant, seed }) {
    const { seeds, ...settings } = parameters;
    const rivals = Object.entries(RIVALS[variant] ?? {});
    const count = { done: 0, total: settings.steps * seeds * (rivals.length + 1) };

    const own: Trained[] = [];
    for (let s = seed; s < seed + seeds; s++)
      own.push(yield* train(s, settings, `seed ${s}`, count));
    const results: Record<string, Trained[]> = { [variant]: own };
    for (const [name, change] of rivals) {
      const theirs: Trained[] = [];
      for (let s = seed; s < seed + seeds; s++)
        theirs.push(yield* train(s, { ...settings, ...change }, '', count));
      results[name] = theirs;
    }

    if (rivals.length > 0) {
      for (const [name, networks] of Object.entries(results)) {
        const y = own[0]!.curve.map((_, i) => median(networks.map(({ curve }) => curve[i]!)));
        yield {
          type: 'series',
          chart: 'comparison',
          name,
          x: y.map((_, i) => (i + 1) * LOG_EVERY),
          y,
        };
      }
    }
    yield {
      type: 'table',
      name: 'networks',
      columns: ['network', 'seed', 'final loss', `step below ${LEARNED}`, 'sums right'],
      rows: Object.entries(results).flatMap(([name, networks]) =>
        networks.map(({ final, learnedAt, exact }, i) => [name, seed + i, final, learnedAt, exact]),
      ),
    };
    const pairs = [
      [3, 5],
      [42, 85],
      [100, 27],
      [127, 127],
    ] as const;
    const bits = answer(own[0]!.weights, settings, pairs);
    yield {
      type: 'table',
      name: 'sums',
      columns: ['a', 'b', 'bits, highest first', 'read as', 'a + b'],
      rows: pairs.map(([a, b], i) => [
        a,
        b,
        PLACES.map((t) => bits[t]![i]!)
          .toReversed()
          .join(''),
        readSum(bits, i),
        a + b,
      ]),
    };

    const finals = own.map((one) => one.final);
    const final = median(finals);
    const learnedAt = (networks: readonly Trained[]): number =>
      median(networks.map((one) => one.learnedAt));
    const worst = Math.min(...own.map(({ exact }) => exact));
    const share = (holds: (one: Trained) => boolean): number => own.filter(holds).length / seeds;
    yield { type: 'metric', name: 'final loss, median', value: final };
    yield { type: 'metric', name: 'final loss, mean', value: mean(finals) };
    yield { type: 'metric', name: `step below ${LEARNED}, median`, value: learnedAt(own) };
    yield { type: 'metric', name: 'sums right, worst network', value: worst };
    yield {
      type: 'metric',
      name: 'seconds for 10,000 steps',
      value: (mean(own.map((one) => one.seconds)) / settings.steps) * 10_000,
    };

    const step = `median step below ${LEARNED}`;
    const against = (name: string): { final: number; learnedAt: number } => ({
      final: median(results[name]!.map((one) => one.final)),
      learnedAt: learnedAt(results[name]!),
    });
    const curves = check(
      variant === 'relu' || variant === 'tanh' ? 17 : 14,
      'curves on the same seeds',
      rivals.length + 1,
    );
    switch (variant) {
      case 'default':
        return [
          ...formulas(settings, seed),
          sideBySide(settings, seed),
          check(2, 'autocorrelation of the logged losses', autocorrelation(own[0]!.curve)).above(
            0.5,
          ),
          check(12, 'mean loss of the last 1,000 steps, median network', final).below(0.02),
          check(
            12,
            'share of networks below a loss of 0.1',
            share((one) => one.final < 0.1),
          ).atLeast(0.8),
          check(12, 'share of all 16,384 sums right, worst network', worst).atLeast(0.95),
          check(
            12,
            'share of all 16,384 sums right, median network',
            median(own.map((one) => one.exact)),
          ).equals(1),
        ];
      case 'hidden-10-lr-005':
        return [
          check(13, `${step}, against the baseline's`, learnedAt(own)).above(
            against('hidden 16, lr 0.1').learnedAt,
          ),
          check(13, 'final loss, median network, against the plateau', final).below(1),
        ];
      case 'init-xavier':
        return [
          curves.equals(3),
          check(14, `${step}, against N(0, 1)'s`, learnedAt(own)).above(
            against('N(0, 1)').learnedAt,
          ),
          check(14, 'final loss, median network', final).below(STUCK),
        ];
      case 'init-he':
        return [
          curves.equals(3),
          check(14, `${step}, against Xavier's`, learnedAt(own)).below(against('Xavier').learnedAt),
          check(14, 'final loss, median network', final).below(STUCK),
        ];
      case 'relu':
        return [
          curves.equals(3),
          check(
            18,
            `share of networks that end at ${STUCK} or above, or at NaN`,
            share((one) => !(one.final < STUCK)),
          ).atLeast(0.8),
        ];
      case 'tanh':
        return [
          curves.equals(3),
          check(17, "final loss, median network, against sigmoid's", final).above(
            against('sigmoid').final,
          ),
        ];
      case 'tanh-xavier':
        return [
          check(19, `${step}, against sigmoid's with N(0, 1)`, learnedAt(own)).below(
            against('sigmoid, N(0, 1)').learnedAt,
          ),
        ];
      case 'course-derivative': {
        const truth = against('true derivative');
        return [
          check(12, 'final loss, median network, against the worst published', final).atMost(
            0.0136,
          ),
          check(12, "final loss, median network, against the true derivative's", final).below(
            truth.final,
          ),
          check(12, `${step}, against the true derivative's`, learnedAt(own)).below(
            truth.learnedAt,
          ),
        ];
      }
      case 'lr-001':
        return [check(13, 'final loss, median network', final).above(STUCK)];
      case 'lr-05':
        return [check(13, 'final loss, median network', final).below(0.0004)];
      case 'hidden-32':
        return [
          check(
            13,
            'final loss, median network, against the worst published baseline',
            final,
          ).atMost(0.0136),
        ];
    }
  },
});
