import { formatNumber } from '../../number-format.ts';
import { words } from '../language/language.ts';
import type { Report } from './session.ts';

/** The numbers that a run amounts to. */
export function Metrics({ report }: { report: Report }) {
  const metrics = Object.entries(report.metrics.value);
  if (metrics.length === 0) return null;
  return (
    <section class="card" aria-labelledby="metrics">
      <h2 id="metrics">{words.value.metrics}</h2>
      <div class="scroll">
        <table>
          <tbody>
            {metrics.map(([name, value]) => (
              <tr key={name}>
                <th scope="row" lang="en">
                  {name}
                </th>
                <td class="n">{formatNumber(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
