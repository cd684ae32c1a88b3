import { wordsOf, trim } from './words.ts';

/** How BLEU splits lines into words, by sacrebleu's names. */
export type BLEUTokenizer = '13a' | 'char' | 'intl' | 'none' | 'zh';

/** Punctuation and symbols of ASCII but for . , - and '. */
const western = /([{-~[-` -&(-+:-@/])/gu;
/** . and , unless a digit stands before them. */
const afterNoDigit = /([^0-9])([.,])/gu;
/** . and , unless a digit stands behind them. */
const beforeNoDigit = /([.,])([^0-9])/gu;
/** - behind a digit. */
const dash = /([0-9])(-)/gu;

/** Most punctuation of ASCII as words of their own. */
export function splitPunctuation(line: string): string {
  return line.replace(western, ' $1 ');
}

/** Periods, commas and dashes as words of their own, but for those within numbers. */
export function splitPeriods(line: string): string {
  return line
    .replace(afterNoDigit, '$1 $2 ')
    .replace(beforeNoDigit, ' $1 $2')
    .replace(dash, '$1 $2 ');
}

/** The way of mteval-v13a for Western languages. */
function splitWestern(line: string): string {
  return splitPeriods(splitPunctuation(line));
}

/** The four characters that XML spells with names. */
export function unescapeXml(line: string): string {
  return line
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
}

/** Of WMT: mteval-v13a. */
function v13a(line: string): string {
  const joined = line.replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ');
  return splitWestern(` ${unescapeXml(joined)} `);
}

/** mteval-v14: punctuation and symbols of all of Unicode, and punctuation between digits stays. */
function international(line: string): string {
  return line
    .replace(/(\P{N})(\p{P})/gu, '$1 $2 ')
    .replace(/(\p{P})(\P{N})/gu, ' $1 $2')
    .replace(/(\p{S})/gu, ' $1 ');
}

/**
 * What the zh tokenizer makes words of their own. The fourth range is what sacrebleu's rule does, not what its comment says: `'\u20000'`
 * was to be U+20000, but Python reads U+2000 and a 0, so that all from U+2001 to U+2A6D counts as Chinese and Extension B does not.
 */
const chinese =
  /([\u3400-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\u2001-\u2a6d\ufa30-\ufa6a\ufa70-\ufad9\uff00-\uffef\u2e80-\u2fdf\u2ff0-\u303f\u31c0-\u31ef\u3100-\u312f\u31a0-\u31bf\ufe10-\ufe1f\ufe30-\ufe4f\u3200-\u33ff])/gu;

/** Each tokenizer gives a line whose words stand between spaces. */
const tokenizers: Readonly<Record<BLEUTokenizer, (line: string) => string>> = {
  '13a': v13a,
  char: (line) => [...line].join(' '),
  intl: international,
  none: (line) => line,
  zh: (line) => splitWestern(trim(line).replace(chinese, ' $1 ')),
};

export const tokenizerNames: readonly string[] = Object.keys(tokenizers);

/** The words of a line. */
export function tokenize(tokenizer: BLEUTokenizer, line: string): string[] {
  return wordsOf(tokenizers[tokenizer](line));
}
