import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, inject, test } from 'vitest';
import { close } from '../src/serve/server.ts';
import { useBrowser, visit } from './browser.ts';

useBrowser();

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json',
}; // prettier-ignore

/** A web server as others have them: the page in one of its folders, and no headers but a type. */
async function plainServer(): Promise<{ server: Server; url: string }> {
  const folder = inject('folder');
  const server = createServer(async ({ url = '' }, response) => {
    const path = new URL(url, 'http://localhost').pathname
      .replace(/^\/course\//, '')
      .replace(/^$/, 'index.html');
    try {
      const content = await readFile(join(folder, path));
      response.setHeader('Content-Type', TYPES[extname(path)] ?? 'application/octet-stream');
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  return { server, url: `http://127.0.0.1:${port}/course/` };
}

test(
  'on any web server the page is isolated, and goes on without it',
  { timeout: 180_000 },
  async () => {
    const { server, url } = await plainServer();
    const page = await visit(`${url}#/exercise/linear-regression?preset=quick`);
    // The service worker starts it anew.
    await page.waitForFunction(() => crossOriginIsolated);
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
    const kept = (): Promise<number> =>
      page.evaluate(async () => {
        const counts = await Promise.all(
          (await caches.keys()).map(
            async (name) => (await (await caches.open(name)).keys()).length,
          ),
        );
        return counts.reduce((sum, count) => sum + count, 0);
      });
    const files = JSON.parse(
      await readFile(join(inject('folder'), 'files.json'), 'utf8'),
    ) as string[];
    await expect.poll(kept, { timeout: 120_000 }).toBeGreaterThanOrEqual(files.length - 2);
    await close(server);

    await page.reload();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText('Done in').waitFor();
    await page.goto(`${url}#/playground`);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText('Done in').waitFor();
  },
);

test('where the server sends the headers on this machine nothing is kept', async () => {
  const page = await visit();
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length),
  ).toBe(0);
});
