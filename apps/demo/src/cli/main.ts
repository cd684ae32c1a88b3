import { CommanderError } from 'commander';
import { fails } from '../check.ts';
import { coverageOf, coverageText } from '../course/coverage.ts';
import type { ExerciseData, ListedExercise } from '../exercise.ts';
import { formatNumber } from '../number-format.ts';
import { prepareFolder, writeFiles } from '../output/write-outputs.ts';
import { InterruptedError } from '../runner.ts';
import type { Question, Reported, RunRecord } from '../runner.ts';
import { UsageError } from '../usage-error.ts';
import { EXIT } from './environment.ts';
import type { Environment } from './environment.ts';
import { jsonExercise, jsonResult } from './json.ts';
import { inThisThread, type Job } from './perform.ts';
import { servePage, writePage } from './page-commands.ts';
import { buildProgram } from './program.ts';
import { drawFigure } from './figures/draw.ts';
import { styleOf } from './figures/style.ts';
import { createProgress, silent } from './progress.ts';
import { checkTable, metricTable, paint, resultTable, summaryLine } from './report.ts';
import type { Outcome } from './report.ts';
import { widthOf, wrap } from './table.ts';
import { drawTerminalChart } from './terminal-chart.ts';

/** Runs a command line without its program's name; resolves to the exit status. */
export async function main(args: readonly string[], environment: Environment): Promise<number> {
  const { exercises, stdout, stderr } = environment;
  const perform = environment.perform ?? inThisThread(environment);
  let status: number = EXIT.ok;

  /** Runs an exercise, shows how far it is, and writes its files. */
  async function runShown(
    exercise: ListedExercise,
    job: Omit<Job, 'id'>,
    { json, label }: { readonly json: boolean; readonly label: string },
  ): Promise<{
    readonly record: RunRecord;
    readonly answer: Reported | undefined;
    readonly written: string;
  }> {
    // Whoever reads JSON from a pipe may well have joined both streams.
    const progress = json && !stderr.isTTY ? silent : createProgress(label, stderr);
    try {
      const listening = { signal: environment.signal, onEvent: progress.update };
      const { record, files, answer } = await perform({ ...job, id: exercise.id }, listening);
      await writeFiles(job.out ?? '', files);
      const written =
        json || job.out === undefined ? '' : `wrote ${files.size} files to ${job.out}\n`;
      return { record: { ...record, exercise }, answer, written };
    } finally {
      progress.clear();
    }
  }

  const program = buildProgram(environment, {
    list({ json }) {
      stdout.write(json ? toJson(exercises.map(jsonExercise)) : listText(environment));
    },
    coverage({ json }) {
      stdout.write(json ? toJson(coverageOf()) : coverageText());
    },
    serve: ({ port }) => servePage(environment, port),
    build: ({ out }) => writePage(environment, out),
    async run({ exercise, json, ...job }) {
      prepare(job);
      const { record, answer, written } = await runShown(exercise, job, {
        json,
        label: exercise.id,
      });
      const outcome = outcomeOf(record);
      // The files are there before anything is printed, which ends the program if nobody reads it.
      if (json) stdout.write(toJson(jsonResult(record, answer)));
      else {
        stdout.write(`${runText(record, outcome, environment)}${written}`);
        if (answer !== undefined) {
          stdout.write(answerText(exercise, job.question!, answer, environment));
        }
      }
      status = passed([outcome]) ? EXIT.ok : EXIT.failed;
    },
    async all({ json, allVariants, ...common }) {
      prepare(common);
      const runs = exercises.flatMap((exercise) =>
        ['default', ...(allVariants ? Object.keys(exercise.variants) : [])].map((variant) => ({
          exercise,
          variant,
        })),
      );
      const outcomes: Outcome[] = [];
      const records: RunRecord[] = [];
      for (const [index, { exercise: listed, variant }] of runs.entries()) {
        const label = `[${index + 1}/${runs.length}] ${listed.id}`;
        const start = performance.now();
        try {
          const job = { ...common, variant, preset: 'quick' } as const;
          const { record, written } = await runShown(listed, job, { json, label });
          if (written !== '') stdout.write(written);
          records.push(record);
          outcomes.push(outcomeOf(record));
        } catch (error) {
          if (error instanceof UsageError) throw error;
          if (error instanceof InterruptedError) {
            throw new InterruptedError(
              `${error.message}, after ${index} of ${runs.length} exercises`,
            );
          }
          // One broken exercise must not hide how the others do.
          stderr.write(`${describe(error)}\n`);
          const failure = error instanceof Error ? error.message : String(error);
          const seconds = (performance.now() - start) / 1000;
          outcomes.push({ id: listed.id, variant, checks: [], seconds, failure });
        }
      }
      if (json) stdout.write(toJson(records.map((record) => jsonResult(record))));
      else stdout.write(`${checkTable(outcomes, stdout)}\n${summaryLine(outcomes, stdout)}`);
      status = passed(outcomes) ? EXIT.ok : EXIT.failed;
    },
  });
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap((one) => one.commands),
  ]) {
    command.configureHelp({ minWidthToWrap: 10 }).configureOutput({
      writeOut: (text) => stdout.write(wrap(text, widthOf(stdout))),
      getOutHelpWidth: () => (stdout.isTTY ? widthOf(stdout) : 80),
      // Errors of commander are told below, as one sentence like all others.
      writeErr: () => {},
    });
  }

  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof InterruptedError) {
      stderr.write(`demo: ${error.message}; nothing of it was written.\n`);
      return EXIT.interrupted;
    }
    if (error instanceof UsageError) {
      stderr.write(`${error.message}\n`);
      return EXIT.usage;
    }
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.ok;
      const missing = /^error: option '(.*)' argument missing$/.exec(error.message)?.[1];
      const message = missing === undefined ? error.message : `${missing} lacks its value`;
      stderr.write(`demo: ${message}.\n`);
      return EXIT.usage;
    }
    stderr.write(`${describe(error)}\n`);
    return EXIT.failed;
  }
}

/** What must be right before anything runs. */
function prepare({ out, backend, mode }: Pick<Job, 'out' | 'backend' | 'mode'>): void {
  if (mode !== undefined && backend !== 'gpu') {
    throw new UsageError('demo: --mode says where --backend gpu runs; give both.');
  }
  if (out !== undefined) prepareFolder(out);
}

const outcomeOf = ({ exercise, variant, checks, seconds }: RunRecord): Outcome => ({
  id: exercise.id,
  variant,
  checks,
  seconds,
});

const passed = (outcomes: readonly Outcome[]): boolean =>
  outcomes.every(({ checks, failure }) => failure === undefined && !checks.some(fails));

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Our own errors explain themselves; of any other, the place it came from is half the story. */
const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

function listText({ exercises, stdout }: Environment): string {
  const text = exercises
    .map((exercise) => {
      const { id, title, summary, variants } = exercise;
      return (
        `${paint(stdout, 'bold', id)}  ${title.en} · ${title.ja}\n  ${summary}\n` +
        Object.entries(variants)
          .map(([name, variant]) => `  --variant ${name}: ${variant.title.en}\n`)
          .join('')
      );
    })
    .join('\n');
  return wrap(text, widthOf(stdout));
}

/** What a try answered, below a line that says what was asked. */
function answerText(
  exercise: ExerciseData,
  { name, values = {} }: Question,
  { figures, metrics }: Reported,
  { stdout }: Environment,
): string {
  const style = styleOf(stdout);
  const asked = Object.entries(values).map(([option, value]) =>
    Array.isArray(value) ? option : `${option} ${String(value)}`,
  );
  const heading = [exercise.tries[name]!.title.en, asked.join(', ')].filter((part) => part !== '');
  const numbers = Object.entries(metrics).map(
    ([metric, value]) => `${metric}: ${formatNumber(value)}\n`,
  );
  const drawn = figures.map((figure) =>
    drawFigure(figure, style, (table) => resultTable(table, stdout)),
  );
  return `\n${paint(stdout, 'bold', heading.join(': '))}\n${[...numbers, ...drawn].join('\n')}`;
}

function runText(record: RunRecord, outcome: Outcome, { stdout }: Environment): string {
  const charts = Object.entries(record.exercise.charts).flatMap(([name, chart]) => {
    const series = record.series.filter((one) => one.chart === name);
    return series.length === 0 ? [] : [drawTerminalChart(name, chart, series, stdout)];
  });
  const sections = [
    ...charts,
    ...record.figures.map((figure) =>
      drawFigure(figure, styleOf(stdout), (table) => resultTable(table, stdout)),
    ),
    metricTable(record, stdout),
    checkTable([outcome], stdout),
    summaryLine([outcome], stdout),
  ];
  return sections.filter((section) => section !== '').join('\n');
}
