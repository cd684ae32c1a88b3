import { useEffect } from 'preact/hooks';
import { SECTIONS, type Section } from '../course/rows.ts';
import { catalog } from '../exercises/data.gen.ts';
import { Contents } from './contents/contents.tsx';
import { Header } from './header.tsx';
import { language, said, words } from './language/language.ts';
import { Later } from './later.tsx';
import { linkTo, place } from './link.ts';

const isSection = (name: string): name is Section => Object.hasOwn(SECTIONS, name);

/** What is under the header: the contents at once, anything else when it has loaded. */
function Content() {
  const { page, name } = place.value;
  if (page === '') return <Contents />;
  if (page === 'exercise') {
    const exercise = catalog.find(({ id }) => id === name);
    if (exercise !== undefined) {
      const load = async () => (await import('./exercise/exercise-page.tsx')).ExercisePage;
      return <Later key={name} load={load} given={{ exercise }} />;
    }
  }
  if (page === 'section' && isSection(name)) {
    const load = async () => (await import('./section/section-page.tsx')).SectionPage;
    return <Later key="section" load={load} given={{ section: name }} />;
  }
  if (page === 'playground') {
    const load = async () => (await import('./code/playground.tsx')).Playground;
    return <Later key="playground" load={load} given={{}} />;
  }
  return (
    <main class="wide" id="content" tabIndex={-1}>
      <h1>{words.value.notFound}</h1>
      <p>
        <a href={linkTo('')}>{words.value.backToContents}</a>
      </p>
    </main>
  );
}

/** What the tab is called. */
function titleOf({ page, name } = place.value): string {
  if (page === 'playground') return `${words.value.playground} · Kasane`;
  if (page === 'section' && isSection(name)) return `${said(SECTIONS[name])} · Kasane`;
  const exercise = page === 'exercise' ? catalog.find(({ id }) => id === name) : undefined;
  return exercise === undefined ? words.value.title : `${said(exercise.title)} · Kasane`;
}

export function App() {
  const title = titleOf();
  const at = `${place.value.page}/${place.value.name}`;
  useEffect(() => {
    document.title = title;
    document.documentElement.lang = language.value;
  });
  useEffect(() => scrollTo(0, 0), [at]);
  return (
    <>
      <a class="skip" href="#content" onClick={skip}>
        {words.value.skip}
      </a>
      <Header />
      <Content />
    </>
  );
}

// The link of the page is what stands behind `#`, so that this one must not be followed.
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
