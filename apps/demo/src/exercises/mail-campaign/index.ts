/**
 * Who gets a mail this month, and which one? A customer of a shop is a Markov decision process:
 *
 *     state      what kind of customer, months since the last purchase, how tired of mails: 72 of them
 *     action     send nothing, a catalogue (costs 2), or a voucher (costs 1, and takes 10 off a sale)
 *     reward     30 for a sale, less the costs
 *     what next  a purchase makes the next one likelier, a mail makes tired, and who is tired may leave for ever
 *
 *     Q(s, a) ← Q(s, a) + α [r + γ max_b Q(s', b) − Q(s, a)]
 *
 * Mails pay at once and cost later, so that whoever looks at this month alone sends too many. Nobody tells the learner how customers
 * are: it sends mails to many of them, at random first, and adds up. Here the truth is known, and what was learned is held against it.
 */
import {
  bootstrapInterval,
  evaluatePolicy,
  greedyActions,
  MailCampaign,
  make,
  MDP,
  policyEvaluation,
  qLearning,
  valueIteration,
  type EpisodeReport,
  type PolicyEvaluation,
} from '@kasane/rl';
import { Generator } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import { defineExercise, type Exercise } from '../../exercise.ts';
import { learning } from '../../learning.ts';
import { mean } from '../../statistics.ts';
import { UsageError } from '../../usage-error.ts';
import { KINDS, MAILS, policyGrids } from './drawing.ts';

const MONTHS = 24; // that a customer is looked at
const STRETCH = 500; // customers in a point of the curve
const ASKED = 5000; // customers that a plan is tried on
const LETTERS = 'ncv'; // nothing, catalogue, voucher

/** Who decides what to send: an action for each state. */
type Rule = ArrayLike<number>;

/** What a customer of a rule brings on average, all months counted and discounted: no chance is left in it. */
function profitOf(env: MailCampaign, mdp: MDP, rule: Rule, gamma: number): number {
  const policy = Array.from(rule, (action) => MAILS.map((_, a) => Number(a === action)));
  const { V } = policyEvaluation(mdp, policy, { gamma });
  return V.reduce((total, v, s) => total + v * env.initial[s]!, 0);
}

/** What each of some customers brings in so many months. */
function campaign(send: (s: number, month: number) => number, months: number): number[] {
  const env = new MailCampaign();
  return Array.from({ length: ASKED }, (_, i) => {
    let s = env.reset(i === 0 ? { seed: 0 } : {}).observation;
    let isGone = false;
    let profit = 0;
    for (let month = 0; month < months && !isGone; month++) {
      const step = env.step(send(s, month));
      profit += step.reward;
      s = step.observation;
      isGone = step.terminated;
    }
    return profit;
  });
}

export const mailCampaign: Exercise = defineExercise({
  id: 'mail-campaign',
  title: { en: 'Whom to mail', ja: 'メールマガジンの配信先を決める（強化学習）' },
  summary: 'Learns by Q-learning which customers to send which mail, costs against sales.',
  rows: [132, 133],
  parameters: {
    customers: { type: 'integer', default: 60_000, quick: 40_000, min: 1000, max: 10_000_000, description: 'customers to learn from, 24 months each' },
    gamma: { type: 'number', default: 0.97, min: 0, max: 0.999, description: 'discount of a month' },
    alpha: { type: 'number', default: 0.06, min: 1e-4, max: 1, description: 'how far a value goes to its target at first; it falls to a twentieth' },
    epsilon: { type: 'number', default: 0.5, min: 0, max: 1, description: 'mails that are drawn at the end; at first all are' },
  }, // prettier-ignore
  charts: { profit: { x: 'customer', y: 'mean profit of 24 months while learning' } },
  async *run({ parameters: { customers, gamma, alpha, epsilon }, seed }) {
    // #region lesson
    const generator = new Generator(seed);
    const env = new MailCampaign();
    let Q: readonly Float64Array[] = [];
    const work = learning<EpisodeReport>(async (options) => {
      const learnt = await qLearning(env, {
        ...options,
        episodes: customers,
        maxSteps: MONTHS,
        gamma,
        alpha: (progress) => alpha * Math.max(0.05, (1 - progress) ** 2),
        epsilon: (progress) => 1 - (1 - epsilon) * progress,
        generator,
      });
      ({ Q } = learnt);
    });
    // #endregion
    let profits: number[] = [];
    for await (const report of work) {
      profits.push(report.return);
      if (profits.length < STRETCH) continue;
      yield { type: 'progress', step: report.episode, total: customers };
      yield { type: 'series', chart: 'profit', name: 'Q-learning, exploring', x: report.episode, y: mean(profits) }; // prettier-ignore
      profits = [];
    }

    const mdp = MDP.fromTransitions(env.P);
    const best = valueIteration(mdp, { gamma }).actions;
    const learned = greedyActions(Q);
    const seen = (act: (s: number) => number): Promise<PolicyEvaluation> =>
      evaluatePolicy(act, make('MailCampaign-v0'), {
        episodes: 2000,
        resamples: 500,
        seed,
        generator,
      });
    const judge = async (rule: Rule) => {
      const exact = profitOf(env, mdp, rule, gamma);
      return { exact, ...(await seen((s) => rule[s]!)) };
    };
    const nothing = await judge(env.P.map(() => 0));
    const catalogue = await judge(env.P.map(() => 1));
    const voucher = await judge(env.P.map(() => 2));
    const myopic = await judge(valueIteration(mdp, { gamma: 0 }).actions);
    const own = await judge(learned);
    const most = await judge(best);
    const drawn = await seen(() => generator.below(3));
    const rows = {
      'nothing for all': nothing,
      'a catalogue for all': catalogue,
      'a voucher for all': voucher,
      'best for this month alone': myopic,
      'learned from customers': own,
      'the best there is': most,
    };
    yield {
      type: 'table',
      name: 'profit of a customer: discounted, exactly; and of 2,000 new ones in 24 months, with 95 % intervals',
      columns: ['mails', 'exactly', '24 months', 'at least', 'at most'],
      rows: [
        ...Object.entries(rows).map(([name, one]) => [
          name,
          one.exact,
          one.mean,
          one.low,
          one.high,
        ]),
        ['drawn', '', drawn.mean, drawn.low, drawn.high],
      ],
    };
    yield* policyGrids(learned, best);

    const constant = Math.max(nothing.exact, catalogue.exact, voucher.exact);
    return {
      checks: [
        check(133, 'profit, learned less nothing for all', own.exact - nothing.exact).above(0),
        check(133, 'profit, learned less a catalogue for all', own.exact - catalogue.exact).above(0),
        check(133, 'profit, learned less a voucher for all', own.exact - voucher.exact).above(0),
        check(133, 'the same of 2,000 new customers: lower bound, less the highest upper one', own.low - Math.max(nothing.high, catalogue.high, voucher.high)).above(0),
        check(133, 'part of what could be gained above one rule for all', (own.exact - constant) / (most.exact - constant)).atLeast(0.8),
        check(133, 'profit, learned less the best for this month alone', own.exact - myopic.exact).above(0),
        check(132, 'lower bound of 24 months, learned, less the upper one of mails that are drawn', own.low - drawn.high).above(0),
      ],
      trained: { Q, best, gamma },
    }; // prettier-ignore
  },
  tries: {
    mail: {
      title: { en: 'Choose a mail for a customer', ja: '顧客に送るメールを自分で選ぶ' },
      parameters: {
        kind: { type: 'choice', options: KINDS, default: 'waits for bargains', description: 'what kind of customer' },
        months: { type: 'integer', default: 1, min: 0, max: 5, description: 'months since the last purchase; 5 for more, too' },
        fatigue: { type: 'integer', default: 0, min: 0, max: 3, description: 'how tired of mails' },
        mail: { type: 'choice', options: MAILS, default: 'catalogue', description: 'what you send' },
      }, // prettier-ignore
      *run({ Q, best }, { kind, months, fatigue, mail }) {
        const env = new MailCampaign();
        const s = MailCampaign.stateOf({ kind: KINDS.indexOf(kind), months, fatigue });
        yield {
          type: 'table',
          name: `${kind}, ${months} months since the last purchase, ${fatigue} of 3 tired`,
          columns: ['mail', 'sale, %', 'leaves, %', 'profit of this month', 'learned: with all that comes'],
          rows: MAILS.map((name, a) => {
            const all = env.P[s]![a]!;
            const share = (which: (typeof all)[number] | undefined): number => 100 * (which?.[0] ?? 0);
            const profit = all.reduce((total, [p, , reward]) => total + p * reward, 0);
            return [name, share(all[0]), share(all.find((one) => one[3])), profit, Q[s]![a]!];
          }),
        }; // prettier-ignore
        const own = MAILS.indexOf(mail);
        const learned = greedyActions(Q)[s]!;
        yield {
          type: 'table',
          name: 'who would send what',
          columns: ['you', 'learned', 'the best there is', 'yours less the best of what was learned'],
          rows: [[mail, MAILS[learned]!, MAILS[best[s]!]!, Q[s]![own]! - Q[s]![learned]!]],
        }; // prettier-ignore
      },
    },
    year: {
      title: { en: 'Plan the mails of a year', ja: '1年分の配信を計画してみる' },
      parameters: {
        plan: { type: 'text', default: 'cnvncnvncnvn', maxLength: 24, description: 'a letter a month: n nothing, c catalogue, v voucher' },
      }, // prettier-ignore
      *run({ Q }, { plan }) {
        const actions = [...plan].map((letter) => LETTERS.indexOf(letter));
        if (actions.length === 0 || actions.includes(-1)) {
          throw new UsageError(`plan must be letters n, c and v such as 'cnvn', got '${plan}'.`);
        }
        const learned = greedyActions(Q);
        const generator = new Generator(0);
        const yours = bootstrapInterval(campaign((_, month) => actions[month]!, actions.length), { generator }); // prettier-ignore
        const its = bootstrapInterval(
          campaign((s) => learned[s]!, actions.length),
          { generator },
        );
        yield {
          type: 'table',
          name: `profit of a customer in ${actions.length} months, of ${ASKED}`,
          columns: ['mails', 'mean', 'at least', 'at most'],
          rows: [
            ['yours, the same for all', yours.mean, yours.low, yours.high],
            ['learned, for each as it is', its.mean, its.low, its.high],
          ],
        };
      },
    },
  },
});
