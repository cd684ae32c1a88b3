import { optionsOf, requireWhole } from '@kasane/tensor-core';
import { requireFinite } from '../planning/given.ts';
import { TabularEnv, type Outcome, type Transitions } from './tabular-env.ts';

/** Options of `MailCampaign`, all in the same currency. */
export interface MailCampaignOptions {
  /** What a sale brings. Default: 30. */
  readonly margin?: number;
  /** What a catalogue costs. Default: 2. */
  readonly catalogueCost?: number;
  /** What sending a voucher costs. Default: 1. */
  readonly voucherCost?: number;
  /** What a voucher takes off a sale. Default: 10. */
  readonly discount?: number;
}

/** A customer as `MailCampaign` knows one. */
export interface MailCustomer {
  /** 0 buys now and then, 1 is a regular, 2 waits for bargains. */
  readonly kind: number;
  /** Months since the last purchase; 5 stands for more, too. */
  readonly months: number;
  /** How tired of mails: each one adds 1, up to 3; each month without takes 1 away. */
  readonly fatigue: number;
}

const [KINDS, MONTHS, FATIGUE] = [3, 6, 4];

// For each kind of customer: how likely a purchase is in the month after one, and how much likelier a catalogue and a voucher make it.
const LIKELY = [
  [0.06, 0.2, 0.12],
  [0.3, 0.1, 0.12],
  [0.02, 0.05, 0.4],
] as const;
const FADES = 0.85; // how much of it is left with every month since
const TIRED = [1, 0.9, 0.7, 0.4]; // how much of what a mail adds is left
const LEAVES = [0, 0.003, 0.01, 0.03]; // how likely a mail makes a customer leave for ever

/**
 * A mail campaign, seen from one customer: every month send nothing, a catalogue or a voucher.
 *
 * $$ P(\text{sale}) = 0.85^{\text{months}} (b_\text{kind} + m_{\text{kind}, a}\, t_\text{fatigue}), \qquad s = 24\, \text{kind} + 4\, \text{months} + \text{fatigue} $$
 *
 * | part         | what |
 * | ------------ | ---- |
 * | observations | `Discrete(72)`: the customer's number s, which `MailCampaign.customer` reads and `stateOf` writes |
 * | actions      | `Discrete(3)`: nothing (0), a catalogue (1), a voucher (2) |
 * | reward       | `margin` for a sale, less `discount` if it was by voucher; less `catalogueCost` or `voucherCost` for a mail |
 * | start        | a customer of any kind who bought up to 5 months ago and is not tired, each as likely |
 * | terminated   | if a tired customer leaves for ever, which a mail may bring about |
 * | truncated    | `make('MailCampaign-v0')` cuts after 24 months |
 *
 * A mail makes a sale likelier, the less so the more the customer is tired of mails. Regulars buy without mails, too: a voucher for them
 * gives money away. All of it is made up, and Gymnasium has no such environment; `P` is what there is to know of it.
 *
 * @throws Error if a step is taken before the first reset or after the end.
 * @throws RangeError if an action is not in `actionSpace`, an option is not finite, or what should be a customer or a state is none.
 * @throws TypeError if `reset` is given options, of which it has none.
 *
 * @example
 * import { MailCampaign, MDP, valueIteration } from '@kasane/rl';
 * const env = new MailCampaign();
 * const { actions } = valueIteration(MDP.fromTransitions(env.P), { gamma: 0.95 });
 * const bargainHunter = MailCampaign.stateOf({ kind: 2, months: 0, fatigue: 0 });
 * actions[bargainHunter]; // => 2
 * @category Environments
 */
export class MailCampaign extends TabularEnv {
  /** Which keys play which action: nothing, a catalogue, a voucher. */
  readonly keys: Readonly<Record<string, number>> = { n: 0, c: 1, v: 2 };

  constructor(options?: MailCampaignOptions) {
    const {
      margin = 30,
      catalogueCost = 2,
      voucherCost = 1,
      discount = 10,
    } = optionsOf('MailCampaign', options, ['margin', 'catalogueCost', 'voucherCost', 'discount']);
    for (const [name, value] of Object.entries({ margin, catalogueCost, voucherCost, discount })) {
      requireFinite('MailCampaign', name, value);
    }
    const mails = [
      { pays: margin, costs: 0 },
      { pays: margin, costs: catalogueCost },
      { pays: margin - discount, costs: voucherCost },
    ];
    const states = Array.from({ length: KINDS * MONTHS * FATIGUE }, (_, s) => s);
    const P: Transitions = states.map((s) =>
      mails.map(({ pays, costs }, action) =>
        outcomes(MailCampaign.customer(s), action, pays, costs),
      ),
    );
    const fresh = states.map((s) => Number(MailCampaign.customer(s).fatigue === 0));
    super(
      P,
      fresh.map((one) => one / (KINDS * MONTHS)),
    );
  }

  /** The customer of a state. */
  static customer(state: number): MailCustomer {
    requireWhole('MailCampaign.customer', 'the state', state, 0, KINDS * MONTHS * FATIGUE - 1);
    const months = Math.floor(state / FATIGUE) % MONTHS;
    return { kind: Math.floor(state / (FATIGUE * MONTHS)), months, fatigue: state % FATIGUE };
  }

  /** The state of a customer. */
  static stateOf(customer: MailCustomer): number {
    const owner = 'MailCampaign.stateOf';
    const { kind, months, fatigue } = optionsOf(owner, customer, ['kind', 'months', 'fatigue']);
    requireWhole(owner, 'kind', kind, 0, KINDS - 1);
    requireWhole(owner, 'months', months, 0, MONTHS - 1);
    requireWhole(owner, 'fatigue', fatigue, 0, FATIGUE - 1);
    return (kind * MONTHS + months) * FATIGUE + fatigue;
  }

  /** The customer in words. */
  render(): string {
    const { kind, months, fatigue } = MailCampaign.customer(this.s);
    const names = ['buys now and then', 'a regular', 'waits for bargains'];
    const since = months === MONTHS - 1 ? `${months} months or more` : `${months} months`;
    return `${names[kind]}, ${since} since the last purchase, tired of mails: ${fatigue} of ${FATIGUE - 1}`;
  }
}

/** What may come of an action for a customer: a purchase, none, or, after a mail, the end. */
function outcomes(
  { kind, months, fatigue }: MailCustomer,
  action: number,
  pays: number,
  costs: number,
): readonly Outcome[] {
  const isMail = action > 0;
  const added = isMail ? LIKELY[kind]![action as 1 | 2] * TIRED[fatigue]! : 0;
  const buys = (LIKELY[kind]![0] + added) * FADES ** months;
  const leaves = isMail ? LEAVES[fatigue]! : 0;
  const tired = Math.max(0, Math.min(FATIGUE - 1, fatigue + (isMail ? 1 : -1)));
  const bought = MailCampaign.stateOf({ kind, months: 0, fatigue: tired });
  const waiting = MailCampaign.stateOf({ kind, months: Math.min(MONTHS - 1, months + 1), fatigue: tired }); // prettier-ignore
  const all: Outcome[] = [
    [(1 - leaves) * buys, bought, pays - costs, false],
    [(1 - leaves) * (1 - buys), waiting, 0 - costs, false],
    [leaves, waiting, 0 - costs, true],
  ];
  return all.filter(([probability]) => probability > 0);
}
