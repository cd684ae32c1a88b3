/** Graphics devices, and what is said where there is none. */
import { describe, expect, test } from 'vitest';
import { crashGpuProcess, open, runToEnd, useBrowser, visit } from './browser.ts';

describe('where there are graphics devices', () => {
  useBrowser();

  test.each(['webgl2', 'webgpu'])('an exercise runs on %s to its end, and its checks hold', async (mode) => {
    const page = await visit(`#/exercise/keras-linear-regression?backend=gpu&mode=${mode}`);
    await runToEnd(page);
    expect(await page.textContent('.run-bar .end')).toContain(`gpu(${mode})`);
    expect(await page.locator('table.checks .no').count()).toBe(0);
    expect(await page.locator('table.checks .ok').count()).toBeGreaterThan(0);
  });

  test('the rate of a run, and its floating-point operations, are shown', async () => {
    const page = await visit('#/exercise/nonlinear-regression?steps=1000000');
    await page.click('.run-bar .go');
    await expect.poll(() => page.textContent('.run-bar .end'), { timeout: 10_000 }).toMatch(
      /step [\d,]+ of 1,000,000 · [\d,]+ steps\/s · [\d.]+ [MG]FLOPS · [\d.]+ kB of tensors · wasm, 1 thread/,
    );
  });

  test.each(['webgl2', 'webgpu'])('a device that goes away while something trains on %s is told of, and another one is there', async (mode) => {
    const { page } = await open(`#/exercise/keras-linear-regression?backend=gpu&mode=${mode}&steps=100000`);
    await page.click('.run-bar .go');
    await page.getByText(/steps\/s · [\d.]+ [MG]FLOPS/).waitFor();
    await crashGpuProcess();
    await page.getByText('The browser has taken the graphics device away').waitFor();
    await page.click('.run-bar .go');
    await page.getByText(/steps\/s · [\d.]+ [MG]FLOPS/).waitFor();
    expect(await page.getByText('The browser has taken').count()).toBe(0);
  });
}); // prettier-ignore

describe('where there are none', () => {
  useBrowser(['--disable-gpu', '--disable-software-rasterizer']);

  test('they are grey, and it says why', async () => {
    const page = await visit('#/exercise/iris?backend=gpu');
    await page.getByText('webgpu: this browser has WebGPU, but no adapter for this graphics card.').waitFor();
    const grey = await page.getByLabel('Mode').locator('option:disabled').allTextContents();
    expect(grey).toEqual(['cpu', 'webgl2', 'webgpu']);
    expect(await page.locator('.lacks li').allTextContents()).toEqual([
      'cpu: makes functions of texts, which the content policy of this page forbids.',
      'webgl2: this browser has no WebGL 2, or has switched it off for this graphics card.',
      'webgpu: this browser has WebGPU, but no adapter for this graphics card.',
    ]);
    await runToEnd(page);
    expect(await page.textContent('.run-bar .end')).toContain('gpu(webasm)');
  });
}); // prettier-ignore
