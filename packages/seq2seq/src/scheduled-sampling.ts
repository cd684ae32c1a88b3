import { optionsOf, rand, requireThat, type Generator, type Tensor } from '@kasane/tensor-core';

/** How much a decoder in training is told: scheduled sampling. */
export interface ForcingOptions {
  /**
   * The probability that a step reads the token of the target, and not the likeliest one of the step before. Default 1: always; with 0
   * the decoder reads its own, but for the first token.
   */
  readonly teacherForcing?: number;
  /** Whether that is drawn for each token or once for a batch. Default `'token'`. */
  readonly teacherForcingPer?: 'token' | 'batch';
  /** Where it is drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** The names of ForcingOptions. */
export const forcingNames = ['teacherForcing', 'teacherForcingPer', 'generator'] as const;

/** Which of two tokens a step reads: that of the target, or the decoder's own; null if it is always the target's. */
export function chosenTokens(
  owner: string,
  tokens: Tensor,
  options: ForcingOptions,
): ((target: Tensor, own: Tensor, step: number) => Tensor) | null {
  const given = optionsOf(owner, options, forcingNames);
  const { teacherForcing: p = 1, teacherForcingPer = 'token', generator } = given;
  requireThat(p >= 0 && p <= 1, owner, 'teacherForcing', p, 'from 0 to 1');
  if (p === 1) return null;
  if (p === 0) return (_, own) => own;
  const shape = teacherForcingPer === 'batch' ? [1, 1] : tokens.shape;
  const where = { backend: tokens.backend, ...(generator && { generator }) };
  const told = rand(shape, where).less(p).broadcastTo(tokens.shape).unbind(1); // of (N) each
  return (target, own, step) => told[step]!.where(target, own);
}
