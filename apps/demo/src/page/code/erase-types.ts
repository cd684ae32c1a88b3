import { tsPlugin } from '@sveltejs/acorn-typescript';
import { parse, Parser, type Node, type Program } from 'acorn';
import { ProgramError } from './program-error.ts';

const TypeScript = Parser.extend(tsPlugin());

/** JavaScript in which everything stands where it stood in the TypeScript. */
export interface Erased {
  readonly code: string;
  readonly program: Program;
}

/**
 * Blanks what TypeScript adds to JavaScript, so that every line and column stays. What cannot be blanked, enums, namespaces with values
 * and parameter properties, is refused, as Node does.
 *
 * @throws ProgramError where the program is not TypeScript
 */
export function eraseTypes(source: string): Erased {
  const eraser = new Eraser(source);
  eraser.visit(parsed(source, () => TypeScript.parse(source, MODULE) as unknown as Tree)); // its types know nothing of TypeScript's
  const code = eraser.result();
  return { code, program: parsed(source, () => parse(code, MODULE)) };
}

const MODULE = { ecmaVersion: 'latest', sourceType: 'module', locations: true } as const;

function parsed<T>(source: string, parser: () => T): T {
  try {
    return parser();
  } catch (error) {
    if (!(error instanceof SyntaxError) || !('pos' in error)) throw error;
    const message = error.message.replace(/ \(\d+:\d+\)$/, '');
    throw new ProgramError(message, ProgramError.placeOf(source, Number(error.pos)));
  }
}

/** What a node of TypeScript's tree may have that one of JavaScript's has not. */
interface Tree extends Node {
  readonly [name: string]: unknown;
}

const isNode = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
const nodes = (value: unknown): Tree[] => (Array.isArray(value) ? value.filter(isNode) : []);

/** Declarations of types alone. */
const TYPES_ALONE = new Set([
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
  'TSDeclareFunction',
  'TSIndexSignature',
]);
const NOT_ERASABLE: Readonly<Record<string, string>> = {
  TSEnumDeclaration: 'An enum is more than a type; use an object with `as const`.',
  TSModuleDeclaration: 'A namespace is more than a type; use a module.',
  TSParameterProperty: 'A parameter that declares a field is more than a type; declare the field.',
  TSImportEqualsDeclaration: '`import =` is more than a type; use `import from`.',
  TSExportAssignment: '`export =` is more than a type; use `export default`.',
};
const MODIFIER = /\b(?:public|private|protected|readonly|override|abstract|declare)\b/g;

class Eraser {
  readonly #source: string;
  readonly #characters: string[];

  constructor(source: string) {
    this.#source = source;
    this.#characters = source.split('');
  }

  result(): string {
    return this.#characters.join('');
  }

  visit(node: Tree): void {
    const { type, start, end } = node;
    const why = NOT_ERASABLE[type];
    if (TYPES_ALONE.has(type) || node['declare'] === true) return this.#statement(start, end);
    if (why !== undefined) throw new ProgramError(why, ProgramError.placeOf(this.#source, start));
    switch (type) {
      case 'TSAsExpression':
      case 'TSSatisfiesExpression': {
        const word = type === 'TSAsExpression' ? 'as' : 'satisfies';
        const target = node['typeAnnotation'] as Tree; // has one
        const { end: left } = node['expression'] as Tree; // and this
        const from = left + this.#source.slice(left, target.start).lastIndexOf(word);
        this.#blank(from, end);
        this.#endStatement(from, end);
        return this.visit(node['expression'] as Tree);
      }
      case 'TSTypeAssertion':
        this.#blank(start, this.#source.indexOf('>', (node['typeAnnotation'] as Tree).end) + 1);
        return this.visit(node['expression'] as Tree);
      case 'TSNonNullExpression':
        this.#blank(end - 1, end);
        return this.visit(node['expression'] as Tree);
      case 'TSInstantiationExpression':
        break;
      case 'ImportDeclaration':
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
      case 'ExportDefaultDeclaration': {
        const declared = node['declaration'];
        const alone =
          isNode(declared) && (TYPES_ALONE.has(declared.type) || declared['declare'] === true);
        if (node['importKind'] === 'type' || node['exportKind'] === 'type' || alone) {
          return this.#statement(start, end);
        }
        for (const one of nodes(node['specifiers'])) {
          if (one['importKind'] === 'type' || one['exportKind'] === 'type') this.#withComma(one);
        }
        break;
      }
      case 'ClassDeclaration':
      case 'ClassExpression':
        this.#class(node);
        break;
      case 'PropertyDefinition':
      case 'MethodDefinition':
      case 'AccessorProperty':
        if (this.#member(node)) return undefined;
        break;
      case 'Identifier':
      case 'ObjectPattern':
      case 'ArrayPattern':
        if (isNode(node['typeAnnotation'])) {
          this.#mark(node.start, node['typeAnnotation'].start, node['optional'] === true);
        } else if (node['optional'] === true) this.#blank(end - 1, end);
        break;
      case 'VariableDeclarator':
        if (node['definite'] === true) this.#definite(node['id'] as Tree);
        break;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        this.#function(node);
        break;
      default:
        if (type.startsWith('TS')) return this.#blank(start, end);
    }
    for (const [name, value] of Object.entries(node)) {
      if (name === 'loc') continue;
      if (isNode(value)) this.visit(value);
      else for (const one of nodes(value)) this.visit(one);
    }
    return undefined;
  }

  #blank(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      if (!/\s/.test(this.#source[i]!)) this.#characters[i] = ' ';
    }
  }

  /** Blanks a statement or a member of a class; what is before it ends where it began. */
  #statement(from: number, to: number): void {
    this.#blank(from, to);
    this.#characters[from] = ';';
  }

  /** A line that TypeScript ended after a type would go on into the next one, were it blanked alone. */
  #endStatement(from: number, to: number): void {
    const rest = this.#source.slice(to).replace(/^(?:\s|\/\/.*|\/\*[^]*?\*\/)+/, '');
    if (
      /^[([`]/.test(rest) &&
      this.#source.slice(to, this.#source.length - rest.length).includes('\n')
    ) {
      this.#characters[from] = ';';
    }
  }

  #withComma({ start, end }: Tree): void {
    const comma = /^\s*,/.exec(this.#source.slice(end));
    this.#blank(start, end + (comma?.[0].length ?? 0));
  }

  /** Blanks the ? between a name and its type. */
  #mark(from: number, to: number, optional: boolean): void {
    if (!optional) return;
    const at = this.#source.lastIndexOf('?', to);
    if (at >= from) this.#blank(at, at + 1);
  }

  #definite({ start, typeAnnotation }: Tree): void {
    if (!isNode(typeAnnotation)) return;
    const at = this.#source.lastIndexOf('!', typeAnnotation.start);
    if (at > start) this.#blank(at, at + 1);
  }

  #class(node: Tree): void {
    const body = node['body'] as Tree; // has one
    if (node['abstract'] === true) this.#blank(node.start, node.start + 'abstract'.length);
    const [first] = nodes(node['implements']);
    if (first === undefined) return;
    const from = this.#source.lastIndexOf('implements', first.start);
    this.#blank(from, body.start);
  }

  /** Whether the whole of it was blanked. */
  #member(node: Tree): boolean {
    const { start, end, key, value } = node;
    const declared = isNode(value) && value.type === 'TSDeclareMethod';
    if (node['abstract'] === true || declared) {
      this.#statement(start, end);
      return true;
    }
    if (!isNode(key)) return false;
    for (const { 0: word, index } of this.#source.slice(start, key.start).matchAll(MODIFIER)) {
      this.#blank(start + index, start + index + word.length);
      if (index === 0) this.#characters[start] = ';';
    }
    const mark = /^\s*\]?\s*[?!]/.exec(this.#source.slice(key.end));
    const marked = node['optional'] === true || node['definite'] === true;
    if (marked && mark !== null)
      this.#blank(key.end + mark[0].length - 1, key.end + mark[0].length);
    return false;
  }

  #function(node: Tree): void {
    const [first] = nodes(node['params']);
    if (first?.['name'] === 'this') this.#withComma(first);
    const { returnType, typeParameters } = node;
    if (node.type !== 'ArrowFunctionExpression') return;
    // No line may end before an arrow, nor behind async: the parentheses move to where the types end, or begin.
    if (isNode(returnType) && this.#broken(returnType)) {
      this.#characters[this.#source.lastIndexOf(')', returnType.start)] = ' ';
      this.visit(returnType);
      this.#characters[returnType.end - 1] = ')';
      delete (node as Record<string, unknown>)['returnType'];
    }
    if (isNode(typeParameters) && this.#broken(typeParameters)) {
      this.visit(typeParameters);
      this.#characters[typeParameters.start] = '(';
      this.#characters[this.#source.indexOf('(', typeParameters.end)] = ' ';
      delete (node as Record<string, unknown>)['typeParameters'];
    }
  }

  #broken({ start, end }: Tree): boolean {
    return this.#source.slice(start, end).includes('\n');
  }
}
