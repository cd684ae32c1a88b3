import { defaultGenerator, optionsOf, scope, tensor, type Generator } from '@kasane/tensor-core';
import type { Counts } from '../agent-state.ts';
import { ActorCritic } from './actor-critic.ts';
import { forwardOnly } from '../learning.ts';
import { requireRow } from '../rows.ts';
import type { Act, ActionKind } from './runner.ts';

/** What a checkpoint has of an agent. */
export interface PolicyParts<Optimizer> {
  readonly policy: ActorCritic;
  readonly optimizer: Optimizer;
  readonly counts: Counts<'steps'>;
}

/** Options of `act`. */
export interface ActOptions {
  /** The likeliest action, not a drawn one. Default true. */
  readonly deterministic?: boolean;
  /** Where draws come from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** The policy of an agent that learns one, for the observations and actions of its environments. */
export function newPolicy(
  { inputs, kind }: { readonly inputs: number; readonly kind: ActionKind<unknown> },
  hidden: readonly number[] | undefined,
  generator: Generator,
): ActorCritic {
  return new ActorCritic(inputs, kind.outputs, {
    continuous: kind.continuous,
    generator: generator.fork('policy'),
    ...(hidden === undefined ? {} : { hidden }),
  });
}

/** Makes the function that draws actions while a policy learns. */
export function drawsActions(policy: ActorCritic, generator: Generator): Act {
  return forwardOnly((observations) => {
    const [distribution, v] = policy.forward(observations);
    const action = distribution.sample([], { generator });
    return [action, distribution.logProb(action), v] as const;
  });
}

/** Makes the function that acts on one observation with a policy. */
export function agentActs<Action extends number | Float32Array>(
  owner: string,
  policy: ActorCritic,
  kind: ActionKind<Action>,
  inputs: number,
): (observation: ArrayLike<number>, options?: ActOptions) => Action {
  const likeliest = forwardOnly((observations) => policy.distribution(observations).mode);
  return (observation, options) => {
    const { deterministic = true, generator = defaultGenerator() } = optionsOf(`${owner}.act`, options, ['deterministic', 'generator']); // prettier-ignore
    requireRow(`${owner}.act`, 'an observation', observation, inputs);
    return scope(() => {
      const input = tensor(Float32Array.from(observation), [1, inputs]);
      const action = deterministic
        ? likeliest(input)
        : policy.distribution(input).sample([], { generator });
      return kind.read(action.dataSync(), 0);
    });
  };
}
