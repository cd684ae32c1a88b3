import { Scroll } from '../scroll.tsx';
import { formatNumber } from '../../number-format.ts';
import { told, toldIn, words } from '../language/language.ts';
import { isSame, pointed, pointsAt } from './pointed.ts';
import type { Report } from './session.ts';

export function MetricTable({ metrics }: { metrics: Readonly<Record<string, number>> }) {
  const all = Object.entries(metrics);
  if (all.length === 0) return null;
  return (
    <Scroll label={words.value.metrics}>
      <table>
        <tbody>
          {all.map(([name, value]) => (
            <tr key={name} class={isSame(pointed.value, name) ? 'pointed' : ''} {...pointsAt(name)}>
              <th scope="row" lang={toldIn(name)}>
                {told(name)}
              </th>
              <td class="n">{formatNumber(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** The numbers that a run amounts to. */
export function Metrics({ report }: { report: Report }) {
  if (Object.keys(report.metrics.value).length === 0) return null;
  return (
    <section class="card" aria-labelledby="metrics">
      <h2 id="metrics">{words.value.metrics}</h2>
      <MetricTable metrics={report.metrics.value} />
    </section>
  );
}
