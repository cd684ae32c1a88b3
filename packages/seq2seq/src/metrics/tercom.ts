import { splitPeriods, splitPunctuation, unescapeXml } from './tokenizers.ts';

/** How TER reads a line. */
export interface TercomOptions {
  readonly normalized: boolean;
  readonly noPunct: boolean;
  readonly asianSupport: boolean;
  readonly caseSensitive: boolean;
}

// Kana stay as they are: the rules that sacrebleu has for them match at the beginning of a line only, where it has put a space.
const asian = [
  /([\u4e00-\u9fff\u3400-\u4dbf])/gu,
  /([\u31c0-\u31ef\u2e80-\u2eff])/gu,
  /([\u3300-\u33ff\uf900-\ufaff\ufe30-\ufe4f])/gu,
  /([\u3200-\u3f22])/gu,
];
const asianPunctuation = [
  /([\u3001\u3002\u3008-\u3011\u3014-\u301f\uff61-\uff65\u30fb])/gu,
  /([\uff0e\uff0c\uff1f\uff1a\uff1b\uff01\uff02\uff08\uff09])/gu,
];

/** A line whose words stand between spaces, the way of Tercom as sacrebleu has it. */
export function tercom(line: string, options: TercomOptions): string {
  let text = options.caseSensitive ? line : line.toLowerCase();
  if (text === '') return text;
  if (options.normalized) {
    text = unescapeXml(text.replaceAll('\n-', '').replaceAll('\n', ' '));
    text = splitPeriods(splitPunctuation(` ${text} `).replaceAll("'s ", " 's "));
    if (options.asianSupport) {
      for (const kind of [...asian, ...asianPunctuation]) text = text.replace(kind, ' $1 ');
    }
  }
  if (options.noPunct) {
    text = text.replace(/[.,?:;!"()]/gu, '');
    if (options.asianSupport) for (const kind of asianPunctuation) text = text.replace(kind, '');
  }
  return text;
}
