/** Which exports throw, read from their code. */
import { TypeScript as ts } from 'typedoc';
import { placeOf } from './packages.ts';

/** They refuse what the types forbid, so that those who type have nothing to expect of them. */
const forTypes: ReadonlySet<string> = new Set([
  'listed',
  'optionsOf',
  'refusePromise',
  'requireBackend',
  'requireFunction',
  'requireNumber',
  'requireTensor',
  'requireTensors',
]);

/** Of other errors, those that do so say it. */
const forbidden = /new TypeError\b|internal:|must be (?:a number\b|one of \$|'[^']*'(?:,| or))/;

/** Exports whose errors are those of whoever calls them. */
const check = /^(?:check|require)/;

/**
 * Follows an export to the errors that it throws of its own: in its body or constructor, in the shape rules of ops that it names, and in
 * helpers that it calls. Other exports that it calls are not followed, for what they refuse is what they are given by it.
 */
export class ThrowFinder {
  readonly #checker: ts.TypeChecker;
  readonly #public: ReadonlySet<ts.Node>;
  /** What each body does: throws itself, and goes on to other bodies. */
  readonly #read = new Map<ts.Node, { throws: boolean; readonly next: Set<ts.Node> }>();

  constructor(program: ts.Program, exported: ReadonlySet<ts.Node>) {
    this.#checker = program.getTypeChecker();
    this.#public = exported;
  }

  throws(declarations: readonly ts.Declaration[]): boolean {
    const seen = new Set(declarations.flatMap((one) => this.#bodies(one)));
    for (const body of seen) {
      const { throws, next } = this.#reads(body);
      if (throws) return true;
      for (const one of next) seen.add(one); // a set that grows is walked to its end
    }
    return false;
  }

  #reads(body: ts.Node): { readonly throws: boolean; readonly next: ReadonlySet<ts.Node> } {
    const known = this.#read.get(body);
    if (known !== undefined) return known;
    const found = { throws: false, next: new Set<ts.Node>() };
    this.#read.set(body, found);
    const visit = (node: ts.Node): void => {
      if (ts.isTypeNode(node)) return;
      if (ts.isThrowStatement(node) && !ts.isIdentifier(node.expression)) found.throws ||= !forbidden.test(node.getText());
      if (ts.isTryStatement(node) && node.catchClause !== undefined) {
        const { block } = node.catchClause;
        if (passesOn(block)) visit(node.tryBlock);
        return visit(block);
      }
      if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
        for (const one of this.#called(node.expression)) this.#helper(one).forEach((next) => found.next.add(next));
      }
      if (ts.isIdentifier(node)) this.#rules(node).forEach((rule) => found.next.add(rule));
      ts.forEachChild(node, visit);
    };
    visit(body);
    return found;
  }

  #helper(declaration: ts.Declaration): ts.Node[] {
    const name = ts.getNameOfDeclaration(declaration)?.getText() ?? '';
    if (forTypes.has(name) || (this.#public.has(declaration) && !check.test(name))) return [];
    return this.#bodies(declaration);
  }

  #called(expression: ts.Expression): readonly ts.Declaration[] {
    if (expression.kind === ts.SyntaxKind.SuperKeyword) {
      const own = ts.findAncestor(expression, ts.isClassLike);
      return own === undefined ? [] : this.#constructorsAbove(own);
    }
    if (ts.isPropertyAccessExpression(expression)) return this.#declarations(expression.name);
    return ts.isIdentifier(expression) ? this.#declarations(expression) : [];
  }

  #declarations(node: ts.Node): readonly ts.Declaration[] {
    let symbol = this.#checker.getSymbolAtLocation(node);
    if (symbol === undefined) return [];
    if (symbol.flags & ts.SymbolFlags.Alias) symbol = this.#checker.getAliasedSymbol(symbol);
    return symbol.declarations ?? [];
  }

  /** What runs when an export is called, or an object of it made. */
  #bodies(declaration: ts.Declaration): ts.Node[] {
    if (placeOf(declaration.getSourceFile().fileName) === undefined) return [];
    if (ts.isClassLike(declaration)) return this.#constructors(declaration).flatMap((one) => this.#bodies(one));
    if (ts.isVariableDeclaration(declaration) || ts.isPropertyDeclaration(declaration)) {
      const { initializer } = declaration;
      return initializer !== undefined && ts.isFunctionLike(initializer) ? [initializer] : [];
    }
    return ts.isFunctionLike(declaration) && 'body' in declaration && declaration.body ? [declaration.body as ts.Node] : [];
  }

  /** The constructor of a class, or that of the class that it extends. */
  #constructors(declaration: ts.ClassLikeDeclaration): readonly ts.Declaration[] {
    const own = declaration.members.filter((member) => ts.isConstructorDeclaration(member) && member.body !== undefined);
    return own.length > 0 ? own : this.#constructorsAbove(declaration);
  }

  #constructorsAbove(declaration: ts.ClassLikeDeclaration): readonly ts.Declaration[] {
    const base = declaration.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0]?.expression;
    if (base === undefined || !ts.isIdentifier(base)) return [];
    return this.#declarations(base).filter(ts.isClassLike).flatMap((one) => this.#constructors(one));
  }

  /** The shape rule of an op. */
  #rules(node: ts.Identifier): ts.Node[] {
    return this.#declarations(node).flatMap((declaration) => {
      if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return [];
      if (placeOf(declaration.getSourceFile().fileName)?.path.includes('ops/') !== true) return [];
      if (!ts.isObjectLiteralExpression(declaration.initializer)) return [];
      const rule = declaration.initializer.properties.find((one) => one.name?.getText() === 'infer');
      if (rule === undefined) return [];
      if (ts.isPropertyAssignment(rule) && ts.isIdentifier(rule.initializer)) {
        return this.#declarations(rule.initializer).flatMap((one) => this.#bodies(one));
      }
      return [rule];
    });
  }
} // prettier-ignore

/** Whether what was caught is thrown on. */
function passesOn(block: ts.Block): boolean {
  const visit = (node: ts.Node): boolean =>
    (ts.isThrowStatement(node) && ts.isIdentifier(node.expression)) ||
    (ts.forEachChild(node, (child) => visit(child) || undefined) ?? false);
  return visit(block);
}
