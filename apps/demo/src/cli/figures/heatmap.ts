import type { HeatmapEvent } from '../../events/event.ts';
import { rangeOf, shadeOf } from '../../events/shade.ts';
import { formatNumber } from '../../number-format.ts';
import { cut, shaded, type Style } from './style.ts';

const BLOCKS = [' ', '░', '▒', '▓', '█'];
const LABEL = 14; // characters of a row's label at most

/** Rows of blocks, dark for great values; columns that do not fit are drawn together, as their mean. */
export function heatmapText(event: HeatmapEvent, style: Style): string {
  const { rows, columns, values } = event;
  const range = event.range ?? rangeOf(values.flat());
  const label = Math.min(LABEL, Math.max(0, ...rows.map((row) => [...row].length)));
  const room = style.columns - label - 1;
  const together = Math.max(1, Math.ceil(columns.length / room));
  const count = Math.ceil(columns.length / together);
  const widest = Math.max(1, ...columns.map((column) => [...column].length + 1));
  const width = Math.max(1, Math.min(widest, Math.floor(room / Math.max(1, count))));
  const lines = rows.map((row, r) => {
    const cells = Array.from({ length: count }, (_, c) => {
      const part = values[r]!.slice(c * together, (c + 1) * together);
      const shade = shadeOf(part.reduce((sum, v) => sum + v, 0) / part.length, range);
      const block = style.color ? ' ' : BLOCKS[Math.round(shade * (BLOCKS.length - 1))]!;
      return shaded(style, block.repeat(width), shade);
    });
    return `${cut(row, LABEL).padStart(label)} ${cells.join('')}`;
  });
  const names = columns.filter((_, c) => c % together === 0);
  if (together === 1 && width > 1 && names.some((name) => name !== '')) {
    const foot = names.map((name) => cut(name, width - 1).padEnd(width)).join('');
    lines.push(`${' '.repeat(label)} ${foot}`);
  }
  const axes = [event.y && `down: ${event.y}`, event.x && `across: ${event.x}`].filter(Boolean);
  const merged = together > 1 ? [`each column the mean of ${together}`] : [];
  const scale = `${formatNumber(range[0], 3)} light, ${formatNumber(range[1], 3)} dark`;
  return `${[...axes, ...merged, scale].join('; ')}\n${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
