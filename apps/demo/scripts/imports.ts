import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a module of the demo imports when it is loaded, with the modules of the demo that it imports: `@kasane/nn`, `node:fs`. */
export function importsOf(file: string): Set<string> {
  const seen = new Set<string>();
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const source = readFileSync(path, 'utf8');
    for (const [statement, , from] of source.matchAll(/^(import|export)\s[^;]*?from '([^']+)'/gm)) {
      // Types load nothing.
      if (/^(import|export) type /.test(statement)) continue;
      if (from!.endsWith('.ts')) visit(join(dirname(path), from!));
      else found.add(from!);
    }
  };
  visit(file);
  return found;
}
