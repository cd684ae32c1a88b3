/** Probabilities that are given as such or by their logarithms. */
import { optionsOf, type Tensor } from '@kasane/tensor-core';
import type { PlainConstraint } from './constraint.ts';
import { real, unitInterval } from './constraints.ts';
import { asTensors, checkValues, type DistributionOptions, type Parameter } from './parameters.ts';

/** Options of distributions of probabilities: one of `probs` and `logits`. */
export interface ProbsOptions extends DistributionOptions {
  /** The probabilities. */
  readonly probs?: Parameter;
  /** The logarithms of their odds, or of probabilities up to a constant where there are several. */
  readonly logits?: Parameter;
}

/** What was given. */
export interface Given {
  readonly tensor: Tensor;
  readonly isProbs: boolean;
  readonly validateArgs: boolean;
}

/** The probabilities or logits as a floating tensor, checked. Throws TypeError unless it is one of the two. */
export function givenProbs(
  owner: string,
  options: ProbsOptions,
  rules: {
    readonly probs: PlainConstraint;
    readonly logits: PlainConstraint;
  } = { probs: unitInterval, logits: real },
): Given {
  const {
    probs,
    logits,
    validateArgs = true,
  } = optionsOf(owner, options, ['probs', 'logits', 'validateArgs']);
  if ((probs === undefined) === (logits === undefined)) {
    throw new TypeError(
      `${owner}: needs either { probs } or { logits }, got ${probs === undefined ? 'neither' : 'both'}.`,
    );
  }
  const isProbs = probs !== undefined;
  const name = isProbs ? 'probs' : 'logits';
  const [tensor] = asTensors(owner, { [name]: (probs ?? logits)! });
  if (validateArgs) checkValues(owner, name, tensor!, rules[name]);
  return { tensor: tensor!, isProbs, validateArgs };
}

/** Of one trial: the probabilities of success and failure, and their logarithms. */
export interface Outcomes {
  readonly probs: readonly [success: Tensor, failure: Tensor];
  readonly logs: readonly [success: Tensor, failure: Tensor];
}

/** Both outcomes of a trial whose probability or log odds were given; logits keep the digits of either. */
export function outcomesOf(given: Tensor, isProbs: boolean): Outcomes {
  if (isProbs) {
    const rest = given.neg().add(1);
    return { probs: [given, rest], logs: [safeLog(given), safeLog(rest)] };
  }
  const opposite = given.neg();
  return {
    probs: [given.sigmoid(), opposite.sigmoid()],
    logs: [opposite.softplus().neg(), given.softplus().neg()],
  };
}

/** The logarithm of probabilities. At 0 it is -Infinity, and without the gradient that would make others NaN. */
export function safeLog(p: Tensor): Tensor {
  const none = p.equal(0);
  return none.where(-Infinity, none.where(1, p).log());
}
