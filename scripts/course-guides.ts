/** `pnpm course-guides` writes the guides of the course, `docs/guides/course.md` and the pages of its sections. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { coursePage, pageOf, sectionPage, sections } from './course/pages.ts';
import { capture } from './run.ts';
import { root } from './workspace.ts';

const pages: readonly (readonly [path: string, text: string])[] = [
  ['docs/guides/course.md', coursePage()],
  ...sections.flatMap((section) =>
    (['en', 'ja'] as const).map(
      (language) => [pageOf(section, language), sectionPage(section, language)] as const,
    ),
  ),
];
for (const [path, text] of pages) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
await capture(
  'oxfmt',
  pages.map(([path]) => path),
);
console.log(`${pages.length} pages written.`);
