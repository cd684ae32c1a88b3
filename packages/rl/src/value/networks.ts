import { Linear, Module, ReLU, Sequential, type Layer } from '@kasane/nn';
import {
  optionsOf,
  requireWhole,
  shown,
  tensor,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { requireRow } from '../rows.ts';

/** Options of the networks of agents. */
export interface NetworkOptions {
  /** Sizes of the hidden layers. */
  readonly hidden: readonly number[];
  /** Where the first weights are drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** Throws TypeError unless `hidden` is a list of sizes. */
export function requireHidden(owner: string, hidden: unknown, name: string = 'hidden'): void {
  if (!Array.isArray(hidden)) {
    throw new TypeError(`${owner}: ${name} must be a list of sizes, got ${shown(hidden)}.`);
  }
  for (const [i, size] of hidden.entries()) requireWhole(owner, `${name}[${i}]`, size, 1);
}

/** Linear layers with ReLU between them: sizes[0] numbers to sizes.at(-1). @internal */
export function mlp(sizes: readonly number[], generator?: Generator): Sequential {
  const layers: Layer[] = [];
  for (let i = 1; i < sizes.length; i++) {
    requireWhole('mlp', 'each size', sizes[i]!, 1);
    if (i > 1) layers.push(new ReLU());
    layers.push(new Linear(sizes[i - 1]!, sizes[i]!, { ...(generator && { generator }) }));
  }
  return new Sequential(...layers);
}

/**
 * Values of actions in two parts: that of the state, and by how much each action is better than their mean.
 *
 * $$ Q(s, a) = V(s) + A(s, a) - \frac{1}{n} \sum_{a'} A(s, a') $$
 *
 * | tensor | shape                    |
 * | ------ | ------------------------ |
 * | input  | (batch, observationSize) |
 * | output | (batch, numActions)      |
 *
 * Both parts share all hidden layers but the last, of which each has its own.
 *
 * @throws RangeError if a size is not a whole number of at least 1.
 * @throws {@link ShapeError} if observations have another size.
 *
 * @example
 * import { DuelingQNetwork } from '@kasane/rl';
 * import { zeros } from '@kasane/tensor-core';
 * new DuelingQNetwork(4, 2, { hidden: [64, 64] }).forward(zeros(8, 4)).shape; // => [8,2]
 *
 * @see Wang et al. (2016), Dueling Network Architectures for Deep Reinforcement Learning.
 */
export class DuelingQNetwork extends Module {
  /** What both parts see. */
  readonly features: Sequential;
  /** V */
  readonly value: Sequential;
  /** A */
  readonly advantage: Sequential;

  constructor(observationSize: number, numActions: number, options: NetworkOptions) {
    super();
    requireWhole('DuelingQNetwork', 'observationSize', observationSize, 1);
    requireWhole('DuelingQNetwork', 'numActions', numActions, 1);
    const { hidden, generator } = optionsOf('DuelingQNetwork', options, ['hidden', 'generator']);
    requireHidden('DuelingQNetwork', hidden);
    const shared = [observationSize, ...hidden.slice(0, -1)];
    const last = [shared.at(-1)!, ...hidden.slice(-1)];
    this.features = mlp(shared, generator);
    if (shared.length > 1) this.features = new Sequential(this.features, new ReLU());
    this.value = mlp([...last, 1], generator);
    this.advantage = mlp([...last, numActions], generator);
  }

  forward(observations: Tensor): Tensor {
    const features = this.features.forward(observations);
    const advantage = this.advantage.forward(features);
    return this.value
      .forward(features)
      .add(advantage)
      .sub(advantage.mean(1, { keepdim: true }));
  }
}

/** An observation as a batch of one. Throws unless it is a row of so many finite numbers. */
export function batchOfOne(owner: string, observation: ArrayLike<number>, size: number): Tensor {
  requireRow(`${owner}.act`, 'an observation', observation, size);
  return tensor(Float32Array.from(observation), [1, size]);
}
