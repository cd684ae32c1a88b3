import { describe, expect, test } from 'vitest';
import { MDP, policyEvaluation, valueIteration } from '../planning/index.ts';
import { MailCampaign } from './mail-campaign.ts';

const discount = { gamma: 0.97 };
/** What a customer brings on average from the first month on, discounted. */
const profit = (env: MailCampaign, actions: ArrayLike<number>): number => {
  const policy = Array.from(actions, (action) => [0, 1, 2].map((a) => Number(a === action)));
  const { V } = policyEvaluation(MDP.fromTransitions(env.P), policy, discount);
  return V.reduce((sum, v, s) => sum + v * env.initial[s]!, 0);
};

describe('MailCampaign', () => {
  test('numbers its 72 customers', () => {
    const { P } = new MailCampaign();
    expect(P.length).toBe(72);
    const customers = P.map((_, s) => MailCampaign.customer(s));
    expect(customers.map((customer) => MailCampaign.stateOf(customer))).toEqual(P.map((_, s) => s));
    expect(MailCampaign.customer(71)).toEqual({ kind: 2, months: 5, fatigue: 3 });
  });

  test('pays the margin for a sale, less what was sent', () => {
    const { P } = new MailCampaign({ margin: 50, catalogueCost: 3, voucherCost: 2, discount: 15 });
    const first = MailCampaign.stateOf({ kind: 1, months: 2, fatigue: 1 });
    expect(P[first]!.map((all) => all.map(([, , reward]) => reward))).toEqual([
      [50, 0],
      [47, -3, -3],
      [33, -2, -2],
    ]);
    const [bought, waits, leaves] = P[first]![1]!;
    expect(MailCampaign.customer(bought![1])).toEqual({ kind: 1, months: 0, fatigue: 2 });
    expect(MailCampaign.customer(waits![1])).toEqual({ kind: 1, months: 3, fatigue: 2 });
    expect(leaves![3]).toBe(true);
  });

  test('neither mails for all nor none are best, nor what is best for this month alone', () => {
    const env = new MailCampaign();
    const mdp = MDP.fromTransitions(env.P);
    const [none, catalogues, vouchers] = [0, 1, 2].map((action) => profit(env, env.P.map(() => action))); // prettier-ignore
    const myopic = profit(env, valueIteration(mdp, { gamma: 0 }).actions);
    const best = profit(env, valueIteration(mdp, discount).actions);
    expect(catalogues).toBeLessThan(none!);
    expect(vouchers).toBeLessThan(none!);
    expect(myopic).toBeGreaterThan(none!);
    expect(best).toBeGreaterThan(1.2 * myopic);
  });

  test('tells who the customer is', () => {
    const env = new MailCampaign();
    env.reset({ seed: 1 });
    env.s = MailCampaign.stateOf({ kind: 1, months: 5, fatigue: 2 });
    expect(env.render()).toBe('a regular, 5 months or more since the last purchase, tired of mails: 2 of 3'); // prettier-ignore
  });

  test('names mistakes', () => {
    expect(() => new MailCampaign({ margin: Number.NaN })).toThrow('MailCampaign: margin must be finite, got NaN.'); // prettier-ignore
    expect(() => MailCampaign.customer(72)).toThrow('MailCampaign.customer: the state must be a whole number from 0 to 71, got 72.'); // prettier-ignore
    expect(() => MailCampaign.stateOf({ kind: 3, months: 0, fatigue: 0 })).toThrow('MailCampaign.stateOf: kind must be a whole number from 0 to 2, got 3.'); // prettier-ignore
  });
});
