import { useEffect, useState } from 'preact/hooks';
import { rowOf, SECTIONS, type Section } from '../../course/rows.ts';
import type { CatalogEntry } from '../../exercise.ts';
import { catalog } from '../../exercises/data.gen.ts';
import { loadRecordings, recordings } from '../contents/recordings.ts';
import { sectionOf } from '../contents/sections.ts';
import { ThumbnailView } from '../contents/thumbnail.tsx';
import { explanationOf } from '../exercise/explanations.ts';
import { language, said, told, toldIn, words } from '../language/language.ts';
import { linkTo } from '../link.ts';
import '../style/exercise.css';
import { type Formula, formulasOf } from './formulas.ts';
import './section.css';

const names = Object.keys(SECTIONS) as Section[]; // its keys are these

/** A section of the course: its formulas and questions, each with the exercise where it runs. */
export function SectionPage({ section }: { section: Section }) {
  useEffect(loadRecordings, []);
  const t = words.value;
  const exercises = catalog
    .map((exercise) => ({ exercise, rows: exercise.rows.filter((row) => isOf(row, section)) }))
    .filter(({ rows }) => rows.length > 0)
    // Those of this section first, then those that go through more than it.
    .toSorted(
      (a, b) =>
        Number(sectionOf(b.exercise) === section) - Number(sectionOf(a.exercise) === section),
    );
  const count = new Set(exercises.flatMap(({ rows }) => rows)).size;
  const at = names.indexOf(section);
  return (
    <main class="section" id="content" tabIndex={-1}>
      <nav class="crumb" aria-label={t.way}>
        <a href={linkTo('')}>{t.exercises}</a>
      </nav>
      <h1>{said(SECTIONS[section])}</h1>
      <p class="lead">{t.sectionLead(count, exercises.length)}</p>
      {exercises.map(({ exercise, rows }) => (
        <Part key={exercise.id} exercise={exercise} rows={rows} />
      ))}
      <nav class="bar" aria-label={t.otherSections}>
        {at > 0 && <Neighbour section={names[at - 1]!} sign="←" />}
        {at < names.length - 1 && <Neighbour section={names[at + 1]!} sign="→" />}
      </nav>
    </main>
  );
}

const isOf = (row: number, section: Section): boolean => rowOf(row).section === section;

function Neighbour({ section, sign }: { section: Section; sign: '←' | '→' }) {
  const name = said(SECTIONS[section]);
  return (
    <a class={`button ${sign === '→' ? 'end' : ''}`} href={linkTo('section', section)}>
      {sign === '←' ? `← ${name}` : `${name} →`}
    </a>
  );
}

/** An exercise as far as it belongs to a section: the formulas of its rows, and what else it answers. */
function Part({ exercise, rows }: { exercise: CatalogEntry; rows: readonly number[] }) {
  const [formulas, setFormulas] = useState<readonly Formula[]>([]);
  const load = explanationOf(exercise.id, language.value);
  useEffect(() => {
    let shown = true;
    void load?.().then((explanation) => shown && setFormulas(formulasOf(explanation)));
    return () => {
      shown = false;
    };
  }, [load]);
  const here = formulas
    .map(({ html, rows: all }) => ({ html, rows: all.filter((row) => rows.includes(row)) }))
    .filter((one) => one.rows.length > 0);
  const rest = rows.filter((row) => !here.some((one) => one.rows.includes(row)));
  const link = linkTo('exercise', exercise.id);
  const id = `part-${exercise.id}`;
  return (
    <section class="part" aria-labelledby={id}>
      <div>
        <a class="picture-link" href={link} aria-hidden="true" tabIndex={-1}>
          <ThumbnailView thumbnail={recordings.value[exercise.id]?.thumbnail} />
        </a>
        <h2 id={id}>
          <a href={link}>{said(exercise.title)}</a>
        </h2>
        <p class="soft" lang={toldIn(exercise.summary)}>
          {told(exercise.summary)}
        </p>
      </div>
      <div>
        {here.map(({ html, rows: own }, i) => (
          <div key={i} class="with-subjects">
            {/* The build has made it of the repository's own texts. */}
            {/* oxlint-disable-next-line react/no-danger */}
            <div
              class="formula"
              tabIndex={0}
              role="group"
              dangerouslySetInnerHTML={{ __html: html }}
            />
            <Subjects rows={own} />
          </div>
        ))}
        {rest.length > 0 && <Subjects rows={rest} />}
      </div>
    </section>
  );
}

function Subjects({ rows }: { rows: readonly number[] }) {
  return (
    <ul class="subjects">
      {rows.map((row) => (
        <li key={row}>{said(rowOf(row).subject)}</li>
      ))}
    </ul>
  );
}
