/** No source file grows past 400 lines. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { report } from '../run.ts';
import { files, root } from '../workspace.ts';

const limit = 400;

const sources = files('{packages,apps}/**/*.{ts,tsx}', 'scripts/**/*.ts', 'docs/*.ts').filter(
  (file) => !file.endsWith('.gen.ts') && !file.includes('/fixtures/'),
);
const problems = sources.flatMap((file) => {
  const lines = readFileSync(join(root, file), 'utf8').split('\n').length - 1;
  return lines > limit ? [`${file}: ${lines} lines, more than ${limit}; split it by concept.`] : [];
});
report(problems, `${sources.length} files are short enough.`);
