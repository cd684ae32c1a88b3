/** Builds the page once and serves it to all tests as `pnpm demo serve` does, with its policy. */
import type { TestProject } from 'vitest/node';
import { buildPage } from '../src/cli/build-page.ts';
import { close, fileServer, listen } from '../src/serve/server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the page is, and the folder that it is in. */
    site: string;
    folder: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { signal } = new AbortController();
  const folder = await buildPage({ stderr: process.stderr, signal });
  const server = fileServer(folder);
  project.provide('folder', folder);
  project.provide('site', (await listen(server, [0])).href);
  return () => close(server);
}
