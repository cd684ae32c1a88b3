import type { Check } from '../../check.ts';
import type { ExerciseData } from '../../exercise.ts';
import { Scroll } from '../scroll.tsx';
import { formatNumber } from '../../number-format.ts';
import { answered } from '../figures/question-view.tsx';
import { recordings } from '../contents/recordings.ts';
import { told, toldIn, words } from '../language/language.ts';
import { ownWords } from '../own-data/words.ts';
import type { Report } from './session.ts';

/** A measured value as people read it. */
export function shown(value: Check['measured'], digits?: number): string {
  if (typeof value === 'number') return formatNumber(value, digits);
  if (typeof value === 'string') return told(value);
  return value ? words.value.yes : words.value.no;
}

/** What was expected beside what was measured; before a run has ended, what a recorded one was held against. */
export function Checks({
  exercise,
  report,
}: {
  exercise: ExerciseData;
  report: Report | undefined;
}) {
  const t = words.value;
  const measured = report?.checks.value ?? [];
  const checks: readonly (Pick<Check, 'name' | 'expected'> & Partial<Check>)[] =
    measured.length > 0 ? measured : (recordings.value[exercise.id]?.checks ?? []);
  const applying = measured.filter(({ applies }) => applies !== false);
  const holding = applying.filter(({ holds }) => holds).length;
  const aside = measured.length - applying.length;
  const own = ownWords.value;
  return (
    <section class="card" aria-labelledby="checks">
      <h2 id="checks">{t.checks}</h2>
      <p class="soft">
        {measured.length === 0 ? t.checksLater : t.hold(holding, applying.length)}
        {aside > 0 && ` · ${own.someApplyNot(aside)}`}
      </p>
      {checks.length > 0 && (
        <Scroll tall label={t.checks}>
          <table class="checks">
            <thead>
              <tr>
                <th scope="col">{t.check}</th>
                <th scope="col">{t.expected}</th>
                <th scope="col">{t.measured}</th>
                <th scope="col">
                  <span class="hidden">{t.holds}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {checks.map(({ name, expected, measured: value, holds, asked, applies }, i) => (
                <tr key={i}>
                  <th scope="row" lang={toldIn(name)}>
                    {told(name)}
                  </th>
                  {asked === true && !answered.value.has(name) ? (
                    <td class="soft" colSpan={2}>
                      {t.askedFirst}
                    </td>
                  ) : (
                    <>
                      <td class="n">{shown(expected, 7)}</td>
                      <td class="n">{value !== undefined && shown(value)}</td>
                    </>
                  )}
                  {applies === false ? (
                    <td class="soft">{own.appliesNot}</td>
                  ) : (
                    <td class={holds === false ? 'no' : 'ok'}>
                      {holds !== undefined && (holds ? t.holds : t.holdsNot)}
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}
