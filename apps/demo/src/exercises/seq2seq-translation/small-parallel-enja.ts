import type { Kind } from './network.ts';

/**
 * Settings for the 50,000 pairs of small_parallel_enja: those that were published, and two that ought to do better. Beside them, what a run
 * has come to: BLEU on dev after each epoch, the likeliest word each time, with the signature nrefs:1|case:mixed|eff:no|tok:none|smooth:exp.
 */

/** As the published runs: BLEU on dev 16.1 to 19.0. */
export const published = {
  model: 'gru', hidden: 256, lr: 0.001, cycle: false, batch: 64, forcing: 0.2, sentences: 40_000, epochs: 10,
} as const; // prettier-ignore

/** With attention: the right words told, against learning by heart dropout and a rate that falls. */
export const attention = {
  model: 'attention', bidirectional: true, dropout: 0.3, lr: 0.003, cycle: true, forcing: 1,
} as const; // prettier-ignore

export const transformer = {
  model: 'transformer', dropout: 0.1, lr: 0.001, cycle: true, forcing: 1, smoothing: 0.1,
} as const; // prettier-ignore

/** A run that was kept. */
export interface Kept {
  /** BLEU on dev after each epoch, on the way up and down where the rate does not fall. */
  readonly dev: readonly number[];
  /** BLEU on test at the end. */
  readonly test: number;
  /** Of one core. */
  readonly minutes: number;
}

export const KEPT: Readonly<Partial<Record<Kind, Kept>>> = {
  gru: { dev: [4.09, 7.31, 8.75, 11.8, 12.07, 12.59, 16.89, 15.73, 19.46, 15.68], test: 16.1, minutes: 41 },
  // In one direction, without dropout, with the published rate: it learns by heart.
  attention: { dev: [8.41, 13.9, 18.64, 20.97, 21.76, 23.08, 24.82, 24.85, 24.91, 24.89], test: 24.24, minutes: 26 },
}; // prettier-ignore

/** BLEU on dev that is to be reached: what the course's check asks, and with a look back more. */
export const WANTED: Readonly<Record<Kind, number>> = { gru: 15, attention: 25, transformer: 25 };
