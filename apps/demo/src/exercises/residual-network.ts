/**
 * Residual networks: each block adds its input to what it computes, so that a network of 152 layers can be trained.
 *
 *     plain:     y = F(x)          ∂y/∂x = ∂F/∂x: a product of many small factors
 *     residual:  y = x + F(x)      ∂y/∂x = 1 + ∂F/∂x: something always arrives
 *
 * The same convolutions with the same weights, once with the shortcuts and once without.
 */
import { backward, gradients, jacobian } from '@kasane/autograd';
import { makeShapes } from '@kasane/datasets';
import { Conv2d } from '@kasane/layers-cnn';
import { BasicBlock, PreActivationBlock, Residual } from '@kasane/layers-cnn/models';
import { crossEntropy, init, Linear, Module, mseLoss, ReLU, Sequential } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { eye, Generator, noGrad, rand, randn, scope } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';
import { float64 } from '../float64.ts';
import { largestDifference, mean } from '../statistics.ts';

const CHANNELS = 8;
const CLASSES = 10;
const PROBE = 50; // layers of the network whose gradients are compared
const DEPTHS = [10, 20, 34, 50, 101, 152]; // layers
const TAIL = 20; // steps whose mean loss counts
const IDENTITY_STEPS = 150;

const norm = (t: Tensor): number => Math.hypot(...t.dataSync());

/** Two 3 × 3 convolutions with ReLU between them: F. */
const twoConvolutions = (generator: Generator): Sequential =>
  new Sequential(
    new Conv2d(CHANNELS, CHANNELS, 3, { padding: 1, generator }),
    new ReLU(),
    new Conv2d(CHANNELS, CHANNELS, 3, { padding: 1, generator }),
  );

/** A convolution, blocks of two convolutions, and a linear layer: `depth` layers with weights. */
class Deep extends Module {
  readonly stem: Conv2d;
  readonly blocks: Sequential;
  readonly head: Linear;

  constructor(depth: number, shortcuts: boolean, generator: Generator) {
    super();
    this.stem = new Conv2d(3, CHANNELS, 4, { stride: 4, generator }); // 32 × 32 → 8 × 8
    const bodies = Array.from({ length: (depth - 2) >> 1 }, () => twoConvolutions(generator));
    this.blocks = new Sequential(...bodies.map((body) => (shortcuts ? new Residual(body) : body)));
    this.head = new Linear(CHANNELS * 64, CLASSES, { generator });
  }

  forward(images: Tensor): Tensor {
    const x = this.blocks.forward(this.stem.forward(images)); // (N, CHANNELS, 8, 8)
    return this.head.forward(x.flatten(1));
  }

  /** The weights of the convolutions, from the first to the last. */
  convolutions(): Tensor[] {
    return this.modules()
      .filter((layer) => layer instanceof Conv2d)
      .map(({ weight }) => weight);
  }
}

export const residualNetwork: Exercise = defineExercise({
  id: 'residual-network',
  title: { en: 'Residual networks', ja: 'ResNet（残差ネットワーク）' },
  summary:
    'Compares gradients and training of deep networks with and without shortcuts, on generated shapes.',
  rows: [113, 114, 115],
  packages: [
    '@kasane/tensor-core',
    '@kasane/autograd',
    '@kasane/nn',
    '@kasane/optim',
    '@kasane/datasets',
    '@kasane/layers-cnn',
  ],
  parameters: {
    batch: { type: 'integer', default: 32, quick: 16, min: 1, max: 1024, description: 'pictures per step' }, // prettier-ignore
    depth: { type: 'integer', default: 50, quick: 34, min: 4, max: 152, description: 'layers of the networks that are trained' }, // prettier-ignore
    lr: { type: 'number', default: 0.001, min: 1e-6, max: 1, description: 'learning rate' },
    pictures: { type: 'integer', default: 8000, quick: 1000, min: 100, max: 50_000, description: 'generated pictures' }, // prettier-ignore
    steps: { type: 'integer', default: 2000, quick: 200, min: 40, max: 1e5, description: 'training steps of each network' }, // prettier-ignore
  },
  charts: {
    gradient: { x: 'convolution', y: 'norm of ∂L/∂w before training', scale: 'log' },
    depth: { x: 'layers', y: 'norm of ∂L/∂w of the first convolution', scale: 'log' },
    loss: { x: 'step', y: 'cross-entropy' },
    identity: { x: 'step', y: 'mean squared error of y = x', scale: 'log' },
  },
  *run({ parameters: { batch, depth, lr, pictures, steps }, seed }) {
    const generator = new Generator(seed);
    const train = makeShapes(pictures, { generator });
    const kinds = { plain: false, residual: true } as const;
    const names = Object.keys(kinds) as readonly (keyof typeof kinds)[]; // they are its keys

    // ——— gradients before training ———
    const [images, labels] = train.getBatch(Array.from({ length: 10 }, (_, i) => i));
    const normsOf = (layers: number, shortcuts: boolean): number[] =>
      scope(() => {
        const net = new Deep(layers, shortcuts, new Generator(seed + 1)); // the same weights for both
        const loss = crossEntropy(net.forward(images), labels);
        return gradients([loss], net.convolutions()).map((g) => norm(g!));
      });
    const atFirst = { plain: 0, residual: 0 };
    for (const name of names) {
      const norms = normsOf(PROBE, kinds[name]);
      atFirst[name] = norms[0]!;
      yield { type: 'series', chart: 'gradient', name, x: norms.map((_, i) => i + 1), y: norms };
      for (const layers of DEPTHS) {
        const [first] = normsOf(layers, kinds[name]);
        // A logarithmic axis has no place for what has become 0 in float32.
        if (first! > 0) yield { type: 'series', chart: 'depth', name, x: layers, y: first! };
        yield { type: 'progress', step: 0, total: 2 * steps };
      }
    }
    yield {
      type: 'table',
      name: `gradient of the first convolution of ${PROBE} layers`,
      columns: ['network', 'norm'],
      rows: names.map((name) => [name, atFirst[name]]),
    };

    // ——— training ———
    const losses = { plain: 0, residual: 0 };
    for (const [k, name] of names.entries()) {
      const draws = new Generator(seed + 2); // the same pictures for both
      const net = new Deep(depth, kinds[name], draws);
      const optimizer = new Adam(net.parameters(), { lr });
      const step = compile(
        (x: Tensor, y: Tensor): Tensor => {
          const loss = crossEntropy(net.forward(x), y);
          optimizer.zeroGrad();
          backward(loss);
          optimizer.step();
          return loss.detach();
        },
        { onFallback: () => {} }, // only the wasm backend compiles
      );
      const tail: number[] = [];
      for (let i = 1; i <= steps; i++) {
        const drawn = Array.from({ length: batch }, () => draws.below(pictures));
        const loss = scope(() => step(...train.getBatch(drawn)).item());
        if (i > steps - TAIL) tail.push(loss);
        yield { type: 'progress', step: k * steps + i, total: 2 * steps, loss };
        if (i % 5 === 0) yield { type: 'series', chart: 'loss', name, x: i, y: loss };
      }
      losses[name] = mean(tail);
      yield { type: 'metric', name: `loss of ${depth} layers, ${name}, at the end`, value: losses[name] }; // prettier-ignore
    }

    // ——— nothing to change: both shall learn y = x ———
    const errors = { plain: 0, residual: 0 };
    const sizes = { plain: 0, residual: 0 }; // of the last weights, over those at the start
    for (const name of names) {
      const draws = new Generator(seed + 3);
      const body = twoConvolutions(draws);
      const last = body.parameters().at(-2)!; // the weight of the second convolution
      const start = norm(last);
      const block = kinds[name] ? new Residual(body) : body;
      const optimizer = new Adam(block.parameters(), { lr: 0.003 });
      const step = compile(
        (x: Tensor): Tensor => {
          const loss = mseLoss(block.forward(x), x);
          optimizer.zeroGrad();
          backward(loss);
          optimizer.step();
          return loss.detach();
        },
        { onFallback: () => {} },
      );
      for (let i = 1; i <= IDENTITY_STEPS; i++) {
        errors[name] = scope(() => step(rand([8, CHANNELS, 8, 8], { generator: draws })).item());
        yield { type: 'series', chart: 'identity', name, x: i, y: errors[name] };
      }
      sizes[name] = norm(last) / start;
    }
    yield {
      type: 'table',
      name: `a block after ${IDENTITY_STEPS} steps of learning y = x`,
      columns: ['block', 'mean squared error', 'size of its last weights, over that at the start'],
      rows: names.map((name) => [name, errors[name], sizes[name]]),
    };

    // ——— F = 0 ———
    const options = { generator, ...float64() };
    const body = new Conv2d(2, 2, 3, { padding: 1, ...options });
    init.zeros(body.weight);
    init.zeros(body.bias!);
    const residual = new Residual(body);
    const point = randn([1, 2, 3, 3], options);
    const slope = jacobian((x) => residual.forward(x), point).reshape([18, 18]);
    const positive = rand([2, CHANNELS, 6, 6], options);
    const basic = new BasicBlock(CHANNELS, CHANNELS, options);
    init.zeros(basic.bn2.weight!);
    const any = randn([2, CHANNELS, 6, 6], options);
    const preActivation = new PreActivationBlock(CHANNELS, CHANNELS, options);
    init.zeros(preActivation.conv2.weight);
    const moved = (block: BasicBlock | PreActivationBlock, x: Tensor): number =>
      largestDifference(noGrad(() => block.forward(x)).dataSync(), x.dataSync());

    return [
      check(113, `gradient of the first of ${PROBE} layers: residual over plain`, atFirst.residual / atFirst.plain).atLeast(100), // prettier-ignore
      check(113, `${depth} layers: loss of the plain network over that of the residual one`, losses.plain / losses.residual).above(1.2), // prettier-ignore
      check(114, 'y = x + F(x) with F = 0: ∂y/∂x against the identity matrix', largestDifference(slope.dataSync(), eye(18, 18, float64()).dataSync())).equals(0), // prettier-ignore
      check(115, 'BasicBlock, last normalisation 0: output against a non-negative input', moved(basic, positive)).equals(0), // prettier-ignore
      check(115, 'PreActivationBlock, last weights 0: output against any input', moved(preActivation, any)).equals(0), // prettier-ignore
      check(115, 'learning y = x: error of the plain block over that of the residual one', errors.plain / errors.residual).atLeast(10), // prettier-ignore
      check(115, 'learning y = x: last weights of the residual block, over those at the start', sizes.residual).below(1), // prettier-ignore
    ];
  },
});
