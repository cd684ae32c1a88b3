import { signal, useSignal } from '@preact/signals';
import type { Asked, TableEvent } from '../../events/event.ts';
import { said, told, toldIn, words } from '../language/language.ts';
import { toldTable } from './told-figure.ts';
import { TableView } from './table-view.tsx';

/** The options that were chosen of each question that was answered. */
export const answered = signal<ReadonlyMap<string, readonly number[]>>(new Map());

/** Whether what was chosen is all that is right. */
const isRight = ({ right }: Asked, chosen: readonly number[]): boolean =>
  chosen.length === right.length && chosen.every((option) => right.includes(option));

/** A question: its options to choose from, then the computation that decides. */
export function QuestionView({ table, asks }: { table: TableEvent; asks: Asked }) {
  const t = words.value;
  const { id, question, right } = asks;
  const given = answered.value.get(id);
  const open = given === undefined;
  const chosen = useSignal(given ?? []);
  const several = right.length > 1;
  const choose = (option: number, on: boolean): void => {
    const others = several ? chosen.value.filter((one) => one !== option) : [];
    chosen.value = on ? [...others, option] : others;
  };
  const press = (): void => {
    const all = new Map(answered.value);
    if (open) all.set(id, chosen.value);
    else {
      all.delete(id);
      chosen.value = [];
    }
    answered.value = all;
  };
  return (
    <>
      <fieldset class="question">
        <legend>{said(question)}</legend>
        {several && <p class="soft">{t.severalRight}</p>}
        {table.rows.map(([option], i) => (
          <label key={i} class={open ? '' : right.includes(i) ? 'is-right' : 'is-wrong'}>
            <input
              type={several ? 'checkbox' : 'radio'}
              name={`question-${id}`}
              checked={chosen.value.includes(i)}
              disabled={!open}
              onChange={({ currentTarget }) => choose(i, currentTarget.checked)}
            />
            <span lang={toldIn(String(option))}>{told(String(option))}</span>
            {!open && right.includes(i) && <small class="ok">{t.isRight}</small>}
          </label>
        ))}
      </fieldset>
      <p class="bar">
        <button
          type="button"
          class={open ? 'go' : ''}
          disabled={open && chosen.value.length === 0}
          onClick={press}
        >
          {open ? t.seeWhy : t.chooseAgain}
        </button>
        <span role="status" class={given !== undefined && isRight(asks, given) ? 'ok' : 'no'}>
          {given !== undefined && (isRight(asks, given) ? t.answeredRightly : t.answeredWrongly)}
        </span>
      </p>
      {!open && <TableView {...toldTable(table)} label={said(question)} />}
    </>
  );
}

/** How many of the questions that are there were answered, and how many rightly. */
export function Score({ questions }: { questions: readonly Asked[] }) {
  const all = questions.filter(({ id }) => answered.value.has(id));
  const rightly = all.filter((one) => isRight(one, answered.value.get(one.id)!)); // it is there
  return (
    <p class="score soft">{words.value.score(all.length, questions.length, rightly.length)}</p>
  );
}
