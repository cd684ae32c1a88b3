/** `pnpm bench`: races every workload and prints how many times as fast Kasane is. */
import { HELP, readOptions, UsageError, type Options } from './command-line.ts';
import { thisMachine } from './machine.ts';
import { measure } from './measure.ts';
import { remoteRunner } from './remote-runner.ts';
import { formatRow, rowOf, type Report, type Row } from './report.ts';
import { workloads } from './workloads/index.ts';

const ids = workloads.map(({ id }) => id);
const width = Math.max(...ids.map((id) => id.length));

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

async function race({ only, rounds, json }: Options): Promise<void> {
  const machine = thisMachine();
  if (!json) {
    console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`);
    console.log(
      `One step of work, one thread on every side, median of ${rounds} interleaved rounds;`,
    );
    console.log('the spread is that of the rounds.\n');
  }
  const rows: Row[] = [];
  for (const workload of workloads.filter(({ id }) => only.includes(id))) {
    const { id, title, ours, peers } = workload;
    if (json || process.stderr.isTTY) console.error(`${id} ...`);
    const runner = ({ name }: { readonly name: string }): ReturnType<typeof remoteRunner> =>
      remoteRunner(id, name);
    const measured = await measure(runner(ours), peers.map(runner), rounds).catch(
      (error: unknown) => {
        throw new Error(`bench: ${id} failed on our own side.`, { cause: error });
      },
    );
    const row = rowOf(workload, measured);
    rows.push(row);
    if (!json) console.log(formatRow(row, title));
  }
  const report: Report = { machine, rows };
  if (json) console.log(JSON.stringify(report, null, 2));
}
