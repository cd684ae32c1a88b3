import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Runner } from './measure.ts';
import type { Answer, Request } from './protocol.ts';

const sideProcess = fileURLToPath(new URL('./side-process.ts', import.meta.url));

/** A side of a workload in a process of its own. */
export function remoteRunner(workload: string, side: string): Runner {
  let child: ChildProcess | undefined;

  const ask = (request: Request): Promise<readonly number[]> =>
    new Promise((settle, fail) => {
      // Standard output belongs to the report, whatever a library has to say.
      child ??= fork(sideProcess, {
        stdio: ['ignore', 2, 'inherit', 'ipc'],
        // Every side runs as it would in production, without its development checks.
        env: { ...process.env, NODE_ENV: 'production' },
      });
      const running = child;
      const onExit = (code: number | null, signal: string | null): void =>
        fail(new Error(`its process ended with ${signal ?? `exit code ${code}`}`));
      running.once('exit', onExit);
      running.once('message', (message) => {
        running.off('exit', onExit);
        // Only side-process.ts sends messages here.
        const answer = message as Answer;
        if ('error' in answer) fail(new Error(answer.error));
        else settle(answer.numbers);
      });
      running.send(request);
    });

  return {
    name: side,
    start: () => ask({ do: 'start', workload, side }),
    warmUp: async () => (await ask({ do: 'warm up' }))[0]!,
    round: async (steps) => (await ask({ do: 'round', steps }))[0]!,
    // Without its channel the process ends; a killed one could not write a profile.
    stop() {
      if (child?.connected === true) child.disconnect();
    },
  };
}
