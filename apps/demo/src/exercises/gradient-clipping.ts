/**
 * Gradient clipping: [3, 4] at threshold 1 becomes [0.6, 0.8], and a recurrent network whose loss
 * turns to NaN within a few steps learns its task once its gradient is clipped.
 *
 *     rate = threshold / ‖gradient‖      gradient ← gradient · rate   where rate < 1
 *
 * The network h^t = h^(t−1) W + x^t W_in is linear, so that ‖∂L/∂h^t‖ grows by W's spectral radius
 * with every step back in time, and nothing but clipping holds it. Below a radius of 1 it vanishes
 * instead; in a layer with tanh it does the same as long as states are small, and a saturated tanh ends it.
 */
import { gradients } from '@kasane/autograd';
import { RNN } from '@kasane/layers-rnn';
import { clipGradNorm, SGD } from '@kasane/optim';
import { init } from '@kasane/nn';
import { Generator, randn, scope, tensor, zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { AsyncPart, Exercise } from '../exercise.ts';
import { float64 } from '../float64.ts';
import { Losses } from '../losses.ts';
import { fitLine, largestDifference, mean } from '../statistics.ts';

const SAMPLES = 1000; // random gradients that the rule is tried on
const TAIL = 100; // steps whose mean loss is the result
const BATCH = 16; // sequences in each step of training
const LOG_EVERY = 10; // steps between two readings of the losses
const RADII = [0.8, 1, 1.2, 1.5]; // of the recurrent weights of a layer with tanh

interface Settings {
  readonly length: number;
  readonly hidden: number;
  readonly radius: number;
  readonly threshold: number;
  readonly lr: number;
  readonly steps: number;
}

// #region lesson
/** The rule as the course writes it; `apply` is what its quiz asks for. */
function clip(
  gradient: Tensor,
  threshold: number,
  apply: (gradient: Tensor, rate: number) => Tensor = (g, rate) => g.mul(rate),
): Tensor {
  const rate = threshold / norm(gradient);
  return rate < 1 ? apply(gradient, rate) : gradient;
}

const norm = (gradient: Tensor): number => Math.hypot(...gradient.dataSync());

interface Weights {
  readonly wIn: Tensor; // (1, H)
  readonly w: Tensor; // (H, H)
  readonly wOut: Tensor; // (H, 1)
}

/** A recurrent matrix of N(0, radius²/H) has about that spectral radius. */
function initialise({ hidden, radius }: Settings, generator: Generator): Weights {
  const draw = (rows: number, columns: number, std: number): Tensor => {
    const weight = randn([rows, columns], { generator }).mul(std);
    weight.requiresGrad = true;
    return weight;
  };
  return {
    wIn: draw(1, hidden, 1),
    w: draw(hidden, hidden, radius / Math.sqrt(hidden)),
    wOut: draw(hidden, 1, 1 / Math.sqrt(hidden)),
  };
}

/** The states h^0 … h^T and the answer after the last of them. */
function forward({ wIn, w, wOut }: Weights, x: readonly Tensor[]): { h: Tensor[]; y: Tensor } {
  const h = [zeros([x[0]!.shape[0]!, w.shape[0]!])]; // (B, H)
  for (const [t, xt] of x.entries()) h.push(h[t]!.matmul(w).add(xt.matmul(wIn)));
  return { h, y: h[x.length]!.matmul(wOut) }; // (B, 1)
}

/** Learns to repeat the first number of a sequence at its end; gives the loss of every step. */
function* training(
  weights: Weights,
  { length, threshold, lr, steps }: Settings,
  clipped: boolean,
  generator: Generator,
): Iterable<Tensor> {
  const step = trainStep(
    (first: Tensor) => {
      const rest = zeros([BATCH, 1]);
      const x = Array.from({ length }, (_, t) => (t === 0 ? first : rest)); // T × (B, 1)
      return forward(weights, x).y.sub(first).square().mean();
    },
    new SGD(Object.values(weights), { lr }),
    clipped ? { clipGradNorm: threshold } : {},
  );
  for (let i = 0; i < steps; i++) yield scope(() => step(randn([BATCH, 1], { generator })));
}
// #endregion

const QUIZ: Readonly<Record<string, (gradient: Tensor, rate: number) => Tensor>> = {
  'gradient * rate': (gradient, rate) => gradient.mul(rate),
  'gradient / rate': (gradient, rate) => gradient.div(rate),
  'gradient + rate': (gradient, rate) => gradient.add(rate),
  'gradient - rate': (gradient, rate) => gradient.sub(rate),
};

/**
 * By how much ∂L/∂h grows with each step back through a layer with tanh whose recurrent matrix is `radius`
 * times a rotation, for inputs of a given size.
 */
function growthThroughLayer(
  radius: number,
  size: number,
  settings: Settings,
  seed: number,
): number {
  const { hidden, length } = settings;
  const generator = new Generator(seed);
  const options = { generator, ...float64() };
  const rnn = new RNN(1, hidden, { bias: false, ...options });
  init.orthogonal(rnn.cell(0).weightHh, { generator, gain: radius });
  const gradient = (steps: number): number => {
    const x = randn([length, 1, 1], { ...options, generator: new Generator(seed) }).mul(size);
    const h0 = zeros([1, 1, hidden], { ...float64(), requiresGrad: true });
    const { output } = rnn.forward(x.slice(0, 0, steps), h0); // (T, 1, H)
    return norm(gradients([output.slice(0, -1).sum()], [h0])[0]!);
  };
  return (gradient(length) / gradient(1)) ** (1 / (length - 1));
}

/** Trains until the steps are done or the loss is no number; returns the loss of every step. */
async function* train(
  seed: number,
  settings: Settings,
  clipped: boolean,
): AsyncPart<'loss', { readonly weights: Weights; readonly losses: readonly number[] }> {
  const { steps } = settings;
  const generator = new Generator(seed);
  const weights = initialise(settings, generator);
  const name = clipped ? 'clipped' : 'not clipped';
  const pending = new Losses();
  const losses: number[] = [];
  let step = 0;
  for (const one of training(weights, settings, clipped, generator)) {
    pending.push(one);
    if (++step % LOG_EVERY > 0 && step < steps) continue;
    for (const loss of await pending.read()) {
      losses.push(loss);
      // Every weight is NaN from here on.
      if (!Number.isFinite(loss)) return { weights, losses };
      yield { type: 'series', chart: 'loss', name, x: losses.length, y: loss };
    }
    yield {
      type: 'progress',
      step: (clipped ? steps : 0) + step,
      total: 2 * steps,
      loss: losses.at(-1)!,
    };
  }
  return { weights, losses };
}

/** The rule, the quiz and `clipGradNorm`, in float64. */
function rules(threshold: number, generator: Generator): Check[] {
  const given = tensor([3, 4], float64());
  const small = [...clip(given, 1).dataSync()];
  const untouched = clip(given, 10).dataSync();
  let [largest, turned] = [0, 0];
  for (let i = 0; i < SAMPLES; i++) {
    scope(() => {
      const gradient = randn([10], { generator, ...float64() }).mul(10 ** ((i % 7) - 3));
      const clipped = clip(gradient, threshold);
      const size = norm(gradient);
      const direction = clipped.mul(size / norm(clipped));
      largest = Math.max(largest, norm(clipped) / threshold);
      turned = Math.max(
        turned,
        largestDifference(direction.dataSync(), gradient.dataSync()) / size,
      );
    });
  }
  const right = Object.entries(QUIZ).filter(([, apply]) => {
    return Math.abs(norm(clip(given, 1, apply)) - 1) < 1e-12;
  });
  const parameter = zeros([2], { ...float64(), requiresGrad: true });
  parameter.grad = given;
  const before = clipGradNorm([parameter], 1).item();
  return [
    check(36, '[3, 4] at threshold 1, first', small[0]!).near(0.6, 1e-6),
    check(36, '[3, 4] at threshold 1, second', small[1]!).near(0.8, 1e-6),
    check(36, '[3, 4] at threshold 10', [...untouched].join(', ')).equals('3, 4'),
    check(36, `largest norm of ${SAMPLES} clipped gradients, in thresholds`, largest).atMost(1 + 1e-12),
    check(36, 'largest turn of a clipped gradient, relative', turned).below(1e-12),
    check(36, 'what the challenge leaves out', right.map(([name]) => name).join(' and ')).equals('gradient * rate'),
    check(36, 'clipGradNorm returns the norm before', before).near(5, 1e-6),
    check(36, 'clipGradNorm against the rule', largestDifference(parameter.grad.dataSync(), small)).below(1e-6),
  ]; // prettier-ignore
}

export const gradientClipping: Exercise = defineExercise({
  id: 'gradient-clipping',
  title: { en: 'Gradient clipping', ja: '勾配クリッピング' },
  summary: 'Shows a gradient explode over time, and holds it by its norm.',
  rows: [35, 36],
  parameters: {
    threshold: {
      type: 'number',
      default: 1,
      min: 1e-6,
      max: 1e6,
      description: 'largest norm of the gradient',
    },
    radius: {
      type: 'number',
      default: 1.2,
      min: 0.1,
      max: 4,
      description: 'spectral radius of the recurrent weights',
    },
    length: { type: 'integer', default: 50, min: 5, max: 200, description: 'steps in time' },
    hidden: { type: 'integer', default: 64, min: 2, max: 512, description: 'hidden units' },
    lr: { type: 'number', default: 0.01, min: 1e-6, max: 10, description: 'learning rate' },
    steps: {
      type: 'integer',
      default: 1000,
      quick: 500,
      min: 10,
      max: 1e6,
      description: 'training steps',
    },
  },
  charts: {
    norm: { x: 't', y: 'norm of ∂L/∂h', scale: 'log' },
    loss: { x: 'step', y: 'mean squared error', scale: 'log' },
  },
  async *run({ parameters, seed }) {
    const { threshold, length } = parameters;
    const generator = new Generator(seed);

    // ——— the gradient explodes, watched over twice the time for a steadier slope ———
    const weights = initialise(parameters, generator);
    const x = Array.from({ length: 2 * length }, () => randn([1, 1], { generator })); // T × (1, 1)
    const { h, y } = forward(weights, x);
    const norms: number[] = [];
    for (const g of gradients([y.sum()], h.slice(1))) norms.push(Math.hypot(...(await g!.data())));
    const times = norms.map((_, i) => i + 1);
    yield { type: 'series', chart: 'norm', name: 'norm of ∂L/∂h', x: times, y: norms };
    const growth = fitLine(times, norms.map(Math.log));

    // ——— a layer with tanh: small states let the gradient through as they are, large ones do not ———
    const through = RADII.map((radius) => ({
      radius,
      small: growthThroughLayer(radius, 1e-14, parameters, seed),
      large: growthThroughLayer(radius, 10, parameters, seed),
    }));
    yield {
      type: 'table',
      name: 'growth of the gradient with each step back through RNN',
      columns: ['radius', 'small states', 'saturated states'],
      rows: through.map(({ radius, small, large }) => [radius, small, large]),
    };
    const ofRule = rules(threshold, generator);

    // ——— training without and with it ———
    const free = yield* train(seed, parameters, false);
    const held = yield* train(seed, parameters, true);
    const end = mean(held.losses.slice(-TAIL));
    const lost = free.losses.findIndex((loss) => !Number.isFinite(loss));
    const value = lost < 0 ? Number.POSITIVE_INFINITY : lost + 1;
    yield { type: 'metric', name: 'first step with a loss that is not finite, not clipped', value };
    yield { type: 'metric', name: 'loss at the end, clipped', value: end };

    const saturated = through.find(({ radius }) => radius === 1.2)!.large;
    const checks: Check[] = [
      check(35, 'growth of the gradient with each step back in time', Math.exp(-growth.slope)).above(1),
      check(35, 'R² of a straight line through its logarithm', growth.rSquared).above(0.99),
      ...through.map(({ radius, small }) =>
        check(35, `RNN with radius ${radius}, small states: growth`, small).near(radius, 1e-6),
      ),
      check(35, 'RNN with radius 1.2, saturated states: growth', saturated).below(1),
      ...ofRule,
      check(36, 'a loss that is not finite without clipping', lost >= 0).equals(true),
      check(36, 'mean loss of the last 100 steps, clipped; answering 0 costs 1', end).on('loss').below(0.5),
    ]; // prettier-ignore
    return { checks, trained: held.weights };
  },
  tries: {
    clip: {
      title: { en: 'Clip a gradient', ja: '勾配を切り詰める' },
      parameters: {
        first: { type: 'number', default: 3, min: -1e6, max: 1e6, description: "the gradient's first number" },
        second: { type: 'number', default: 4, min: -1e6, max: 1e6, description: 'its second number' },
        most: { type: 'number', default: 1, min: 1e-6, max: 1e6, description: 'the threshold' },
      }, // prettier-ignore
      *run(_, { first, second, most }) {
        const gradient = tensor([first, second], float64());
        const clipped = clip(gradient, most);
        yield { type: 'tensor', name: 'gradient', shape: [2], values: gradient.dataSync() };
        yield { type: 'metric', name: 'its norm', value: norm(gradient) };
        yield { type: 'metric', name: 'rate', value: most / norm(gradient) };
        yield { type: 'tensor', name: 'clipped', shape: [2], values: clipped.dataSync() };
      },
    },
    repeat: {
      title: { en: 'Repeat a number', ja: '数を思い出す' },
      parameters: {
        number: { type: 'number', default: 0.5, min: -3, max: 3, description: 'the first of the sequence' },
        silence: { type: 'integer', default: 49, min: 1, max: 200, description: 'steps until it is asked; 49 were learned' },
      }, // prettier-ignore
      async *run(weights, { number, silence }) {
        const x = Array.from({ length: silence + 1 }, (_, t) => tensor([[t === 0 ? number : 0]]));
        const [value] = await forward(weights, x).y.data();
        yield { type: 'metric', name: 'what the clipped network answers', value: value! };
      },
    },
  },
});
