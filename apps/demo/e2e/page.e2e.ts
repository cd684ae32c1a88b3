/** What one does with the page. */
import { gzipSync } from 'node:zlib';
import { describe, expect, inject, test } from 'vitest';
import { decodeSafetensors } from '@kasane/trainer';
import { longestTask, runToEnd, saved, useBrowser, visit } from './browser.ts';

useBrowser();

const said = '.run-bar .said';

describe('what loads', () => {
  test('before the first exercise: at most 60 kB of script, and no exercise', async () => {
    const page = await visit();
    await page.waitForSelector('.card-link .time');
    const names: string[] = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js')),
    ); // prettier-ignore
    let size = 0;
    for (const name of names)
      size += gzipSync(Buffer.from(await (await fetch(name)).arrayBuffer())).length;
    expect(size).toBeLessThan(60_000);
    expect(names.filter((name) => /thread|exercise-page|iris/.test(name))).toEqual([]);
  });

  test('the code of an exercise when it runs, and no other', async () => {
    const page = await visit('#/exercise/iris');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await runToEnd(page);
    const scripts = asked.filter((url) => url.endsWith('.js'));
    expect(scripts.some((url) => url.includes('/iris-'))).toBe(true);
    expect(scripts.some((url) => /\/(yolo|dcgan|dialogue|board-game|gpu-browser)-/.test(url))).toBe(
      false,
    );
    expect(
      asked.filter((url) => !url.startsWith(inject('site')) && !/^(blob|data):/.test(url)),
    ).toEqual([]);
  });
});

describe('a run', () => {
  test('pauses, steps, goes on and stops', async () => {
    const page = await visit('#/exercise/nonlinear-regression?steps=100000');
    await page.click('.run-bar .go');
    await page.waitForFunction(() =>
      document.querySelector('.run-bar .end')?.textContent?.includes('steps/s'),
    );
    await page.click('.run-bar .go');
    await expect.poll(() => page.textContent(said)).toBe('Paused.');
    const stood = await page.textContent('.run-bar .end');
    await page.waitForTimeout(300);
    expect(await page.textContent('.run-bar .end')).toBe(stood);
    await page.getByRole('button', { name: 'Step', exact: true }).click();
    await expect.poll(() => page.textContent('.run-bar .end')).not.toBe(stood);
    await expect.poll(() => page.textContent(said)).toBe('Paused.');
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(() => page.textContent(said)).toBe('Running.');
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => page.textContent(said)).toBe('Stopped.');
  });

  test('that is stopped in the middle of a long step leaves the page as it was, and another can begin', async () => {
    const page = await visit('#/exercise/dcgan');
    await page.click('.run-bar .go');
    await page.waitForTimeout(500);
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => page.textContent(said)).toBe('Stopped.');
    await page.goto(`${inject('site')}#/exercise/iris`);
    await runToEnd(page);
    expect(await page.textContent('.checks')).toContain('parameters');
  });

  test('is what its link says, after a reload too', async () => {
    const page = await visit('#/exercise/iris');
    await page.getByLabel('Try: learning rate 0.1').check();
    await page.getByRole('spinbutton', { name: 'passes over the training flowers' }).fill('7');
    await page.keyboard.press('Enter');
    await page.getByLabel('Seed').fill('5');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('#/exercise/iris?variant=lr-01&seed=5&epochs=7');
    await runToEnd(page);
    const first = JSON.parse(String(await saved(page, 'JSON')));
    await page.reload();
    await page.waitForSelector('.bench');
    expect(
      await page.getByRole('spinbutton', { name: 'passes over the training flowers' }).inputValue(),
    ).toBe('7');
    await runToEnd(page);
    const second = JSON.parse(String(await saved(page, 'JSON')));
    expect(first).toMatchObject({ id: 'iris', variant: 'lr-01', seed: 5 });
    expect({ ...second, seconds: 0 }).toEqual({ ...first, seconds: 0 });
  });

  test('with a link that cannot be says why, and runs with the rest', async () => {
    const page = await visit('#/exercise/iris?lr=1000&variant=none');
    expect(await page.locator('.problem').allTextContents()).toEqual([
      "There is no variant 'none'.",
      "lr must be a number from 0.000001 to 10, got '1000'; the nearest valid value is 10.",
    ]);
    await runToEnd(page).catch(() => {}); // those are still said
    await page.waitForSelector('#results');
  });

  test('never keeps the page busy for 50 ms', async () => {
    const page = await visit('#/exercise/rnn-binary-addition');
    await page.waitForSelector('table.checks');
    const longest = await longestTask(page, () => runToEnd(page));
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThan(50);
  });

  test('has the same result on two threads', async () => {
    const results: string[] = [];
    for (const threads of ['1', '2']) {
      const page = await visit(`#/exercise/iris?threads=${threads}`);
      await runToEnd(page);
      const { metrics, checks } = JSON.parse(String(await saved(page, 'JSON')));
      results.push(JSON.stringify({ metrics, checks }));
      expect(await page.textContent('.run-bar .end')).toContain(`wasm, ${threads} thread`);
    }
    expect(results[1]).toBe(results[0]);
  });
});

describe('beside a run', () => {
  test('others are kept, with a band over seeds', async () => {
    const page = await visit('#/exercise/keras-linear-regression?steps=100');
    await page.getByRole('button', { name: 'Run five seeds' }).click();
    await expect.poll(() => page.locator('.kept li').count(), { timeout: 60_000 }).toBe(4);
    await page.waitForSelector('#results');
    expect(await page.locator('.legend li').allTextContents()).toEqual(
      [4, 0, 1, 2, 3].map((seed) => `Seed ${seed} · loss`),
    );
    await page.getByRole('button', { name: 'Forget run 1' }).click();
    expect(await page.locator('.legend li').count()).toBe(4);
  });

  test('a curve is read with the keyboard', async () => {
    const page = await visit('#/exercise/keras-linear-regression?steps=100');
    await runToEnd(page);
    const plot = page.getByRole('slider', { name: 'mean squared error' });
    await plot.focus();
    await page.keyboard.press('Home');
    await expect.poll(() => plot.getAttribute('aria-valuenow')).toBe('0');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => plot.getAttribute('aria-valuenow')).toBe('1');
    await page.keyboard.press('End');
    await expect.poll(() => plot.getAttribute('aria-valuetext')).toMatch(/^step 100: loss 0?\.?\d/);
  });

  test('a try answers, and a mistake is told', async () => {
    const page = await visit('#/exercise/perceptron-gates');
    await runToEnd(page);
    const form = page.locator('.try').first();
    await form.getByRole('button', { name: 'Ask' }).click();
    await expect.poll(() => form.locator('.answer :is(figure, table)').count()).toBeGreaterThan(0);
    const other = await visit('#/exercise/recursive-network');
    await runToEnd(other);
    const question = other.locator('.try').first();
    await question.getByRole('textbox').first().fill('nonsense');
    await question.getByRole('button', { name: 'Ask' }).click();
    await expect.poll(() => question.locator('.problem').count()).toBe(1);
  });

  test('files are saved: CSV, SVG, PNG, weights', async () => {
    const page = await visit('#/exercise/iris?epochs=3');
    await runToEnd(page);
    expect(String(await saved(page, 'CSV'))).toMatch(/^epoch,"[a-z]+, [\d.]+, split 1".*\n1,\d/);
    const svg = String(await saved(page, 'SVG'));
    expect(svg).toMatch(/^<\?xml[^]*<svg [^]*cross-entropy in training[^]*<\/svg>\n$/);
    expect(svg).not.toContain('var(');
    expect((await saved(page, 'PNG')).subarray(1, 4).toString()).toBe('PNG');
    const { tensors } = await decodeSafetensors(await saved(page, 'weights'));
    expect(Object.values(tensors).map(({ shape }) => shape)).toEqual([[12, 4], [12], [3, 12], [3]]);
  });
});

test('a question is answered with the keyboard before its numbers are shown', async () => {
  const page = await visit('#/exercise/quiz');
  await page.click('.run-bar .go');
  const card = page.locator('.card', { has: page.getByRole('group', { name: /what is dz.dx/ }) });
  const row = page.locator('.checks tr', { hasText: 'chain-rule' });
  await card.waitFor();
  expect(await page.locator('.figures table').count()).toBe(0);
  expect(await row.textContent()).not.toContain('x + y');
  await card.getByRole('radio').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => card.getByRole('status').textContent()).toBe('Right: these numbers agree.');
  expect(await card.locator('tbody tr').allTextContents()).toEqual(['2(x + y)100yes', '2(x + 1)64no', '(x + y)²2515no', '2x46no']);
  expect(await row.textContent()).toContain('2(x + y)');
  expect(await page.textContent('.score')).toMatch(/^1 of \d+ questions? answered, 1 rightly$/);
}); // prettier-ignore

describe('on the screen', () => {
  test('the curve stands beside run and parameters while it trains, where nothing moves when it begins', async () => {
    const page = await visit('#/exercise/rnn-binary-addition', { viewport: { width: 1280, height: 900 } });
    const seen = async (selector: string): Promise<number> => {
      const box = (await page.locator(selector).first().boundingBox())!; // it is there
      expect(box.y + box.height).toBeLessThanOrEqual(900);
      return box.y;
    };
    const before = await seen('#parameters');
    await page.click('.run-bar .go');
    await page.waitForSelector('.chart canvas');
    await seen('.run-bar .go');
    await seen('.chart');
    expect(Math.abs((await seen('#parameters')) - before)).toBeLessThan(40);
  });

  test('a phone shows the bench, then the text', async () => {
    const page = await visit('#/exercise/bptt', { viewport: { width: 360, height: 740 } });
    await page.waitForSelector('.formula');
    const [bench, text] = await Promise.all(
      ['.bench', '.text'].map(async (selector) => (await page.locator(selector).boundingBox())!.y),
    );
    expect(bench).toBeLessThan(text!);
  });
}); // prettier-ignore

describe('the contents', () => {
  test('lead to a section, its formulas to the exercises where they run, and these back', async () => {
    const page = await visit();
    await page.getByRole('link', { name: 'Reinforcement learning' }).click();
    const bellman = page.locator('.part', { hasText: "Bellman's equation of states" });
    await expect.poll(() => bellman.locator('math').count()).toBe(2);
    await bellman.getByRole('link').first().click();
    await page.waitForSelector('.bench');
    await page.getByRole('navigation', { name: 'Where this is' }).getByRole('link', { name: 'Reinforcement learning' }).click();
    await expect.poll(() => page.title()).toBe('Reinforcement learning · Kasane');
  });

  test('are searched in both languages, and opened with the keyboard', async () => {
    const page = await visit();
    await page.getByRole('searchbox').fill('逆伝播 bptt');
    await expect.poll(() => page.locator('.card-link').count()).toBeGreaterThan(0);
    await page.getByRole('searchbox').fill('iris');
    await expect.poll(() => page.locator('.card-link strong').allTextContents()).toEqual(['Iris classification']);
    await page.keyboard.press('Tab'); // to its section
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.bench');
    expect(await page.title()).toBe('Iris classification · Kasane');
  });

  test('are in Japanese for who reads it, and in the other language by a button', async () => {
    const page = await visit('', { locale: 'ja-JP' });
    await expect.poll(() => page.textContent('h1')).toBe('動く教科書');
    expect(await page.getAttribute('html', 'lang')).toBe('ja');
    await page.getByRole('button', { name: 'English' }).click();
    await expect.poll(() => page.textContent('h1')).toBe('A course that runs');
    await page.reload();
    await expect.poll(() => page.textContent('h1')).toBe('A course that runs');
  });
}); // prettier-ignore
