import { styleText } from 'node:util';
import { shadeColor, type Tone } from '../../events/shade.ts';
import type { Output } from '../environment.ts';
import { isColoured } from '../report.ts';
import { widthOf } from '../table.ts';

const WIDEST = 120;

/** What a terminal can show. */
export interface Style {
  /** Characters in a line. */
  readonly columns: number;
  readonly color: boolean;
}

/** What a stream shows; where it is no terminal, no more than fits into most. */
export function styleOf(stream: Pick<Output, 'isTTY' | 'columns'>): Style {
  return { columns: Math.max(20, Math.min(widthOf(stream), WIDEST)), color: isColoured(stream) };
}

type Color = Parameters<typeof styleText>[0];

/** Text in a colour where there are colours. */
export function paint({ color }: Style, how: Color, text: string): string {
  return color ? styleText(how, text, { validateStream: false }) : text;
}

/** Text on a background between white, 0, and dark blue, 1; `tone` makes that green or red. */
export function shaded({ color }: Style, text: string, shade: number, tone?: Tone): string {
  if (!color) return text;
  const [r, g, b] = shadeColor(shade, tone);
  const ink = shade > 0.55 ? '38;2;255;255;255' : '38;2;0;0;0';
  return `\u001B[${ink};48;2;${r};${g};${b}m${text}\u001B[0m`;
}

/** Text cut to a width; what is cut off is told by an ellipsis. */
export function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width
    ? text
    : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
