import { defineConfig, type ViteUserConfig } from 'vitest/config';

// `.ci/run` reads the counts from a file; people read the terminal.
const report = process.env['KASANE_TEST_REPORT'];
const json = (outputFile: string): ['json', { outputFile: string }][] => [['json', { outputFile }]];

const ops = 'packages/*/src/ops/*.test.ts';

const config: ViteUserConfig = defineConfig({
  // Workspace sources resolve through this export condition, so tests need no build.
  ssr: { resolve: { conditions: ['@kasane/source', 'module', 'node'] } },
  test: {
    projects: [
      // The conformance tests leave nothing behind, so that files may share what they import.
      { extends: true, test: { name: 'ops', include: [ops], isolate: false } },
      {
        extends: true,
        test: {
          name: 'others',
          include: [
            '{packages,apps}/*/{src,test}/**/*.test.ts',
            'scripts/**/*.test.ts',
            'docs/site/*.test.ts',
          ],
          exclude: [ops, '**/*.browser.test.ts', '**/node_modules/**'],
        },
      },
    ],
    // Those need a browser: `pnpm test:browser`.
    exclude: ['**/*.browser.test.ts', '**/node_modules/**'],
    setupFiles: ['packages/testing/src/setup.ts'],
    // Every core: by default one is left to vitest itself, which is idle most of the time.
    maxWorkers: '100%',
    // No test is about time; a busy machine takes a while over the longest ones.
    testTimeout: 30_000,
    reporters: [
      'default',
      './scripts/skipped-reporter.ts',
      ...(report === undefined ? [] : json(report)),
    ],
  },
});
export default config;
