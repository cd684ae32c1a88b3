import type { Check } from '../../check.ts';
import { formatNumber } from '../../number-format.ts';
import { words } from '../language/language.ts';
import type { Report } from './session.ts';

function shown(value: Check['measured'], digits?: number): string {
  if (typeof value === 'number') return formatNumber(value, digits);
  if (typeof value === 'string') return value;
  return value ? words.value.yes : words.value.no;
}

/** What was expected beside what was measured. */
export function Checks({ report }: { report: Report }) {
  const t = words.value;
  const checks = report.checks.value;
  const holding = checks.filter(({ holds }) => holds).length;
  return (
    <section class="card" aria-labelledby="checks">
      <h2 id="checks">{t.checks}</h2>
      {checks.length === 0 ? (
        <p class="soft">{t.checksLater}</p>
      ) : (
        <>
          <div class="scroll">
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
                {checks.map(({ name, expected, measured, holds }) => (
                  <tr key={name}>
                    <th scope="row" lang="en">
                      {name}
                    </th>
                    <td class="n">{shown(expected, 7)}</td>
                    <td class="n">{shown(measured)}</td>
                    <td class={holds ? 'ok' : 'no'}>{holds ? t.holds : t.holdsNot}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <p class="soft">{t.hold(holding, checks.length)}</p>
        </>
      )}
    </section>
  );
}
