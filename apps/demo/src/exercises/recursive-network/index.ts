/**
 * A recursive network reads phrases as trees: one matrix W joins two neighbours to a vector, wherever they stand.
 *
 *     p = tanh(W [left; right])        W: (d, 2d)
 *
 * The question of the course is which of left + right, left ⊙ right, max(left, right) and W [left; right] may stand there:
 * the first three give (a b) and (b a) the same vector. What is lost with the order shows on a small language of
 * praise and blame with "not" and "but": "(good (but bad))" is bad, "(bad (but good))" is good, and who only counts words
 * cannot tell one from the other. The network has seen phrases of up to three rules within each other, and is asked for those of four
 * and five too.
 */
import { Linear } from '@kasane/nn';
import { packTrees, RecursiveNetwork } from '@kasane/seq2seq';
import { concat, Generator, noGrad, randn, scope, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import type { TableEvent } from '../../events/event.ts';
import { defineExercise } from '../../exercise.ts';
import type { Exercise } from '../../exercise.ts';
import { following } from '../../following.ts';
import { largestDifference } from '../../statistics.ts';
import { BagReader, TreeReader } from './network.ts';
import { chancesOf, drawn } from './picture.ts';
import { parse, phrases, textOf, WORDS, wordsOf } from './sentences.ts';
import type { Phrase } from './sentences.ts';
import { training } from './training.ts';

const HELD_OUT = 400; // phrases of each kind

/** The options of the question: what they make of two vectors. */
function options(
  size: number,
  generator: Generator,
): Record<string, (a: Tensor, b: Tensor) => Tensor> {
  const W = new Linear(2 * size, size, { bias: false, generator });
  return {
    'left + right': (a, b) => a.add(b),
    'left ⊙ right': (a, b) => a.mul(b),
    'max(left, right)': (a, b) => a.maximum(b),
    'W [left; right]': (a, b) => W.forward(concat([a, b])),
  };
}

/** By option, how far (a b) is from (b a), and the options for which it is. */
async function orders(size: number, generator: Generator): Promise<readonly [TableEvent, string]> {
  const [a, b] = [randn([size], { generator }), randn([size], { generator })];
  const rows: [string, number][] = [];
  for (const [name, join] of Object.entries(options(size, generator))) {
    const [forth, back] = [join(a, b), join(b, a)];
    rows.push([name, largestDifference(await forth.data(), await back.data())]);
  }
  const columns = ['p', 'largest difference of (a b) and (b a)'];
  const kept = rows.filter(([, difference]) => difference > 0).map(([name]) => name);
  return [{ type: 'table', name: 'which of them keep the order', columns, rows }, kept.join(', ')];
}

const goodOf = (all: readonly Phrase[]): Tensor => tensor(all.map(({ good }) => Number(good)));

/** How often each word stands in each phrase, (N, V). */
const countsOf = (all: readonly Phrase[]): Tensor =>
  tensor(
    all.map(({ tree }) => {
      const words = wordsOf(tree);
      return WORDS.map((_, word) => words.filter((one) => one === word).length);
    }),
  );

/** The share of phrases that scores above 0 say the right thing of. */
async function accuracy(all: readonly Phrase[], score: () => Tensor): Promise<number> {
  const scores = scope(() => noGrad(score));
  const values = await scores.data();
  scores.dispose();
  return all.filter(({ good }, i) => values[i]! > 0 === good).length / all.length;
}

export const recursiveNetwork: Exercise = defineExercise({
  id: 'recursive-network',
  title: { en: 'Phrases as trees', ja: '再帰的ニューラルネットワーク（構文木）' },
  summary: 'Joins neighbours by W [left; right] along a tree, and understands "not" and "but".',
  rows: [88],
  parameters: {
    size: { type: 'integer', default: 16, min: 2, max: 256, description: 'numbers of a vector, d' },
    phrases: {
      type: 'integer',
      default: 1000,
      quick: 400,
      min: 10,
      max: 10_000,
      description: 'phrases to learn from',
    },
    lr: { type: 'number', default: 0.02, min: 1e-6, max: 1, description: 'learning rate of Adam' },
    steps: {
      type: 'integer',
      default: 500,
      quick: 300,
      min: 1,
      max: 100_000,
      description: 'steps, each over all phrases',
    },
  },
  charts: { loss: { x: 'step', y: 'cross-entropy', scale: 'log' } },
  async *run({ parameters: { size, phrases: count, lr, steps }, seed }) {
    const generator = new Generator(seed);
    // ——— the question ———
    const [table, kept] = await orders(size, generator.fork('question'));
    yield table;
    const leaf = randn([size], { generator: generator.fork('leaf') });
    const network = new RecursiveNetwork(size, { generator: generator.fork('leaf') });
    const unchanged = largestDifference(await network.forward(leaf).data(), await leaf.data());

    // ——— the language ———
    const train = phrases(count, [1, 3], generator);
    const seen = new Set(train.map(({ tree }) => textOf(tree)));
    const unseen = phrases(HELD_OUT, [2, 3], generator).filter(
      ({ tree }) => !seen.has(textOf(tree)),
    );
    const deeper = phrases(HELD_OUT, [4, 5], generator);
    const reader = new TreeReader(WORDS.length, size, generator);
    const bag = new BagReader(WORDS.length, size, generator);
    const trees = packTrees(train.map(({ tree }) => tree));
    const [counts, good] = [countsOf(train), goodOf(train)];
    const settings = { lr, steps };
    const chart = { chart: 'loss', total: 2 * steps } as const;
    yield* following(training(reader, () => reader.forward(trees), good, settings), { ...chart, name: 'tree' }); // prettier-ignore
    yield* following(training(bag, () => bag.forward(counts), good, settings), { ...chart, name: 'bag of words', done: steps }); // prettier-ignore

    const kinds = { learnt: train, unseen, 'nested deeper': deeper };
    const found: Record<string, readonly [tree: number, bag: number]> = {};
    for (const [name, all] of Object.entries(kinds)) {
      found[name] = [
        await accuracy(all, () => reader.forward(packTrees(all.map(({ tree }) => tree)))),
        await accuracy(all, () => bag.forward(countsOf(all))),
      ];
    }
    yield {
      type: 'table',
      name: 'share of phrases understood',
      columns: ['phrases', 'number', 'tree', 'bag of words'],
      rows: Object.entries(found).map(([name, shares]) => [
        name,
        kinds[name as keyof typeof kinds].length, // its own keys
        ...shares,
      ]),
    };
    const twins = ['(good (but bad))', '(bad (but good))'].map(parse);
    for (const twin of twins) yield await drawn(reader, twin);
    yield await drawn(reader, parse('(not ((very dull) (but (not (awful (and sad))))))'));
    const [bad, fine] = (await chancesOf(reader, twins)) as [number, number]; // one each
    const [treeUnseen, bagUnseen] = found['unseen']!;
    const [treeDeeper] = found['nested deeper']!;
    const checks: Check[] = [
      check(88, 'the option that tells (a b) from (b a)', kept).equals('W [left; right]'),
      check(88, 'what is changed of a leaf', unchanged).equals(0),
      check(88, 'shape of W', network.weight.shape.join(' × ')).equals(`${size} × ${2 * size}`),
      check(88, 'probability that "(bad (but good))" is good, above that of "(good (but bad))"', fine - bad).above(0.9),
      check(88, 'share of unseen phrases that the tree understands', treeUnseen).atLeast(0.95),
      check(88, 'share of phrases nested deeper that it understands', treeDeeper).atLeast(0.9),
      // Guessing gives 0.5; seeds 0 to 4 give 0.60 to 0.66.
      check(88, 'share of unseen phrases that the bag of words understands', bagUnseen).below(0.75),
    ]; // prettier-ignore
    return { checks, trained: reader };
  },
  tries: {
    tree: {
      title: { en: 'Evaluate a tree of your own', ja: '自作の構文木を評価する' },
      parameters: {
        text: {
          type: 'text',
          default: '((not good) (but (very fun)))',
          maxLength: 500,
          description: `pairs in brackets, of the words ${WORDS.join(', ')}`,
        },
      },
      async *run(reader, { text }) {
        const tree = parse(text);
        yield await drawn(reader, tree);
        const [chance] = (await chancesOf(reader, [tree])) as [number]; // of the one tree
        yield { type: 'metric', name: 'probability that it is good', value: chance };
      },
    },
  },
});
