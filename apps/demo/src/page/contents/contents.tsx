import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { SECTIONS } from '../../course/rows.ts';
import { catalog } from '../../exercises/data.gen.ts';
import type { CatalogEntry } from '../../exercise.ts';
import { said, told, toldIn, words } from '../language/language.ts';
import { linkTo } from '../link.ts';
import { loadRecordings, recordings } from './recordings.ts';
import { ThumbnailView } from './thumbnail.tsx';
import { matches, sectionsOf } from './sections.ts';

const sections = sectionsOf(catalog);

/** The width of a card and the space beside it: sections of few cards share a row. */
const CARD = 238;

function Card({ exercise }: { exercise: CatalogEntry }) {
  const recorded = recordings.value[exercise.id];
  return (
    <li>
      <a class="card-link" href={linkTo('exercise', exercise.id)}>
        <ThumbnailView thumbnail={recorded?.thumbnail} />
        <div class="text">
          {recorded !== undefined && (
            <span class="time">{words.value.about(recorded.seconds)}</span>
          )}
          <strong>{said(exercise.title)}</strong>
          <small lang={toldIn(exercise.summary)}>{told(exercise.summary)}</small>
        </div>
      </a>
    </li>
  );
}

export function Contents() {
  useEffect(loadRecordings, []);
  const search = useSignal('');
  const { heading, lead, startFirst, search: label, found, nothingFound } = words.value;
  const shown = sections
    .map((one) => ({
      ...one,
      exercises: one.exercises.filter((each) => matches(each, search.value, told(each.summary))),
    }))
    .filter(({ exercises }) => exercises.length > 0);
  const count = shown.reduce((sum, { exercises }) => sum + exercises.length, 0);
  return (
    <main class="wide" id="content" tabIndex={-1}>
      <div class="hero">
        <h1>{heading}</h1>
        <p class="lead">{lead(catalog.length)}</p>
        <div class="bar">
          <a class="button go" href={linkTo('exercise', catalog[0]!.id)}>
            {startFirst}
          </a>
          <label class="search">
            <span class="hidden">{label}</span>
            <input
              type="search"
              placeholder={label}
              value={search.value}
              onInput={({ currentTarget }) => (search.value = currentTarget.value.trim())}
            />
          </label>
          <span class="soft" role="status">
            {search.value !== '' && found(count)}
          </span>
        </div>
      </div>
      <div class="sections">
        {shown.map(({ name, title, exercises }) => (
          <section
            key={name}
            aria-labelledby={`section-${name}`}
            style={{ flexBasis: `${exercises.length * CARD}px`, flexGrow: exercises.length }}
          >
            <h2 id={`section-${name}`}>
              {Object.hasOwn(SECTIONS, name) ? (
                <a href={linkTo('section', name)}>{said(title)}</a>
              ) : (
                said(title)
              )}
            </h2>
            <ul class="cards">
              {exercises.map((exercise) => (
                <Card key={exercise.id} exercise={exercise} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {count === 0 && <p class="lead">{nothingFound}</p>}
    </main>
  );
}
