import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser, visit } from './browser.ts';

useBrowser();

/** Opens the quick preset of an exercise with its code to be edited. */
async function edit(id: string): Promise<Page> {
  const page = await visit(`#/exercise/${id}?preset=quick`);
  await page.getByRole('button', { name: 'Edit and run' }).click();
  await page.locator('.cm-content').waitFor();
  return page;
}

/** Types a line above the one that has this text. */
async function insertAbove(page: Page, text: string, line: string): Promise<void> {
  await page.locator('.cm-line').filter({ hasText: text }).first().click();
  await page.keyboard.press('Home');
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

const runIt = (page: Page) => page.getByRole('button', { name: 'Run this version' }).click();

test('the code of an exercise is shown, its own files and no others', async () => {
  const page = await visit('#/exercise/iris');
  const code = page.getByRole('region', { name: 'The code' });
  await code.getByText('network.ts').waitFor();
  expect(await code.locator('pre').count()).toBe(2);
  expect(await code.locator('.keyword').count()).toBeGreaterThan(10);
});

test('an exercise that was edited trains, prints, and answers what it is asked', async () => {
  const page = await edit('iris');
  await insertAbove(page, 'return new Sequential', "console.log('a network of', activation);");
  await runIt(page);
  await page.getByText('Done in').waitFor();
  await page.getByRole('log', { name: 'Output' }).getByText('a network of relu').first().waitFor();
  expect(await page.getByRole('slider', { name: 'cross-entropy in training' }).count()).toBe(1);
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByText('virginica').first().waitFor();
  // And again as it was.
  await page.getByRole('button', { name: 'Back to the original' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText('Done in').waitFor();
});

test('an exercise that was edited fails at its line, and in its file', async () => {
  const page = await edit('iris');
  await insertAbove(page, 'const layer', "throw new Error('of my own');");
  await runIt(page);
  const output = page.getByRole('log', { name: 'Output' });
  await output.getByText('of my own').waitFor();
  await output.getByRole('button', { name: /^line \d+$/ }).click();
  expect(await page.locator('.cm-wrong').innerText()).toContain("throw new Error('of my own');");
  await page.getByText('It failed.').waitFor();
});
