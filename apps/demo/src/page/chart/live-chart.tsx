import { Scroll } from '../scroll.tsx';
import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { formatNumber } from '../../number-format.ts';
import { groupColour } from '../../drawings/colours.ts';
import { dark } from '../colours.ts';
import { words } from '../language/language.ts';
import type { At, Drawn, Look, Plot } from './plot.ts';
import './chart.css';

interface Given {
  readonly title: string;
  readonly look: Look;
  readonly lines: readonly Drawn[];
  /** Changes when there are more points. */
  readonly points: Signal<number>;
}

/** Rows that are enough to read a curve from. */
const ROWS = 40;

/** Curves that grow while one watches: with a cursor for the mouse and for the keyboard, and as a table. */
export function LiveChart({ title, look, lines, points }: Given) {
  const id = useId();
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const at = useSignal<At | null>(null);
  const hidden = useSignal<readonly string[]>([]);
  const table = useSignal(false);
  const labels = lines.map(({ label, faint }) => `${label}${faint}`).join('\n');
  const bounds = look.bounds.map(({ text }) => text).join('\n');
  const colours = dark.value;
  useEffect(() => {
    const place = element.current;
    if (place === null) return; // it went away before it was painted, as when the next run begins at once
    let shown = true;
    let stop = (): void => {};
    // Drawing loads with the first curve.
    void import('./plot.ts').then(({ createPlot }) => {
      if (!shown) return;
      const made = createPlot(place, lines, look, (to) => (at.value = to)); // it is shown with this
      for (const [i, { label }] of lines.entries()) {
        if (hidden.value.includes(label)) made.show(i, false);
      }
      plot.current = made;
      const watch = new ResizeObserver(([entry]) => made.resize(entry!.contentRect.width));
      watch.observe(place);
      stop = () => {
        watch.disconnect();
        made.close();
        plot.current = null;
      };
    });
    return () => {
      shown = false;
      stop();
    };
  }, [labels, bounds, look.log, look.x, look.y, colours]);
  const frame = useRef(0);
  useSignalEffect(() => {
    if (points.value < 0) return;
    // Points may come several times between two pictures.
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => plot.current?.update());
  });
  const move = (event: KeyboardEvent): void => {
    const now = at.peek();
    const count = now?.count ?? lines[0]?.curve().x.length ?? 0;
    const index = now?.index ?? count;
    const far = Math.max(1, Math.round(count / 20));
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: index - 1,
      ArrowDown: index - 1,
      ArrowRight: index + 1,
      ArrowUp: index + 1,
      PageDown: index - far,
      PageUp: index + far,
      Home: 0,
      End: count - 1,
    };
    const to = steps[event.key];
    if (to === undefined || count === 0) return;
    event.preventDefault();
    plot.current?.moveTo(Math.min(count - 1, Math.max(0, to)));
  };
  const toggle = (label: string, line: number): void => {
    const shown = hidden.value.includes(label);
    hidden.value = shown ? hidden.value.filter((one) => one !== label) : [...hidden.value, label];
    plot.current?.show(line, shown);
  };
  const here = at.value;
  const told =
    here === null
      ? words.value.chartHelp
      : `${look.x} ${formatNumber(here.x)}: ${lines.map(({ label }, i) => `${label} ${shown(here.y[i])}`).join(', ')}`;
  return (
    <figure class="chart" aria-labelledby={id}>
      <figcaption>
        <strong id={id}>{title}</strong>
        <ul class="legend">
          {lines.map(({ label, order, faint }, i) => (
            <li key={label}>
              <button
                type="button"
                aria-pressed={!hidden.value.includes(label)}
                class={faint ? 'faint' : ''}
                onClick={() => toggle(label, i)}
              >
                <i style={{ background: groupColour(order) }} />
                {label}
                {here !== null && <b>{shown(here.y[i])}</b>}
              </button>
            </li>
          ))}
        </ul>
      </figcaption>
      <div
        ref={element}
        class="plot"
        tabIndex={0}
        role="slider"
        aria-label={title}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, (here?.count ?? 1) - 1)}
        aria-valuenow={here?.index ?? 0}
        aria-valuetext={told}
        onKeyDown={move}
      />
      <details onToggle={({ currentTarget }) => (table.value = currentTarget.open)}>
        <summary>{words.value.asTable}</summary>
        {table.value && <PointTable look={look} lines={lines} points={points} />}
      </details>
    </figure>
  );
}

const shown = (value: number | null | undefined): string =>
  value == null ? '' : formatNumber(value);

/** Some points of each line, from the first to the last. */
function PointTable({ look, lines, points }: Pick<Given, 'look' | 'lines' | 'points'>) {
  if (points.value < 0) return null;
  return (
    <Scroll tall label={words.value.asTable}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.value.check}</th>
            <th scope="col">{look.x}</th>
            <th scope="col">{look.y}</th>
          </tr>
        </thead>
        <tbody>
          {lines.flatMap(({ label, curve }) => {
            const { x, y } = curve();
            const every = Math.max(1, Math.ceil(x.length / ROWS));
            const rows = [...x.keys()].filter((i) => i % every === 0 || i === x.length - 1);
            return rows.map((i) => (
              <tr key={`${label} ${i}`}>
                <th scope="row">{label}</th>
                <td class="n">{formatNumber(x[i]!)}</td>
                <td class="n">{formatNumber(y[i]!)}</td>
              </tr>
            ));
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
