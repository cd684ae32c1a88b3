import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './workspace.ts';

/** How a command ended, with all that it printed. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** The environment of child processes: the workspace's own tools come first, and turbo sends nothing. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
  TURBO_TELEMETRY_DISABLED: '1',
};

/** Runs a command and keeps its output. */
export function capture(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<Outcome> {
  return new Promise((settle) => {
    const child = spawn(command, args, { cwd: options.cwd ?? root, env: environment });
    let output = '';
    const append = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', append);
    child.stderr.on('data', append);
    child.on('error', (error) => settle({ code: 127, output: `${output}${error.message}\n` }));
    child.on('close', (code) => settle({ code: code ?? 1, output }));
  });
}

/** Milliseconds in which a child ends after Ctrl-C by itself. */
const GRACE = 250;

/** Runs a command on this process's own streams and gives its exit code. */
export function passThrough(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly stdoutToStderr?: boolean } = {},
): Promise<number> {
  return new Promise((settle, fail) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: environment,
      stdio: ['inherit', options.stdoutToStderr === true ? 2 : 'inherit', 'inherit'],
    });
    // The child decides how to end. Ctrl-C reaches it as well; a signal to this process alone must be handed on, and a
    // child that heard it already has ended before.
    const handOn = (signal: NodeJS.Signals): void => {
      setTimeout(() => child.kill(signal), signal === 'SIGINT' ? GRACE : 0).unref();
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, handOn);
    child.on('error', fail);
    child.on('close', (code, signal) => {
      for (const one of signals) process.off(one, handOn);
      settle(code ?? (signal === null ? 1 : 128 + constants.signals[signal]));
    });
  });
}

/**
 * Builds packages, named as turbo's filters are, unless that is done. Only a failure shows: it ends the
 * program.
 */
export async function build(...filters: readonly string[]): Promise<void> {
  const chosen = filters.map((filter) => `--filter=${filter}`);
  const { code, output } = await capture('turbo', [
    ...['run', 'build', '--output-logs=errors-only'],
    ...chosen,
  ]);
  if (code === 0) return;
  process.stderr.write(output);
  process.exit(code);
}

/** Ends a check: prints each problem on its line and sets the exit code, or prints the good news. */
export function report(problems: readonly string[], fine: string): void {
  for (const problem of problems) console.log(problem);
  if (problems.length === 0) console.log(fine);
  else process.exitCode = 1;
}
