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
import { backward, customVjp, grad, noGrad } from '@kasane/autograd';
import { concat, scope, tensor, zeros } from '@kasane/tensor-core'; import { Generator, randint, randn } from '../random-shim.ts';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise, Part } from '../exercise.ts';
import { autocorrelation, largestDifference, mean, median, standardDeviation } from '../statistics.ts';

const BITS = 8; // of the sum
const LARGEST = 128; // operands stay below, so that every sum fits
const LOG_EVERY = 100; // steps in each point of a curve, which is their mean
const LEARNED = 0.1; // a curve below this has got the idea
const TAIL = 1000; // steps whose mean loss is the result
const STUCK = 0.5; // a run that ends above this has learned nothing

/** The activation f of the hidden layer. */
const ACTIVATIONS = {
  sigmoid: (u: Tensor): Tensor => u.sigmoid(),
  relu: (u: Tensor): Tensor => u.relu(),
  tanh: (u: Tensor): Tensor => u.tanh(),
};

/** Standard deviation of a weight's normal draw, by the number of inputs it has. */
const SPREAD = {
  normal: (): number => 1,
  // The course divides by the fan-in alone; Glorot's paper uses fan-in and fan-out.
  xavier: (fanIn: number): number => 1 / Math.sqrt(fanIn),
  he: (fanIn: number): number => Math.sqrt(2 / fanIn),
};

/**
 * σ with the derivative of the course, which takes σ' at y = σ(v) where it is meant at v: a number
 * from 0.197 to 0.25 that never vanishes, and so learns faster than the truth.
 */
const courseSigmoid = customVjp<[Tensor]>({
  name: 'courseSigmoid',
  forward: (v) => v.sigmoid(),
  backward: (dy, { output: y }) => {
    const s = y.sigmoid();
    return [dy.mul(s).mul(s.neg().add(1))];
  },
});

interface Settings {
  readonly steps: number;
  readonly hidden: number;
  readonly lr: number;
  readonly init: keyof typeof SPREAD;
  readonly std: number;
  readonly activation: keyof typeof ACTIVATIONS;
  readonly derivative: 'true' | 'course';
}

interface Weights {
  readonly wIn: Tensor; // (I, H)
  readonly wOut: Tensor; // (H, 1)
  readonly w: Tensor; // (H, H)
}

/** A weight as the course draws it: N(0, (std · spread)²). */
function draw(fanIn: number, fanOut: number, settings: Pick<Settings, 'init' | 'std'>, generator: Generator): Tensor {
  const weight = randn([fanIn, fanOut], { generator }).mul(settings.std * SPREAD[settings.init](fanIn));
  weight.requiresGrad = true;
  return weight;
}

/** The states z^0 … z^T, and the answers: one row for each step and example. */
function forward(
  { wIn, wOut, w }: Weights,
  x: readonly Tensor[], // T × (B, I)
  { activation, derivative }: Pick<Settings, 'activation' | 'derivative'>,
  z0: Tensor = zeros([x[0]!.shape[0]!, w.shape[0]!], { dtype: w.dtype }), // (B, H)
): { z: readonly Tensor[]; y: Tensor } {
  const f = ACTIVATIONS[activation];
  const z = [z0];
  for (const [t, xt] of x.entries()) {
    z.push(f(xt.matmul(wIn).add(z[t]!.matmul(w)))); // (B, H)
  }
  const v = concat(z.slice(1), 0).matmul(wOut); // (T·B, 1)
  return { z, y: derivative === 'course' ? courseSigmoid(v) : v.sigmoid() };
}

/** Σ_t (d^t − y^t)² / 2 of one pair. */
const lossOf = (y: Tensor, d: Tensor): Tensor => y.sub(d).square().sum().mul(0.5);

/** Bit t of a number, counted from the lowest. */
const bit = (value: number, t: number): number => (value >> t) & 1;
const PLACES = Array.from({ length: BITS }, (_, t) => t);

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
function* train(seed: number, settings: Settings, name: string, count: Count): Part<Chart, Trained> {
  const { steps, hidden, lr } = settings;
  const generator = new Generator(seed);
  const weights = {
    wIn: draw(2, hidden, settings, generator),
    wOut: draw(hidden, 1, settings, generator),
    w: draw(hidden, hidden, settings, generator),
  };
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

/** The answers to many pairs at once, a row of bits for each place. */
function answer(weights: Weights, settings: Settings, pairs: readonly (readonly [number, number])[]): number[][] {
  return scope(() => {
    const x = PLACES.map((t) => tensor(pairs.map(([a, b]) => [bit(a, t), bit(b, t)]))); // T × (B, 2)
    const y = noGrad(() => forward(weights, x, settings).y).dataSync(); // T·B
    return PLACES.map((t) => pairs.map((_, i) => (y[t * pairs.length + i]! > 0.5 ? 1 : 0)));
  });
}

const read = (bits: readonly number[][], pair: number): number =>
  PLACES.reduce((sum, t) => sum + bits[t]![pair]! * 2 ** t, 0);

/** The share of all 128 × 128 sums that come out right in all their bits. */
function exactShare(weights: Weights, settings: Settings): number {
  const pairs = Array.from({ length: LARGEST ** 2 }, (_, i) => [i >> 7, i & 127] as const);
  const bits = answer(weights, settings, pairs);
  return pairs.filter(([a, b], i) => read(bits, i) === a + b).length / pairs.length;
}

/** What holds before any training: the formulas of the forward pass, and how weights are drawn. */
function formulas(settings: Settings, seed: number): Check[] {
  const sigmoid = { activation: 'sigmoid', derivative: 'true' } as const;
  const scalar = (value: number): Tensor => tensor([[value]], { dtype: 'float64' });
  // The golden step: W_in = 0.5, W = 0.8, W_out = 1, no biases, x = 1 and then 0.
  const golden = { wIn: scalar(0.5), w: scalar(0.8), wOut: scalar(1) };
  const { z, y } = forward(golden, [scalar(1), scalar(0)], sigmoid);
  const value = (t: Tensor): number => t.dataSync()[0]!;

  const generator = new Generator(seed);
  const weights = {
    wIn: draw(2, settings.hidden, settings, generator).detach(),
    wOut: draw(settings.hidden, 1, settings, generator).detach(),
    w: draw(settings.hidden, settings.hidden, settings, generator).detach(),
  };
  const x = PLACES.map((t) => tensor([[bit(105, t), bit(58, t)]])); // T × (1, 2)
  const whole = forward(weights, x, settings);
  const reversed = forward(weights, x.toReversed(), settings);
  // Step by step, each from the state that the step before has shown.
  const single: Tensor[] = [];
  let state: Tensor | undefined;
  for (const xt of x) {
    const step = forward(weights, [xt], settings, state);
    state = step.z[1]!;
    single.push(step.y);
  }
  const spread = (init: Settings['init']): number =>
    standardDeviation([...draw(1000, 1000, { init, std: 1 }, generator).dataSync()]) / SPREAD[init](1000);
  const x0 = tensor(0.7, { dtype: 'float64' });
  const h = 1e-5;
  const difference = (Math.tanh(0.7 + h) - Math.tanh(0.7 - h)) / (2 * h);
  const dead = { wIn: zeros([2, 1]), w: zeros([1, 1]), wOut: zeros([1, 1]) };
  const target = tensor(PLACES.map((t) => [bit(163, t)])); // (T, 1)

  return [
    check(1, 'answers change when the order of the bits is reversed', largestDifference(whole.y.dataSync(), reversed.y.dataSync().toReversed()) > 0).equals(true),
    check([4, 5], 'z at step 1 of the golden example', value(z[1]!)).near(0.622459, 5e-7),
    check([6, 7], 'y at step 1 of the golden example', y.dataSync()[0]!).near(0.650778, 5e-7),
    check([4, 5], 'z at step 2 of the golden example', value(z[2]!)).near(0.621982, 5e-7),
    check([7, 9], 'y at step 2 of the golden example', y.dataSync()[1]!).near(0.650669, 5e-7),
    check(8, 'states kept for 8 steps, the first of them zero', whole.z.length).equals(BITS + 1),
    check(8, 'largest entry of the first state', Math.max(...whole.z[0]!.abs().dataSync())).equals(0),
    check(10, 'numbers in the three weight matrices', Object.values(weights).reduce((sum, w) => sum + w.size, 0)).equals(3 * settings.hidden + settings.hidden ** 2),
    check([3, 11], 'one run of 8 steps against 8 single steps', largestDifference(whole.y.dataSync(), single.map(value))).atMost(1e-12),
    check(15, 'spread of a He draw over √(2/fan-in)', spread('he')).near(1, 0.01),
    check(16, 'spread of a Xavier draw over 1/√fan-in', spread('xavier')).near(1, 0.01),
    check(18, 'loss of a network whose hidden units are dead', value(lossOf(forward(dead, x, settings).y, target))).equals(1),
    check(19, "tanh' at 0.7 against a finite difference", Math.abs(value(grad((u: Tensor) => u.tanh())(x0)) - difference)).below(1e-6),
  ];
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
  summary: 'Trains a recurrent network of 16 units, written on plain tensors, to add 8-bit numbers.',
  lines: [7, 9, 11, 13, 15, 18, 20, 23, 25, 31, 34, 36, 40, 45, 52, 54, 58, 62],
  packages: ['@kasane/tensor-core', '@kasane/autograd'],
  parameters: {
    steps: { type: 'integer', default: 10_000, min: 1000, max: 1e6, description: 'training steps, one pair of numbers each' },
    hidden: { type: 'integer', default: 16, min: 1, max: 1024, description: 'hidden units' },
    lr: { type: 'number', default: 0.1, min: 1e-6, max: 10, description: 'learning rate' },
    init: { type: 'choice', options: ['normal', 'xavier', 'he'], default: 'normal', description: 'how weights are drawn' },
    std: { type: 'number', default: 1, min: 0, max: 10, description: 'factor on all initial weights' },
    activation: { type: 'choice', options: ['sigmoid', 'relu', 'tanh'], default: 'sigmoid', description: 'of the hidden layer' },
    derivative: { type: 'choice', options: ['true', 'course'], default: 'true', description: "of the output's sigmoid: the true one, or the course's slip" },
    seeds: { type: 'integer', default: 5, quick: 2, min: 1, max: 100, description: 'networks to train, on the seeds that follow each other' },
  },
  variants: {
    'hidden-10-lr-005': { title: { en: 'Try 1: 10 hidden units, learning rate 0.05', ja: '演習1: 隠れ層10、学習率0.05' }, parameters: { hidden: 10, lr: 0.05 } },
    'init-xavier': { title: { en: 'Try 2: Xavier initialisation', ja: '演習2: Xavierの初期値' }, parameters: { init: 'xavier' } },
    'init-he': { title: { en: 'Try 2: He initialisation', ja: '演習2: Heの初期値' }, parameters: { init: 'he' } },
    relu: { title: { en: 'Try 3: ReLU in the hidden layer', ja: '演習3: 中間層にReLU' }, parameters: { activation: 'relu' } },
    tanh: { title: { en: 'Try 3: tanh in the hidden layer', ja: '演習3: 中間層にtanh' }, parameters: { activation: 'tanh' } },
    'tanh-xavier': { title: { en: 'tanh with Xavier initialisation', ja: 'tanhとXavierの初期値' }, parameters: { activation: 'tanh', init: 'xavier' } },
    'course-derivative': { title: { en: "With the course's output derivative", ja: '講義ノートの微分' }, parameters: { derivative: 'course' } },
    'lr-001': { title: { en: 'Learning rate 0.01', ja: '学習率0.01' }, parameters: { lr: 0.01, derivative: 'course' } },
    'lr-05': { title: { en: 'Learning rate 0.5', ja: '学習率0.5' }, parameters: { lr: 0.5, derivative: 'course' } },
    'std-15': { title: { en: 'Initial weights half as large again', ja: '重みの初期値を1.5倍に' }, parameters: { std: 1.5, derivative: 'course' } },
    'hidden-32': { title: { en: '32 hidden units', ja: '隠れ層32' }, parameters: { hidden: 32, derivative: 'course' } },
    'hidden-64': { title: { en: '64 hidden units', ja: '隠れ層64' }, parameters: { hidden: 64, derivative: 'course' } },
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
    for (let s = seed; s < seed + seeds; s++) own.push(yield* train(s, settings, `seed ${s}`, count));
    const results: Record<string, Trained[]> = { [variant]: own };
    for (const [name, change] of rivals) {
      const theirs: Trained[] = [];
      for (let s = seed; s < seed + seeds; s++) theirs.push(yield* train(s, { ...settings, ...change }, '', count));
      results[name] = theirs;
    }

    if (rivals.length > 0) {
      for (const [name, networks] of Object.entries(results)) {
        const y = own[0]!.curve.map((_, i) => median(networks.map(({ curve }) => curve[i]!)));
        yield { type: 'series', chart: 'comparison', name, x: y.map((_, i) => (i + 1) * LOG_EVERY), y };
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
    const pairs = [[3, 5], [42, 85], [100, 27], [127, 127]] as const;
    const bits = answer(own[0]!.weights, settings, pairs);
    yield {
      type: 'table',
      name: 'sums',
      columns: ['a', 'b', 'bits, highest first', 'read as', 'a + b'],
      rows: pairs.map(([a, b], i) => [a, b, PLACES.map((t) => bits[t]![i]!).toReversed().join(''), read(bits, i), a + b]),
    };

    const finals = own.map(({ final }) => final);
    const learnedAt = (networks: readonly Trained[]): number => median(networks.map((one) => one.learnedAt));
    const worst = Math.min(...own.map(({ exact }) => exact));
    yield { type: 'metric', name: 'final loss, median', value: median(finals) };
    yield { type: 'metric', name: `step below ${LEARNED}, median`, value: learnedAt(own) };
    yield { type: 'metric', name: 'sums right, worst network', value: worst };
    yield { type: 'metric', name: 'seconds for 10,000 steps', value: (mean(own.map((one) => one.seconds)) / settings.steps) * 10_000 };
    return formulas(settings, seed);
  },
});
