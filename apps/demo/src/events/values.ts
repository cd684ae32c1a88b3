import type { Arrow, Figure, TableEvent } from './event.ts';

/** Signs for arrows, where they stand in a text. */
const ARROWS: Readonly<Record<Arrow, string>> = { up: '↑', down: '↓', left: '←', right: '→' };

/** What a figure shows as a table: for files, and for who reads instead of looking. A picture has too many pixels for one. */
export function valuesOf(
  figure: Exclude<Figure, { type: 'picture' }>,
): Pick<TableEvent, 'columns' | 'rows'> {
  switch (figure.type) {
    case 'table':
      return figure;
    case 'heatmap':
      return {
        columns: [[figure.y, figure.x].filter(Boolean).join(' / '), ...figure.columns],
        rows: figure.values.map((row, r) => [figure.rows[r]!, ...row]),
      };
    case 'scatter':
      return {
        columns: ['group', figure.x, figure.y, 'label'],
        rows: figure.groups.flatMap(({ name, x, y, labels }) =>
          Array.from(x, (at, i) => [name, at, y[i]!, labels?.[i] ?? '']),
        ),
      };
    case 'grid': {
      const { cells, rows } = figure;
      const wide = cells[0]?.length ?? 0;
      return {
        columns: ['', ...Array.from({ length: wide }, (_, c) => String(c + 1))],
        rows: cells.map((row, r) => [
          rows?.[r] ?? String(r + 1),
          ...row.map(({ text = '', arrows = [] }) =>
            [text, ...arrows.map((arrow) => ARROWS[arrow])].filter(Boolean).join(' '),
          ),
        ]),
      };
    }
    case 'tokens':
      return {
        columns: ['token', 'value'],
        rows: figure.tokens.map((token, i) => [token, figure.values[i]!]),
      };
    case 'tensor': {
      const { shape, values } = figure;
      const wide = shape.at(-1) ?? 1;
      return {
        columns: Array.from({ length: wide }, (_, c) => String(c)),
        rows: Array.from({ length: wide === 0 ? 0 : values.length / wide }, (_, r) =>
          Array.from({ length: wide }, (_, c) => values[r * wide + c]!),
        ),
      };
    }
  }
}
