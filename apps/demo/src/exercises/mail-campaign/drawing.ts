/** Policies of the mail campaign as grids: who gets which mail. */
import { MailCampaign } from '@kasane/rl';
import type { GridCell, GridEvent } from '../../events/event.ts';

export const KINDS = ['buys now and then', 'a regular', 'waits for bargains'] as const;
export const MAILS = ['nothing', 'catalogue', 'voucher'] as const;

const MONTHS = [0, 1, 2, 3, 4, 5];
const FATIGUE = [0, 1, 2, 3];

/** For each kind of customer what was learned; red where it is not what is best. */
export function* policyGrids(
  learned: ArrayLike<number>,
  best: ArrayLike<number>,
): Iterable<GridEvent> {
  for (const [kind, name] of KINDS.entries()) {
    const cell = (months: number, fatigue: number): GridCell => {
      const s = MailCampaign.stateOf({ kind, months, fatigue });
      const action = learned[s]!;
      return {
        text: action === 0 ? '–' : MAILS[action]!,
        shade: action === 0 ? 0.1 : 0.6,
        tone: action === best[s] ? 'good' : 'bad',
      };
    };
    yield {
      type: 'grid',
      name,
      rows: ['months since a sale', ...FATIGUE.map((fatigue) => `tired: ${fatigue}`)],
      cells: [
        MONTHS.map((months) => ({ text: months === 5 ? '5+' : String(months) })),
        ...FATIGUE.map((fatigue) => MONTHS.map((months) => cell(months, fatigue))),
      ],
    };
  }
}
