/** Writes the source of one kernel from nodes that are carried out together. */
import {
  joined,
  type FixedNumber,
  type Input,
  type Leaf,
  type Node,
  type Scalar,
} from './graph.ts';
import { readsIn, type Statement } from './kernel-source.ts';

/** What has been worked out in a block, by how it is written. */
interface Scope {
  readonly outer: Scope | null;
  readonly known: Map<string, string>;
}

/** What the names of a source stand for where it is written. */
interface Meaning {
  readonly node: Node;
  /** The element that is computed. */
  readonly index: string;
  readonly locals: Map<string, string>;
  /** Where its result goes; null for a return. */
  readonly result: string | null;
}

export interface Written {
  readonly source: string;
  readonly constants: Readonly<Record<string, number>>;
  readonly arrays: readonly (Node | Leaf)[];
  readonly scalars: readonly Scalar[];
}

/** The kernel that computes `roots`, one after the other in its result; `inlined` says what of their inputs becomes part of it. */
export function write(
  roots: readonly Node[],
  inlined: (node: Node, root: Node) => boolean,
): Written {
  return new Writer(inlined).all(roots);
}

class Writer {
  readonly #inlined: (node: Node, root: Node) => boolean;
  readonly #arrays: (Node | Leaf)[] = [];
  readonly #scalars: Scalar[] = [];
  readonly #constants: Record<string, number> = {};
  #lines: string[] = [];
  #names = 0;
  #scope: Scope = { outer: null, known: new Map() };
  /** Variables that change; what is worked out from them is worked out again. */
  readonly #changing = new Set<string>();
  #root!: Node;

  constructor(inlined: (node: Node, root: Node) => boolean) {
    this.#inlined = inlined;
  }

  all(roots: readonly Node[]): Written {
    let start = 0;
    roots.forEach((root, i) => {
      this.#root = root;
      const last = i === roots.length - 1;
      const index = start === 0 ? 'this.thread.x' : `this.thread.x - ${start}`;
      const body = (): void => {
        this.#node(root, start === 0 ? index : this.#variable(index), null);
      };
      if (last) body();
      else {
        this.#lines.push(`if (this.thread.x < ${start + root.size}) {`);
        this.#block(body);
        this.#lines.push('}');
      }
      start += root.size;
    });
    const names = [...this.#arrays.map((_, i) => `a${i}`), ...this.#scalars.map((_, i) => `s${i}`)];
    return {
      source: `function (${names.join(', ')}) {\n${this.#lines.join('\n')}\n}`,
      constants: this.#constants,
      arrays: this.#arrays,
      scalars: this.#scalars,
    };
  }

  /** Writes what a node computes, and gives its value if that is no return. */
  #node(node: Node, index: string, result: string | null): void {
    const meaning: Meaning = { node, index, locals: new Map(), result };
    node.scalars.forEach((scalar, i) => {
      const name = node.source.parameters[node.inputs.length + i]!;
      meaning.locals.set(name, this.#scalar(scalar));
    });
    const { body } = node.source;
    this.#statements(result === null ? body : joined(body), meaning);
  }

  #statements(statements: readonly Statement[], meaning: Meaning): void {
    for (const one of statements) this.#statement(one, meaning);
  }

  #statement(one: Statement, meaning: Meaning): void {
    const { locals, result } = meaning;
    switch (one.kind) {
      case 'const':
        locals.set(one.name, this.#variable(this.#expression(one.value, meaning)));
        break;
      case 'let': {
        const value = this.#expression(one.value, meaning);
        const name = `v${this.#names++}`;
        this.#changing.add(name);
        locals.set(one.name, name);
        this.#lines.push(`let ${name} = ${value};`);
        break;
      }
      case 'assign':
        this.#lines.push(`${locals.get(one.name)!} = ${this.#expression(one.value, meaning)};`);
        break;
      case 'return': {
        const value = this.#expression(one.value, meaning);
        this.#lines.push(result === null ? `return ${value};` : `${result} = ${value};`);
        break;
      }
      case 'if': {
        const test = this.#expression(one.test, meaning);
        this.#lines.push(`if (${test}) {`);
        this.#block(() => this.#statements(one.body, meaning));
        if (one.otherwise.length > 0) {
          this.#lines.push('} else {');
          this.#block(() => this.#statements(one.otherwise, meaning));
        }
        this.#lines.push('}');
        break;
      }
      default: {
        const name = `v${this.#names++}`;
        const from = this.#expression(one.from, meaning);
        const below = this.#expression(one.below, meaning);
        locals.set(one.name, name);
        this.#lines.push(`for (let ${name} = ${from}; ${name} < ${below}; ${name}++) {`);
        this.#block(() => this.#statements(one.body, meaning));
        this.#lines.push('}');
      }
    }
  }

  /** An expression with what it reads in front of it, and its names replaced. */
  #expression(text: string, meaning: Meaning): string {
    const { node, index, locals } = meaning;
    const arrays = node.source.parameters.slice(0, node.inputs.length);
    let done = '';
    let at = 0;
    for (const { name, index: place, start, end } of readsIn(text, arrays)) {
      done += this.#renamed(text.slice(at, start), index, locals, node);
      const input = node.inputs[arrays.indexOf(name)]!;
      done += this.#element(input, place, meaning);
      at = end;
    }
    return done + this.#renamed(text.slice(at), index, locals, node);
  }

  #renamed(
    text: string,
    index: string,
    locals: ReadonlyMap<string, string>,
    { constants }: Node,
  ): string {
    return text
      .replace(/(?<![\w.])([A-Za-z_]\w*)/g, (name) => locals.get(name) ?? name)
      .replace(/this\.thread\.x/g, index)
      .replace(/this\.constants\.(\w+)/g, (_, name: string) => this.#constant(constants[name]!));
  }

  /** Element `place` of an input. */
  #element(input: Input, place: string, meaning: Meaning): string {
    if (input.kind === 'number') return this.#number(input);
    const index = this.#variable(this.#expression(place, meaning));
    if (input.kind === 'leaf' || !this.#inlined(input, this.#root)) {
      return this.#variable(`a${this.#array(input)}[${index}]`);
    }
    const key = `#${input.id}@${index}`;
    const known = this.#find(key);
    if (known !== undefined) return known;
    const { body } = input.source;
    let value: string;
    if (joined(body) === body) {
      // One way through it: its value is what the last statement returns.
      const own: Meaning = { node: input, index, locals: new Map(), result: null };
      input.scalars.forEach((scalar, i) => {
        own.locals.set(input.source.parameters[input.inputs.length + i]!, this.#scalar(scalar));
      });
      this.#statements(body.slice(0, -1), own);
      const last = body.at(-1) as Extract<Statement, { kind: 'return' }>; // a part returns at its end
      value = this.#variable(this.#expression(last.value, own));
    } else {
      value = `v${this.#names++}`;
      this.#lines.push(`let ${value} = 0;`);
      this.#node(input, index, value);
    }
    this.#scope.known.set(key, value);
    return value;
  }

  /** The value of an expression by a name: the one that it has already, if nothing has changed since. */
  #variable(expression: string): string {
    const same = /^floorDiv\((v\d+), 1\)$/.exec(expression); // as along a dimension of one element
    if (same !== null) return same[1]!;
    if (/^(\w+|this\.thread\.x)$/.test(expression)) return expression;
    const known = this.#find(expression);
    if (known !== undefined) return known;
    const name = `v${this.#names++}`;
    this.#lines.push(`const ${name} = ${expression};`);
    const names = expression.match(/(?<![\w.])v\d+/g) ?? [];
    if (!names.some((one) => this.#changing.has(one))) this.#scope.known.set(expression, name);
    return name;
  }

  #find(key: string): string | undefined {
    for (let scope: Scope | null = this.#scope; scope !== null; scope = scope.outer) {
      const found = scope.known.get(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #block(write: () => void): void {
    this.#scope = { outer: this.#scope, known: new Map() };
    write();
    this.#scope = this.#scope.outer!;
  }

  #array(input: Node | Leaf): number {
    const at = this.#arrays.indexOf(input);
    return at >= 0 ? at : this.#arrays.push(input) - 1;
  }

  #number({ number }: FixedNumber): string {
    return this.#scalar(number);
  }

  #scalar(scalar: Scalar): string {
    const at = this.#scalars.findIndex((one) => {
      if (typeof one === 'number' || typeof scalar === 'number') return Object.is(one, scalar);
      return one.step === scalar.step && one.launch === scalar.launch && one.at === scalar.at;
    });
    return `s${at >= 0 ? at : this.#scalars.push(scalar) - 1}`;
  }

  /** Named by its value: kernels that do the same are then written the same. */
  #constant(value: number): string {
    const name = `n${String(value).replace(/\W/g, '_')}`;
    this.#constants[name] = value;
    return `this.constants.${name}`;
  }
}
