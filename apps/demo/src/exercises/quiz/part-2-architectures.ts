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
import { Generator, noGrad, ones, rand, scope, tensor, withBackend } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { float64 } from '../../float64.ts';
import { read } from '../../losses.ts';
import { largestDifference } from '../../statistics.ts';
import { holds } from './question.ts';
import type { Question } from './question.ts';

const [CHANNELS, CLASSES] = [4, 10];
const MODULE_3A = { ch1x1: 64, ch3x3red: 96, ch3x3: 128, ch5x5red: 16, ch5x5: 32, poolProj: 32 };

const live = <T>(make: (generator: Generator) => T): T => make(new Generator(1));
const norm = async (t: Tensor): Promise<number> => Math.hypot(...(await t.data()));

/** A model that is only looked at. Its largest layers are more than a gpu holds, so it is not made there. */
const unused = <Model extends Module>(make: () => Model): Model =>
  withBackend(float64().backend, () => skipInit(make));

/** The parameters of a model, whose memory is given back. */
function count(make: () => Module): number {
  const model = unused(make);
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
    'they let each place see its neighbours': holds(async () => {
      const x = ones([1, 3, 3, 3], { requiresGrad: true });
      const y = new Conv2d(3, 1, 1).forward(x); // (1, 1, 3, 3)
      const [seen] = gradients([y.select(3, 1).select(2, 1).sum()], [x]); // by the place in the middle
      return (await read(seen!.notEqual(0).cast('float32').sum())) > 3; // the three channels of one place
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
async function firstGradient({ first, layers }: Stack, aux: boolean): Promise<number> {
  const gradient = scope(() => {
    const generator = new Generator(2);
    const head = (): Sequential =>
      new Sequential(new GlobalAvgPool(), new Linear(CHANNELS, CLASSES, { generator }));
    const labels = tensor([0, 1, 2, 3], { dtype: 'int32' });
    const early = first.forward(rand([4, 3, 8, 8], { generator }));
    const main = crossEntropy(head().forward(layers.forward(early)), labels);
    const total = aux ? main.add(crossEntropy(head().forward(early), labels).mul(0.3)) : main;
    return gradients([total], [first.weight])[0]!;
  });
  return norm(gradient);
}

/** Whether a number is more than so many times another. */
async function exceeds(
  times: number,
  one: Promise<number>,
  other: Promise<number>,
): Promise<boolean> {
  return (await one) > times * (await other);
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
  row: 108,
  ask: {
    en: 'Auxiliary losses: which statement is wrong?',
    ja: '補助損失（Auxiliary Loss）に当てはまらない説明は？',
  },
  options: {
    'they reduce the work of a training step': holds(() => {
      const model = googlenet();
      const picture = [1, 3, 32, 32];
      const withHeads = summary(new AllHeads(model), picture).multiplyAdds;
      return withHeads < summary(model, picture).multiplyAdds;
    }),
    'classifiers branch off in the middle of the network': holds(() => {
      const { auxLogits1, auxLogits2 } = noGrad(() =>
        googlenet()
          .eval()
          .withAux(ones([1, 3, 32, 32])),
      );
      return auxLogits1!.shape[1] === CLASSES && auxLogits2!.shape[1] === CLASSES;
    }),
    'the first layers receive a larger gradient': holds(() => {
      const layers = stack(10, false, as);
      return exceeds(1, firstGradient(layers, true), firstGradient(layers, false));
    }),
    'batch normalisation too brings a gradient to the first layers, without them': holds(() => {
      const [normed, plain] = [stack(10, true, as), stack(10, false, as)];
      return exceeds(100, firstGradient(normed, false), firstGradient(plain, false));
    }),
  },
  truth: () => [0], // the wrong one is asked for
  by: 'counting, and autograd through ten layers',
  key: ['they reduce the work of a training step'],
};

// ——— ResNet ———

const DEPTH = 50;

const whyNotDeeper: Question = {
  id: 'resnet-why',
  row: 113,
  ask: {
    en: 'ResNet has 152 layers. Why could networks before it not be as deep?',
    ja: '152層ものネットワークは、ResNetより前にはなぜ学習できなかった？',
  },
  options: {
    'the gradient vanishes on its way through the layers': holds(() => {
      const [shallow, deep] = [stack(2, false, as), stack(DEPTH, false, as)];
      return exceeds(1000, firstGradient(shallow, false), firstGradient(deep, false));
    }),
    'what the layers give grows without bound': holds(() => {
      const { first, layers } = stack(DEPTH, false, as);
      const x = first.forward(ones([1, 3, 8, 8]));
      return exceeds(1000, norm(layers.forward(x)), norm(x));
    }),
    'so many layers have more parameters than VGG16': holds(
      () => count(() => resnet152()) > count(() => vgg16()),
    ),
  },
  truth: () => [1],
  by: `autograd through ${DEPTH} layers, and counting`,
  key: ['the gradient vanishes on its way through the layers'],
};

/** ∂y/∂x at x = 1.5 where F and its slope are 0. */
async function slopeOf(f: (x: Tensor, change: Tensor) => Tensor): Promise<readonly number[]> {
  const x = tensor([1.5], { requiresGrad: true });
  return [...(await gradients([f(x, x.mul(0)).sum()], [x])[0]!.data())];
}

const acrossLayers: Question = {
  id: 'resnet-how',
  row: 114,
  ask: {
    en: 'What does a residual block with layers F compute, so that a gradient passes even where F gives none?',
    ja: '層Fの勾配が0でも勾配が届くように、残差ブロックは何を計算する？',
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
    return slopeOf((x) => new Residual(body).forward(x));
  },
  by: 'autograd through Residual',
  key: ['x + F(x), with the identity mapping'],
};

/** How far the output of a residual block is from a non-negative input if all weights of its layers are `value`. */
async function change(value: number): Promise<readonly number[]> {
  const block = live((generator) => new BasicBlock(CHANNELS, CHANNELS, { generator }));
  for (const parameter of block.parameters()) init.constant(parameter, value);
  const x = rand([2, CHANNELS, 4, 4], { generator: new Generator(2) });
  const y = noGrad(() => block.forward(x));
  return [largestDifference(await y.data(), await x.data())];
}

const nothingToChange: Question = {
  id: 'resnet-residual',
  row: 115,
  ask: {
    en: 'A block need not change its input any more. What become the weights inside its shortcut?',
    ja: '入力をもう変えなくてよいブロックでは、ショートカットの内側の重みはいくつになる？',
  },
  options: { '0': () => change(0), '1': () => change(1), '-1': () => change(-1) },
  truth: () => [0],
  by: 'how far BasicBlock moves its input',
  key: ['0'],
};

// ——— VGG, GoogLeNet, ResNet ———

const differences: Question = {
  id: 'vgg-googlenet-resnet',
  row: 123,
  ask: {
    en: 'What distinguishes VGG, GoogLeNet and ResNet?',
    ja: 'VGG・GoogLeNet・ResNetの違いとして成り立つのは？',
  },
  options: {
    'VGG16 has the most parameters': holds(() => {
      const others = [() => resnet152(), () => new GoogLeNet()].map(count);
      return count(() => vgg16()) > Math.max(...others);
    }),
    'VGG16 reduces channels by 1 × 1 convolutions': holds(() => {
      const model = unused(() => vgg16());
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
    'ResNet keeps the gradient of early layers by its shortcuts': holds(() => {
      const residual = stack(DEPTH, false, (body) => new Residual(body));
      const plain = stack(DEPTH, false, as);
      return exceeds(100, firstGradient(residual, false), firstGradient(plain, false));
    }),
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
