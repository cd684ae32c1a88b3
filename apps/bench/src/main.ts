/** `pnpm bench`: races every workload and prints how many times as fast Kasane is. */
import { writeFileSync } from 'node:fs';
import { HELP, readOptions, UsageError, type Options } from './command-line.ts';
import { formatMachine, thisMachine } from './machine.ts';
import { formatMarkdown } from './markdown.ts';
import { measure } from './measure.ts';
import { othersOf } from './peers/kasane.ts';
import { remoteRunner } from './remote-runner.ts';
import { formatRow, rowOf, type Report, type Row } from './report.ts';
import { workloads } from './workloads/index.ts';

const ids = workloads.map(({ id }) => id);
const width = Math.max(...ids.map((id) => id.length));

// An exit, unlike a signal, takes the sides along.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

try {
  const options = readOptions(process.argv.slice(2), ids);
  if (options.help) process.stdout.write(HELP);
  else if (options.list) {
    for (const { id, title } of workloads) console.log(`${id.padEnd(width)}  ${title}`);
  } else await race(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function race({ only, rounds, json, markdown, chart }: Options): Promise<void> {
  const machine = thisMachine();
  if (!json) {
    console.log(formatMachine(machine));
    console.log(
      `One step of work, median of ${rounds} interleaved rounds, of which the spread is.\n`,
    );
  }
  const rows: Row[] = [];
  for (const [n, id] of only.entries()) {
    console.error(`[${n + 1}/${only.length}] ${id} ...`);
    const workload = workloads.find((one) => one.id === id)!;
    const runner = ({ name }: { readonly name: string }): ReturnType<typeof remoteRunner> =>
      remoteRunner(id, name);
    try {
      const others = othersOf(workload).map(runner);
      const measured = await measure(runner(workload.ours), others, rounds);
      rows.push(rowOf(workload, measured));
      if (!json) console.log(formatRow(workload, measured));
    } catch (error) {
      // The other rows took minutes.
      console.error(`bench: ${id} failed on our own side, and has no row.`, error);
      process.exitCode = 1;
    }
  }
  const report: Report = { machine, rows };
  if (json) console.log(JSON.stringify(report, null, 2));
  if (markdown !== undefined) {
    const titles = new Map(workloads.map(({ id, title }) => [id, title]));
    writeFileSync(markdown, formatMarkdown(report, titles));
  }
  if (chart !== undefined) {
    // Only who wants a chart waits for what draws it.
    const { chartSvg } = await import('./chart.ts');
    writeFileSync(chart, chartSvg(report));
  }
}
