import {
  optionsOf,
  requireWhole,
  shown,
  tensor,
  type Backend,
  type Tensor,
} from '@kasane/tensor-core';

/** Options of `padDialogues`. */
export interface PadDialoguesOptions {
  /** What stands behind the end of an utterance, and in utterances that a dialogue does not have. Default 0. */
  readonly paddingIdx?: number;
  /** Where the tokens live. Default: `defaultBackend()`. */
  readonly backend?: Backend;
}

/**
 * Dialogues, which are lists of utterances, which are lists of tokens, as one tensor: int32, (B, U, T), with as many
 * utterances and tokens as the longest has.
 *
 * Models learn where a reply ends if every utterance ends with a token that says so.
 *
 * @throws TypeError for a token that is no whole number ≥ 0.
 * @throws RangeError for one that is the padding, and for an utterance without tokens.
 *
 * @example
 * import { padDialogues } from '@kasane/seq2seq';
 * padDialogues([[[5, 2], [6, 7, 2]], [[5, 2]]]).toArray(); // => [[[5,2,0],[6,7,2]],[[5,2,0],[0,0,0]]]
 */
export function padDialogues(
  dialogues: readonly (readonly (readonly number[])[])[],
  options?: PadDialoguesOptions,
): Tensor {
  const given = optionsOf('padDialogues', options, ['paddingIdx', 'backend']);
  const { paddingIdx = 0, ...where } = given;
  requireWhole('padDialogues', 'paddingIdx', paddingIdx);
  requireLists('the dialogues', dialogues);
  for (const [b, dialogue] of dialogues.entries()) {
    requireLists(`dialogue ${b}`, dialogue);
    for (const [u, said] of dialogue.entries())
      requireLists(`utterance ${u} of dialogue ${b}`, said);
  }
  const B = dialogues.length;
  const U = Math.max(1, ...dialogues.map((dialogue) => dialogue.length));
  const T = Math.max(1, ...dialogues.flatMap((dialogue) => dialogue.map((said) => said.length)));
  const tokens = new Int32Array(B * U * T).fill(paddingIdx);
  for (const [b, dialogue] of dialogues.entries()) {
    for (const [u, utterance] of dialogue.entries()) {
      const where = `token of utterance ${u} of dialogue ${b}`;
      if (utterance.length === 0) {
        throw new RangeError(
          `padDialogues: utterance ${u} of dialogue ${b} has no tokens. Give it at least the token that ends utterances.`,
        );
      }
      for (const [t, token] of utterance.entries()) {
        if (!Number.isInteger(token) || token < 0) {
          throw new TypeError(`padDialogues: a ${where} must be a whole number ≥ 0, got ${token}.`);
        }
        if (token === paddingIdx) {
          throw new RangeError(
            `padDialogues: a ${where} is ${token}, which is the padding. Leave it out, or pad with another paddingIdx.`,
          );
        }
        tokens[(b * U + u) * T + t] = token;
      }
    }
  }
  return tensor(tokens, [B, U, T], { ...where, dtype: 'int32' });
}

function requireLists(what: string, value: unknown): void {
  if (Array.isArray(value)) return;
  throw new TypeError(
    `padDialogues: ${what} must be an array, got ${shown(value)}. Dialogues are arrays of utterances, which are arrays of tokens.`,
  );
}
