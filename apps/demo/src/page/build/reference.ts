import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './lessons.ts';

/** Where `pnpm docs:build` puts the reference, which is served beside the page as `docs/`. */
export const REFERENCE: string = join(import.meta.dirname, '../../../../../docs/api');

export const hasReference = (folder: string = REFERENCE): boolean =>
  existsSync(join(folder, 'index.html'));

/** The names that a source imports of packages, and the addresses of their pages in the reference, as far as it has them. */
export function referencesOf(source: string, folder: string = REFERENCE): Map<string, string> {
  const found = new Map<string, string>();
  if (!hasReference(folder)) return found;
  for (const [, names, from] of source.matchAll(
    /^import (?:type )?\{([^}]*)\} from '@kasane\/([^']+)'/gm,
  )) {
    for (const one of names!.split(',')) {
      const [, name, local = name] = /^\s*(?:type )?(\w+)(?: as (\w+))?\s*$/.exec(one) ?? [];
      const address = `${from}/${name}.html`;
      if (local !== undefined && existsSync(join(folder, address))) found.set(local, address);
    }
  }
  return found;
}

/** Lines whose names lead to the reference; members and keys of the same name do not. */
export function withReferences(
  lines: readonly Line[],
  references: ReadonlyMap<string, string>,
): Line[] {
  if (references.size === 0) return [...lines];
  return lines.map((line) => {
    const whole = line.map(([, text]) => text).join('');
    let at = 0;
    return line.flatMap(([kind, text]): Line => {
      const start = at;
      at += text.length;
      if (kind === 'comment' || kind === 'string') return [[kind, text]];
      return text.split(/(?<![\w$])([A-Za-z_$][\w$]*)/).flatMap((part, i, all): Line => {
        if (part === '') return [];
        const address = i % 2 === 1 ? references.get(part) : undefined;
        if (address === undefined) return [[kind, part]];
        const from = start + all.slice(0, i).join('').length;
        const isMember =
          /\.\s*$/.test(whole.slice(0, from)) && !whole.slice(0, from).endsWith('...');
        const isKey = /^\s*\??:/.test(whole.slice(from + part.length)) && kind === '';
        return [isMember || isKey ? [kind, part] : [kind, part, address]];
      });
    });
  });
}
