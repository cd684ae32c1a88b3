import type { ImportDeclaration, Node, Program as Tree } from 'acorn';
import { closestMatch } from 'leven';
import { eraseTypes } from './erase-types.ts';
import type { Device } from '../worker/messages.ts';
import { ProgramError } from './program-error.ts';

/** Where the modules are that a program can import, by the names that it gives them, and what the program tells itself to. */
export interface Modules {
  readonly urls: ReadonlyMap<string, string>;
  /** The module of `harness.ts`. */
  readonly harness: string;
}

/** Lines before the first line of the program. */
export const HEAD_LINES = 1;

/**
 * The module that runs a program: types blanked, imports taken from where the page has them, and every value with `// =>` behind it
 * shown. Lines stay where they are, below a head. Tensors are on `device`, or where they are by default.
 *
 * @throws ProgramError for what is no TypeScript, or imports what is not there
 */
export function programModule(source: string, { urls, harness }: Modules, device?: Device): string {
  const { code, program } = eraseTypes(source);
  const fail = (message: string, { start }: Node): never => {
    throw new ProgramError(message, ProgramError.placeOf(source, start));
  };
  const urlOf = (specifier: unknown, node: Node): string => {
    const url = urls.get(String(specifier));
    if (url !== undefined) return url;
    const nearest = closestMatch(String(specifier), [...urls.keys()]);
    return fail(
      `There is no module '${String(specifier)}' here; the nearest is '${nearest}'.`,
      node,
    );
  };
  const used = namesUsed(program);
  const head = [`import * as $kasane from ${JSON.stringify(harness)};`];
  const edits: Edit[] = [];

  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration') {
      const { specifiers, source: from } = statement;
      const module = `$kasane${head.length}`;
      const names = specifiers.filter(({ local }) => used.has(local.name));
      if (specifiers.length === 0 || names.length > 0) {
        const url = JSON.stringify(urlOf(from.value, from));
        head.push(`import * as ${module} from ${url};`);
        head.push(need(source, names, module, String(from.value), (line) => line + HEAD_LINES));
      }
      edits.push({ from: statement.start, to: statement.end, text: blanked(code, statement) });
      continue;
    }
    if ('source' in statement && statement.source) {
      fail('Nothing can import this program; import the names and use them.', statement);
    }
    edits.push(...promised(code, statement, source));
  }
  walk(program, (node) => {
    if (node.type !== 'ImportExpression') return;
    const from = (node as Node & { source: Node & { value?: unknown } }).source; // has one
    if (typeof from.value !== 'string') return;
    edits.push({ from: from.start, to: from.end, text: JSON.stringify(urlOf(from.value, from)) });
  });
  if (device !== undefined) head.push(`await $kasane.on(${JSON.stringify(device)});`);
  return `${head.join(' ')}\n${edited(code, edits)}\n$kasane.done();\n`;
}

/**
 * Names what is imported of a module that is there as a value, and makes sure that it has them. `lineOf` is where a line of the source
 * is in the module that runs.
 */
export function need(
  source: string,
  specifiers: ImportDeclaration['specifiers'],
  module: string,
  from: string,
  lineOf: (line: number) => number,
): string {
  const wanted: string[] = [];
  const named = specifiers.map((one) => {
    if (one.type === 'ImportNamespaceSpecifier') return `const ${one.local.name} = ${module};`;
    const imported = one.type === 'ImportSpecifier' ? nameOf(one.imported) : 'default';
    const { line, column } = ProgramError.placeOf(source, one.start);
    wanted.push(JSON.stringify([imported, lineOf(line), column]));
    return `const ${one.local.name} = ${module}[${JSON.stringify(imported)}];`;
  });
  if (wanted.length > 0) {
    named.push(`$kasane.need(${module}, ${JSON.stringify(from)}, [${wanted.join()}]);`);
  }
  return named.join(' ');
}

/** What a program tells the editor's user of: where the expectation is. */
const PROMISE = /^;?[ \t]*(?:\n[ \t]*)?\/\/ =>/;

/** Shows the value of a statement before `// =>`, as the examples of the documentation have it. */
function promised(code: string, statement: Tree['body'][number], source: string): Edit[] {
  const { start, end } = statement;
  const promise = PROMISE.exec(code.slice(end));
  if (promise === null) return [];
  const { line } = ProgramError.placeOf(source, end - 1);
  const put = (at: number, text: string): Edit => ({ from: at, to: at, text });
  if (/^ *throws /.test(code.slice(end + promise[0].length))) {
    return [put(start, `await $kasane.throws(${line}, async () => {`), put(end, '});')];
  }
  if (statement.type === 'ExpressionStatement') {
    const { expression } = statement;
    if (/^console\.\w+\(/.test(code.slice(expression.start))) return [];
    return [put(start, `$kasane.show(${line}, (`), put(expression.end, '))')];
  }
  if (statement.type !== 'VariableDeclaration') return [];
  const [declared] = statement.declarations;
  if (statement.declarations.length !== 1 || declared?.id.type !== 'Identifier') return [];
  return [put(end, `;$kasane.show(${line}, ${declared.id.name});`)];
}

/** What takes the place of a part of a text. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A text with parts replaced. */
export function edited(code: string, edits: readonly Edit[]): string {
  let text = '';
  let at = 0;
  for (const one of edits.toSorted((a, b) => a.from - b.from)) {
    text += code.slice(at, one.from) + one.text;
    at = one.to;
  }
  return text + code.slice(at);
}

/** A part of a text with nothing but its lines. */
export const blanked = (code: string, { start, end }: Pick<Node, 'start' | 'end'>): string =>
  code.slice(start, end).replaceAll(/\S/g, ' ');

/** The names that a program says somewhere else than where it imports them. */
export function namesUsed(program: Tree): Set<string> {
  const names = new Set<string>();
  walk(program, (node) => {
    if (node.type === 'ImportDeclaration') return false;
    if (node.type === 'Identifier') names.add((node as Node & { name: string }).name); // has one
    return undefined;
  });
  return names;
}

/** Calls `visit` for every node; below one for which it says false, for none. */
function walk(node: Node, visit: (node: Node) => boolean | void): void {
  if (visit(node) === false) return;
  for (const value of Object.values(node)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === 'object' && one !== null && 'type' in one) walk(one, visit);
    }
  }
}

const nameOf = (name: { type: string; name?: string; value?: unknown }): string =>
  name.name ?? String(name.value);
