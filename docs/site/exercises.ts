/** Which exercises of the course use an export, read from what they import. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalog } from '../../apps/demo/src/exercises/data.gen.ts';
import { root } from './packages.ts';
import type { Language } from './words.ts';

export interface ExerciseUse {
  readonly id: string;
  readonly title: Readonly<Record<Language, string>>;
}

/** The exercises by what they import: `@kasane/nn Linear`. */
export function exerciseUses(): Map<string, ExerciseUse[]> {
  const folder = join(root, 'apps/demo/src/exercises');
  const uses = new Map<string, ExerciseUse[]>();
  for (const { id, title } of catalog) {
    const files = globSync([`${id}.ts`, `${id}/**/*.ts`], { cwd: folder });
    const names = new Set<string>();
    for (const file of files) {
      if (file.endsWith('.test.ts')) continue;
      const source = readFileSync(join(folder, file), 'utf8');
      for (const [, list = '', from = ''] of source.matchAll(
        /^import (?:type )?\{([^}]*)\} from '(@kasane\/[^']+)'/gm,
      )) {
        for (const name of list.split(',')) {
          const [, imported] = /^\s*(?:type )?(\w+)/.exec(name) ?? [];
          if (imported !== undefined) names.add(`${from} ${imported}`);
        }
      }
    }
    for (const name of names) uses.set(name, [...(uses.get(name) ?? []), { id, title }]);
  }
  return uses;
}
