/** What networks say of the digits that were made, beside real ones. */
import type { LabeledImages } from '@kasane/datasets';
import { noGrad, scope, type Generator, type Tensor } from '@kasane/tensor-core';
import type { ScatterEvent } from '../../events/event.ts';
import type { AsyncPart } from '../../exercise.ts';
import { mean } from '../../statistics.ts';
import type { Trainer } from './latent.ts';
import { scaled } from './training.ts';

const BINS = 20; // of the histogram

/** Where a report on progress stands. */
export interface Place {
  readonly step: number;
  readonly total: number;
}

/** What D says of digits, each a probability that it is real. */
export interface Said {
  readonly real: readonly number[];
  readonly made: readonly number[];
}

/**
 * Asks D as it was asked while it learned: batches of real digits or of made ones, each with its own statistics where there is batch
 * normalisation. The real ones are held out.
 */
export async function* asked(
  trainer: Trainer,
  images: LabeledImages,
  { batch, batches }: { readonly batch: number; readonly batches: number },
  generator: Generator,
  place: Place,
): AsyncPart<never, Said> {
  const real: number[] = [];
  const made: number[] = [];
  const order = scaled(images, batch, generator);
  const D = trainer.discriminator;
  for (let i = 0; i < batches; i++) {
    const said = scope(() =>
      noGrad(() => [order.next().value, trainer.sample(batch)].map((x) => D.forward(x).sigmoid())),
    );
    for (const [k, to] of [real, made].entries()) {
      to.push(...Array.from(await said[k]!.data(), Number));
      said[k]!.dispose();
    }
    yield { type: 'progress', ...place };
  }
  return { real, made };
}

/** How often D says what, beside the 1/2 of the theory. */
export function histogram({ real, made }: Said): ScatterEvent {
  const shares = (values: readonly number[]): number[] => {
    const counts = Array.from({ length: BINS }, () => 0);
    for (const value of values) counts[Math.min(BINS - 1, Math.floor(value * BINS))]!++;
    return counts.map((count) => count / values.length);
  };
  const x = Array.from({ length: BINS }, (_, i) => (i + 0.5) / BINS);
  const [ofReal, ofMade] = [shares(real), shares(made)];
  const top = Math.max(...ofReal, ...ofMade);
  return {
    type: 'scatter',
    name: 'histogram of D(x)',
    x: 'D(x)',
    y: 'share of the digits',
    groups: [
      { name: 'real, held out', x, y: ofReal, line: true },
      { name: 'made', x, y: ofMade, line: true },
      { name: 'theory', x: [0.5, 0.5], y: [0, top], line: true },
    ],
  };
}

/** What a network that reads digits says of them. */
export interface Readings {
  /** For each digit that was read: how many of them are it, and of how many of these the network is sure. */
  readonly counts: readonly number[];
  readonly sure: readonly number[];
  /** The mean of its largest probability. */
  readonly confidence: number;
}

/** Reads pictures (N, 1, 28, 28) from 0 to 1; sure is what has a probability of `certain`. */
export async function* readings(
  reader: (x: Tensor) => Tensor,
  pictures: Iterable<Tensor>,
  certain: number,
  place: Place,
): AsyncPart<never, Readings> {
  const counts = Array.from({ length: 10 }, () => 0);
  const sure = Array.from({ length: 10 }, () => 0);
  const confidences: number[] = [];
  for (const x of pictures) {
    const [most, which] = scope(() => {
      const p = noGrad(() => reader(x)).softmax(1); // (N, 10)
      return [p.max(1), p.argmax(1)] as const;
    });
    const [probabilities, classes] = [await most.data(), await which.data()];
    for (const [i, p] of probabilities.entries()) {
      const read = Number(classes[i]);
      counts[read]!++;
      if (Number(p) >= certain) sure[read]!++;
      confidences.push(Number(p));
    }
    for (const one of [x, most, which]) one.dispose();
    yield { type: 'progress', ...place };
  }
  return { counts, sure, confidence: mean(confidences) };
}
