/** Builds the page once and serves it to all tests, isolated as it has to be for threads. */
import { join } from 'node:path';
import { build, preview } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the page is. */
    site: string;
  }
}

const configFile = join(import.meta.dirname, '../vite.config.ts');

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // For who changes tests and not the page.
  if (process.env['KASANE_E2E_BUILT'] === undefined) await build({ configFile, logLevel: 'warn' });
  const server = await preview({ configFile, preview: { port: 0, host: '127.0.0.1' } });
  const [site] = server.resolvedUrls?.local ?? [];
  if (site === undefined) throw new Error('The page has no address.');
  project.provide('site', site);
  return () => server.close();
}
