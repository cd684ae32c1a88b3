/**
 * The sources of kernels as data, so that one can become part of another. They are written in a small part of
 * JavaScript: declarations, assignments, `if` and `for` with braces, and `return`.
 */

export type Statement =
  | {
      readonly kind: 'let' | 'const';
      readonly name: string;
      readonly value: string;
    }
  | { readonly kind: 'assign'; readonly name: string; readonly value: string }
  | { readonly kind: 'return'; readonly value: string }
  | {
      readonly kind: 'if';
      readonly test: string;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly kind: 'for';
      /** The variable, which counts up by one. */
      readonly name: string;
      readonly from: string;
      readonly below: string;
      readonly body: readonly Statement[];
    };

export interface KernelSource {
  readonly parameters: readonly string[];
  readonly body: readonly Statement[];
}

const parsed = new Map<string, KernelSource>();

/** The source taken apart. Throws if it is written otherwise. */
export function parseKernel(source: string): KernelSource {
  let found = parsed.get(source);
  if (found === undefined) {
    const head = /^\s*function\s*\w*\s*\(([^)]*)\)\s*\{/.exec(source);
    if (head === null) throw new Error(`internal: no kernel: ${source}`);
    const end = source.lastIndexOf('}');
    const parameters = head[1]!.split(',').map((name) => name.trim());
    found = {
      parameters: parameters.filter((name) => name !== ''),
      body: new Parser(source.slice(head[0].length, end)).block(),
    };
    parsed.set(source, found);
  }
  return found;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Statements up to the end, or to a closing brace. */
  block(): Statement[] {
    const statements: Statement[] = [];
    for (;;) {
      this.#space();
      if (this.#at >= this.#text.length) return statements;
      if (this.#text[this.#at] === '}') {
        this.#at++;
        return statements;
      }
      statements.push(this.#statement());
    }
  }

  #statement(): Statement {
    const word = /^\w+/.exec(this.#text.slice(this.#at, this.#at + 64))?.[0] ?? '';
    if (word === 'if') return this.#branch();
    if (word === 'for') return this.#loop();
    const text = this.#until(';');
    if (word === 'return') return { kind: 'return', value: text.slice(word.length).trim() };
    const declared = /^(?:(let|const)\s+)?(\w+)\s*=(?!=)\s*([\s\S]*)$/.exec(text);
    if (declared === null) throw new Error(`internal: kernels have no statement like ${text}`);
    const [, kind, name, value] = declared;
    return { kind: (kind as 'let' | 'const' | undefined) ?? 'assign', name: name!, value: value! }; // as the pattern says
  }

  #branch(): Statement {
    this.#at += 2;
    const test = this.#parenthesised();
    const body = this.#braced();
    this.#space();
    let otherwise: Statement[] = [];
    if (/^else\b/.test(this.#text.slice(this.#at, this.#at + 5))) {
      this.#at += 4;
      this.#space();
      otherwise = this.#text[this.#at] === '{' ? this.#braced() : [this.#statement()];
    }
    return { kind: 'if', test, body, otherwise };
  }

  #loop(): Statement {
    this.#at += 3;
    const head = this.#parenthesised();
    const parts = /^let\s+(\w+)\s*=\s*([\s\S]*?);\s*\1\s*<\s*([\s\S]*?);\s*\1\+\+$/.exec(
      head.trim(),
    );
    if (parts === null) throw new Error(`internal: kernels have no loop like for (${head})`);
    const [, name, from, below] = parts;
    return { kind: 'for', name: name!, from: from!, below: below!, body: this.#braced() };
  }

  #braced(): Statement[] {
    this.#space();
    if (this.#text[this.#at] !== '{')
      throw new Error('internal: a kernel has a branch without braces');
    this.#at++;
    return this.block();
  }

  /** What stands in the parentheses that follow. */
  #parenthesised(): string {
    this.#space();
    const end = closing(this.#text, this.#at);
    const inside = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return inside;
  }

  #until(mark: string): string {
    const end = this.#text.indexOf(mark, this.#at);
    if (end < 0) throw new Error('internal: a statement of a kernel has no end');
    const text = this.#text.slice(this.#at, end).trim();
    this.#at = end + 1;
    return text;
  }

  #space(): void {
    for (;;) {
      while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
      if (!this.#text.startsWith('//', this.#at)) return;
      const end = this.#text.indexOf('\n', this.#at);
      this.#at = end < 0 ? this.#text.length : end;
    }
  }
}

/** Where the bracket at `open` is closed. */
export function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const c = text[i];
    if (c === '(' || c === '[') depth++;
    else if (c === ')' || c === ']') {
      depth--;
      if (depth === 0) return i;
    }
  }
  throw new Error(`internal: a bracket of a kernel is not closed: ${text}`);
}

/** An element that an expression reads: `name[index]`, between two places of the text. */
export interface Read {
  readonly name: string;
  readonly index: string;
  readonly start: number;
  readonly end: number;
}

/** The reads of arrays in an expression, from left to right; those within the index of another are not among them. */
export function readsIn(text: string, names: readonly string[]): Read[] {
  const found: Read[] = [];
  const pattern = /(?<![\w.])(\w+)\s*\[/g;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (!names.includes(match[1]!)) continue;
    const open = match.index + match[0].length - 1;
    const end = closing(text, open) + 1;
    found.push({ name: match[1]!, index: text.slice(open + 1, end - 1), start: match.index, end });
    pattern.lastIndex = end;
  }
  return found;
}

/** True if all ways through the statements end in a return. */
export function returns(statements: readonly Statement[]): boolean {
  const last = statements.at(-1);
  if (last === undefined) return false;
  if (last.kind === 'return') return true;
  return last.kind === 'if' && returns(last.body) && returns(last.otherwise);
}

/** The loops of a body with the number of rounds that `constants` give; null if one has no fixed number. */
export function roundsOf(
  loop: Extract<Statement, { kind: 'for' }>,
  constants: Readonly<Record<string, number>>,
): number | null {
  const from = Number(loop.from);
  const name = /^this\.constants\.(\w+)$/.exec(loop.below)?.[1];
  const below = name === undefined ? Number(loop.below) : constants[name];
  if (below === undefined || Number.isNaN(below) || Number.isNaN(from)) return null;
  return Math.max(0, below - from);
}
