import { readFileSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';

const executablePath = process.env['KASANE_CHROMIUM'] ?? '/usr/bin/chromium';
/** So that there is WebGPU, in software. */
const gpu = ['--ignore-gpu-blocklist', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan']; // prettier-ignore

let browser: Browser;
const pages: Page[] = [];
const watched: (readonly string[])[] = [];

/** A page, and what it has written to the console as an error. */
export interface Opened {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** Starts a browser for a file or a group of tests, as it comes where `args` are none. */
export function useBrowser(args: readonly string[] = gpu): void {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...args] });
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
    expect(watched.splice(0).flat()).toEqual([]);
  });
}

/** A page of its own at a link. */
export async function open(link: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ locale: 'en', acceptDownloads: true, ...options });
  const page = await context.newPage();
  pages.push(page);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  await page.goto(new URL(link, inject('site')).href);
  return { page, complaints };
}

/** The same for a page that must not complain: its test fails if it does. */
export async function visit(link = '', options: BrowserContextOptions = {}): Promise<Page> {
  const { page, complaints } = await open(link, options);
  watched.push(complaints);
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

/** Ends the process that works for graphics devices, as a faulty driver does. */
export async function crashGpuProcess(): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  await session.send('Browser.crashGpuProcess').catch(() => {}); // which cannot answer
  await session.detach();
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds that the thread worked; by the clock it may have waited for a busy machine. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The milliseconds that the longest task of a page's main thread took of a processor, while something went on. */
export async function longestTask(page: Page, during: () => Promise<void>): Promise<number> {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await during();
  const { traceEvents }: { traceEvents: TraceEvent[] } = JSON.parse(
    String(await browser.stopTracing()),
  );
  const thread = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(thread),
  );
  const tasks = traceEvents.filter((one) => main.has(thread(one)) && one.tdur !== undefined);
  return Math.max(0, ...tasks.map(({ tdur }) => tdur!)) / 1000;
}
