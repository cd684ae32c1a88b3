import type { TensorEvent } from '../../events/event.ts';
import { formatNumber } from '../../number-format.ts';
import { cut, type Style } from './style.ts';

/** The numbers in rows, as a formula's letter stands for them. */
export function tensorText({ shape, values }: TensorEvent, style: Style): string {
  const wide = shape.at(-1) ?? 1;
  const texts = Array.from(values, (value) => formatNumber(value, 4));
  const width = Math.max(1, ...texts.map((text) => text.length));
  const lines: string[] = [];
  for (let start = 0; start < texts.length; start += wide) {
    const row = texts.slice(start, start + wide).map((text) => text.padStart(width));
    lines.push(cut(`  ${row.join('  ')}`, style.columns));
  }
  return `[${shape.join(',')}]\n${lines.join('\n')}\n`;
}
