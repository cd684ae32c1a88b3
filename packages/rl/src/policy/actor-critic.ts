import { Categorical, Independent, Normal } from '@kasane/distributions';
import {
  init,
  Linear,
  Module,
  newParameter,
  Sequential,
  Tanh,
  type Layer,
  type Parameter,
} from '@kasane/nn';
import { optionsOf, requireWhole, type Generator, type Tensor } from '@kasane/tensor-core';

/** Options of `ActorCritic`. */
export interface ActorCriticOptions {
  /** Units of the hidden layers, the same in both networks. Default [64, 64]. */
  readonly hidden?: readonly number[];
  /** Actions are vectors of real numbers, not one of so many. Default false. */
  readonly continuous?: boolean;
  /** Where the first weights come from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** How an action is drawn: one of n, or a vector. */
export type ActionDistribution = Categorical | Independent<Normal>;

/**
 * A policy π(a | s) and a value V(s): two networks of tanh layers beside each other.
 *
 * $$ \pi(a \mid s) = \operatorname{softmax}(f(s))_a \text{ or } N(a;\, f(s), \sigma^2), \quad \sigma = e^{\text{logStd}}, \qquad V(s) = g(s) $$
 *
 * | tensor | shape |
 * | --- | --- |
 * | observations | (N, inputs) |
 * | draws of `distribution` | (N) of `actions` categories; (N, actions) if continuous |
 * | `value` | (N) |
 *
 * Weights are orthogonal at first, with gain √2, those of the last layers 0.01 (policy: all actions nearly as likely) and
 * 1 (value); biases are 0. A continuous action has a normal distribution whose deviation does not depend on the
 * state: e to the parameter `logStd`, 0 at first. As `MlpPolicy` of Stable-Baselines3.
 *
 * @throws RangeError if `inputs` or `actions` is not a whole number of at least 1, or a hidden size is not a whole number.
 * @throws {@link ShapeError} if observations are not (N, inputs).
 *
 * @example
 * import { ActorCritic } from '@kasane/rl';
 * import { zeros } from '@kasane/tensor-core';
 * const policy = new ActorCritic(4, 2);
 * policy.distribution(zeros([3, 4])).batchShape; // => [3]
 * policy.value(zeros([3, 4])).toArray(); // => [0,0,0]
 */
export class ActorCritic extends Module {
  /** Gives the logits, or the means, (N, actions). */
  readonly actor: Sequential;
  /** Gives V, (N, 1). */
  readonly critic: Sequential;
  /** log σ, (actions); null if actions are categories. */
  readonly logStd: Parameter | null;

  constructor(inputs: number, actions: number, options?: ActorCriticOptions) {
    super();
    const { hidden = [64, 64], continuous = false, generator } = optionsOf('ActorCritic', options, ['hidden', 'continuous', 'generator']); // prettier-ignore
    requireWhole('ActorCritic', 'inputs', inputs, 1);
    requireWhole('ActorCritic', 'actions', actions, 1);
    this.actor = tanhNetwork([inputs, ...hidden, actions], 0.01, generator);
    this.critic = tanhNetwork([inputs, ...hidden, 1], 1, generator);
    this.logStd = continuous ? newParameter([actions], 0) : null;
  }

  /** π(· | s) and V(s). */
  forward(observations: Tensor): readonly [distribution: ActionDistribution, value: Tensor] {
    return [this.distribution(observations), this.value(observations)];
  }

  /** π(· | s). */
  distribution(observations: Tensor): ActionDistribution {
    const outputs = this.actor.forward(observations);
    // What a network gives is not checked at every step: NaN shows in the loss.
    if (this.logStd === null) return new Categorical({ logits: outputs, validateArgs: false });
    const normal = new Normal(outputs, this.logStd.exp(), { validateArgs: false });
    return new Independent(normal, 1);
  }

  /** V(s). */
  value(observations: Tensor): Tensor {
    return this.critic.forward(observations).squeeze(-1);
  }
}

/** Linear layers with tanh between them, orthogonal at first. */
export function tanhNetwork(
  sizes: readonly number[],
  lastGain: number,
  generator?: Generator,
): Sequential {
  const layers: Layer[] = [];
  for (let i = 1; i < sizes.length; i++) {
    const layer = new Linear(sizes[i - 1]!, sizes[i]!);
    const last = i === sizes.length - 1;
    const gain = last ? lastGain : Math.SQRT2;
    init.orthogonal(layer.weight, generator === undefined ? { gain } : { gain, generator });
    init.zeros(layer.bias!);
    layers.push(layer);
    if (!last) layers.push(new Tanh());
  }
  return new Sequential(...layers);
}
