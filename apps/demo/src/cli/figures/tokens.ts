import type { TokensEvent } from '../../events/event.ts';
import { rangeOf, shadeOf } from '../../events/shade.ts';
import { formatNumber } from '../../number-format.ts';
import { shaded, type Style } from './style.ts';

/** The text, darker where the number is greater; without colours the number stands behind each token. */
export function tokensText({ tokens, values, range }: TokensEvent, style: Style): string {
  const scale = range ?? ([0, rangeOf(values)[1]] as const);
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const [i, token] of tokens.entries()) {
    const text = style.color ? token : `${token}(${formatNumber(values[i]!, 2)})`;
    const width = [...text].length + 1;
    if (used + width > style.columns && used > 0) {
      lines.push(line.trimEnd());
      line = '';
      used = 0;
    }
    line += `${shaded(style, text, shadeOf(values[i]!, scale))} `;
    used += width;
  }
  return `${[...lines, line.trimEnd()].join('\n')}\n`;
}
