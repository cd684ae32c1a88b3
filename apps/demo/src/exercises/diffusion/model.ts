/** Two ways of making points of noise, with the same network: diffusion and flow matching. */
import {
  cosineSchedule,
  dropLabels,
  flowMatchingLoss,
  GaussianDiffusion,
  guided,
  integrateFlow,
  PointNetwork,
  type SamplingOptions,
} from '@kasane/generative';
import { Adam, CosineAnnealingLR } from '@kasane/optim';
import { randn, type Generator, type Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { classesOf, drawn, type Shape } from './points.ts';

export const METHODS = ['diffusion', 'flow matching'] as const;
export type Method = (typeof METHODS)[number];

export const TIMES = 100; // steps of the diffusion that is learned

/** What is to be learned, how, and by how large a network. */
export interface Settings {
  readonly shape: Shape;
  readonly method: Method;
  readonly width: number;
  readonly lr: number;
  readonly batch: number;
  readonly steps: number;
}

/** How points are made. */
export interface Making extends SamplingOptions {
  /** As many as the network is to take. */
  readonly steps: number;
  /** How much the class counts. */
  readonly scale?: number;
  /** Draw new noise on the way: for diffusion. */
  readonly eta?: number;
}

export class Model {
  readonly settings: Settings;
  readonly network: PointNetwork;
  readonly #diffusion = new GaussianDiffusion(cosineSchedule(TIMES), { objective: 'v' });
  readonly #generator: Generator;

  // #region lesson
  constructor(settings: Settings, generator: Generator) {
    const { shape, method, width } = settings;
    this.settings = settings;
    this.network = new PointNetwork(2, {
      hiddenSizes: [width, width, width],
      maxTime: method === 'diffusion' ? TIMES : 1,
      numClasses: classesOf(shape),
      generator,
    });
    this.#generator = generator;
  }

  /** How wrong the network is about noisy points. Of one in ten it is not told the class. */
  loss(x: Tensor, labels: Tensor): Tensor {
    const generator = this.#generator;
    const some = dropLabels(labels, this.network.numClasses, { generator });
    const f = (at: Tensor, time: Tensor): Tensor => this.network.forward(at, time, some);
    return this.settings.method === 'diffusion'
      ? this.#diffusion.loss(f, x, { generator })
      : flowMatchingLoss(f, x, { generator });
  }

  /** Makes points of these classes of noise (N, 2). */
  make(noise: Tensor, labels: Tensor, { steps, scale = 1, eta = 0, ...rest }: Making): Promise<Tensor> {
    const noClass = this.network.numClasses;
    const f = guided((x, time, c) => this.network.forward(x, time, c), labels, { noClass, scale });
    return this.settings.method === 'diffusion'
      ? this.#diffusion.ddim(f, noise, { steps, eta, generator: this.#generator, ...rest })
      : integrateFlow(f, noise, { steps, ...rest });
  } // prettier-ignore
  // #endregion

  noise(count: number): Tensor {
    return randn([count, 2], { generator: this.#generator });
  }

  /** As many points of the data. */
  data(count: number): Tensor {
    return drawn(this.settings.shape, count, this.#generator).x;
  }

  /** The losses of the steps of a training. */
  *training(): Iterable<Tensor> {
    const { shape, lr, batch, steps } = this.settings;
    const adam = new Adam(this.network.parameters(), { lr });
    const schedule = new CosineAnnealingLR(adam, steps);
    const step = trainStep((x: Tensor, labels: Tensor) => this.loss(x, labels), adam);
    for (let i = 0; i < steps; i++) {
      const { x, labels } = drawn(shape, batch, this.#generator);
      yield step(x, labels);
      x.dispose();
      labels.dispose();
      schedule.step();
    }
  }
}
