import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import type { BrowserCommand } from 'vitest/node';

// `.ci/run` reads the counts from a file; people read the terminal.
const report = process.env['KASANE_TEST_REPORT'];
const json = (outputFile: string): ['json', { outputFile: string }][] => [['json', { outputFile }]];

// Debian's Chromium; its WebGL 2 and WebGPU are drawn in software, so no graphics card is needed.
const executablePath = process.env['KASANE_CHROMIUM'] ?? '/usr/bin/chromium';
const args = [
  '--no-sandbox',
  '--ignore-gpu-blocklist',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--disable-background-networking',
  // The tests that end it, more often than is borne with.
  '--disable-gpu-process-crash-limit',
  '--disable-domain-blocking-for-3d-apis',
  '--js-flags=--expose-gc',
];

const crashing = '**/*.crash.browser.test.ts';

/** Ends the process that draws for all pages, as a driver's fault does. */
const crashGpuProcess: BrowserCommand<[]> = async ({ context }) => {
  const session = await context.browser()!.newBrowserCDPSession();
  await session.send('Browser.crashGpuProcess').catch(() => {}); // which cannot answer
  await session.detach();
};

/** The conformance suite of ops, and what only a browser can show (`*.browser.test.ts`). */
const config: ViteUserConfig = defineConfig({
  resolve: { conditions: ['@kasane/source', 'module', 'browser'] },
  // Only isolated pages may share memory between threads.
  server: {
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
  optimizeDeps: { include: ['@kasane/tensor-core > gpu.js'] },
  test: {
    include: ['packages/*/src/ops/*.test.ts', '{packages,apps}/*/{src,test}/**/*.browser.test.ts'],
    setupFiles: ['packages/testing/src/setup.ts'],
    testTimeout: 30_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath, args } }),
      commands: { crashGpuProcess },
      // Each has a browser of its own: those that end its processes, one after the other, and all others.
      instances: [
        { browser: 'chromium', exclude: [crashing] },
        { browser: 'chromium', name: 'crashing', include: [crashing], fileParallelism: false },
      ],
    },
    reporters: [
      'default',
      './scripts/skipped-reporter.ts',
      ...(report === undefined ? [] : json(report)),
    ],
  },
});
export default config;
