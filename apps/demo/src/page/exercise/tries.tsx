import { useSignal } from '@preact/signals';
import type { ExerciseData } from '../../exercise.ts';
import type { Value } from '../../parameter.ts';
import { Figures } from '../figures/figure-view.tsx';
import { said, told, toldIn, words } from '../language/language.ts';
import { MetricTable } from './metrics.tsx';
import { ParameterControl } from './parameter-control.tsx';
import type { Session } from './session.ts';

/** One question to what was trained: what is asked, and what it answers. */
function OneTry({
  session,
  name,
  asks,
}: {
  session: Session;
  name: string;
  asks: ExerciseData['tries'][string];
}) {
  const given = useSignal<Readonly<Record<string, Value>>>({});
  const t = words.value;
  const report = session.run.value?.report;
  const ready = report?.trained.value === true && report.status.value === 'ended';
  const answer = session.answers.value[name];
  const waiting = answer?.status.value === 'starting' || answer?.status.value === 'running';
  const ask = (event: Event): void => {
    event.preventDefault();
    void session.ask({ name, values: given.value });
  };
  return (
    <form class="try" onSubmit={ask}>
      <h3>{said(asks.title)}</h3>
      <div class="params">
        {Object.entries(asks.parameters).map(([key, parameter]) => (
          <ParameterControl
            key={key}
            name={key}
            parameter={parameter}
            value={given.value[key] ?? parameter.default}
            changed={false}
            change={(value) => (given.value = { ...given.value, [key]: value })}
          />
        ))}
        <button type="submit" class="go" disabled={!ready || waiting}>
          {waiting ? t.thinking : t.ask}
        </button>
      </div>
      {answer !== undefined && (
        <div class="answer" aria-live="polite">
          {answer.status.value === 'failed' && (
            <p class="problem" lang={toldIn(answer.error.value)}>
              {told(answer.error.value)}
            </p>
          )}
          <MetricTable metrics={answer.metrics.value} />
          <Figures figures={answer.figures.value} title={said(asks.title)} />
        </div>
      )}
    </form>
  );
}

/** What can be asked of what an exercise has trained. */
export function Tries({ session }: { session: Session }) {
  const tries = Object.entries(session.exercise.tries);
  if (tries.length === 0) return null;
  const ready = session.run.value?.report.trained.value === true;
  const t = words.value;
  return (
    <section class="card" aria-labelledby="tries">
      <h2 id="tries">{t.tries}</h2>
      {!ready && <p class="soft">{t.triesLater}</p>}
      {tries.map(([name, asks]) => (
        <OneTry key={name} session={session} name={name} asks={asks} />
      ))}
    </section>
  );
}
