/** The words of generated sentences in which a verb agrees with its noun: the cat near the dogs sleeps. */

/** Singular, plural. */
export const NOUNS: readonly (readonly string[])[] = [
  ['cat', 'dog', 'bird', 'child', 'teacher'],
  ['cats', 'dogs', 'birds', 'children', 'teachers'],
];

/** For a singular, for a plural. */
export const VERBS: readonly (readonly string[])[] = [
  ['sleeps', 'sings', 'waits', 'laughs'],
  ['sleep', 'sing', 'wait', 'laugh'],
];

export const ADVERBS: readonly string[] = ['quietly', 'often', 'here'];

export const WORDS: readonly string[] = [
  '.',
  'the',
  'near',
  ...NOUNS.flat(),
  ...VERBS.flat(),
  ...ADVERBS,
];

/** A word's number. */
export const id = (word: string): number => WORDS.indexOf(word);
