import { readFileSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';

const executablePath = process.env['KASANE_CHROMIUM'] ?? '/usr/bin/chromium';
const args = ['--no-sandbox', '--ignore-gpu-blocklist', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan']; // prettier-ignore

let browser: Browser;
const open: Page[] = [];
const complaints: string[] = [];

/** Starts a browser for a file of tests; a test fails for whatever a page writes to the console as an error. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args });
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const page of open.splice(0)) await page.context().close();
    expect(complaints.splice(0)).toEqual([]);
  });
}

/** A page of its own at a link. */
export async function visit(link = '', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en', acceptDownloads: true, ...options });
  const page = await context.newPage();
  open.push(page);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(inject('site') + link);
  await page.waitForSelector('main h1');
  return page;
}

/** Presses run, and waits until the run is over. */
export async function runToEnd(page: Page): Promise<void> {
  await page.click('.run-bar .go');
  await page.waitForSelector('#results, .run-bar .problem', { timeout: 600_000 });
  const problem = page.locator('.run-bar .problem');
  expect(await problem.allTextContents()).toEqual([]);
}

/** What a button saves. */
export async function saved(page: Page, button: string): Promise<Buffer> {
  const waits = page.waitForEvent('download');
  await page.locator('section', { has: page.locator('#results') }).getByRole('button', { name: button, exact: true }).first().click(); // prettier-ignore
  return readFileSync(await (await waits).path());
}
