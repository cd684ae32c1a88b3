import { CBOW, SkipGram, Vocabulary } from '@kasane/nlp-embeddings';
import { scope, tensor, type Generator, type Tensor } from '@kasane/tensor-core';
import { check, type Check } from '../../check.ts';
import { largestDifference } from '../../statistics.ts';
import { questions, type Example } from './training.ts';

const whole = (list: readonly number[] | readonly (readonly number[])[]): Tensor =>
  tensor(list, { dtype: 'int32' });

/** The course's sentence: what its vocabulary and its one-hot vectors are. */
export function vocabularyChecks(): readonly Check[] {
  const words = 'I want to eat apples. I like apples.'.match(/\w+|\./g)!;
  const vocabulary = Vocabulary.from([words], { specialTokens: {} });
  const sorted = vocabulary.tokens.toSorted((a, b) => a.localeCompare(b, 'en'));
  const size = vocabulary.tokens.length;
  return scope(() => {
    const oneHot = whole(vocabulary.encode(words)).oneHot(size); // (words, V)
    const sums = oneHot.cast('float32').sum(1).dataSync();
    return [
      check(77, 'words of the sentence without doubles', sorted.join(' ')).equals(
        '. apples eat I like to want',
      ),
      check(77, 'how many they are', size).equals(7),
      check(78, 'numbers of a one-hot vector', oneHot.shape[1]!).equals(size),
      check(
        78,
        'sum of each one-hot vector',
        sums.every((sum) => sum === 1),
      ).equals(true),
    ];
  });
}

/** The matrix of the vectors: how large it is, and that looking up a row is a product with a one-hot vector. */
export function matrixChecks(generator: Generator): readonly Check[] {
  const [V, D] = [10_000, 300];
  return scope(() => {
    const table = new SkipGram(V, D, { generator }).input;
    const words = whole([3, 9_999]);
    const product = words.oneHot(V).cast('float32').matmul(table.weight);
    const apart = largestDifference(product.dataSync(), table.forward(words).dataSync());
    return [
      check(79, 'numbers of 10,000 vectors of 300', table.weight.size).equals(3_000_000),
      check(79, 'numbers of 10,000 one-hot vectors', V * V).equals(100_000_000),
      check(
        79,
        'a row of the matrix and the product with a one-hot vector, apart by',
        apart,
      ).equals(0),
    ];
  });
}

/** What goes in and what comes out of both, from the same windows. */
export function mirrorChecks(windows: readonly Example[], generator: Generator): readonly Check[] {
  const pairs = (kind: 'CBOW' | 'skip-gram', turned: boolean): string =>
    windows
      .flatMap((one) => questions(kind, one))
      .flatMap(([from, to]) => from.map((word) => (turned ? [to, word] : [word, to])))
      .map((pair) => pair.join())
      .toSorted()
      .join(' ');
  const m = 2;
  const window: Example = [4, [2, 3, 5, 6]]; // a word with m others on each side
  const [[context, word]] = questions('CBOW', window) as [readonly [readonly number[], number]]; // one window
  const apart = scope(() => {
    const model = new CBOW(10, 8, { generator });
    model.output.weight.assign(model.input.weight.detach());
    const score = model.forward(whole([context]), whole([[word]])).item();
    const mean = model.input.forward(whole(context)).mean(0);
    return Math.abs(
      score -
        mean
          .mul(model.output.forward(whole([word])).squeeze(0))
          .sum()
          .item(),
    );
  });
  return [
    check(
      81,
      "skip-gram's pairs are CBOW's, turned around",
      pairs('skip-gram', true) === pairs('CBOW', false),
    ).equals(true),
    check(82, 'words that go into CBOW with 2 on each side', context.length).equals(2 * m),
    check(82, 'words that come out', questions('CBOW', window).length).equals(1),
    check(82, 'score and product with the mean of the vectors, apart by', apart).below(1e-6),
    check(
      83,
      'words that come out of skip-gram with 2 on each side',
      questions('skip-gram', window).length,
    ).equals(2 * m),
    check(
      83,
      'words that go in',
      Math.max(...questions('skip-gram', window).map(([from]) => from.length)),
    ).equals(1),
  ];
}
