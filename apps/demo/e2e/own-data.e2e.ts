/** Data of one's own: drawn, typed, from files. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { encodePng } from '@kasane/datasets/images';
import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { runToEnd, saved, useBrowser, visit } from './browser.ts';

useBrowser();

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const file = (name: string, content: string | Uint8Array) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(content),
});

/** What a run is refused with. */
async function refused(page: Page): Promise<string | null> {
  await page.click('.run-bar .go');
  await page.waitForSelector('.run-bar .problem');
  return page.textContent('.run-bar .problem');
}

test('points are drawn and typed, and a run is on them alone', async () => {
  const page = await visit('#/exercise/nonlinear-regression');
  await page.getByLabel('Your own points').check();
  expect(page.url()).toContain('?data=own');
  const plane = page.locator('.plane svg');
  for (const [x, y] of [[100, 100], [200, 60], [300, 130]] as const) await plane.click({ position: { x, y } }); // prettier-ignore
  await plane.click({ position: { x: 200, y: 60 } }); // and away again
  const typed = page.getByLabel('Points, one in a line: x,d');
  expect((await typed.inputValue()).trim().split('\n')).toHaveLength(2);
  await typed.fill('0,1\n0.5,0.7\n1,1.8\n1.5,4.1\n');
  expect(await page.getByRole('img', { name: 'Plane with 4 points' }).count()).toBe(1);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(`${request.method()} ${request.postData() ?? ''}`));
  await runToEnd(page);
  expect(new Set(asked)).toEqual(new Set(['GET ']));
  const table = await page.textContent('table.checks');
  expect(table).toContain('of the default data');
  expect(table).not.toContain('does not hold');
  expect(await page.textContent('section:has(#checks) p')).toBe('0 of 0 hold · 5 speak of the default data and do not apply.'); // prettier-ignore
  expect(await page.textContent('.run-bar .end')).toContain('own data');
  const result = JSON.parse(String(await saved(page, 'JSON')));
  expect(result).toMatchObject({ id: 'nonlinear-regression', data: 'given' });
  expect(result.checks[0]).toMatchObject({ applies: false });
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  // The link says so, and has nothing of them.
  const other = await visit(`${new URL(page.url()).hash}&lang=ja`);
  expect(await refused(other)).toContain('自分のデータがまだありません');
});

test('what is wrong with a table is told with its line', async () => {
  const page = await visit('#/exercise/iris?data=own');
  const input = page.locator('.own-data input[type=file]');
  await input.setInputFiles(file('garden.csv', 'a,b,c,d,kind\n5,3,1,0.2,rose\n5,3,x,0.2,rose\n'));
  expect(await refused(page)).toBe('garden.csv: line 3: expected a number in column "petal length", got "x".'); // prettier-ignore
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 2},1,2,${3 + (i % 2)},${i % 2 === 0 ? 'rose' : 'tulip'}`); // prettier-ignore
  await page.getByLabel('Flowers, one in a line').fill(rows.join('\n'));
  await runToEnd(page);
  await page.locator('.try .go').click();
  await page.getByText('tulip').first().waitFor();
});

test('the original files of a data set are read as on the command line', async () => {
  const page = await visit('#/exercise/mnist-softmax?data=own');
  const input = page.locator('.own-data input[type=file]').nth(1);
  const head = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28];
  await input.setInputFiles(file('train-images-idx3-ubyte', Uint8Array.from([...head, 7])));
  expect(await refused(page)).toBe('train-images-idx3-ubyte: byte 17: expected 1584 bytes in all for [2,28,28], got the end of the file after 17 bytes.'); // prettier-ignore
});

test('a text is learned from, and a picture is asked about', async () => {
  const page = await visit('#/exercise/rnn-next-word?data=own&epochs=5');
  await page.getByLabel('A text of at least 100 words').fill('the small cat sees the big dog . '.repeat(40)); // prettier-ignore
  await runToEnd(page);
  await page.getByRole('textbox', { name: /words of the text/ }).fill('the small');
  await page.locator('.try .go').click();
  await page.locator('.try .answer').getByText('cat').first().waitFor();

  await page.goto(`${inject('site')}#/exercise/mnist-softmax`);
  const data = Uint8Array.from({ length: 56 * 56 }, (_, i) =>
    i % 56 > 24 && i % 56 < 32 ? 0 : 255,
  );
  const picture = encodePng({ data, channels: 1, width: 56, height: 56 });
  await page.locator('.pad input[type=file]').setInputFiles(file('one.png', picture));
  const pixel = (): Promise<number[]> =>
    page.locator('.pad canvas').evaluate((canvas) => [1, 14].map((x) => (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(x, 9, 1, 1).data[0]!)); // prettier-ignore
  await expect.poll(pixel).toEqual([255, 0]);
  await page.getByRole('button', { name: 'Swap black and white' }).click();
  await expect.poll(pixel).toEqual([0, 255]);
  await page.locator('.pad input[type=file]').setInputFiles(file('none.png', 'no picture'));
  await page.getByText('none.png: The browser cannot read this file as a picture.').waitFor();
});
