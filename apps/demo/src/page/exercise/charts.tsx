import { useSignal } from '@preact/signals';
import type { Chart } from '../../exercise.ts';
import { LiveChart } from '../chart/live-chart.tsx';
import type { Drawn } from '../chart/plot.ts';
import { words } from '../language/language.ts';
import type { Run, Session } from './session.ts';

/** The lines that a run draws into a chart. */
function linesOf(run: Run, name: string, chart: Chart, title: string, faint: boolean): Drawn[] {
  const lines = run.report.charts.get(name) ?? [];
  return lines.map((line, order) => ({
    label: [title, line.name].filter(Boolean).join(' · '),
    order,
    dots: chart.dots?.includes(line.name) === true,
    faint,
    curve: () => line,
  }));
}

function OneChart({ session, name, chart }: { session: Session; name: string; chart: Chart }) {
  const t = words.value;
  const run = session.run.value;
  const log = useSignal(chart.scale === 'log');
  if (run === null) return null;
  if (run.report.points.value === 0) return null;
  const others = session.kept.value.filter((one) => one !== run);
  const compared = others.length > 0;
  const lines = [
    ...linesOf(run, name, chart, compared ? t.runName(run.number) : '', false),
    ...others.flatMap((one) => linesOf(one, name, chart, t.runName(one.number), true)),
  ];
  if (lines.length === 0) return null;
  const look = { x: chart.x, y: chart.y, log: log.value, bounds: [] };
  return (
    <div class="card">
      <LiveChart title={chart.y} look={look} lines={lines} points={run.report.points} />
      <label class="soft log">
        <input
          type="checkbox"
          checked={log.value}
          onChange={({ currentTarget }) => (log.value = currentTarget.checked)}
        />{' '}
        {t.logScale}
      </label>
    </div>
  );
}

/** The charts that an exercise declares, as soon as a run draws into them. */
export function Charts({ session }: { session: Session }) {
  return (
    <>
      {Object.entries(session.exercise.charts).map(([name, chart]) => (
        <OneChart key={name} session={session} name={name} chart={chart} />
      ))}
    </>
  );
}
