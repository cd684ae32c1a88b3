import { defineConfig, type ViteUserConfig } from 'vitest/config';

// `.ci/run` reads the counts from a file; people read the terminal.
const report = process.env['KASANE_TEST_REPORT'];
const json = (outputFile: string): ['json', { outputFile: string }][] => [['json', { outputFile }]];

/** The page in Debian's Chromium, as people use it: `pnpm test:e2e`. */
const config: ViteUserConfig = defineConfig({
  ssr: { resolve: { conditions: ['@kasane/source', 'module', 'node'] } },
  test: {
    include: ['apps/demo/e2e/**/*.e2e.ts'],
    globalSetup: ['apps/demo/e2e/site.ts'],
    // A machine that is busy takes a while over the longest exercises.
    testTimeout: 900_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['verbose', ...(report === undefined ? [] : json(report))],
    // vitest would leave a core to itself.
    maxWorkers: '100%',
  },
});
export default config;
