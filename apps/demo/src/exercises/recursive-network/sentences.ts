/**
 * Phrases of praise and blame as binary trees, from a grammar that says of each whether it is good.
 *
 *     (not X)            what X is not         (X (but Y))   what Y is
 *     (very X)           what X is             (X (and Y))   what both are
 */
import type { Tree } from '@kasane/seq2seq';
import type { Generator } from '@kasane/tensor-core';
import { UsageError } from '../../usage-error.ts';

const GOOD: readonly string[] = ['good', 'lovely', 'clever', 'fun'];
const BAD: readonly string[] = ['bad', 'awful', 'dull', 'sad'];

export const WORDS: readonly string[] = [...GOOD, ...BAD, 'not', 'very', 'but', 'and'];

/** A word's number. */
const id = (word: string): number => WORDS.indexOf(word);

export interface Phrase {
  readonly tree: Tree<number>;
  readonly good: boolean;
}

/** A phrase that is good or not, of rules up to `depth` within each other. */
function phrase(good: boolean, depth: number, generator: Generator): Tree<number> {
  const words = good ? GOOD : BAD;
  const inner = (is: boolean): Tree<number> => phrase(is, depth - 1, generator);
  const rule = depth === 0 ? 0 : generator.below(5);
  switch (rule) {
    case 0:
      return id(words[generator.below(words.length)]!);
    case 1:
      return { left: id('very'), right: inner(good) };
    case 2:
      return { left: inner(good), right: { left: id('and'), right: inner(good) } };
    case 3:
      return { left: inner(!good), right: { left: id('but'), right: inner(good) } };
    default:
      return { left: id('not'), right: inner(!good) };
  }
}

/** Phrases, good ones and bad ones in turn; each with as many rules within each other as drawn from `depths`. */
export function phrases(
  count: number,
  [least, most]: readonly [least: number, most: number],
  generator: Generator,
): Phrase[] {
  return Array.from({ length: count }, (_, i) => {
    const good = i % 2 === 0;
    const depth = least + generator.below(most - least + 1);
    return { tree: phrase(good, depth, generator), good };
  });
}

/** The words of a tree, from left to right. */
export function wordsOf(tree: Tree<number>): number[] {
  if (typeof tree === 'number') return [tree];
  return 'left' in tree ? [...wordsOf(tree.left), ...wordsOf(tree.right)] : [];
}

/** As `(not (very good))`. */
export function textOf(tree: Tree<number>): string {
  if (typeof tree === 'number') return WORDS[tree]!;
  return 'left' in tree ? `(${textOf(tree.left)} ${textOf(tree.right)})` : '';
}

/** Reads what `textOf` writes. */
export function parse(text: string): Tree<number> {
  const tokens = text.toLowerCase().match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const next = (): string => {
    const token = tokens[at++];
    if (token !== undefined) return token;
    throw new UsageError(`'${text}' ends within a phrase: (not (very good))`);
  };
  const read = (): Tree<number> => {
    const token = next();
    if (token === '(') {
      const left = read();
      const right = read();
      if (next() === ')') return { left, right };
      throw new UsageError(`'${text}' has a phrase that is no pair: (very (not bad))`);
    }
    if (token === ')') {
      throw new UsageError(`'${text}' has a phrase that is no pair: (very (not bad))`);
    }
    if (id(token) >= 0) return id(token);
    throw new UsageError(`'${text}' has '${token}', which is none of the words ${WORDS.join(' ')}`);
  };
  const tree = read();
  if (at === tokens.length) return tree;
  throw new UsageError(`'${text}' goes on after a whole phrase: put pairs into brackets`);
}
