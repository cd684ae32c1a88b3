/**
 * Generated dialogues of two. One tells something about itself and asks for it later, so that the right reply stands in what was
 * said before, or asks what to do, and many replies are as good:
 *
 *     I am Ken. — I see. — I have a dog. — Very nice. — What is my name? — You are Ken.
 *     ... — What shall we do? — I do not know.      Swim in the lake.      Read at home.
 */
import type { Generator } from '@kasane/tensor-core';

/** What one may tell of oneself: how it is said, how one asks for one's own and for the other's, how it is answered. */
const FACTS = [
  { of: ['ken', 'mia', 'tom', 'eva'], said: 'i am', ask: ['who am i', 'who are you'], answer: 'you are' },
  { of: ['cat', 'dog', 'bird', 'fish'], said: 'i have a', ask: ['what do i have', 'what do you have'], answer: 'you have a' },
  { of: ['oslo', 'rome', 'lima', 'cairo'], said: 'i live in', ask: ['where do i live', 'where do you live'], answer: 'you live in' },
] as const; // prettier-ignore

/** What one may be called. */
export const NAMES: readonly string[] = FACTS[0].of;

/** Values of each fact: guessing is right once in so many. */
export const CHOICES = 4;

export const OPEN = 'what shall we do';
export const DULL = 'i do not know';
const IDEAS = [
  'swim in the lake',
  'read at home',
  'dance in town',
  'walk to the park',
  'cook some soup',
  'watch a film',
  'play the piano',
  'visit my aunt',
];
export const DULL_SHARE = 0.4; // of replies to the open question

const words = (texts: readonly string[]): string[] => texts.flatMap((text) => text.split(' '));

/** Padding, the beginning and the end of an utterance, then the words. */
export const VOCABULARY: readonly string[] = [
  ...new Set([
    '',
    '<s>',
    '</s>',
    ...FACTS.flatMap(({ of, said, ask, answer }) => [...words([said, ...ask, answer]), ...of]),
    ...words([OPEN, DULL, ...IDEAS]),
  ]),
];
export const BOS = 1;
export const EOS = 2;

export interface Conversation {
  /** What was said, the question last. */
  readonly history: readonly string[];
  readonly reply: string;
  /** Whether the question is about what was told. */
  readonly needsHistory: boolean;
}

/** A conversation in which both tell something. */
function conversation(generator: Generator): Conversation {
  const pick = <T>(list: readonly T[]): T => list[generator.below(list.length)]!;
  const told = [pick(FACTS), pick(FACTS)].map((fact) => ({ ...fact, value: pick(fact.of) }));
  const before = told.map(({ said, value }) => `${said} ${value}`);
  if (generator.below(3) === 0) {
    const reply = generator.random() < DULL_SHARE ? DULL : pick(IDEAS);
    return { history: [...before, OPEN], reply, needsHistory: false };
  }
  const whose = generator.below(2); // that of who asks, or of who replies
  const { ask, said, answer, value } = told[whose]!;
  const reply = `${whose === 0 ? answer : said} ${value}`;
  return { history: [...before, ask[whose]!], reply, needsHistory: true };
}

export const conversations = (count: number, generator: Generator): Conversation[] =>
  Array.from({ length: count }, () => conversation(generator));

/** The numbers of an utterance's words, and of its end. */
export const tokensOf = (text: string): number[] => [
  ...text.split(' ').map((word) => VOCABULARY.indexOf(word)),
  EOS,
];

/** The words of an utterance, up to its end. */
export function textOf(tokens: readonly number[]): string {
  const end = tokens.indexOf(EOS);
  return tokens
    .slice(0, end < 0 ? tokens.length : end)
    .map((token) => VOCABULARY[token]!)
    .join(' ');
}
