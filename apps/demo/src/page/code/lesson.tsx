import { lessons } from 'virtual:lessons';
import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { ExerciseData } from '../../exercise.ts';
import type { Excerpt } from '../build/lessons.ts';
import type { Session } from '../exercise/session.ts';
import type { Settings } from '../exercise/settings.ts';
import { language } from '../language/language.ts';
import type { LessonEditor } from './lesson-editor.tsx';
import type { LessonSource } from './link-exercise.ts';
import { codeWords } from './words.ts';
import './code.css';

interface Given {
  readonly exercise: ExerciseData;
  readonly session: Session;
  readonly settings: Settings;
}

interface Loaded {
  readonly source: LessonSource;
  readonly excerpts: readonly Excerpt[];
}

/** The code of an exercise: the lesson to read, and the whole of it to change and run. */
export function Lesson({ exercise, session, settings }: Given) {
  const t = codeWords.value;
  const loaded = useSignal<Loaded | null>(null);
  const Editor = useSignal<typeof LessonEditor | null>(null);
  useEffect(() => {
    void lessons
      .get(exercise.id)?.()
      .then((lesson) => (loaded.value = lesson));
  }, [exercise.id]);
  if (loaded.value === null) return null;
  const { source, excerpts } = loaded.value;
  const edit = async (): Promise<void> => {
    Editor.value = (await import('./lesson-editor.tsx')).LessonEditor;
  };
  const Open = Editor.value;
  return (
    <section class="lesson" aria-labelledby="code">
      <h2 id="code">{t.code}</h2>
      {Open === null ? (
        <>
          {excerpts.map((excerpt) => (
            <Code key={excerpt.file} excerpt={excerpt} named={excerpts.length > 1} />
          ))}
          <button type="button" onClick={() => void edit()}>
            {t.edit}
          </button>
        </>
      ) : (
        <Open
          source={source}
          first={excerpts[0]!} // there is one of every exercise
          session={session}
          settings={settings}
          close={() => (Editor.value = null)}
        />
      )}
    </section>
  );
}

function Code({ excerpt, named }: { excerpt: Excerpt; named: boolean }) {
  const { file, lines } = excerpt;
  const docs = language.value === 'ja' ? 'docs/ja/' : 'docs/';
  return (
    <figure class="code">
      {named && <figcaption>{file}</figcaption>}
      <pre tabIndex={0} aria-label={file}>
        {lines.map((line, i) => (
          <code key={i}>
            {line.map(([kind, text, address], j) =>
              address !== undefined ? (
                <a key={j} class={kind} href={`${docs}${address}`} target="_blank">
                  {text}
                </a>
              ) : kind === '' ? (
                text
              ) : (
                <i key={j} class={kind}>
                  {text}
                </i>
              ),
            )}
            {'\n'}
          </code>
        ))}
      </pre>
    </figure>
  );
}
