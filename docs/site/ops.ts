/** Which ops an export comes to, read from its code, and where these run. */
import { TypeScript as ts } from 'typedoc';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { home, placeOf } from './packages.ts';

/** A row of the page of ops, backends and gradients, which is held to the ops. */
export interface OpRow {
  readonly name: string;
  readonly wasm: string;
  readonly gpu: string;
  readonly gradient: string;
}

/** The rows of guides/op-matrix.md. */
export function opRows(): Map<string, OpRow> {
  const text = readFileSync(join(home, 'guides/op-matrix.md'), 'utf8');
  const rows = new Map<string, OpRow>();
  for (const line of text.split('\n')) {
    const [, name, , wasm, gpu, gradient] = line.split('|').map((cell) => cell.trim());
    const [, op] = /^`(\w+)`$/.exec(name ?? '') ?? [];
    if (op === undefined || wasm === undefined || gpu === undefined) continue;
    rows.set(op, { name: op, wasm, gpu, gradient: gradient ?? '' });
  }
  return rows;
}

/** Follows code from a declaration to the ops that it runs, through all packages. */
export class OpFinder {
  readonly #checker: ts.TypeChecker;
  readonly #rows: ReadonlyMap<string, OpRow>;
  /** What each body names: the ops, and the bodies that it goes on to. */
  readonly #named = new Map<ts.Node, { ops: Set<string>; next: Set<ts.Node> }>();

  constructor(program: ts.Program, rows: ReadonlyMap<string, OpRow>) {
    this.#checker = program.getTypeChecker();
    this.#rows = rows;
  }

  /** The ops of an export: of a function its body, of a class its own methods; what makes an object is another matter. */
  opsOf(declarations: readonly ts.Declaration[]): OpRow[] {
    const starts = declarations.flatMap((declaration) => this.#bodies(declaration));
    const seen = new Set<ts.Node>(starts);
    const ops = new Set<string>();
    for (const body of seen) {
      const { ops: found, next } = this.#read(body);
      for (const op of found) ops.add(op);
      for (const one of next) seen.add(one); // a set that grows is walked to its end
    }
    return [...ops].toSorted().map((op) => this.#rows.get(op)!); // only ops with rows are kept
  }

  #bodies(declaration: ts.Declaration): ts.Node[] {
    if (placeOf(declaration.getSourceFile().fileName) === undefined) return [];
    if (ts.isClassDeclaration(declaration)) {
      const methods = declaration.members.filter((member) => !ts.isConstructorDeclaration(member));
      return methods.flatMap((member) => this.#bodies(member));
    }
    if (ts.isVariableDeclaration(declaration) || ts.isPropertyDeclaration(declaration)) {
      const { initializer } = declaration;
      const is = initializer !== undefined && ts.isFunctionLike(initializer);
      return is ? [initializer] : [];
    }
    const body = ts.isFunctionLike(declaration) && 'body' in declaration && declaration.body;
    return body ? [body as ts.Node] : []; // all bodies are nodes
  }

  #read(body: ts.Node): { ops: Set<string>; next: Set<ts.Node> } {
    const known = this.#named.get(body);
    if (known !== undefined) return known;
    const ops = new Set<string>();
    const next = new Set<ts.Node>();
    this.#named.set(body, { ops, next });
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) {
        for (const declaration of this.#declarations(node)) {
          const op = this.#opAt(declaration);
          if (op !== undefined) ops.add(op);
          else if (!ts.isClassDeclaration(declaration)) {
            for (const one of this.#bodies(declaration)) next.add(one);
          }
        }
      }
      if (!ts.isTypeNode(node)) ts.forEachChild(node, visit);
    };
    visit(body);
    return { ops, next };
  }

  #declarations(node: ts.Identifier): readonly ts.Declaration[] {
    let symbol = this.#checker.getSymbolAtLocation(node);
    if (symbol === undefined) return [];
    if (symbol.flags & ts.SymbolFlags.Alias) symbol = this.#checker.getAliasedSymbol(symbol);
    return symbol.declarations ?? [];
  }

  #opAt(declaration: ts.Declaration): string | undefined {
    if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return undefined;
    if (!placeOf(declaration.getSourceFile().fileName)?.path.includes('ops/')) return undefined;
    const [, named] = /'(\w+)'/.exec(declaration.initializer.getText()) ?? [];
    return [named, declaration.name.getText()].find((name) => name !== undefined && this.#rows.has(name));
  }
} // prettier-ignore
