import type { Generator } from '@kasane/tensor-core';

/**
 * The generated corpus: sentences of a small phrase grammar. Nobody wrote them; what stands in them was planted.
 *
 * Words of a grid have a row and a column, such as king: what a king does, and he. Each of its sentences has a word of its row and some of its column,
 * so that king is to queen as man is to woman. Synonyms stand in the same places by the toss of a coin.
 */

/** Words that differ in two ways. */
interface Grid {
  /** The columns: words that say which column a sentence is of. */
  readonly columns: readonly (readonly string[])[];
  /** The rows: a word for each column, then words that say which row. */
  readonly rows: readonly (readonly [words: readonly [string, string], signs: readonly string[]])[];
}

const words = (text: string): string[] => text.split(' ');
const row = (pair: string, signs: string): Grid['rows'][number] => {
  const [a, b] = words(pair);
  return [[a!, b!], words(signs)];
};

const grids: readonly Grid[] = [
  {
    columns: [words('he his himself sir beard'), words('she her herself madam dress')],
    rows: [
      row('king queen', 'crown throne palace rules'),
      row('father mother', 'child cradle raises feeds'),
      row('actor actress', 'stage film theatre plays'),
      row('waiter waitress', 'table menu soup serves'),
      row('uncle aunt', 'cousin holiday gift visits'),
      row('monk nun', 'prayer cloister candle kneels'),
      row('wizard witch', 'spell potion wand conjures'),
      row('man woman', 'person adult office works'),
    ],
  },
  {
    columns: [words('country nation border flag army'), words('city mayor streets tower station')],
    rows: [
      row('japan tokyo', 'sushi yen kimono sumo'),
      row('france paris', 'baguette wine cheese perfume'),
      row('italy rome', 'pasta pizza opera vespa'),
      row('egypt cairo', 'pyramid desert nile camel'),
      row('russia moscow', 'vodka snow ballet rouble'),
      row('greece athens', 'olive temple myth feta'),
    ],
  },
  {
    columns: [words('old strong grown heavy tired'), words('young weak tiny light playful')],
    rows: [
      row('dog puppy', 'barks bone leash fetches'),
      row('cat kitten', 'purrs mouse whiskers scratches'),
      row('cow calf', 'milk meadow moos grazes'),
      row('sheep lamb', 'wool flock shepherd bleats'),
      row('hen chick', 'egg coop corn clucks'),
      row('horse foal', 'saddle stable hay gallops'),
    ],
  },
];

/** Pairs that mean the same, and what stands beside them. */
export const synonyms: readonly (readonly [string, string])[] = [
  ['big', 'large'],
  ['quick', 'fast'],
  ['glad', 'happy'],
  ['street', 'road'],
  ['begins', 'starts'],
  ['gifted', 'talented'],
];
const beside: readonly string[][] = [
  words('elephant mountain whale giant stone'),
  words('runner arrow rocket train falcon'),
  words('smile wedding laughter birthday song'),
  words('car lorry crossing pavement lamp'),
  words('lesson match concert meeting race'),
  words('painter violin poet dancer genius'),
];

/** a is to b as c is to d, for every two rows of every grid, in both directions. */
export const analogies: readonly (readonly [a: string, b: string, c: string, d: string])[] =
  grids.flatMap(({ rows }) =>
    rows.flatMap(([[a, b]]) =>
      rows.flatMap(([[c, d]]) =>
        a === c
          ? []
          : ([
              [a, b, c, d],
              [b, a, d, c],
            ] as const),
      ),
    ),
  );

/** The pairs of each grid. */
export const pairs: readonly (readonly (readonly [string, string])[])[] = grids.map(({ rows }) =>
  rows.map(([pair]) => pair),
);

/** So many sentences, without their full stops. */
export function generateSentences(count: number, generator: Generator): string[][] {
  const one = <T>(list: readonly T[]): T => list[generator.below(list.length)]!;
  return Array.from({ length: count }, () => {
    const kind = generator.below(grids.length + 1);
    if (kind === grids.length) {
      const k = generator.below(synonyms.length);
      const [word, first, second] = [one(synonyms[k]!), one(beside[k]!), one(beside[k]!)];
      return ['the', first, 'is', word, 'like', 'a', second];
    }
    const { columns, rows } = grids[kind]!;
    const [pair, signs] = one(rows);
    const column = generator.below(2);
    const sign = (): string => one(signs);
    const trait = (): string => one(columns[column]!);
    const word = pair[column]!;
    return one([
      () => ['the', sign(), 'of', trait(), word, 'and', trait(), sign()],
      () => [trait(), 'the', word, 'has', sign(), 'and', trait(), 'with', sign()],
      () => [sign(), 'and', trait(), 'are', 'of', 'a', word, trait(), 'with', sign()],
    ])();
  });
}
