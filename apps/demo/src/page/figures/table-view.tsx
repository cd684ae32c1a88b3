import type { Cell, TableEvent } from '../../events/event.ts';
import { Scroll } from '../scroll.tsx';
import { formatNumber } from '../../number-format.ts';
import { words } from '../language/language.ts';

/** Rows that are shown; a file has all of them. */
const ROWS = 200;
const COLUMNS = 60;

function shown(cell: Cell): string {
  if (typeof cell === 'number') return formatNumber(cell);
  if (typeof cell === 'string') return cell;
  return cell ? words.value.yes : words.value.no;
}

/** Rows under named columns; the first names its row. */
export function TableView({
  columns,
  rows,
  label,
}: Pick<TableEvent, 'columns' | 'rows'> & { label: string }) {
  const first = columns.slice(0, COLUMNS);
  return (
    <Scroll tall label={label}>
      <table>
        <thead>
          <tr>
            {first.map((column, c) =>
              // A heading that says nothing is none.
              column === '' ? (
                <td key={c} />
              ) : (
                <th scope="col" key={c}>
                  {column}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, ROWS).map((row, r) => (
            <tr key={r}>
              {row.slice(0, COLUMNS).map((cell, c) =>
                c === 0 && typeof cell === 'string' ? (
                  <th scope="row" key={c}>
                    {cell}
                  </th>
                ) : (
                  <td key={c} class={typeof cell === 'string' ? '' : 'n'}>
                    {shown(cell)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > ROWS && <p class="soft">{words.value.moreRows(rows.length - ROWS)}</p>}
    </Scroll>
  );
}
