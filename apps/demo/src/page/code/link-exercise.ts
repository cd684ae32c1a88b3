import type { Node, Program as Tree } from 'acorn';
import { eraseTypes } from './erase-types.ts';
import { ProgramError, type Place } from './program-error.ts';
import { blanked, edited, namesUsed, need, type Edit, type Modules } from './program.ts';

/** An exercise as its own files, and where everything else that they import is. */
export interface LessonSource {
  readonly id: string;
  /** The file that has the exercise, and its name there. */
  readonly entry: string;
  readonly name: string;
  /** The texts of its own files by their paths within its folder. */
  readonly files: Readonly<Record<string, string>>;
  /** The module that exports, by number, the other modules that they import; the numbers by file and specifier. */
  readonly outside: string;
  readonly numbers: Readonly<Record<string, number>>;
}

/** A module in which an exercise runs as it was edited, and where its files are in it. */
export interface Linked {
  readonly code: string;
  /** The first line of each file, in the order of the module. */
  readonly starts: readonly { readonly file: string; readonly line: number }[];
}

/** Wrong in one of the files of an exercise. */
export class FileError extends ProgramError {
  readonly file: string;

  constructor(file: string, { message, place }: ProgramError) {
    super(message, place);
    this.file = file;
  }
}

/**
 * Joins the files of an exercise, each in a function, below what they import. `thread` is the module of the thread of the exercises,
 * which is told to load this one in the place of its own.
 *
 * @throws FileError for a file that is no TypeScript, or imports what is not there
 */
export function linkExercise(
  source: LessonSource,
  { urls, harness }: Modules,
  thread: string,
): Linked {
  const head = [
    `import * as $kasane from ${JSON.stringify(harness)};`,
    `import { loads as $loads } from ${JSON.stringify(thread)};`,
    `import * as $outside from ${JSON.stringify(source.outside)};`,
  ];
  const packages = new Map<string, string>();
  const lines: string[] = [];
  const starts: { file: string; line: number }[] = [];
  const names = new Map<string, string>();

  const packageNamed = (specifier: string): string | undefined => {
    const url = urls.get(specifier);
    if (url === undefined) return undefined;
    let name = packages.get(specifier);
    if (name === undefined) {
      name = `$package${packages.size}`;
      packages.set(specifier, name);
      head.push(`import * as ${name} from ${JSON.stringify(url)};`);
    }
    return name;
  };
  /** Joins a file and all that it imports; gives the name of what it exports. */
  const link = (file: string): string => {
    const linked = names.get(file);
    if (linked !== undefined) return linked;
    try {
      const text = source.files[file]!; // only files that are there are asked for
      const { code, program } = eraseTypes(text);
      const moduleOf = (specifier: string, node: Node): string => {
        const own = specifier.startsWith('.') ? normal(file, specifier) : '';
        if (Object.hasOwn(source.files, own)) return link(own);
        const number = source.numbers[`${file} ${specifier}`];
        const found = number === undefined ? packageNamed(specifier) : `$outside.m${number}`;
        if (found !== undefined) return found;
        throw new ProgramError(
          `There is no module '${specifier}' here.`,
          ProgramError.placeOf(text, node.start),
        );
      };
      // What it imports stands before it.
      const body = fileBody(text, code, program, moduleOf);
      const name = `$file${names.size}`;
      names.set(file, name);
      lines.push(`const ${name} = (() => { ${body.imports((line) => line + lines.length + 2)}`);
      starts.push({ file, line: lines.length + 2 }); // below the head
      lines.push(...body.code.split('\n'), `return ${body.exports}; })();`);
      return name;
    } catch (error) {
      if (error instanceof ProgramError && !(error instanceof FileError)) {
        throw new FileError(file, error);
      }
      throw error;
    }
  };
  const name = link(source.entry);
  lines.push(`$loads.set(${JSON.stringify(source.id)}, async () => ${name}.${source.name});`);
  lines.push('$kasane.done();', '');
  return { code: [head.join(' '), ...lines].join('\n'), starts };
}

/** The file that a place of the module is in, and the place there. */
export function placeInFile(
  { starts }: Linked,
  place: Place,
): { file: string; place: Place } | null {
  const start = starts.findLast(({ line }) => line <= place.line);
  return start === undefined
    ? null
    : { file: start.file, place: { ...place, line: place.line - start.line + 1 } };
}

/** A file without its imports and exports, what takes the place of those before it, and what of these behind. */
function fileBody(
  text: string,
  code: string,
  program: Tree,
  moduleOf: (specifier: string, node: Node) => string,
): {
  readonly code: string;
  readonly imports: (lineOf: (line: number) => number) => string;
  readonly exports: string;
} {
  const used = namesUsed(program);
  const edits: Edit[] = [];
  const exported: string[] = [];
  const imported: ((lineOf: (line: number) => number) => string)[] = [];
  const give = (name: string, value: string): void => {
    exported.push(`get ${name}() { return ${value}; }`);
  };
  const clear = ({ start, end }: { readonly start: number; readonly end: number }): void => {
    edits.push({ from: start, to: end, text: blanked(code, { start, end }) });
  };
  for (const statement of program.body) {
    const { start } = statement;
    switch (statement.type) {
      case 'ImportDeclaration': {
        const specifiers = statement.specifiers.filter(({ local }) => used.has(local.name));
        if (statement.specifiers.length === 0 || specifiers.length > 0) {
          const specifier = String(statement.source.value);
          const module = moduleOf(specifier, statement.source);
          imported.push((lineOf) => need(text, specifiers, module, specifier, lineOf));
        }
        clear(statement);
        break;
      }
      case 'ExportNamedDeclaration': {
        const { declaration, specifiers, source: from } = statement;
        if (declaration != null) {
          clear({ start, end: declaration.start });
          for (const name of declaredNames(declaration)) give(name, name);
          break;
        }
        const module = from == null ? '' : `${moduleOf(String(from.value), from)}.`;
        for (const one of specifiers) {
          if (one.exported.type === 'Identifier' && one.local.type === 'Identifier') {
            give(one.exported.name, module + one.local.name);
          }
        }
        clear(statement);
        break;
      }
      case 'ExportDefaultDeclaration':
        edits.push({ from: start, to: statement.declaration.start, text: 'const $default = ' });
        give('default', '$default');
        break;
      case 'ExportAllDeclaration':
        exported.push(`...${moduleOf(String(statement.source.value), statement.source)}`);
        clear(statement);
        break;
      default:
    }
  }
  return {
    code: edited(code, edits),
    imports: (lineOf) => imported.map((one) => one(lineOf)).join(' '),
    exports: `{ ${exported.join(', ')} }`,
  };
}

/** The names that a declaration gives to others. */
function declaredNames(declaration: Node): string[] {
  const { id, declarations } = declaration as Node & { id?: Named; declarations?: { id: Named }[] }; // one or the other
  return [id, ...(declarations ?? []).map((one) => one.id)].flatMap((one) =>
    one?.name === undefined ? [] : [one.name],
  );
}
interface Named {
  readonly name?: string;
}

/** The path that a specifier means in a file. */
function normal(file: string, specifier: string): string {
  const path = file.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') {
      if (path.length === 0) return ''; // outside
      path.pop();
    } else if (part !== '.') path.push(part);
  }
  return path.join('/');
}
