import type { Cell, Figure, TableEvent } from '../../events/event.ts';
import { told } from '../language/language.ts';

const toldAll = (names: readonly string[]): string[] => names.map(told);
const toldCell = (cell: Cell): Cell => (typeof cell === 'string' ? told(cell) : cell);

export function toldTable(table: TableEvent): TableEvent {
  const rows = table.rows.map((row) => row.map(toldCell));
  return { ...table, name: told(table.name), columns: toldAll(table.columns), rows };
}

/** A figure with its names in the language that is read; words of its data stay as they are. */
export function toldFigure(figure: Figure): Figure {
  const name = told(figure.name);
  switch (figure.type) {
    case 'table':
      return toldTable(figure);
    case 'heatmap': {
      const { rows, columns, x, y } = figure;
      const axes = { ...(x === undefined ? {} : { x: told(x) }), ...(y === undefined ? {} : { y: told(y) }) };
      return { ...figure, name, ...axes, rows: toldAll(rows), columns: toldAll(columns) };
    }
    case 'scatter': {
      const { x, y, groups } = figure;
      return { ...figure, name, x: told(x), y: told(y), groups: groups.map((one) => ({ ...one, name: told(one.name) })) };
    }
    case 'grid':
      return { ...figure, name, ...(figure.rows === undefined ? {} : { rows: toldAll(figure.rows) }) };
    default:
      return { ...figure, name };
  }
} // prettier-ignore
