import type { Generator } from '@kasane/tensor-core';
import type { ParallelCorpus, SentencePair } from '../../exercise.ts';

const ONES = 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' '); // prettier-ignore
const TENS = '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const MONTHS = 'january february march april may june july august september october november december'.split(' '); // prettier-ignore
const IRREGULAR: Readonly<Record<string, string>> = { one: 'first', two: 'second', three: 'third', five: 'fifth', eight: 'eighth', nine: 'ninth', twelve: 'twelfth', twenty: 'twentieth', thirty: 'thirtieth' }; // prettier-ignore
const KANJI = '〇一二三四五六七八九';

/** 0 to 9999, read aloud in English. */
export function english(n: number): string[] {
  if (n < 20) return [ONES[n]!];
  const rest = (size: number): string[] => (n % size === 0 ? [] : english(n % size));
  if (n < 100) return [TENS[Math.floor(n / 10)]!, ...rest(10)];
  const size = n < 1000 ? 100 : 1000;
  return [ONES[Math.floor(n / size)]!, size === 100 ? 'hundred' : 'thousand', ...rest(size)];
}

/** 0 to 9999, read aloud in Japanese. */
export function japanese(n: number): string[] {
  if (n === 0) return ['〇'];
  const digits = [1000, 100, 10, 1].map((size) => Math.floor(n / size) % 10);
  return digits.flatMap((digit, i) => {
    const unit = ['千', '百', '十', ''][i]!;
    // One is not said before a unit.
    const parts = digit === 1 && unit !== '' ? [unit] : [KANJI[digit]!, unit];
    return digit === 0 ? [] : parts.filter((part) => part !== '');
  });
}

/** 1 to 31, as days are counted. */
function ordinal(n: number): string[] {
  const words = english(n);
  const last = words.at(-1)!;
  return words.with(words.length - 1, IRREGULAR[last] ?? `${last}th`);
}

/** 1900 to 2099. */
function year(n: number): string[] {
  const [century, rest] = [Math.floor(n / 100), n % 100];
  if (n >= 2000 && n < 2010) return english(n);
  if (rest === 0) return [...english(century), 'hundred'];
  return [...english(century), ...(rest < 10 ? ['oh'] : []), ...english(rest)];
}

/** A number or a date, read aloud in two languages. */
function spoken(generator: Generator): SentencePair {
  if (generator.below(3) === 0) {
    const n = generator.below(10_000);
    return [english(n), japanese(n)];
  }
  const [y, m, d] = [1900 + generator.below(200), 1 + generator.below(12), 1 + generator.below(28)];
  const month = MONTHS[m - 1]!;
  const day =
    generator.below(2) === 0 ? [month, 'the', ...ordinal(d)] : ['the', ...ordinal(d), 'of', month];
  return [
    [...day, ...year(y)],
    [...japanese(y), '年', ...japanese(m), '月', ...japanese(d), '日'],
  ];
}

/** A date as people write it, and as machines do; letter by letter. */
function written(generator: Generator): SentencePair {
  const [y, m, d] = [1950 + generator.below(100), 1 + generator.below(12), 1 + generator.below(28)];
  const month = MONTHS[m - 1]!;
  const two = (n: number): string => String(n).padStart(2, '0');
  const forms = [`${d} ${month} ${y}`, `${month} ${d} ${y}`, `${month.slice(0, 3)} ${d} ${y}`, `${m}/${d}/${y}`];
  return [[...forms[generator.below(forms.length)]!], [...`${y}-${two(m)}-${two(d)}`]];
} // prettier-ignore

export type Task = 'spoken' | 'formats';

/** Sentences that are all different, so that those of the test were never seen. */
export function generated(
  task: Task,
  count: number,
  tested: number,
  generator: Generator,
): ParallelCorpus {
  const seen = new Map<string, SentencePair>();
  while (seen.size < count + 2 * tested) {
    const pair = (task === 'spoken' ? spoken : written)(generator);
    seen.set(pair[0].join(' '), pair);
  }
  const all = [...seen.values()];
  return {
    test: all.slice(0, tested),
    dev: all.slice(tested, 2 * tested),
    train: all.slice(2 * tested),
  };
}
