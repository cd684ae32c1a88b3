/**
 * `pnpm picture`: draws the page after an exercise has run in it, into docs/page.png, for the README. It is that of this
 * machine: look at it before you keep it.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { buildPage } from '../src/cli/build-page.ts';
import { close, fileServer, listen } from '../src/serve/server.ts';

const [id = 'iris', out = 'docs/page.png'] = process.argv.slice(2);
const path = join(import.meta.dirname, '../../..', out);
const { signal } = new AbortController();
const server = fileServer(await buildPage({ stderr: process.stderr, signal }));
const { href } = await listen(server, [0]);
const browser = await chromium.launch({
  executablePath: process.env['KASANE_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const page = await browser.newPage({ locale: 'en', viewport: { width: 1280, height: 820 } });
  await page.goto(`${href}#/exercise/${id}`);
  await page.click('.run-bar .go');
  await page.waitForSelector('#results', { timeout: 600_000 });
  await page.screenshot({ path });
} finally {
  await browser.close();
  await close(server);
}
console.log(`${out}: ${(statSync(path).size / 1000).toFixed(0)} kB`);
