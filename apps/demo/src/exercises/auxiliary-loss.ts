/**
 * Auxiliary losses, as in GoogLeNet: classifiers branch off in the middle of a deep network, and what they get wrong is
 * added to the loss. When the network is used they are left out.
 *
 *     total = main + 0.3 · (aux1 + aux2)
 *
 * A stack of convolutions too deep to be trained learns to tell generated shapes apart with auxiliary heads, with
 * batch normalisation, and with both.
 */
import { backward, gradients } from '@kasane/autograd';
import { makeShapes } from '@kasane/datasets';
import { AdaptiveAvgPool2d, BatchNorm2d, Conv2d } from '@kasane/layers-cnn';
import {
  crossEntropy,
  Flatten,
  Linear,
  Module,
  ModuleList,
  ReLU,
  Sequential,
  summary,
} from '@kasane/nn';
import type { Layer } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { Generator, noGrad, scope } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';
import { largestDifference, mean } from '../statistics.ts';

const CLASSES = 10;
const CHANNELS = [8, 16, 16]; // of the stages
const WEIGHT = 0.3; // of an auxiliary loss
const TEST = 500; // pictures
const TAIL = 20; // steps whose mean loss counts

const norm = (t: Tensor): number => Math.hypot(...t.dataSync());

interface Losses {
  readonly main: Tensor;
  readonly total: Tensor;
}

/** Three stages of convolutions, each with a head that branches off after it; the last head is the main one. */
class Deep extends Module {
  readonly stages = new ModuleList<Sequential>();
  readonly heads = new ModuleList<Sequential>();

  constructor(depth: number, batchNorm: boolean, generator: Generator) {
    super();
    CHANNELS.forEach((channels, i) => {
      const layers: Layer[] = [];
      for (let j = 0; j < depth; j++) {
        const first = j === 0;
        const inChannels = first ? (CHANNELS[i - 1] ?? 3) : channels;
        // The first convolution of a stage halves the image.
        const stride = first ? 2 : 1;
        layers.push(new Conv2d(inChannels, channels, 3, { stride, padding: 1, generator }));
        if (batchNorm) layers.push(new BatchNorm2d(channels));
        layers.push(new ReLU());
      }
      this.stages.append(new Sequential(...layers));
      this.heads.append(
        new Sequential(
          new AdaptiveAvgPool2d(4),
          new Flatten(),
          new Linear(channels * 16, CLASSES, { generator }),
        ),
      );
    });
  }

  /** The logits of the main head alone. */
  forward(x: Tensor): Tensor {
    return this.heads.at(-1)!.forward([...this.stages].reduce((y, stage) => stage.forward(y), x));
  }

  /** The logits of all heads, the main one last. */
  all(x: Tensor): Tensor[] {
    let y = x;
    return [...this.stages].map((stage, i) => {
      y = stage.forward(y);
      return this.heads.at(i)!.forward(y);
    });
  }

  /** The weights of the convolutions, from the first to the last. */
  convolutions(): Tensor[] {
    return this.modules()
      .filter((layer) => layer instanceof Conv2d)
      .map(({ weight }) => weight);
  }
}

/** What became of a network. */
interface Result {
  readonly name: string;
  /** The mean of the main head's over the last steps. */
  readonly loss: number;
  /** Of each head, the main one last. */
  readonly accuracies: readonly number[];
  /** That of the mean of their probabilities. */
  readonly averaged: number;
}

/** What runs in a step with auxiliary heads, for `summary`. */
class AllHeads extends Module {
  readonly net: Deep;

  constructor(net: Deep) {
    super();
    this.net = net;
  }

  forward(x: Tensor): Tensor[] {
    return this.net.all(x);
  }
}

/** The cross-entropy of the main head, and what is made small: that alone, or with the auxiliary ones. */
function lossesOf(net: Deep, aux: boolean, images: Tensor, labels: Tensor): Losses {
  if (!aux) {
    const main = crossEntropy(net.forward(images), labels);
    return { main, total: main };
  }
  const [aux1, aux2, main] = net.all(images).map((logits) => crossEntropy(logits, labels));
  return { main: main!, total: main!.add(aux1!.add(aux2!).mul(WEIGHT)) };
}

export const auxiliaryLoss: Exercise = defineExercise({
  id: 'auxiliary-loss',
  title: { en: 'Auxiliary losses', ja: 'Auxiliary Loss' },
  summary:
    'Trains a deep stack of convolutions on generated shapes with and without auxiliary heads and batch normalisation.',
  rows: [108, 109, 110, 111, 112],
  packages: [
    '@kasane/tensor-core',
    '@kasane/autograd',
    '@kasane/nn',
    '@kasane/optim',
    '@kasane/datasets',
    '@kasane/layers-cnn',
  ],
  parameters: {
    batch: { type: 'integer', default: 32, min: 1, max: 1024, description: 'pictures per step' },
    depth: { type: 'integer', default: 3, min: 2, max: 30, description: 'convolutions between two heads' }, // prettier-ignore
    lr: { type: 'number', default: 0.003, min: 1e-6, max: 1, description: 'learning rate' },
    pictures: { type: 'integer', default: 8000, quick: 2000, min: 100, max: 50_000, description: 'generated pictures' }, // prettier-ignore
    steps: { type: 'integer', default: 1500, quick: 150, min: 40, max: 1e5, description: 'training steps of each network' }, // prettier-ignore
  },
  charts: {
    gradient: { x: 'convolution', y: 'norm of ∂L/∂w before training', scale: 'log' },
    loss: { x: 'step', y: 'cross-entropy of the main head' },
  },
  *run({ parameters: { batch, depth, lr, pictures, steps }, seed }) {
    const generator = new Generator(seed);
    const train = makeShapes(pictures, { generator });
    const test = makeShapes(TEST, { generator });
    const [testImages, testLabels] = test.getBatch(Array.from({ length: TEST }, (_, i) => i));
    const [images, labels] = train.getBatch(Array.from({ length: batch }, (_, i) => i));

    // ——— before training ———
    const net = new Deep(depth, false, generator);
    const gradientsOf = (model: Deep, loss: Tensor): Tensor[] =>
      gradients([loss], model.convolutions()).map((g) => g!);
    const alone = gradientsOf(net, lossesOf(net, false, images, labels).total);
    const helped = gradientsOf(net, lossesOf(net, true, images, labels).total);
    const normed = new Deep(depth, true, generator);
    const normalised = gradientsOf(normed, lossesOf(normed, false, images, labels).total);
    const kinds = {
      'main loss alone': alone,
      'with auxiliary losses': helped,
      'main loss alone, batch normalisation': normalised,
    };
    for (const [name, found] of Object.entries(kinds)) {
      yield { type: 'series', chart: 'gradient', name, x: found.map((_, i) => i + 1), y: found.map(norm) }; // prettier-ignore
    }
    const heads = net.all(images);
    const parts = heads.map((logits) => crossEntropy(logits, labels).item());
    const total = lossesOf(net, true, images, labels).total.item();
    const without = summary(net, images.shape);
    const withHeads = summary(new AllHeads(net), images.shape);
    const stepFlops = (forward: number): number => 3 * forward; // and twice as many backward
    yield {
      type: 'table',
      name: `a step of ${batch} pictures`,
      columns: ['', 'FLOPs', 'norm of ∂L/∂w of the first convolution'],
      rows: [
        ['main loss alone', stepFlops(without.flops), norm(alone[0]!)],
        ['with auxiliary losses', stepFlops(withHeads.flops), norm(helped[0]!)],
      ],
    };

    // ——— training: with and without auxiliary losses, with and without batch normalisation ———
    const results: Result[] = [];
    let changed = 0; // by leaving the heads out
    const choices = [[false, false], [true, false], [false, true], [true, true]] as const; // prettier-ignore
    for (const [k, [withAux, withNorm]] of choices.entries()) {
      const name = `${withAux ? 'auxiliary losses' : 'main loss alone'}${withNorm ? ', batch normalisation' : ''}`;
      const draws = new Generator(seed + 1); // the same pictures for all
      const model = new Deep(depth, withNorm, draws);
      const optimizer = new Adam(model.parameters(), { lr });
      const step = compile(
        (x: Tensor, y: Tensor): Tensor => {
          const { main, total: sum } = lossesOf(model, withAux, x, y);
          optimizer.zeroGrad();
          backward(sum);
          optimizer.step();
          return main.detach();
        },
        { onFallback: () => {} }, // only the wasm backend compiles
      );
      const tail: number[] = [];
      for (let i = 1; i <= steps; i++) {
        const drawn = Array.from({ length: batch }, () => draws.below(pictures));
        const loss = scope(() => step(...train.getBatch(drawn)).item());
        if (i > steps - TAIL) tail.push(loss);
        yield { type: 'progress', step: k * steps + i, total: choices.length * steps, loss };
        if (i % 5 === 0) yield { type: 'series', chart: 'loss', name, x: i, y: loss };
      }
      model.eval();
      const probabilities = noGrad(() => model.all(testImages).map((t) => t.softmax(1)));
      const accuracyOf = (scores: Tensor): number =>
        scores.argmax(1).equal(testLabels).cast('float32').mean().item();
      const accuracies = probabilities.map(accuracyOf);
      const averaged = accuracyOf(probabilities.reduce((sum, p) => sum.add(p)));
      const plain = new Sequential(...model.stages, model.heads.at(-1)!); // nothing branches off
      const said = noGrad(() => [model.all(testImages).at(-1)!, plain.forward(testImages)]);
      changed = Math.max(changed, largestDifference(said[0]!.dataSync(), said[1]!.dataSync()));
      results.push({ name, loss: mean(tail), accuracies, averaged });
    }
    yield {
      type: 'table',
      name: `accuracy on ${TEST} new generated shapes`,
      columns: ['', 'loss at the end', 'main head', 'first auxiliary', 'second auxiliary', 'average of the three'], // prettier-ignore
      rows: results.map(({ name, loss, accuracies: [a, b, main], averaged }) => {
        return [name, loss, main!, a!, b!, averaged];
      }),
    };
    const [stuck, aux, batchNorm, both] = results as [Result, Result, Result, Result]; // four were pushed
    const overWorst = ({ averaged, accuracies }: Result): number =>
      averaged - Math.min(...accuracies);
    return [
      check(108, 'total − (main + 0.3 · (aux1 + aux2))', total - parts[2]! - WEIGHT * (parts[0]! + parts[1]!)).near(0, 1e-6), // prettier-ignore
      check(108, 'gradient of the first convolution: with auxiliary losses over without', norm(helped[0]!) / norm(alone[0]!)).atLeast(10), // prettier-ignore
      check(108, 'what leaving the heads out changes in use', changed).equals(0),
      check(108, 'auxiliary losses, no batch normalisation: best accuracy of a head (guessing is 0.1)', Math.max(...aux.accuracies)).atLeast(0.15), // prettier-ignore
      check(109, 'FLOPs of a step: with auxiliary losses over without', withHeads.flops / without.flops).above(1), // prettier-ignore
      check(110, 'shapes of what the heads give', heads.map(({ shape }) => shape.join(' × ')).join(', ')).equals(heads.map(() => `${batch} × ${CLASSES}`).join(', ')), // prettier-ignore
      check(111, 'batch normalisation without auxiliary losses: loss at the end', batchNorm.loss).below(1.8), // prettier-ignore
      check(111, 'loss with neither, over that', stuck.loss / batchNorm.loss).atLeast(2),
      check(112, "auxiliary losses: accuracy of the averaged heads over the worst one's", overWorst(aux)).atLeast(0), // prettier-ignore
      check(112, 'the same with batch normalisation', overWorst(both)).atLeast(0),
    ];
  },
});
