/**
 * A line through 200 noisy points with one linear layer: after 1,000 steps W is within 0.03 of 0.5, b
 * within 0.02 of 2, and the loss near the square of the noise, 0.0025.
 *
 *     y = W x + b      loss = mean((y − d)²)
 *
 * The same model stands twice: as a stack of layers and as tensors. Nothing is declared before the
 * data arrives in either. W starts as Keras draws it, uniformly within ±√(6 / (1 + 1)), b at zero.
 */
import { init, Linear, mseLoss, Sequential } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { Generator, linspace, noGrad, randn, randperm, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { check, ofDefaultData } from '../check.ts';
import { requireDescent } from '../descent.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';
import { following } from '../following.ts';
import { pointTry, regressionPicture } from '../pictures/regression.ts';
import { fitLine, largestDifference } from '../statistics.ts';

const LOG_EVERY = 10; // steps between two points of the curve
const [SLOPE, INTERCEPT] = [0.5, 2];

// #region lesson
/** A layer as Keras starts it. */
function dense(inputs: number, units: number, generator: Generator): Linear {
  const layer = new Linear(inputs, units);
  init.xavierUniform(layer.weight, { generator });
  init.zeros(layer.bias!);
  return layer;
}

/** Points x from −1 to 1 in random order, and d, both (N, 1). */
function draw(
  points: number,
  noise: number,
  generator: Generator,
): readonly [x: Tensor, d: Tensor] {
  const order = randperm(points, { generator });
  const x = linspace(-1, 1, points).indexSelect(0, order).reshape([points, 1]);
  const line = x.mul(SLOPE).add(INTERCEPT);
  return [x, line.add(randn([points, 1], { generator }).mul(noise))];
}

/** Trains a model of layers, and gives the loss before each step. */
function* training(
  model: Sequential,
  [x, d]: readonly [x: Tensor, d: Tensor],
  { lr, steps }: { lr: number; steps: number },
): Iterable<Tensor> {
  const step = trainStep(() => mseLoss(model.forward(x), d), new SGD(model.parameters(), { lr }));
  for (let i = 0; i < steps; i++) yield step();
}

/** W x + b on tensors. */
const answerOf = ([w, b]: readonly [w: Tensor, b: Tensor], x: Tensor): Tensor => x.mul(w).add(b); // (N, 1)

/** The same as `training`, on tensors. */
function* trainingOfTensors(
  line: readonly [w: Tensor, b: Tensor],
  [x, d]: readonly [x: Tensor, d: Tensor],
  { lr, steps }: { lr: number; steps: number },
): Iterable<Tensor> {
  const step = trainStep(
    () => answerOf(line, x).sub(d).square().mean(),
    new SGD([...line], { lr }),
  );
  for (let i = 0; i < steps; i++) yield step();
}
// #endregion

export const kerasLinearRegression: Exercise = defineExercise({
  id: 'keras-linear-regression',
  title: { en: 'Linear regression with layers', ja: 'Kerasの線形回帰' },
  summary: 'Fits a line with a model of one linear layer, the high-level way.',
  rows: [124],
  parameters: {
    points: {
      ofDefaultData: true,
      type: 'integer',
      default: 200,
      min: 3,
      max: 1e5,
      description: 'points to fit',
    },
    noise: {
      ofDefaultData: true,
      type: 'number',
      default: 0.05,
      min: 0,
      max: 10,
      description: 'standard deviation of the noise',
    },
    lr: { type: 'number', default: 0.01, min: 1e-6, max: 0.5, description: 'learning rate' },
    steps: {
      type: 'integer',
      default: 1000,
      min: 10,
      max: 1e6,
      description: 'steps, each on all points',
    },
  },
  data: 'points',
  plane: { x: [-1, 1], y: [0, 4] },
  charts: {
    loss: { x: 'step', y: 'mean squared error', scale: 'log' },
  },
  async *run({ parameters: { points, noise, lr, steps }, seed, data: own }) {
    if (own !== undefined) requireDescent(own.x, lr);
    const generator = new Generator(seed);
    const column = (values: readonly number[]): Tensor => tensor([...values], [values.length, 1]);
    const data =
      own === undefined
        ? draw(points, noise, generator)
        : ([column(own.x), column(own.d)] as const);
    const layer = dense(1, 1, generator);
    const model = new Sequential(layer);
    const twin = dense(1, 1, generator);
    twin.loadStateDict(layer.stateDict());
    const line = [twin.weight, twin.bias!] as const;

    const curve = { chart: 'loss', name: 'loss', every: LOG_EVERY, total: steps } as const;
    const losses = yield* following(training(model, data, { lr, steps }), curve);
    const loss = losses.at(-1)!;
    for (const value of trainingOfTensors(line, data, { lr, steps })) value.dispose();

    const numbers = async (value: Tensor): Promise<number[]> => [...(await value.data())];
    const [x, d] = [await numbers(data[0]), await numbers(data[1])];
    const [[w], [b]] = [await numbers(layer.weight), await numbers(layer.bias!)] as [
      [number],
      [number],
    ]; // 1 × 1
    const trained = { x, d, fitted: (at: number) => w * at + b };
    const truth = (at: number): number => SLOPE * at + INTERCEPT;
    yield regressionPicture('points and lines', trained, own === undefined ? { truth } : {});
    yield { type: 'metric', name: 'W', value: w };
    yield { type: 'metric', name: 'b', value: b };
    yield { type: 'metric', name: 'loss', value: loss };

    const best = fitLine(x, d);
    const byLayers = await numbers(noGrad(() => model.forward(data[0])));
    const byTensors = await numbers(noGrad(() => answerOf(line, data[0])));
    const size = own === undefined ? 1 : Math.max(1, ...d.map(Math.abs));
    const checks = ofDefaultData(own, [
      check(124, 'W', w).near(SLOPE, 0.03),
      check(124, 'b', b).near(INTERCEPT, 0.02),
      check(124, 'W against least squares', w).near(best.slope, 0.005),
      check(124, 'b against least squares', b).near(best.intercept, 0.001),
      check(124, 'loss, near noise²', loss).on('loss').near(0.0025, 0.0008),
    ]);
    const alike = [
      check(
        124,
        'layers against tensors, trained alike from the same parameters',
        largestDifference(byLayers, byTensors) / size,
      ).below(1e-6),
    ];
    return { checks: [...checks, ...alike], trained };
  },
  tries: { point: pointTry(0.5, [-10, 10]) },
});
