import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { packProgram } from '../src/page/code/program-link.ts';
import { open, useBrowser, type Opened } from './browser.ts';

useBrowser();

/** Opens the playground with a program, and runs it. */
async function run(program: string): Promise<Opened> {
  const opened = await open(`#/playground?code=${await packProgram(program)}`);
  const [first = ''] = program.split('\n');
  await opened.page.locator('.cm-line').getByText(first.trim(), { exact: true }).first().waitFor();
  await opened.page.getByRole('button', { name: 'Run', exact: true }).click();
  return opened;
}

const output = (page: Page) => page.getByRole('log', { name: 'Output' });
const status = (page: Page) => page.getByRole('status');

describe('the playground', () => {
  test('a program that trains: what it prints, its values and its curve', async () => {
    const { page, complaints } = await run(
      `import { backward } from '@kasane/autograd';
import { Linear, mseLoss, type Module } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { Generator, rand } from '@kasane/tensor-core';

interface Settings { readonly steps: number }
const settings: Settings = { steps: 200 };
const model: Module = new Linear(1, 1, { generator: new Generator(0) });
const sgd = new SGD(model.parameters(), { lr: 0.5 });
const x = rand([32, 1], { generator: new Generator(1) });
let last = NaN;
for (let i = 0; i < settings.steps; i++) {
  const loss = mseLoss(model.forward(x), x.mul(3).add(1));
  backward(loss);
  sgd.step();
  sgd.zeroGrad();
  last = loss.item() as number;
  report({ type: 'series', chart: 'loss', name: 'training', x: i, y: last });
}
console.log('trained', last < 0.001, { x });
(model as Linear).weight.item().toFixed(1); // => 3.0
`,
    );
    await status(page).getByText('Done').waitFor();
    const text = await output(page).innerText();
    expect(text).toContain('trained true { x: tensor([[');
    expect(text).toContain('line 21');
    expect(text).toContain('3.0');
    expect(await page.locator('.cm-value').innerText()).toBe('⇒ 3.0');
    expect(await page.getByRole('slider', { name: 'loss' }).count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test.each([
    {
      what: 'a fault that a library finds is at the line that called it',
      program:
        "import { ones } from '@kasane/tensor-core';\n\nconst a: number = 3;\nones([2, a]).matmul(ones([4, 3]));\n",
      line: 4,
      message: 'matmul: inner dimensions must match, got 3 and 4',
    },
    {
      what: 'a fault after waiting',
      program: 'await new Promise((resolve) => setTimeout(resolve, 20));\nnull!.x;\n',
      line: 2,
      message: "TypeError: Cannot read properties of null (reading 'x')",
    },
    {
      what: 'a promise that nobody waits for',
      program:
        "async function f(): Promise<void> {\n  throw new RangeError('far');\n}\nvoid f();\n",
      line: 2,
      message: 'RangeError: far',
    },
    {
      what: 'no TypeScript',
      program: 'let a: number = 1;\nlet b = ;\n',
      line: 2,
      message: 'Unexpected token',
    },
    {
      what: 'a name that a package has not',
      program:
        "import { ones } from '@kasane/tensor-core';\nimport { Liner } from '@kasane/nn';\nnew Liner(ones([1]));\n",
      line: 2,
      message: "@kasane/nn has no value 'Liner'; the nearest is 'Linear'.",
    },
    {
      what: 'a module that is not there',
      program: "// nothing\n\nimport _ from 'lodash';\n_();\n",
      line: 3,
      message: "There is no module 'lodash' here",
    },
  ])('$what', async ({ program, line, message }) => {
    const { page, complaints } = await run(program);
    await status(page).getByText('It failed.').waitFor();
    expect(await output(page).innerText()).toContain(message);
    await output(page)
      .getByRole('button', { name: `line ${line}`, exact: true })
      .click();
    expect(await page.locator('.cm-wrong').innerText()).toBe(program.split('\n')[line - 1]);
    expect(await page.locator('.cm-fault').count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  test('a program without end prints without end, and the page goes on', async () => {
    const { page } = await run('for (let i = 0; ; i++) console.log(i);');
    await output(page).getByText('It said more than 5,000 things').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await status(page).getByText('Stopped.').waitFor();
    await page.locator('.cm-content').press('Control+A');
    await page.keyboard.type("console.log('again');");
    await page.keyboard.press('Control+Enter');
    await output(page).getByText('again').waitFor();
    expect(await output(page).innerText()).not.toContain('5,000');
  });

  test('the link has the program, and one that was shortened says so', async () => {
    const { page, complaints } = await open('#/playground');
    await page.locator('.cm-content').press('Control+A');
    await page.keyboard.type("console.log('from the link', 1 + 1);");
    await page.waitForURL(/code=/);
    expect(complaints).toEqual([]);
    const there = page.url();
    const other = await open(there);
    await other.page.getByRole('button', { name: 'Run', exact: true }).click();
    await output(other.page).getByText('from the link 2').waitFor();
    const { page: broken } = await open(there.slice(0, -9));
    await broken.getByText('The program of this link cannot be read').waitFor();
  });

  test('examples of the documentation open, and the keyboard runs them', async () => {
    const { page } = await open('#/playground?lang=ja');
    await page.getByLabel('例を開く', { exact: true }).selectOption({ index: 1 });
    await page.locator('.cm-content').press('Control+Enter');
    await page.getByRole('status').getByText('秒で終わりました').waitFor();
    expect(await page.locator('.cm-value').count()).toBeGreaterThan(0);
    expect(await page.locator('.cm-wrong').count()).toBe(0);
  });

  test('a program runs on two threads, or on a graphics device, as the link says', async () => {
    const { page, complaints } = await open(
      `#/playground?code=${await packProgram(`import { defaultBackend, ones } from '@kasane/tensor-core';
import { getNumThreads } from '@kasane/tensor-core/threads';
console.log(defaultBackend().name, getNumThreads(), [...(await ones([2]).add(1).data())]);
`)}&threads=2`,
    );
    await page.locator('.cm-line').getByText('getNumThreads(),').waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await output(page).getByText('wasm 2 [2, 2]').waitFor();
    await page.getByLabel('Runs on').selectOption('gpu');
    await page.getByLabel('Mode').selectOption('webgl2');
    expect(page.url()).toMatch(/\?code=[\w-]+&backend=gpu&mode=webgl2$/);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await output(page).getByText('gpu(webgl2) 1 [2, 2]').waitFor();
    expect(complaints).toEqual([]);
  });

  test('the example of a name opens, and runs', async () => {
    const { page, complaints } = await open('#/playground');
    const names = page.getByLabel('Example by name');
    await names.focus();
    await page.locator('datalist option').first().waitFor({ state: 'attached' });
    await names.fill('Linear · @kasane/nn');
    await page.locator('.cm-line').getByText('new Linear(').first().waitFor();
    await page.locator('.cm-content').press('Control+Enter');
    await status(page).getByText('Done').waitFor();
    expect(await page.locator('.cm-value').count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  test('nothing that a program makes reaches past the policy', async () => {
    const { page } = await run(
      `const tried = async (what: string, how: () => unknown): Promise<void> => {
  try { await how(); console.log(what, 'went'); } catch { console.log(what, 'refused'); }
};
await tried('eval', () => (0, eval)('1'));
await tried('function', () => new Function('return 1')());
const made = 'data:text/javascript,export default 1';
await tried('import', () => import(made));
await tried('elsewhere', () => fetch('https://kasane.example/'));
console.log('end');
`,
    );
    await output(page).getByText('end').waitFor();
    expect(await output(page).innerText()).not.toContain('went');
  });
});
