import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { kinds } from '../../data/kinds.ts';
import type { ExerciseData, Original } from '../../exercise.ts';
import type { Session } from '../exercise/session.ts';
import type { Settings } from '../exercise/settings.ts';
import { Open } from './open.tsx';
import { Plane } from './plane.tsx';
import { ownWords } from './words.ts';

/** Characters of a file that are shown to be changed. */
const SHOWN = 200_000;

interface Given {
  readonly exercise: ExerciseData;
  readonly session: Session;
  readonly settings: Settings;
  readonly change: (to: Settings) => void;
}

/** What an exercise learns from: its own data, or what somebody draws, types or chooses. */
export function OwnData({ exercise, session, settings, change }: Given) {
  const { data } = exercise;
  if (data === undefined) return null;
  const t = ownWords.value;
  const choose = (own: boolean): void => {
    const given = Object.entries(settings.given).filter(
      ([name]) => !own || exercise.parameters[name]?.ofDefaultData !== true,
    );
    change({ ...settings, own, given: Object.fromEntries(given) });
  };
  const options = [
    [false, t.declared],
    [true, kinds[data].takes === 'folder' ? t.own.folder : t.own[data as keyof typeof t.labels]], // those that take a file
  ] as const;
  return (
    <div class="own-data">
      <fieldset class="chips">
        <legend>{t.data}</legend>
        {options.map(([own, title]) => (
          <label class="chip" key={title}>
            <input
              type="radio"
              name="data"
              checked={settings.own === own}
              onChange={() => choose(own)}
            />
            {title}
          </label>
        ))}
      </fieldset>
      {settings.own && (
        <>
          {kinds[data].takes === 'folder' ? (
            <Folder kind={data} session={session} />
          ) : (
            <OneFile exercise={exercise} kind={data as keyof typeof t.labels} session={session} /> // as above
          )}
          {session.data.value === null && (
            <p class="soft" role="status">
              {t.missing}
            </p>
          )}
          <p class="soft">{t.private}</p>
        </>
      )}
    </div>
  );
}

/** A table or a text: drawn, typed or from a file, and text in any case. */
function OneFile({
  exercise,
  kind,
  session,
}: {
  exercise: ExerciseData;
  kind: 'points' | 'flowers' | 'text';
  session: Session;
}) {
  const t = ownWords.value;
  const text = useSignal('');
  const isLarge = useSignal(false);
  const extension = kind === 'text' ? 'txt' : 'csv';
  const set = (to: string, name = `own.${extension}`): void => {
    text.value = to;
    isLarge.value = false;
    session.data.value = to.trim() === '' ? null : [new File([to], name)];
  };
  // What was there when another page was looked at is still the session's.
  useEffect(() => {
    const [file] = session.data.peek() ?? [];
    if (file !== undefined && file.size <= SHOWN)
      void file.text().then((was) => (text.value = was));
  }, []);
  const take = async ([file]: readonly File[]): Promise<void> => {
    if (file === undefined) return;
    if (file.size <= SHOWN) return set(await file.text(), file.name);
    text.value = '';
    isLarge.value = true;
    session.data.value = [file];
  };
  return (
    <>
      {exercise.plane !== undefined && (
        <Plane range={exercise.plane} text={text.value} change={(to) => set(to)} />
      )}
      <label class="typed">
        <span>{t.labels[kind]}</span>
        <textarea
          rows={kind === 'text' ? 6 : 4}
          spellcheck={false}
          value={text.value}
          onInput={({ currentTarget }) => set(currentTarget.value)}
        />
      </label>
      {isLarge.value && <p class="soft">{t.large}</p>}
      <p class="bar small">
        <Open
          label={t.file}
          accept={kind === 'text' ? '.txt,.md,text/*' : '.csv,.tsv,.txt,text/csv'}
          take={(files) => void take(files)}
        />
        <button type="button" onClick={() => set('')}>
          {t.clear}
        </button>
      </p>
    </>
  );
}

/** The files of a data set. */
function Folder({ kind, session }: { kind: Original; session: Session }) {
  const t = ownWords.value;
  const take = (files: readonly File[]): void => {
    session.data.value = files.length === 0 ? null : files;
  };
  return (
    <>
      <p class="soft" lang="en">
        {t.needs(kinds[kind].files)}
      </p>
      <p class="bar small">
        <Open label={t.folder} several="folder" take={take} />
        <Open label={t.files} several="files" take={take} />
        <span class="soft" role="status">
          {session.data.value !== null && t.chosen(session.data.value.length)}
        </span>
      </p>
    </>
  );
}
