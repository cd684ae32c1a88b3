import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Runner } from './measure.ts';
import type { Answer, Request } from './protocol.ts';

const sideProcess = fileURLToPath(new URL('./side-process.ts', import.meta.url));

/** Whatever ends this process ends the sides, also one in the middle of a long step. */
const living = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** How long to wait, in milliseconds. */
export interface Patience {
  /** For a start, which may be 20 steps: who takes longer for them is no race. */
  readonly start?: number;
  /** For any other answer. */
  readonly answer?: number;
  /** For the process to end by itself. */
  readonly end?: number;
}

/** A side of a workload in a process of its own, which runs `file`. */
export function remoteRunner(
  workload: string,
  side: string,
  file: string = sideProcess,
  { start = 60_000, answer = 180_000, end = 2000 }: Patience = {},
): Runner {
  let child: ChildProcess | undefined;

  const ask = (request: Request): Promise<Exclude<Answer, { error: string }>> =>
    new Promise((settle, fail) => {
      child ??= begin(file);
      const running = child;
      const onExit = (code: number | null, signal: string | null): void =>
        done(() => fail(new Error(`its process ended with ${signal ?? `exit code ${code}`}`)));
      const onMessage = (message: unknown): void => {
        // Only side-process.ts sends messages here.
        const got = message as Answer;
        done(() => ('error' in got ? fail(new Error(got.error)) : settle(got)));
      };
      const patience = request.do === 'start' ? start : answer;
      const late = setTimeout(
        () => done(() => fail(new Error(`it gave no answer within ${patience / 1000} s`))),
        patience,
      );
      const done = (conclude: () => void): void => {
        clearTimeout(late);
        running.off('exit', onExit).off('message', onMessage);
        conclude();
      };
      running.once('exit', onExit).once('message', onMessage);
      running.send(request);
    });
  const number = async (request: Request): Promise<number> => (await numbers(request))[0]!;
  const numbers = async (request: Request): Promise<readonly number[]> => {
    const got = await ask(request);
    return 'numbers' in got ? got.numbers : [];
  };

  return {
    name: side,
    start: () => numbers({ do: 'start', workload, side }),
    warmUp: () => number({ do: 'warm up' }),
    round: (steps) => number({ do: 'round', steps }),
    async profile() {
      const got = await ask({ do: 'profile' });
      return 'profile' in got ? got.profile : null;
    },
    stop() {
      // Without its channel the process ends; a killed one could not end its own children.
      if (child?.connected !== true) return;
      child.disconnect();
      const running = child;
      const kill = setTimeout(() => running.kill('SIGKILL'), end);
      running.once('exit', () => clearTimeout(kill));
    },
  };
}

function begin(file: string): ChildProcess {
  const child = fork(file, {
    // Standard output belongs to the report, whatever a library has to say.
    stdio: ['ignore', 2, 'inherit', 'ipc'],
    // Every side runs as it would in production, without its development checks.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  living.add(child);
  child.once('exit', () => living.delete(child));
  return child;
}
