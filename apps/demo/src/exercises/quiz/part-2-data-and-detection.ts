/** The examples on transfer learning, one-shot learning, biased data and YOLO. */
import { Conv2d, GlobalAvgPool } from '@kasane/layers-cnn';
import {
  decodeYolo,
  encodeYolo,
  filterDetections,
  YOLO,
  yoloLoss,
} from '@kasane/layers-cnn/detection';
import { crossEntropy, Linear, ReLU, Sequential, summary } from '@kasane/nn';
import type { Layer, Module } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { concat, Generator, noGrad, rand, randn, tensor, zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { read } from '../../losses.ts';
import { largestDifference } from '../../statistics.ts';
import { holds } from './question.ts';
import type { Question } from './question.ts';

const live = () => ({ generator: new Generator(1) });
const numbers = async (t: Tensor): Promise<number[]> => [...(await t.data())];
const bits = async (module: Module): Promise<number[]> =>
  (await Promise.all(module.parameters().map(numbers))).flat();
const classes = (labels: readonly number[]): Tensor => tensor([...labels], { dtype: 'int32' });

/** Some steps of gradient descent on all the parameters that are not frozen. */
function descend(model: Sequential, [x, y]: readonly [Tensor, Tensor], steps: number): void {
  const learning = model.parameters().filter((p) => p.requiresGrad);
  const step = trainStep(
    (input: Tensor, target: Tensor) => crossEntropy(model.forward(input), target),
    new SGD(learning, { lr: 0.5 }),
  );
  for (let i = 0; i < steps; i++) step(x, y).dispose();
}

const accuracy = async (model: Sequential, [x, y]: readonly [Tensor, Tensor]): Promise<number> =>
  (await read(
    noGrad(() => model.forward(x))
      .argmax(1)
      .equal(y)
      .sum(),
  )) / y.size;

// ——— transfer learning ———

const transfer: Question = {
  id: 'transfer-learning',
  row: 116,
  ask: {
    en: 'Transfer learning with a frozen trunk: which weights change? (1: they do)',
    ja: '幹を固定した転移学習で、値の変わる重みは？（1：変わる）',
  },
  options: {
    'the head': () => [0, 1],
    'the trunk': () => [1, 0],
    'trunk and head': () => [1, 1],
  },
  truth: async () => {
    const trunk = new Sequential(new Linear(4, 8, live()), new ReLU());
    const head = new Linear(8, 2, live());
    for (const p of trunk.parameters()) p.requiresGrad = false;
    const before = await Promise.all([trunk, head].map(bits));
    descend(new Sequential(trunk, head), [randn([6, 4], live()), classes([0, 1, 0, 1, 0, 1])], 3);
    const after = await Promise.all([trunk, head].map(bits));
    return after.map((part, i) => Number(largestDifference(part, before[i]!) > 0));
  },
  by: 'training a frozen trunk and a head',
  key: ['the head'],
};

// ——— one shot ———

const SIDE = 8;
const KINDS = 5;

/** One random patch for each class; the queries show it elsewhere. */
function shots(): { supports: Tensor; queries: Tensor } {
  const { generator } = live();
  const patches = Array.from({ length: KINDS }, () => rand([1, 1, 4, 4], { generator }));
  const at = (left: number): Tensor => {
    const margins = [[0, 0], [0, 0], [0, SIDE - 4], [left, SIDE - 4 - left]] as const; // prettier-ignore
    return concat(patches.map((patch) => patch.pad(margins)));
  };
  return { supports: at(0), queries: at(3) }; // (KINDS, 1, SIDE, SIDE)
}

/** The class whose picture is nearest or farthest, for each query. */
function choices(embed: (x: Tensor) => Tensor, farthest = false): Promise<readonly number[]> {
  const { supports, queries } = shots();
  const [a, b] = [embed(queries), embed(supports)];
  const distances = a.unsqueeze(1).sub(b).square().sum(2); // (queries, classes)
  return numbers((farthest ? distances : distances.neg()).argmax(1));
}

/** Features that do not depend on the place: the largest answer of each filter. */
function features(x: Tensor): Tensor {
  const filters = new Conv2d(1, 16, 3, { padding: 2, ...live() });
  return noGrad(() => filters.forward(x).max([2, 3]));
}

const oneShot: Question = {
  id: 'one-shot-learning',
  row: 117,
  ask: {
    en: 'One picture of each class, and a new one at another place: which class does it get?',
    ja: '各クラスの画像は1枚だけ。別の位置に写った新しい画像は、どのクラスになる？',
  },
  options: {
    'that of the picture with the nearest features': () => choices(features),
    'that of the picture with the farthest features': () => choices(features, true),
    'that of the picture with the nearest pixels': () => choices((x) => x.flatten(1)),
  },
  truth: () => Array.from({ length: KINDS }, (_, kind) => kind),
  by: 'the classes of the queries',
  key: ['that of the picture with the nearest features'],
};

// ——— biased data ———

/** Points of two classes: a weak sign of the class, and a strong one that holds with a probability. */
function points(count: number, bias: number, generator: Generator): [Tensor, Tensor] {
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const rows = labels.map((label) => {
    const told = generator.random() < bias ? label : generator.below(2);
    return [label - 0.5 + 0.2 * generator.normal(), 4 * (told - 0.5)];
  });
  return [tensor(rows), classes(labels)];
}

/** Accuracies without bias and with that of the training. */
async function learnt(count: number, bias: number): Promise<{ unbiased: number; same: number }> {
  const { generator } = live();
  const model = new Sequential(new Linear(2, 2, { generator }));
  descend(model, points(count, bias, generator), 20);
  const tested = (part: number): Promise<number> => accuracy(model, points(1000, part, generator));
  return { unbiased: await tested(0), same: await tested(bias) };
}

/** The part of 20 planted wrong labels among the 20 largest losses of 400 points. */
async function foundByLoss(): Promise<number> {
  const { generator } = live();
  const [x, y] = points(400, 0, generator);
  const labels = await numbers(y);
  const spoilt = classes(labels.map((label, i) => (i % 20 === 0 ? 1 - label : label)));
  const model = new Sequential(new Linear(2, 2, { generator }));
  descend(model, [x, spoilt], 200);
  const losses = await numbers(crossEntropy(model.forward(x), spoilt, { reduction: 'none' }));
  const list = [...losses.keys()].toSorted((a, b) => losses[b]! - losses[a]!).slice(0, 20);
  return list.filter((i) => i % 20 === 0).length / 20;
}

const dataBias: Question = {
  id: 'data-bias',
  row: 118,
  ask: {
    en: 'What is right about biased and wrong training data?',
    ja: '偏ったデータや誤ったラベルから学ぶと、何が起こる？',
  },
  options: {
    'a model of biased data fails where the bias is absent': holds(
      async () => (await learnt(400, 1)).unbiased < (await learnt(400, 0)).unbiased - 0.1,
    ),
    'a test set with the same bias shows it': holds(
      async () => (await learnt(400, 1)).same < (await learnt(400, 0)).unbiased - 0.1,
    ),
    'four times as much of the same data helps': holds(
      async () => (await learnt(1600, 1)).unbiased > (await learnt(400, 1)).unbiased + 0.1,
    ),
    'wrong labels can be noticed: their losses are the largest': holds(
      async () => (await foundByLoss()) >= 0.8,
    ),
  },
  truth: () => [1],
  by: 'a linear model of generated points',
  key: [
    'a model of biased data fails where the bias is absent',
    'wrong labels can be noticed: their losses are the largest',
  ],
};

// ——— YOLO ———

const [S, B, C] = [7, 2, 20];
const SIZE = 448;
const GRID = { s: S, c: C, size: SIZE };
const boxes = (...rows: number[][]): Tensor => tensor(rows);
const small = (): YOLO => new YOLO(S, B, C, { channels: [4, 4, 4], ...live() });

const WINDOW = 0.5; // of the image's height and width, for a classifier that is slid over it

/**
 * The multiplications of a classifier of windows, one around each cell, over those of one pass that says the same of all
 * cells: both have the same blocks, but windows overlap, and what they share is computed again in each.
 */
function slidOverOnce(): number {
  const { features, imageSize, head } = small();
  const classifier = new Sequential(features, new GlobalAvgPool(), new Linear(head.inChannels, C));
  const work = (model: Layer, size: number): number =>
    summary(model, [1, 3, size, size]).multiplyAdds;
  return (
    (S * S * work(classifier, imageSize * WINDOW)) / work(new Sequential(features, head), imageSize)
  );
}

const yolo: Question = {
  id: 'yolo',
  row: 119,
  ask: {
    en: 'Which statements on YOLO are right?',
    ja: 'YOLOについて成り立つのは？',
  },
  options: {
    'it passes over an image once, with less than a tenth of the products of sliding windows':
      holds(() => slidOverOnce() > 10),
    'of two objects with their centres in one cell it reports one': holds(() => {
      const two = boxes([10, 10, 40, 40], [20, 20, 50, 50]);
      const target = encodeYolo([two], [classes([3, 5])], GRID); // what the network learns to say
      const [detections] = decodeYolo(target, GRID);
      return filterDetections(detections!).boxes.shape[0] === 1;
    }),
    'it proposes at most 98 boxes, fewer where it sees little': holds(
      () => decodeYolo(zeros([1, S, S, B * 5 + C]), GRID)[0]!.boxes.shape[0]! < 98,
    ),
    'its loss has one weight for all errors': holds(async () => {
      const target = encodeYolo([boxes([0, 0, 100, 80])], [classes([1])], GRID);
      const output = randn([1, S, S, B * 5 + C], live());
      const loss = (lambdaCoord: number): Promise<number> =>
        read(yoloLoss(output, target, { lambdaCoord }));
      return Math.abs((await loss(10)) / (await loss(5)) - 2) < 1e-3;
    }),
    'each cell proposes one box': holds(() => {
      const [detections] = decodeYolo(zeros([1, S, S, B * 5 + C]), GRID);
      return detections!.boxes.shape[0] === S * S;
    }),
  },
  truth: () => [1],
  by: 'live targets, boxes and losses, and counting',
  key: [
    'it passes over an image once, with less than a tenth of the products of sliding windows',
    'of two objects with their centres in one cell it reports one',
  ],
};

const numbersOfYolo: Question = {
  id: 'yolo-output',
  row: 122,
  ask: {
    en: 'YOLO with S = 7, B = 2, C = 20: how many numbers come out, and how many boxes do they hold?',
    ja: 'YOLO（S=7、B=2、C=20）の出力の数と候補領域の数は？',
  },
  options: {
    'S · S · (B · 5 + C) and S · S · B': () => [S * S * (B * 5 + C), S * S * B],
    'S · S · B · (5 + C) and S · S · B': () => [S * S * B * (5 + C), S * S * B],
    'S · S · (B · 4 + C) and S · S': () => [S * S * (B * 4 + C), S * S],
  },
  truth: () => {
    const model = small().eval();
    const output = noGrad(() => model.forward(zeros([1, 3, model.imageSize, model.imageSize])));
    return [output.size, decodeYolo(output, GRID)[0]!.boxes.shape[0]!];
  },
  by: 'a forward pass',
  key: ['S · S · (B · 5 + C) and S · S · B'],
};

export const part2DataAndDetection: readonly Question[] = [
  transfer,
  oneShot,
  dataBias,
  yolo,
  numbersOfYolo,
];
