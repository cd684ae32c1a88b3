import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Excerpt } from '../build/lessons.ts';
import type { Session } from '../exercise/session.ts';
import type { Settings } from '../exercise/settings.ts';
import { CodeEditor } from './code-editor.tsx';
import { editedThread, type WrongInFile } from './edited-thread.ts';
import { FileError, type LessonSource } from './link-exercise.ts';
import { Output } from './output.tsx';
import type { Place } from './program-error.ts';
import type { Said } from './told.ts';
import { codeWords } from './words.ts';

interface Given {
  readonly source: LessonSource;
  /** What is shown first. */
  readonly first: Excerpt;
  readonly session: Session;
  readonly settings: Settings;
  readonly close: () => void;
}

const NONE: ReadonlyMap<number, string> = new Map();

/** The files of an exercise to be changed, and a run of what they are then. */
export function LessonEditor({ source, first, session, settings, close }: Given) {
  const t = codeWords.value;
  const files = useSignal(source.files);
  const file = useSignal(first.file);
  const said = useSignal<readonly Said[]>([]);
  const wrong = useSignal<readonly WrongInFile[]>([]);
  const goTo = useRef<((place: Place) => void) | null>(null);
  useEffect(() => {
    goTo.current?.({ line: first.first, column: 1 });
    return () => session.use(null);
  }, []);
  const run = (): void => {
    said.value = wrong.value = [];
    try {
      const make = editedThread(
        { ...source, files: files.peek() },
        {
          said: (more) => (said.value = [...said.value, ...more]),
          wrong: (one) => (wrong.value = [...wrong.value, one]),
        },
      );
      session.use(make);
      void session.start(settings);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      wrong.value = [{ message: error.message, at: { file: error.file, place: error.place } }];
      file.value = error.file;
    }
  };
  const here = useMemo(
    () =>
      wrong.value.map(({ message, at }) => ({
        message: at === null || at.file === file.value ? message : `${at.file}: ${message}`,
        place: at?.file === file.value ? at.place : null,
      })),
    [wrong.value, file.value],
  );
  return (
    <>
      <p class="soft">{t.editedHelp}</p>
      <div class="bar">
        <button type="button" class="go" onClick={run}>
          {t.runEdited}
        </button>
        <button type="button" onClick={close}>
          {t.original}
        </button>
        {Object.keys(files.value).length > 1 && (
          <select
            aria-label={t.file}
            value={file.value}
            onChange={({ currentTarget }) => (file.value = currentTarget.value)}
          >
            {Object.keys(files.value).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </div>
      <CodeEditor
        key={file.value}
        source={files.value[file.value]!} // it is one of them
        version={0}
        label={file.value}
        wrong={here}
        values={NONE}
        onChange={(to) => (files.value = { ...files.value, [file.value]: to })}
        onRun={run}
        goTo={goTo}
      />
      <p class="soft help">{t.editorHelp}</p>
      {(said.value.length > 0 || wrong.value.length > 0) && (
        <Output said={said.value} wrong={here} goTo={(place) => goTo.current?.(place)} />
      )}
    </>
  );
}
