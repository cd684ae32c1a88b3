import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { FILE_LIST } from './file-list.ts';

/** The folder beside the page that the reference has. */
const DOCS = 'docs';

/** Puts the reference into the folder of the page, if it was built, and its files into the list of the site's; takes an earlier one away. */
export function putBeside(reference: string, site: string): void {
  const [from, to] = [reference, join(site, DOCS)].map((folder) => join(folder, 'index.html')) as [string, string]; // prettier-ignore
  const isThere = existsSync(from);
  // Copies keep their times: one that is as old is the same.
  const isSame = isThere && existsSync(to) && statSync(from).mtimeMs === statSync(to).mtimeMs;
  if (!isSame) {
    rmSync(join(site, DOCS), { recursive: true, force: true });
    if (isThere) cpSync(reference, join(site, DOCS), { recursive: true, preserveTimestamps: true });
  }
  const list = join(site, FILE_LIST);
  const own = (JSON.parse(readFileSync(list, 'utf8')) as string[]).filter((name) => !name.startsWith(`${DOCS}/`)); // prettier-ignore
  const docs = isThere
    ? readdirSync(reference, { recursive: true, withFileTypes: true })
        .filter((one) => one.isFile())
        .map(({ parentPath, name }) => join(DOCS, join(parentPath, name).slice(reference.length + 1)))
    : []; // prettier-ignore
  writeFileSync(list, JSON.stringify([...own, ...docs.map((path) => path.replaceAll('\\', '/'))]));
}
