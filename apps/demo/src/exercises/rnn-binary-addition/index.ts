/**
 * A recurrent network adds two numbers bit by bit: after 10,000 single examples the loss is about
 * 0.01, and the median network gets all 16,384 sums right.
 *
 * Written on tensors and `backward` alone, as the course writes it on arrays. Two bits go in at each
 * step, the lowest first, so the carry has to live in the hidden state:
 *
 *     u^t = W_in x^t + W z^(t−1)      z^t = f(u^t)      y^t = σ(W_out z^t)
 *
 * without biases. The loss of a pair is Σ_t (d^t − y^t)² / 2: always answering one half costs 1.
 */
import { Generator, noGrad, randint, scope } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import { defineExercise } from '../../exercise.ts';
import type { AsyncPart, Exercise } from '../../exercise.ts';
import { Losses } from '../../losses.ts';
import { autocorrelation, mean, median } from '../../statistics.ts';
import { answer, exactShare, readSum, sumGrid } from './answers.ts';
import { LEARNED, outcomes, RIVALS } from './checks.ts';
import type { Plan, Result } from './checks.ts';
import { formulas } from './formulas.ts';
import { sideBySide } from './layers.ts';
import { bitsOf, forward, initialise, LARGEST } from './network.ts';
import type { Pair, Settings, Weights } from './network.ts';
import { training } from './training.ts';
import { unrolled } from './unrolled.ts';

const LOG_EVERY = 100; // steps in each point of a curve, which is their mean
const TAIL = 1000; // steps whose mean loss is the result
const SUMS: readonly Pair[] = [[3, 5], [42, 85], [100, 27], [127, 127]]; // prettier-ignore

interface Trained extends Result {
  readonly settings: Settings;
  readonly weights: Weights;
  readonly curve: readonly number[];
  readonly seconds: number;
}

/** Steps over all the networks of a run, for the progress bar. */
interface Count {
  done: number;
  readonly total: number;
}

/** Trains one network; its curve is drawn if it has a name. */
async function* train(
  seed: number,
  settings: Plan,
  name: string,
  count: Count,
): AsyncPart<'loss' | 'comparison', Trained> {
  const { steps } = settings;
  const generator = new Generator(seed);
  const weights = initialise(settings, generator);
  const operands = await randint(0, LARGEST, [steps, 2], { generator }).data();
  const pairs = Array.from({ length: steps }, (_, i): Pair => [
    operands[2 * i]!,
    operands[2 * i + 1]!,
  ]);

  const losses: number[] = [];
  const curve: number[] = [];
  const pending = new Losses();
  const start = performance.now();
  let step = 0;
  for (const loss of training(weights, pairs, settings)) {
    pending.push(loss);
    if (++step % LOG_EVERY > 0) continue;
    losses.push(...(await pending.read()));
    const point = mean(losses.slice(-LOG_EVERY));
    curve.push(point);
    count.done += LOG_EVERY;
    yield { type: 'progress', step: count.done, total: count.total, loss: point };
    if (name !== '') yield { type: 'series', chart: 'loss', name, x: step, y: point };
  }
  losses.push(...(await pending.read()));
  const reached = curve.findIndex((point) => point < LEARNED);
  return {
    settings,
    weights,
    curve,
    final: mean(losses.slice(-TAIL)),
    last: losses.at(-1)!,
    learnedAt: reached < 0 ? Number.POSITIVE_INFINITY : (reached + 1) * LOG_EVERY,
    exact: await exactShare(weights, settings),
    dead: await isDead(weights, settings),
    seconds: (performance.now() - start) / 1000,
  };
}

/** Whether no state ever differs from zero. */
async function isDead(weights: Weights, settings: Settings): Promise<boolean> {
  const largest = scope(() =>
    noGrad(() => {
      const { z } = forward(weights, bitsOf(SUMS), settings);
      return z.map((zt) => zt.abs().max()).reduce((one, other) => one.maximum(other));
    }),
  );
  const [value] = await largest.data();
  largest.dispose();
  return value === 0;
}

export const rnnBinaryAddition: Exercise = defineExercise({
  id: 'rnn-binary-addition',
  title: { en: 'Binary addition with a recurrent network', ja: 'RNNによるバイナリ加算' },
  summary:
    'Trains a recurrent network of 16 units, written on plain tensors, to add 8-bit numbers.',
  rows: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 27],
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
    // What was published of these was made with the course's derivative, and is compared with runs made alike.
    'lr-001': {
      title: {
        en: "Learning rate 0.01, with the course's output derivative",
        ja: '学習率0.01（講義ノートの微分）',
      },
      parameters: { lr: 0.01, derivative: 'course' },
    },
    'lr-05': {
      title: {
        en: "Learning rate 0.5, with the course's output derivative",
        ja: '学習率0.5（講義ノートの微分）',
      },
      parameters: { lr: 0.5, derivative: 'course' },
    },
    'hidden-32': {
      title: {
        en: "32 hidden units, with the course's output derivative",
        ja: '隠れ層32（講義ノートの微分）',
      },
      parameters: { hidden: 32, derivative: 'course' },
    },
  },
  charts: {
    loss: { x: 'step', y: `loss, mean of ${LOG_EVERY} steps`, scale: 'log' },
    comparison: { x: 'step', y: 'loss, median over the seeds', scale: 'log' },
  },
  async *run({ parameters, variant, seed }) {
    const { seeds, ...settings } = parameters;
    const plans = Object.entries(RIVALS[variant] ?? {});
    const count = { done: 0, total: settings.steps * seeds * (plans.length + 1) };
    const own: Trained[] = [];
    for (let s = seed; s < seed + seeds; s++) {
      own.push(yield* train(s, settings, `seed ${s}`, count));
    }
    const rivals: Record<string, Trained[]> = {};
    for (const [name, change] of plans) {
      const theirs: Trained[] = [];
      for (let s = seed; s < seed + seeds; s++) {
        theirs.push(yield* train(s, { ...settings, ...change }, '', count));
      }
      rivals[name] = theirs;
    }
    const [first] = own as [Trained, ...Trained[]]; // there is always one

    const results = { [variant]: own, ...rivals };
    if (plans.length > 0) {
      for (const [name, networks] of Object.entries(results)) {
        const y = first.curve.map((_, i) => median(networks.map(({ curve }) => curve[i]!)));
        const x = y.map((_, i) => (i + 1) * LOG_EVERY);
        yield { type: 'series', chart: 'comparison', name, x, y };
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
    const answers = await answer(first.weights, first.settings, SUMS);
    for (const [i, pair] of SUMS.entries()) yield sumGrid(pair, answers, i);

    const finals = own.map(({ final }) => final);
    const seconds = mean(own.map((one) => one.seconds));
    yield { type: 'metric', name: 'final loss, median', value: median(finals) };
    yield { type: 'metric', name: 'final loss, mean', value: mean(finals) };
    yield {
      type: 'metric',
      name: `step below ${LEARNED}, median`,
      value: median(own.map(({ learnedAt }) => learnedAt)),
    };
    yield {
      type: 'metric',
      name: 'sums right, worst network',
      value: Math.min(...own.map(({ exact }) => exact)),
    };
    yield {
      type: 'metric',
      name: 'seconds for 10,000 steps',
      value: (seconds / settings.steps) * 10_000,
    };

    const checks = outcomes(variant, own, rivals);
    if (variant === 'default') {
      checks.unshift(
        ...(await formulas(settings, seed)),
        yield* unrolled(first),
        await sideBySide(settings, seed),
        check(2, 'autocorrelation of the logged losses', autocorrelation(first.curve)).above(0.5),
      );
    }
    return { checks, trained: first };
  },
  tries: {
    add: {
      title: { en: 'Add two numbers', ja: '二つの数を足す' },
      parameters: {
        a: { type: 'integer', default: 42, min: 0, max: LARGEST - 1, description: 'the first number' },
        b: { type: 'integer', default: 85, min: 0, max: LARGEST - 1, description: 'the second number' },
      }, // prettier-ignore
      async *run({ weights, settings }, { a, b }) {
        const answers = await answer(weights, settings, [[a, b]]);
        yield sumGrid([a, b], answers, 0);
        yield { type: 'metric', name: 'sum', value: readSum(answers, 0) };
      },
    },
  },
});
