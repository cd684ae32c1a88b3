import { useSignal } from '@preact/signals';
import type { Chart } from '../../exercise.ts';
import { LiveChart } from '../chart/live-chart.tsx';
import type { Bound, Drawn } from '../chart/plot.ts';
import { recordings } from '../contents/recordings.ts';
import { told, toldIn, words } from '../language/language.ts';
import type { Run, Session } from './session.ts';

/** The lines that a run draws into a chart. */
function linesOf(
  run: Run,
  { name, chart, title, place }: { name: string; chart: Chart; title: string; place: number },
): Drawn[] {
  const lines = run.report.charts.get(name) ?? [];
  return lines.map((line, order) => ({
    label: [title, told(line.name)].filter(Boolean).join(' · '),
    order: order + place * lines.length,
    dots: chart.dots?.includes(line.name) === true,
    faint: place > 0,
    curve: () => line,
    family: JSON.stringify([line.name, { ...run.settings, seed: 0 }]),
  }));
}

interface Place {
  readonly session: Session;
  readonly name: string;
  readonly chart: Chart;
  /** Whether its place is kept while nothing is drawn, so that what is below stays where it is when a run begins. */
  readonly first: boolean;
}

function OneChart({ session, name, chart, first }: Place) {
  const t = words.value;
  const run = session.run.value;
  const log = useSignal(chart.scale === 'log');
  const none = first ? <Nothing chart={chart} /> : null;
  if (run === null || run.report.points.value === 0) return none;
  const runs = [run, ...session.kept.value.filter((one) => one !== run)];
  const lines = runs.flatMap((one, place) =>
    linesOf(one, { name, chart, title: runs.length > 1 ? titleOf(one, runs) : '', place }),
  );
  if (lines.length === 0) return none;
  const look = { x: told(chart.x), y: told(chart.y), log: log.value, bounds: boundsOf(run, name) };
  return (
    <div class="card">
      <LiveChart title={told(chart.y)} look={look} lines={lines} points={run.report.points} />
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

/** The place of a curve to come. */
function Nothing({ chart }: { chart: Chart }) {
  return (
    <div class="card nothing">
      <strong lang={toldIn(chart.y)}>{told(chart.y)}</strong>
      <p class="soft">{words.value.chartEmpty}</p>
    </div>
  );
}

/** What a run is called beside others: its seed where nothing else tells them apart. */
function titleOf({ number, settings }: Run, runs: readonly Run[]): string {
  const { seed, runName } = words.value;
  const kinds = new Set(runs.map((one) => JSON.stringify({ ...one.settings, seed: 0 })));
  return kinds.size === 1 ? `${seed} ${settings.seed}` : runName(number);
}

/** More expectations than this hide the curves; the table has them all. */
const MOST = 4;

/** What is expected of a number on this chart's axis: of this run, or while it goes on of a recorded one like it. */
function boundsOf({ exercise, settings, report }: Run, name: string): Bound[] {
  const { variant, preset, given, own } = settings;
  const like =
    !own && variant === 'default' && preset === 'quick' && Object.keys(given).length === 0;
  const recorded = like ? (recordings.value[exercise.id]?.checks ?? []) : [];
  const checks = report.checks.value.length > 0 ? report.checks.value : recorded;
  const here = checks.filter(({ chart, applies }) => chart === name && applies !== false);
  return (here.length > MOST ? [] : here).flatMap(({ expected, bounds = [] }) =>
    bounds.map((at, i) => ({
      at,
      text: i === bounds.length - 1 ? `${words.value.expected} ${told(String(expected))}` : '',
    })),
  );
}

/** The charts that an exercise declares, as soon as a run draws into them. */
export function Charts({ session }: { session: Session }) {
  const charts = Object.entries(session.exercise.charts);
  if (charts.length === 0) return null;
  return (
    <div class="charts">
      {charts.map(([name, chart], i) => (
        <OneChart key={name} session={session} name={name} chart={chart} first={i === 0} />
      ))}
    </div>
  );
}
