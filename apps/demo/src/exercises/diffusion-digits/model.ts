/** A diffusion of digits, and the U-Net that learns to undo it. */
import type { LabeledImages } from '@kasane/datasets';
import {
  cosineSchedule,
  dropLabels,
  GaussianDiffusion,
  guided,
  UNet,
  type SamplingOptions,
} from '@kasane/generative';
import { AveragedModel } from '@kasane/nn/averaging';
import { Adam, OneCycleLR } from '@kasane/optim';
import { Generator, noGrad, randn, scope, type Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { batches } from '../../images/batches.ts';
import { SIZE } from '../../images/digit-try.ts';

export const TIMES = 500; // steps of the diffusion that is learned
export const CLASSES = 10;

/** How large the network is, and how it learns. */
export interface Settings {
  readonly width: number;
  readonly lr: number;
  readonly batch: number;
  readonly steps: number;
}

/** How digits are made. */
export interface Making extends SamplingOptions {
  /** From noise to a digit. */
  readonly steps: number;
  /** How much the class counts. */
  readonly scale: number;
}

export class Model {
  readonly network: UNet;
  readonly #diffusion = new GaussianDiffusion(cosineSchedule(TIMES), { objective: 'v' });
  readonly #settings: Settings;
  readonly #generator: Generator;

  // #region lesson
  constructor(settings: Settings, generator: Generator) {
    const { width } = settings;
    this.network = new UNet(1, {
      hiddenChannels: [width, 2 * width], // at 14 × 14 and 7 × 7
      patchSize: 2,
      groups: 4,
      maxTime: TIMES,
      numClasses: CLASSES,
      generator,
    });
    this.#settings = settings;
    this.#generator = generator;
  }

  /** How wrong the network is about noisy digits (B, 1, 28, 28), which are from 0 to 1 without the noise. */
  loss(x: Tensor, labels: Tensor, generator: Generator = this.#generator): Tensor {
    const f = (at: Tensor, time: Tensor): Tensor => this.network.forward(at, time, labels);
    return this.#diffusion.loss(f, x.mul(2).sub(1), { generator });
  }

  /** The losses of the steps of a training, after which the network has an average of its weights on the way. */
  *training(images: LabeledImages): Iterable<Tensor> {
    const { lr, batch, steps } = this.#settings;
    const generator = this.#generator;
    const adam = new Adam(this.network.parameters(), { lr, betas: [0.9, 0.99] });
    const cycle = { totalSteps: steps, pctStart: 0.05, cycleMomentum: false };
    const schedule = new OneCycleLR(adam, lr, cycle);
    const average = new AveragedModel(this.network, { emaDecay: 1 - 10 / steps }); // of about the last tenth of the steps
    // Of one digit in ten the network is not told the class, so that it knows of digits as such.
    const compute = (x: Tensor, labels: Tensor): Tensor =>
      this.loss(x, dropLabels(labels, CLASSES, { generator }));
    const step = trainStep(compute, adam, { clipGradNorm: 1 });
    const order = batches(images, batch, generator);
    for (let i = 0; i < steps; i++) {
      const [x, labels] = order.next().value;
      yield step(x, labels);
      for (const t of [x, labels]) t.dispose();
      average.updateParameters(this.network);
      schedule.step();
    }
    average.copyTo(this.network);
  }

  /** Makes digits of these classes of noise (N, 1, 28, 28): from 0 to 1. */
  async make(noise: Tensor, labels: Tensor, { steps, scale, ...rest }: Making): Promise<Tensor> {
    const f = guided((x, time, c) => this.network.forward(x, time, c), labels, { noClass: CLASSES, scale });
    const made = await this.#diffusion.ddim(f, noise, { steps, clip: 1, ...rest });
    const pictures = asPictures(made);
    made.dispose();
    return pictures;
  } // prettier-ignore
  // #endregion

  noise(count: number): Tensor {
    return randn([count, 1, SIZE, SIZE], { generator: this.#generator });
  }

  /** The loss on pictures that it may have learned from or not, with the same noise for each call. */
  lossOf(images: LabeledImages): number {
    return scope(() => {
      const [x, labels] = images.getBatch([...images.labels.keys()]);
      return noGrad(() => this.loss(x, labels, new Generator(0))).item();
    });
  }

  /**
   * The loss of who knows mean and variance σ² of each pixel and nothing of digits, and guesses the best that follows from them: the mean
   * over pixels and times of σ² / (a² σ² + s²).
   */
  blindLoss(images: LabeledImages): number {
    const variances = scope(() => {
      const [x] = images.getBatch([...images.labels.keys()]);
      return x.mul(2).flatten(1).variance(0, { correction: 0 }).dataSync();
    });
    const { signal, noise } = this.#diffusion.schedule;
    let sum = 0;
    for (const [t, a] of signal.entries()) {
      for (const v of variances) sum += Number(v) / (a ** 2 * Number(v) + noise[t]! ** 2);
    }
    return sum / (signal.length * variances.length);
  }
}

/** From −1 to 1 and beyond to 0 to 1. */
export function asPictures(x: Tensor): Tensor {
  return scope(() => x.add(1).div(2).clamp(0, 1));
}
