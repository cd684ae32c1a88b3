import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

/** Passes through to a child that ends with 7 at a signal, and sends that to the parent alone. */
async function endWith(signal: NodeJS.Signals): Promise<number> {
  const child = `process.once('${signal}', () => process.exit(7)); setInterval(() => {}, 1000); console.log('up');`;
  const script = `
    import { passThrough } from ${JSON.stringify(new URL('run.ts', import.meta.url).href)};
    process.exitCode = await passThrough('node', ['-e', ${JSON.stringify(child)}]);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(parent.stdout, 'data');
  parent.kill(signal);
  const [status] = await once(parent, 'close');
  return Number(status);
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s to a command is handed on to the one that it passes through to, which decides how to end',
  async (signal) => {
    expect(await endWith(signal)).toBe(7);
  },
);
