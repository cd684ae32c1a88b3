import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parser } from '@lezer/javascript';
import { highlightCode, tagHighlighter, tags } from '@lezer/highlight';
import type { Plugin } from 'vite';
import { eraseTypes } from '../code/erase-types.ts';
import { referencesOf, withReferences } from './reference.ts';

const LESSONS = 'virtual:lessons';
const LESSON = 'virtual:lesson/';
const OUTSIDE = 'virtual:outside/';
const exercises = join(import.meta.dirname, '../../exercises');

/** The files of an exercise, and what they import besides each other. */
export interface ExerciseFiles {
  readonly id: string;
  readonly entry: string;
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** The other modules, by the file that imports them and how it names them. */
  readonly outside: ReadonlyMap<string, string>;
}

/** One line of code: pieces of text, each with what it is and where in the reference it leads. */
export type Line = readonly (readonly [kind: string, text: string, address?: string])[];

/** What a learner came for in a file: all of it, or what stands between `// #region lesson` and `// #endregion`. */
export interface Excerpt {
  readonly file: string;
  /** The number of its first line. */
  readonly first: number;
  readonly lines: readonly Line[];
}

/** The exercises as the thread loads them: the file of each, and its name there. */
export function exerciseFiles(): Map<string, ExerciseFiles> {
  const loads = readFileSync(join(exercises, 'loads.gen.ts'), 'utf8');
  const found = new Map<string, ExerciseFiles>();
  for (const [, id, path, name] of loads.matchAll(/\['([\w-]+)', .*import\('(.+)'\)\)\.(\w+)\]/g)) {
    found.set(id!, filesOf(id!, join(exercises, path!), name!)); // all three are in the expression
  }
  return found;
}

function filesOf(id: string, start: string, name: string): ExerciseFiles {
  const folder = dirname(start);
  // A file of one piece is alone, though its neighbours are in its folder.
  const alone = folder === exercises;
  const files: Record<string, string> = {};
  const outside = new Map<string, string>();
  const visit = (path: string): void => {
    const file = relative(folder, path);
    if (file in files) return;
    const source = readFileSync(path, 'utf8');
    files[file] = source;
    for (const statement of eraseTypes(source).program.body) {
      if (!('source' in statement) || statement.source == null) continue;
      const specifier = String(statement.source.value);
      if (specifier.startsWith('@kasane/')) continue;
      const target = join(dirname(path), specifier);
      const own =
        specifier.startsWith('.') &&
        target.endsWith('.ts') &&
        !relative(folder, target).startsWith('..');
      if (own && !alone && existsSync(target)) visit(target);
      else outside.set(`${file} ${specifier}`, specifier.startsWith('.') ? target : specifier);
    }
  };
  visit(start);
  return { id, entry: relative(folder, start), name, files, outside };
}

/** The lesson of an exercise: of a folder its network and its training, of a file its region. */
export function excerptsOf({ entry, files }: ExerciseFiles): Excerpt[] {
  const regions = Object.entries(files).flatMap(([file, source]) => {
    const [before, inside] = source.split(/^\s*\/\/ #region lesson\n/m);
    if (inside === undefined) return [];
    const text = inside.split(/^\s*\/\/ #endregion/m)[0]!; // a split gives one part at least
    return [{ file, first: before!.split('\n').length + 1, lines: linked(text, source) }];
  });
  if (regions.length > 0) return regions;
  const own = ['network.ts', 'model.ts', 'training.ts'].filter((file) => file in files);
  return (own.length > 0 ? own : [entry]).map((file) => ({
    file,
    first: 1,
    lines: linked(files[file]!, files[file]!), // it is one of them
  }));
}

/** A part of a source in colours, its names leading to the reference. */
const linked = (text: string, source: string): Line[] =>
  withReferences(highlighted(text.trimEnd()), referencesOf(source));

const kinds = tagHighlighter([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.self], class: 'keyword' },
  { tag: [tags.string, tags.regexp, tags.special(tags.string)], class: 'string' },
  { tag: [tags.number, tags.bool, tags.null], class: 'number' },
  { tag: [tags.typeName, tags.className], class: 'type' },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], class: 'function' },
  { tag: tags.comment, class: 'comment' },
]);

/** TypeScript line by line, in pieces that look alike. */
export function highlighted(source: string): Line[] {
  const lines: [string, string][][] = [[]];
  highlightCode(
    source,
    parser.configure({ dialect: 'ts' }).parse(source),
    kinds,
    (text, kind) => lines.at(-1)!.push([kind, text]), // there is one from the start
    () => lines.push([]),
  );
  return lines;
}

/**
 * Gives the page the code of the exercises: `virtual:lessons` loads that of one, its lesson in colours, its files to be edited, and where
 * the rest is that they import.
 */
export function lessons(): Plugin {
  let all = new Map<string, ExerciseFiles>();
  return {
    name: 'lessons',
    apply: 'build',
    buildStart() {
      all = exerciseFiles();
    },
    resolveId: (id) =>
      id.startsWith('virtual:lesson') || id.startsWith(OUTSIDE) ? `\0${id}` : null,
    load(resolved) {
      const id = resolved.slice(1);
      if (id === LESSONS) {
        const ways = [...all.keys()].map((one) => `['${one}', () => import('${LESSON}${one}')]`);
        return `export const lessons = new Map([${ways.join(', ')}]);`;
      }
      const one = all.get(id.replace(/^virtual:(?:lesson|outside)\//, ''));
      if (one === undefined || !resolved.startsWith('\0virtual:')) return null;
      const modules = [...new Set(one.outside.values())];
      if (id.startsWith(OUTSIDE)) {
        const imports = modules.map((path, i) => `import * as m${i} from ${JSON.stringify(path)};`);
        return `${imports.join('\n')}\nexport { ${modules.map((_, i) => `m${i}`).join(', ')} };`;
      }
      const file = this.emitFile({
        type: 'chunk',
        id: `${OUTSIDE}${one.id}`,
        name: `${one.id}-imports`,
        preserveSignature: 'strict',
      });
      const numbers = Object.fromEntries(
        [...one.outside].map(([where, path]) => [where, modules.indexOf(path)]),
      );
      const { entry, name, files } = one;
      const source = JSON.stringify({ id: one.id, entry, name, files, numbers });
      return (
        `export const source = { ...${source}, outside: import.meta.ROLLUP_FILE_URL_${file} };\n` +
        `export const excerpts = ${JSON.stringify(excerptsOf(one))};`
      );
    },
  };
}
