/** `pnpm course-guides` writes the guides of the course: `docs/guides/course*.md`, and the same in Japanese. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { coursePages } from './course/pages.ts';
import { capture } from './run.ts';
import { root } from './workspace.ts';

const pages = coursePages();
for (const [path, text] of pages) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
await capture(
  'oxfmt',
  pages.map(([path]) => path),
);
console.log(`${pages.length} pages written.`);
