import { useSignal } from '@preact/signals';
import { chartDrawing } from '../../drawings/chart.ts';
import { fileName } from '../../output/file-name.ts';
import { save, savePng, saveSvg } from '../figures/files.ts';
import { said, told, toldIn, words } from '../language/language.ts';
import { ownWords } from '../own-data/words.ts';
import type { Run, Session } from './session.ts';
import { settingsLink } from './settings.ts';

/** The files of a chart. */
function ChartFiles({ run, name }: { run: Run; name: string }) {
  const chart = run.exercise.charts[name]!; // the session makes a place for each of these
  const lines = run.report.charts.get(name) ?? [];
  if (lines.length === 0) return null;
  const title = `${said(run.exercise.title)}: ${name}`;
  const csv = async (): Promise<void> => {
    const { seriesCsv } = await import('../../output/csv.ts');
    const { id } = run.exercise;
    const data = run.settings.own ? ['own-data'] : [];
    const file = fileName('csv', id, run.settings.variant, ...data, name);
    save(file, seriesCsv(lines, chart.x), 'text/csv');
  };
  return (
    <span class="files">
      <span lang={toldIn(chart.y)}>{told(chart.y)}</span>
      <button type="button" onClick={csv}>
        CSV
      </button>
      <button type="button" onClick={() => saveSvg(title, chartDrawing(chart, lines))}>
        SVG
      </button>
      <button type="button" onClick={() => savePng(title, chartDrawing(chart, lines))}>
        PNG
      </button>
    </span>
  );
}

/** What can be taken along of a run: files, and the link that runs it again. */
export function Results({ session, run }: { session: Session; run: Run }) {
  const t = words.value;
  const told = useSignal('');
  const { exercise, settings, report } = run;
  const named = (extension: string, what: string): string =>
    fileName(extension, exercise.id, settings.variant, ...(settings.own ? ['own-data'] : []), what);
  const json = async (): Promise<void> => {
    const { jsonResult } = await import('../../cli/json.ts');
    const { variant, preset, seed } = settings;
    const seconds = report.seconds.value ?? 0;
    const result = jsonResult({
      exercise, variant, preset, seed, parameters: run.values, seconds, series: [],
      ...(settings.own ? { given: true as const } : {}),
      metrics: { ...report.metrics.value }, figures: [...report.figures.value], checks: report.checks.value,
    }); // prettier-ignore
    save(named('json', 'result'), `${JSON.stringify(result, null, 2)}\n`, 'application/json');
  };
  const weights = async (): Promise<void> => {
    const file = await session.weights();
    if (file === null) told.value = t.noWeights;
    else save(named('safetensors', 'weights'), file, 'application/octet-stream');
  };
  const copy = async (): Promise<void> => {
    const link = new URL(settingsLink(exercise, settings), location.href).href;
    try {
      await navigator.clipboard.writeText(link);
      told.value = settings.own ? ownWords.value.linkWithout : t.copied;
    } catch {
      told.value = link; // where the clipboard is closed, it can be copied by hand
    }
  };
  return (
    <section class="card" aria-labelledby="results">
      <h2 id="results">{t.downloads}</h2>
      <p class="bar small">
        {Object.keys(exercise.charts).map((name) => (
          <ChartFiles key={name} run={run} name={name} />
        ))}
        <button type="button" onClick={json}>
          JSON
        </button>
        {report.trained.value && (
          <button type="button" onClick={weights}>
            {t.weights}
          </button>
        )}
        <button type="button" onClick={copy}>
          {t.link}
        </button>
        <span class="soft" role="status">
          {told.value}
        </span>
      </p>
    </section>
  );
}
