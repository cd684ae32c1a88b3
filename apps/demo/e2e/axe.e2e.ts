/** Every kind of page, in both languages and both colours, has nothing that a screen reader or weak eyes would stumble over. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { runToEnd, useBrowser, visit } from './browser.ts';

useBrowser();

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe); // the page's policy forbids a script of another origin
  const results = await page.evaluate<AxeResults>('axe.run()');
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
  );
}

// Both languages and both colours; what is wrong in one colour is so in either language.
const views = [
  ['en', 'light'],
  ['ja', 'dark'],
] as const;

describe.each(views)('in %s, %s', (lang, colorScheme) => {
  test('the contents', async () => {
    const page = await visit(`#/?lang=${lang}`, { colorScheme });
    await page.waitForSelector('.card-link .time');
    expect(await violations(page)).toEqual([]);
  });

  test('a section, with its formulas', async () => {
    const page = await visit(`#/section/lstm?lang=${lang}`, { colorScheme });
    await page.waitForSelector('.formula math');
    expect(await violations(page)).toEqual([]);
  });

  test('a page that is not there', async () => {
    expect(await violations(await visit(`#/nowhere?lang=${lang}`, { colorScheme }))).toEqual([]);
  });

  // Between them these have all kinds of figures and parameters.
  test.each(['bptt', 'nonlinear-regression', 'recursive-network', 'perceptron-gates', 'bellman', 'mnist-softmax'])(
    'the exercise %s, before and after a run and with a question',
    async (id) => {
      const page = await visit(`#/exercise/${id}?lang=${lang}`, { colorScheme });
      await page.waitForSelector('table.checks');
      expect(await violations(page)).toEqual([]);
      await runToEnd(page);
      const ask = page.locator('.try .go');
      for (let i = 0; i < (await ask.count()); i++) {
        await ask.nth(i).click();
        await page.locator('.try').nth(i).locator('.answer').waitFor();
      }
      for (const more of await page.locator('details > summary').all()) await more.click();
      expect(await violations(page)).toEqual([]);
    },
  );

  test('on a screen of 360 pixels nothing is wider than it', async () => {
    const page = await visit(`#/exercise/bptt?lang=${lang}`, { colorScheme, viewport: { width: 360, height: 740 } });
    await runToEnd(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await violations(page)).toEqual([]);
  });
}); // prettier-ignore
