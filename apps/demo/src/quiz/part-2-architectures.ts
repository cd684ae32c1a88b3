/** The questions of the second part's first section on GoogLeNet, ResNet and VGG. */
import { gradients } from '@kasane/autograd';
import { BatchNorm2d, Conv2d, GlobalAvgPool } from '@kasane/layers-cnn';
import {
  BasicBlock,
  GoogLeNet,
  Inception,
  NaiveInception,
  Residual,
  resnet152,
  vgg16,
} from '@kasane/layers-cnn/models';
import type { GoogLeNetOutputs } from '@kasane/layers-cnn/models';
import {
  crossEntropy,
  init,
  Linear,
  Module,
  ReLU,
  Sequential,
  skipInit,
  summary,
} from '@kasane/nn';
import type { Layer } from '@kasane/nn';
import { Generator, noGrad, ones, rand, scope, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { largestDifference } from '../statistics.ts';
import { holds } from './question.ts';
import type { Question } from './question.ts';

const [CHANNELS, CLASSES] = [4, 10];
const MODULE_3A = { ch1x1: 64, ch3x3red: 96, ch3x3: 128, ch5x5red: 16, ch5x5: 32, poolProj: 32 };

const live = <T>(make: (generator: Generator) => T): T => make(new Generator(1));
const norm = (t: Tensor): number => Math.hypot(...t.dataSync());

/** The parameters of a model, whose memory is given back. */
function count(make: () => Module): number {
  const model = skipInit(make);
  const all = model.parameters();
  for (const part of [...all, ...model.buffers()]) part.dispose();
  return all.reduce((sum, p) => sum + p.size, 0);
}

// ——— the Inception module ———

const reduced = (): Inception => live((generator) => new Inception(192, MODULE_3A, { generator }));
const naive = (): NaiveInception =>
  live((generator) => new NaiveInception(192, MODULE_3A, { generator }));
const work = (block: Layer): number => summary(block, [1, 192, 4, 4]).multiplyAdds;

const inception: Question = {
  id: 'inception',
  lines: [276, 277, 278],
  row: 106,
  ask: {
    en: 'What do the 1 × 1 convolutions before the larger kernels of an Inception module do?',
    ja: 'Inceptionモジュールで大きなフィルタの前に置かれる1×1の畳み込みの役割は？',
  },
  options: {
    'they leave fewer channels, and so fewer products': holds(
      () => work(reduced()) < work(naive()),
    ),
    'they make the image smaller': holds(() => {
      const layer = new Conv2d(192, 96, 1);
      return layer.forward(ones([1, 192, 4, 4])).shape[2]! < 4;
    }),
    'they let each place see its neighbours': holds(() => {
      const x = ones([1, 3, 3, 3], { requiresGrad: true });
      const y = new Conv2d(3, 1, 1).forward(x); // (1, 1, 3, 3)
      const [seen] = gradients([y.select(3, 1).select(2, 1).sum()], [x]); // by the place in the middle
      return seen!.notEqual(0).cast('float32').sum().item() > 3; // the three channels of one place
    }),
    'they give the module more parameters': holds(() => count(reduced) > count(naive)),
  },
  truth: () => [1],
  by: 'counting module 3a, and autograd',
  key: ['they leave fewer channels, and so fewer products'],
};

// ——— auxiliary losses ———

interface Stack {
  readonly first: Conv2d;
  readonly layers: Sequential;
}

/** Convolutions and ReLU, one after the other. */
function stack(depth: number, batchNorm: boolean, wrap: (body: Layer) => Layer): Stack {
  const generator = new Generator(1);
  const convolution = (inChannels: number): Conv2d =>
    new Conv2d(inChannels, CHANNELS, 3, { padding: 1, generator });
  const first = convolution(3);
  const body = (): Layer => {
    const norms = batchNorm ? [new BatchNorm2d(CHANNELS)] : [];
    return wrap(new Sequential(new ReLU(), convolution(CHANNELS), ...norms));
  };
  return { first, layers: new Sequential(...Array.from({ length: depth - 1 }, body)) };
}

const as = (body: Layer): Layer => body;

/** The size of the gradient of the first convolution, with a head at the end and perhaps one after the first layer. */
function firstGradient({ first, layers }: Stack, aux: boolean): number {
  return scope(() => {
    const generator = new Generator(2);
    const head = (): Sequential =>
      new Sequential(new GlobalAvgPool(), new Linear(CHANNELS, CLASSES, { generator }));
    const labels = tensor([0, 1, 2, 3], { dtype: 'int32' });
    const early = first.forward(rand([4, 3, 8, 8], { generator }));
    const main = crossEntropy(head().forward(layers.forward(early)), labels);
    const total = aux ? main.add(crossEntropy(head().forward(early), labels).mul(0.3)) : main;
    return norm(gradients([total], [first.weight])[0]!);
  });
}

const googlenet = (): GoogLeNet => skipInit(() => new GoogLeNet({ numClasses: CLASSES }));

/** What runs in a training step. */
class AllHeads extends Module {
  readonly model: GoogLeNet;

  constructor(model: GoogLeNet) {
    super();
    this.model = model;
  }

  forward(x: Tensor): GoogLeNetOutputs {
    return this.model.withAux(x);
  }
}

const auxiliary: Question = {
  id: 'auxiliary-loss',
  lines: [280, 282, 284, 286, 288],
  row: 108,
  ask: {
    en: 'Auxiliary losses: which statement is wrong?',
    ja: 'Auxiliary Lossについて、誤っている説明は？',
  },
  options: {
    'they reduce the work of a training step': holds(() => {
      const model = googlenet();
      const picture = [1, 3, 32, 32];
      const withHeads = summary(new AllHeads(model), picture).multiplyAdds;
      return withHeads < summary(model, picture).multiplyAdds;
    }),
    'classifiers branch off in the middle of the network': holds(() => {
      const { auxLogits1, auxLogits2 } = noGrad(() => googlenet().eval().withAux(ones([1, 3, 32, 32]))); // prettier-ignore
      return auxLogits1!.shape[1] === CLASSES && auxLogits2!.shape[1] === CLASSES;
    }),
    'the first layers receive a larger gradient': holds(() => {
      const layers = stack(10, false, as);
      return firstGradient(layers, true) > firstGradient(layers, false);
    }),
    'batch normalisation too brings a gradient to the first layers, without them': holds(
      () => firstGradient(stack(10, true, as), false) > 100 * firstGradient(stack(10, false, as), false), // prettier-ignore
    ),
  },
  truth: () => [0], // the wrong one is asked for
  by: 'counting, and autograd through ten layers',
  key: ['they reduce the work of a training step'],
};

// ——— ResNet ———

const DEPTH = 50;

const whyNotDeeper: Question = {
  id: 'resnet-why',
  lines: [290, 291],
  row: 113,
  ask: {
    en: 'ResNet has 152 layers. Why could networks before it not be as deep?',
    ja: 'ResNet以前のモデルが、これほど層を深くできなかったのはなぜか？',
  },
  options: {
    'the gradient vanishes on its way through the layers': holds(
      () => firstGradient(stack(DEPTH, false, as), false) * 1000 < firstGradient(stack(2, false, as), false), // prettier-ignore
    ),
    'what the layers give grows without bound': holds(() => {
      const { first, layers } = stack(DEPTH, false, as);
      const x = first.forward(ones([1, 3, 8, 8]));
      return norm(layers.forward(x)) > 1000 * norm(x);
    }),
    'so many layers have more parameters than VGG16': holds(() => count(() => resnet152()) > count(() => vgg16())), // prettier-ignore
  },
  truth: () => [1],
  by: `autograd through ${DEPTH} layers, and counting`,
  key: ['the gradient vanishes on its way through the layers'],
};

/** ∂y/∂x at x = 1.5 where F and its slope are 0. */
function slopeOf(f: (x: Tensor, change: Tensor) => Tensor): number[] {
  const x = tensor([1.5], { requiresGrad: true });
  return [...gradients([f(x, x.mul(0)).sum()], [x])[0]!.dataSync()];
}

const acrossLayers: Question = {
  id: 'resnet-how',
  lines: [292],
  row: 114,
  ask: {
    en: 'What does a residual block with layers F compute, so that a gradient passes even where F gives none?',
    ja: '層をまたがる結合（スキップコネクション）が計算するのは？',
  },
  options: {
    'F(x)': () => slopeOf((_, change) => change),
    'x + F(x), with the identity mapping': () => slopeOf((x, change) => x.add(change)),
    'x · F(x)': () => slopeOf((x, change) => x.mul(change)),
    '(x + F(x)) / 2': () => slopeOf((x, change) => x.add(change).div(2)),
  },
  truth: () => {
    const body = new Linear(1, 1);
    init.zeros(body.weight);
    const x = tensor([1.5], { requiresGrad: true });
    return [...gradients([new Residual(body).forward(x).sum()], [x])[0]!.dataSync()];
  },
  by: 'autograd through Residual',
  key: ['x + F(x), with the identity mapping'],
};

/** How far the output of a residual block is from a non-negative input if all weights of its layers are `value`. */
function change(value: number): number[] {
  const block = live((generator) => new BasicBlock(CHANNELS, CHANNELS, { generator }));
  for (const parameter of block.parameters()) init.constant(parameter, value);
  const x = rand([2, CHANNELS, 4, 4], { generator: new Generator(2) });
  return [largestDifference(noGrad(() => block.forward(x)).dataSync(), x.dataSync())];
}

const nothingToChange: Question = {
  id: 'resnet-residual',
  lines: [294],
  row: 115,
  ask: {
    en: 'A block need not change its input any more. What become the weights inside its shortcut?',
    ja: 'ブロックの入力にこれ以上の変換が必要ないとき、重みは？',
  },
  options: { '0': () => change(0), '1': () => change(1), '-1': () => change(-1) },
  truth: () => [0],
  by: 'how far BasicBlock moves its input',
  key: ['0'],
};

// ——— VGG, GoogLeNet, ResNet ———

const differences: Question = {
  id: 'vgg-googlenet-resnet',
  lines: [316, 318, 319, 321, 323, 325],
  row: 123,
  ask: {
    en: 'What distinguishes VGG, GoogLeNet and ResNet?',
    ja: 'VGG・GoogLeNet・ResNetの特徴をそれぞれ述べよ。',
  },
  options: {
    'VGG16 has the most parameters': holds(() => {
      const others = [() => resnet152(), () => new GoogLeNet()].map(count);
      return count(() => vgg16()) > Math.max(...others);
    }),
    'VGG16 reduces channels by 1 × 1 convolutions': holds(() => {
      const model = skipInit(() => vgg16());
      const sizes = [...model.features].filter((layer) => layer instanceof Conv2d);
      const found = sizes.some(({ kernelSize }) => kernelSize[0] === 1);
      for (const parameter of model.parameters()) parameter.dispose();
      return found;
    }),
    'GoogLeNet has kernels of several sizes side by side': holds(() => {
      const kernels = reduced()
        .modules()
        .filter((layer) => layer instanceof Conv2d);
      return new Set(kernels.map(({ kernelSize }) => kernelSize[0])).size === 3;
    }),
    'ResNet keeps the gradient of early layers by its shortcuts': holds(
      () => firstGradient(stack(DEPTH, false, (body) => new Residual(body)), false) > 100 * firstGradient(stack(DEPTH, false, as), false), // prettier-ignore
    ),
  },
  truth: () => [1],
  by: 'counting them, and autograd',
  key: [
    'VGG16 has the most parameters',
    'GoogLeNet has kernels of several sizes side by side',
    'ResNet keeps the gradient of early layers by its shortcuts',
  ],
};

export const part2Architectures: readonly Question[] = [
  inception,
  auxiliary,
  whyNotDeeper,
  acrossLayers,
  nothingToChange,
  differences,
];
