import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import { median } from '../../statistics.ts';
import type { Settings } from './network.ts';

/** How a network is made and trained. */
export type Plan = Settings & { readonly steps: number; readonly lr: number };

/** What a network has come to. */
export interface Result {
  /** Mean loss of the last steps. */
  readonly final: number;
  /** The loss of the very last pair. */
  readonly last: number;
  /** The first step at which the curve is below `LEARNED`. */
  readonly learnedAt: number;
  /** Share of all sums that are right in every bit. */
  readonly exact: number;
  /** No hidden unit answers to anything any more. */
  readonly dead: boolean;
}

export const LEARNED = 0.1; // a curve below this has got the idea
const STUCK = 0.5; // a run that ends above this has learned nothing
const PUBLISHED = 0.0136; // the worst of 13 public runs of the default, all with the course's derivative

export type Variant =
  | 'default'
  | 'hidden-10-lr-005'
  | 'init-xavier'
  | 'init-he'
  | 'relu'
  | 'tanh'
  | 'tanh-xavier'
  | 'course-derivative'
  | 'lr-001'
  | 'lr-05'
  | 'hidden-32';

/** Errors that never vanish, in large steps, drive units below zero on every input: there they stay. */
const DYING = "ReLU, He, lr 0.5, course's derivative";

/** The networks that a variant is compared with, on the same seeds. */
export const RIVALS: Readonly<Partial<Record<Variant, Readonly<Record<string, Partial<Plan>>>>>> = {
  'hidden-10-lr-005': { 'hidden 16, lr 0.1': { hidden: 16, lr: 0.1 } },
  'init-xavier': { 'N(0, 1)': { init: 'normal' }, He: { init: 'he' } },
  'init-he': { 'N(0, 1)': { init: 'normal' }, Xavier: { init: 'xavier' } },
  relu: {
    sigmoid: { activation: 'sigmoid' },
    tanh: { activation: 'tanh' },
    [DYING]: { init: 'he', lr: 0.5, derivative: 'course' },
  },
  tanh: { sigmoid: { activation: 'sigmoid' }, ReLU: { activation: 'relu' } },
  'tanh-xavier': { 'sigmoid, N(0, 1)': { activation: 'sigmoid', init: 'normal' } },
  'course-derivative': { 'true derivative': { derivative: 'true' } },
};

/** What has to come out of training: the variant's own networks beside those it is compared with. */
export function outcomes(
  variant: Variant,
  own: readonly Result[],
  rivals: Readonly<Record<string, readonly Result[]>>,
): Check[] {
  const finalOf = (networks: readonly Result[]): number => median(networks.map((one) => one.final));
  const learnedAt = (networks: readonly Result[]): number =>
    median(networks.map((one) => one.learnedAt));
  const share = (holds: (one: Result) => boolean): number => own.filter(holds).length / own.length;
  const rival = (name: string): readonly Result[] => rivals[name]!;
  const final = finalOf(own);
  const step = `median step below ${LEARNED}`;
  const end = 'final loss, median network';

  switch (variant) {
    case 'default':
      return [
        check(12, 'mean loss of the last 1,000 steps, median network', final).on('loss').below(0.02),
        check(12, `share of networks below a loss of ${LEARNED}`, share((one) => one.final < LEARNED)).atLeast(0.8),
        check(12, 'share of all 16,384 sums right, worst network', Math.min(...own.map(({ exact }) => exact))).atLeast(0.95),
        check(12, 'share of all 16,384 sums right, median network', median(own.map(({ exact }) => exact))).equals(1),
      ]; // prettier-ignore
    case 'hidden-10-lr-005':
      return [
        check(13, `${step}, against the baseline's`, learnedAt(own)).above(
          learnedAt(rival('hidden 16, lr 0.1')),
        ),
        check(13, `${end}, against the plateau`, final).below(1),
      ];
    case 'init-xavier':
      return [
        ...ends(14, { Xavier: own, ...rivals }, STUCK),
        check(14, `${step}, against N(0, 1)'s`, learnedAt(own)).above(learnedAt(rival('N(0, 1)'))),
      ];
    case 'init-he':
      return [
        ...ends(14, { He: own, ...rivals }, STUCK),
        check(14, `${step}, against Xavier's`, learnedAt(own)).below(learnedAt(rival('Xavier'))),
      ];
    case 'relu': {
      const died = rival(DYING).filter(({ dead }) => dead);
      return [
        ...ends(17, { sigmoid: rival('sigmoid') }, LEARNED),
        check(17, `${end}, against tanh's`, final).above(finalOf(rival('tanh'))),
        check(18, `share of networks that end at ${STUCK} or above, or at NaN`, share((one) => !(one.final < STUCK))).atLeast(0.8),
        check(18, 'loss of the last pair, of networks whose hidden units have died', died.length === 0 ? Number.NaN : Math.max(...died.map(({ last }) => last))).equals(1),
      ]; // prettier-ignore
    }
    case 'tanh':
      return [
        ...ends(17, { sigmoid: rival('sigmoid') }, LEARNED),
        check(17, `${end}, against sigmoid's`, final).above(finalOf(rival('sigmoid'))),
        check(17, `${end}, against ReLU's`, final).below(finalOf(rival('ReLU'))),
      ];
    case 'tanh-xavier':
      return [
        check(19, `${step}, against sigmoid's with N(0, 1)`, learnedAt(own)).below(
          learnedAt(rival('sigmoid, N(0, 1)')),
        ),
      ];
    case 'course-derivative': {
      const truth = rival('true derivative');
      return [
        check(12, `${end}, against the worst published`, final).atMost(PUBLISHED),
        check(12, `${end}, against the true derivative's`, final).below(finalOf(truth)),
        check(12, `${step}, against the true derivative's`, learnedAt(own)).below(learnedAt(truth)),
      ];
    }
    case 'lr-001':
      return [check(13, end, final).above(STUCK)];
    case 'lr-05':
      return [check(13, end, final).below(0.0004)];
    case 'hidden-32':
      return [check(13, `${end}, against the worst published baseline`, final).atMost(PUBLISHED)];
  }
}

/** The end of each curve below a bound. */
const ends = (
  row: number,
  curves: Readonly<Record<string, readonly Result[]>>,
  bound: number,
): Check[] =>
  Object.entries(curves).map(([name, networks]) =>
    check(
      row,
      `final loss of ${name}, median network`,
      median(networks.map((one) => one.final)),
    ).below(bound),
  );
