import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import { CHOICES, DULL, DULL_SHARE } from './conversations.ts';
import type { Contexts } from './histories.ts';
import type { Judged } from './judging.ts';

/** What was found out about the three models. */
interface Figures {
  /** seq2seq, HRED and VHRED. */
  readonly judged: readonly Judged[];
  /** The mean KL(posterior ‖ prior) of a reply at the end. */
  readonly divergence: number;
  /** KL between what HRED and seq2seq say after the same last utterance and other histories. */
  readonly told: number;
  readonly unheard: number;
  readonly contexts: Contexts;
  /** Distinct-2 of the replies that people gave. */
  readonly truth: number;
}

export function checksOf({ judged, divergence, told, unheard, contexts, truth }: Figures): Check[] {
  const [plain, hred, vhred] = judged as [Judged, Judged, Judged];
  return [
    check(65, 'HRED: KL between replies to one question after different histories', told).above(1),
    check(65, 'seq2seq: the same', unheard).below(1e-6),
    check(66, 'states of the context in a dialogue, for each utterance', contexts.states / contexts.utterances).equals(1),
    check(66, 'largest difference from one step of a GRU for each utterance', contexts.difference).below(1e-5),
    check(67, 'largest change of the context if earlier utterances change places', contexts.swapped).above(0.1),
    check(68, "HRED: distinct-2 of its replies, of that of people's", hred.distinct[1] / truth).below(0.8),
    check(68, `HRED: share of "${DULL}" among its likeliest replies, which people give ${DULL_SHARE} of the time`, hred.dull[0]).above(DULL_SHARE + 0.1),
    check(69, 'VHRED: distinct-2 of replies to one history, above HRED', vhred.alike[0] - hred.alike[0]).above(0.05),
    check(69, 'the same at temperature 0.5', vhred.alike[1] - hred.alike[1]).above(0.03),
    check(69, 'KL(posterior ‖ prior) of a reply at the end', divergence).above(0.1),
    check(70, `seq2seq: share right about what was told; guessing is 1 of ${CHOICES}`, plain.right).near(1 / CHOICES, 0.1),
    check(70, 'HRED: the same', hred.right).atLeast(0.9),
    check(70, 'VHRED: the same', vhred.right).atLeast(0.9),
  ]; // prettier-ignore
}
