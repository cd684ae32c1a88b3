/** What the replies of a model are worth. */
import { distinctN } from '@kasane/seq2seq/metrics';
import type { Generator } from '@kasane/tensor-core';
import { DULL } from './conversations.ts';
import type { Conversation } from './conversations.ts';
import type { Speaker } from './network.ts';
import { repliesOf } from './replies.ts';
import type { History } from './replies.ts';

/** Replies of each model to one history. */
export const ALIKE = 20;
const ASKED = 10; // histories to which it gives so many
/** Of words that are drawn: likely ones are preferred. */
export const TEMPERATURE = 0.5;

/** What a model's replies to held-out dialogues are like. */
export interface Judged {
  readonly name: string;
  /** The share of questions about what was told that are answered rightly. */
  readonly right: number;
  /** Of the likeliest replies to all dialogues. */
  readonly distinct: readonly [one: number, two: number];
  /** Distinct-2 of several replies to one history: likeliest words, and words drawn at a temperature. */
  readonly alike: readonly [likeliest: number, drawn: number];
  /** The share of "i do not know" among several replies to those who ask what to do, likeliest and drawn. */
  readonly dull: readonly [likeliest: number, drawn: number];
}

/** Lets a speaker reply to held-out dialogues. */
export async function judge(
  speaker: Speaker,
  held: readonly Conversation[],
  generator: Generator,
): Promise<Judged> {
  const likeliest = { temperature: 0, generator };
  const replies = await repliesOf(speaker, held.map(({ history }) => history), likeliest); // prettier-ignore
  const about = held.map(({ needsHistory }) => needsHistory);
  const right = held.filter(({ reply }, i) => about[i]! && reply === replies[i]).length;
  const open = held.filter(({ needsHistory }) => !needsHistory).slice(0, ASKED);
  const histories = open.flatMap(({ history }) => Array<History>(ALIKE).fill(history));
  const several = await repliesOf(speaker, histories, likeliest);
  const drawn = await repliesOf(speaker, histories, { temperature: TEMPERATURE, generator });
  const alike = (texts: readonly string[]): number =>
    open.reduce((sum, _, i) => sum + distinctN(texts.slice(i * ALIKE, (i + 1) * ALIKE), 2), 0) / open.length; // prettier-ignore
  const share = (texts: readonly string[]): number =>
    texts.filter((text) => text === DULL).length / texts.length;
  return {
    name: speaker.name,
    right: right / about.filter(Boolean).length,
    distinct: [distinctN(replies, 1), distinctN(replies, 2)],
    alike: [alike(several), alike(drawn)],
    dull: [share(several), share(drawn)],
  };
}
