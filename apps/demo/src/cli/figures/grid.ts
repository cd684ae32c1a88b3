import type { Arrow, GridCell, GridEvent } from '../../events/event.ts';
import { cut, shaded, type Style } from './style.ts';

const ARROWS: Readonly<Record<Arrow, string>> = { up: '↑', down: '↓', left: '←', right: '→' };
const BLOCKS = ['·', '░', '▒', '▓', '█'];

/** Cells of one width in rows, with what each has: text, arrows, or else its shade. */
export function gridText({ cells, rows }: GridEvent, style: Style): string {
  const texts = cells.map((row) => row.map(contentOf));
  const label = rows === undefined ? 0 : Math.max(...rows.map((row) => [...row].length)) + 1;
  const columns = Math.max(1, cells[0]?.length ?? 1);
  const widest = Math.max(1, ...texts.flat().map((text) => [...text].length));
  const width = Math.max(1, Math.min(widest, Math.floor((style.columns - label) / columns) - 1));
  const lines = cells.map((row, r) => {
    const drawn = row.map((cell, c) => {
      const text = cut(texts[r]![c]!, width);
      const left = Math.floor((width - [...text].length) / 2);
      const padded = `${' '.repeat(left)}${text}`.padEnd(width);
      return cell.shade === undefined && cell.tone === undefined
        ? padded
        : shaded(style, padded, cell.shade ?? 0.3, cell.tone);
    });
    return `${(rows?.[r] ?? '').padEnd(label)}${drawn.join(' ')}`.trimEnd();
  });
  return `${lines.join('\n')}\n`;
}

function contentOf({ text, arrows, shade }: GridCell): string {
  const parts = [text ?? '', (arrows ?? []).map((arrow) => ARROWS[arrow]).join('')];
  const content = parts.filter((part) => part !== '').join(' ');
  if (content !== '' || shade === undefined) return content;
  return BLOCKS[Math.round(Math.min(1, Math.max(0, shade)) * (BLOCKS.length - 1))]!;
}
