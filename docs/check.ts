/**
 * Looks over the built site: every link inside of it leads somewhere, every link to the playground holds a program, and axe finds
 * nothing on a page of each kind, in both languages and colours, wide and narrow.
 */
import { chromium, type Page } from 'playwright-core';
import type { AxeResults } from 'axe-core';
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { close, fileServer, listen } from '../apps/demo/src/serve/server.ts';
import { home } from './site/packages.ts';

const folder = resolve(process.argv[2] ?? join(home, 'api'));
const problems: string[] = [];

interface Counted {
  readonly pages: number;
  readonly links: number;
  readonly programs: number;
}

/** Follows every link of every page to the file and the place in it. */
function checkLinks(): Counted {
  const pages = globSync('**/*.html', { cwd: folder });
  const text = new Map(pages.map((page) => [page, readFileSync(join(folder, page), 'utf8')]));
  const ids = new Map<string, Set<string>>();
  const idsOf = (page: string): Set<string> => {
    let found = ids.get(page);
    if (found === undefined) {
      const all = (text.get(page) ?? '').matchAll(/ id="([^"]*)"/g);
      ids.set(page, (found = new Set([...all].map(([, id]) => unescaped(id ?? '')))));
    }
    return found;
  };
  const files = new Set(globSync('**/*.*', { cwd: folder }));
  let links = 0;
  let programs = 0;
  for (const [page, html] of text) {
    for (const [, given = ''] of html.matchAll(/<(?:a|link|script|img)\b[^>]*? (?:href|src|data-src)="([^"]*)"/g)) {
      const href = unescaped(given);
      if (/^[a-z]+:/.test(href)) continue;
      links++;
      const [path = '', anchor] = href.split('#');
      const target = path === '' ? page : relative(folder, resolve(folder, dirname(page), path));
      const [, code] = /^\/playground\?code=(.*)$/.exec(anchor ?? '') ?? [];
      if (code !== undefined) {
        programs++;
        if (!holds(code)) problems.push(`${page}: a link to the playground holds no program`);
      } else if (target.startsWith('..')) continue; // the page of the exercises
      else if (!files.has(target)) problems.push(`${page}: ${href} leads nowhere`);
      else if (anchor !== undefined && anchor !== '' && !idsOf(target).has(decodeURIComponent(anchor))) {
        problems.push(`${page}: ${href} leads to no place of ${target}`);
      }
    }
  }
  return { pages: pages.length, links, programs };
} // prettier-ignore

const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'); // prettier-ignore

function holds(code: string): boolean {
  try {
    return /\bimport\b/.test(inflateRawSync(Buffer.from(code, 'base64url')).toString());
  } catch {
    return false;
  }
}

/** A page of each kind. */
const kinds: Readonly<Record<string, string>> = {
  home: 'index.html',
  package: 'nn.html',
  'modules of all packages': 'modules.html',
  class: 'nn/Linear.html',
  function: 'nn/crossEntropy.html',
  interface: 'nn/CrossEntropyOptions.html',
  type: 'tensor-core/DType.html',
  variable: 'rl/policyPresets.html',
  namespace: 'nn/init.html',
  document: 'guides/getting-started.html',
  hierarchy: 'hierarchy.html',
};

const still = (): boolean =>
  document.getAnimations().every(({ playState }) => playState !== 'running');

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function look(page: Page, what: string): Promise<void> {
  await page.evaluate(axe); // the policy forbids a script of another origin
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  for (const { id, nodes } of violations) {
    for (const { html, failureSummary } of nodes.slice(0, 3)) {
      problems.push(`${what}: ${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`);
    }
  }
  const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  if (Number(wide) > 0) problems.push(`${what}: is ${String(wide)} pixels wider than the screen`);
}

/** Wide by light in English, 360 pixels by dark in Japanese: between them both of each. */
async function checkPages(): Promise<number> {
  const server = fileServer(folder);
  const base = (await listen(server, [0])).href;
  const executablePath = process.env['KASANE_CHROMIUM'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  let looked = 0;
  const views = [
    { language: 'en', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
    { language: 'ja', colorScheme: 'dark', viewport: { width: 360, height: 740 } },
  ] as const;
  for (const { language, ...options } of views) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    let what = '';
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`${what}: ${message.text()}`);
    });
    page.on('pageerror', ({ message }) => problems.push(`${what}: ${message}`));
    for (const [kind, path] of Object.entries(kinds)) {
      what = `${kind} (${language})`;
      const response = await page.goto(`${base}${language === 'ja' ? 'ja/' : ''}${path}`);
      if (response?.ok() !== true) {
        problems.push(`${what}: there is no ${path}`);
        continue;
      }
      await page.waitForSelector('.fold', { state: 'attached' });
      await look(page, what);
      looked++;
      if (kind === 'class' && options.viewport.width < 770) {
        what = `menu (${language})`;
        await page.focus('#tsd-toolbar-menu-trigger');
        await page.keyboard.press('Enter');
        await page.waitForSelector('#site', { state: 'visible' });
        await page.waitForFunction(still);
        await look(page, what);
        looked++;
      }
      if (kind !== 'function') continue;
      what = `search (${language})`;
      await page.keyboard.press('/');
      await page.waitForSelector('#tsd-search-input:focus');
      await page.keyboard.type('gradient clipping');
      await page.waitForSelector('#tsd-search-results li');
      await page.waitForFunction(still);
      await look(page, what);
      await page.keyboard.press('Escape');
      looked++;
    }
    await context.close();
  }
  await browser.close();
  await close(server);
  return looked;
}

const counted = checkLinks();
const looked = await checkPages();
for (const problem of problems.slice(0, 100)) console.log(problem);
if (problems.length > 100) console.log(`... ${problems.length} in all`);
console.log(
  `${counted.pages} pages, ${counted.links} links, ${counted.programs} programs; axe looked at ${looked} pages; ${problems.length} problems`,
);
if (problems.length > 0) process.exitCode = 1;
