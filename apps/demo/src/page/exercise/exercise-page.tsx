import { useEffect, useMemo } from 'preact/hooks';
import { rowOf, SECTIONS } from '../../course/rows.ts';
import type { CatalogEntry } from '../../exercise.ts';
import { Lesson } from '../code/lesson.tsx';
import { sectionOf } from '../contents/sections.ts';
import { loadRecordings } from '../contents/recordings.ts';
import { OwnData } from '../own-data/own-data.tsx';
import { language, said, told, toldIn, words } from '../language/language.ts';
import { linkTo, place, replaceLink } from '../link.ts';
import '../style/exercise.css';
import { Checks } from './checks.tsx';
import { Charts } from './charts.tsx';
import { Comparison } from './comparison.tsx';
import { Parameters, Setup } from './controls.tsx';
import { Metrics } from './metrics.tsx';
import { RunBar } from './run-bar.tsx';
import { Explanation } from './explanation.tsx';
import { Figures } from '../figures/figure-view.tsx';
import { Results } from './results.tsx';
import { Tries } from './tries.tsx';
import { Session } from './session.ts';
import { readSettings, settingsLink, type Settings } from './settings.ts';

/** An exercise: what to understand, and the bench where it runs. */
export function ExercisePage({ exercise }: { exercise: CatalogEntry }) {
  const session = useMemo(() => new Session(exercise), [exercise]);
  useEffect(loadRecordings, []);
  useEffect(() => () => session.close(), [session]);
  const { query } = place.value;
  const { settings, problems } = readSettings(exercise, query);
  const change = (to: Settings): void =>
    replaceLink(settingsLink(exercise, to, query.get('lang') ?? undefined));
  const run = session.run.value;
  return (
    <main class="exercise" id="content" tabIndex={-1}>
      <div class="intro">
        <Crumb exercise={exercise} />
        <h1>{said(exercise.title)}</h1>
        <p class="lead" lang={toldIn(exercise.summary)}>
          {told(exercise.summary)}
        </p>
      </div>
      <div class="bench">
        <div class="card">
          <RunBar session={session} settings={settings} />
          <Setup exercise={exercise} settings={settings} change={change} />
          <OwnData exercise={exercise} session={session} settings={settings} change={change} />
          <Comparison session={session} settings={settings} />
          {problems.map((problem) => (
            <p class="problem" role="alert" key={problem} lang={toldIn(problem)}>
              {told(problem)}
            </p>
          ))}
        </div>
        <Charts session={session} />
        <Parameters exercise={exercise} settings={settings} change={change} />
        {run !== null && (
          <Figures figures={run.report.figures.value} title={said(exercise.title)} />
        )}
        {run !== null && <Metrics report={run.report} />}
        <Checks exercise={exercise} report={run?.report} />
        <Tries session={session} />
        {run !== null && run.report.status.value === 'ended' && (
          <Results session={session} run={run} />
        )}
      </div>
      <div class="text">
        <Explanation session={session} />
        <About exercise={exercise} />
      </div>
      <Lesson exercise={exercise} session={session} settings={settings} />
    </main>
  );
}

/** The way to an exercise: the contents, and its section if it is of one. */
function Crumb({ exercise }: { exercise: CatalogEntry }) {
  const section = sectionOf(exercise);
  return (
    <nav class="crumb" aria-label={words.value.way}>
      <a href={linkTo('')}>{words.value.exercises}</a>
      {section !== null && (
        <>
          {' › '}
          <a href={linkTo('section', section)}>{said(SECTIONS[section])}</a>
        </>
      )}
    </nav>
  );
}

/** Where an exercise stands in the course, and what it is made with. */
function About({ exercise: { rows, packages } }: { exercise: CatalogEntry }) {
  const t = words.value;
  return (
    <dl class="about">
      {rows.length > 0 && (
        <>
          <dt>{t.rows}</dt>
          <dd>
            {rows
              .map((row) => said(rowOf(row).subject))
              .join(language.value === 'ja' ? '、' : ' · ')}
          </dd>
        </>
      )}
      <dt>{t.packages}</dt>
      <dd>
        {packages.map((name) => (
          <code key={name}>{name}</code>
        ))}
      </dd>
    </dl>
  );
}
