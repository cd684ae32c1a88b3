/** Links of Markdown that lead to files: to those that the site shows, the rest to the repository, or nowhere while it has no address. */
import { dirname, relative, resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import { repository, root } from './packages.ts';

const shown =
  /^(?:packages\/[^/]+\/README\.md|docs\/(?:home|home\.ja|guides\/(?:ja\/)?[^/]+)\.md)$/;

/** The text of a Markdown file with links that typedoc can follow. */
export function withLinks(file: string): string {
  const address = repository();
  return readFileSync(file, 'utf8').replaceAll(
    /(?<!!)\[((?:[^[\]]|\[[^\]]*\])+)\]\((?!https?:|mailto:|#)([^)\s#]+)(#[^)\s]*)?\)/g,
    (whole, label: string, path: string, anchor = '') => {
      const target = relative(root, resolve(dirname(file), path));
      if (shown.test(target)) return whole;
      return address === undefined ? label : `[${label}](${address}/blob/main/${target}${anchor})`;
    },
  );
}
