import type { ExerciseData } from '../../exercise.ts';
import { said, told, toldIn, words } from '../language/language.ts';
import { linkTo } from '../link.ts';
import { shown } from './checks.tsx';
import { isMeasured, type Measured } from './measured.ts';
import type { Run } from './session.ts';

/** A claim of the course with what was measured of it, or the way to measure it. */
export function Claim(given: {
  html: string;
  measured: Measured;
  exercise: ExerciseData;
  run: Run | null;
}) {
  const { html, measured, exercise, run } = given;
  const t = words.value;
  const { variant } = measured;
  const checks =
    run?.settings.variant === variant
      ? run.report.checks.value.filter(({ name }) => isMeasured(measured, name))
      : [];
  const title = exercise.variants[variant]?.title;
  return (
    <div class="claimed">
      {/* The build has made it of the repository's own texts. */}
      {/* oxlint-disable-next-line react/no-danger */}
      <div dangerouslySetInnerHTML={{ __html: html }} />
      {checks.length > 0 ? (
        <dl aria-label={t.measuredHere}>
          {checks.map(({ name, measured: value }) => (
            <div key={name}>
              <dt lang={toldIn(name)}>{told(name)}</dt>
              <dd>{shown(value)}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <p class="soft">
          {title === undefined ? (
            t.measureThis
          ) : (
            <>
              {t.measureBy} <a href={linkTo('exercise', exercise.id, { variant })}>{said(title)}</a>
            </>
          )}
        </p>
      )}
    </div>
  );
}
