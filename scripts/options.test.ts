/** Everything public that takes options refuses those that it does not have: found in the sources, and called. */
import { join, relative } from 'node:path';
import { BasicBlock } from '@kasane/layers-cnn/models';
import * as rnn from '@kasane/layers-rnn';
import * as nn from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { ones, Tensor, tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { declarations, exportsOf, load, type Declared, type Module } from './exports.ts';
import { packages, root, sourceCondition } from './workspace.ts';

/** What has parameters: a function, or a method of a class. */
interface Callable {
  /** `Linear`, `Tensor.sum`, `init.uniform`. */
  readonly name: string;
  readonly module: Module;
  /** The module that exports it, where that is another. */
  readonly from?: Module;
  /** What the module exports; a method's class. */
  readonly exported: string;
  /** A method, '' for the constructor, null for a function. */
  readonly method: string | null;
  /** The text of the type of each parameter. */
  readonly types: readonly string[];
  /** Which one is the options. */
  readonly place: number;
}

/** Not called, and why. */
const exempt: Readonly<Record<string, string>> = {
  newParameter: 'is handed the options of the layer that calls it, whatever those are',
  guardedOptions: 'gives whatever options it is given',
  optionsOf: 'is who refuses',
  layerOptions: 'picks what a layer knows',
  initOptions: 'picks what an initialiser knows',
};

const x = ones([2, 2]);
const linear = new nn.Linear(2, 2);
const optimizer = new SGD(linear.parameters());

/** What stands for a parameter before the options, by its type. */
function argument(type: string): unknown {
  if (type.includes('=>')) return () => x;
  if (/^(number|Size)\b/.test(type) || type === 'number | string') return 1;
  if (/^(string|T)$/.test(type) || type === 'string | URL') return 'x';
  if (/Scheduler\b/.test(type)) return { step() {} };
  if (type.endsWith('Optimizer')) return optimizer;
  if (/^(OptimizerParams|Iterable)/.test(type) || type === 'Tensor | Iterable<Tensor>') return [x];
  if (/^(Shape|readonly number\[\]|ArrayLike<number>)/.test(type)) return [1];
  if (/^readonly |Sequences|^A$/.test(type)) return [x];
  if (/^State\b/.test(type)) return undefined;
  if (/^(Cell|Stepper)/.test(type)) return new rnn.RNNCell(2, 2);
  if (/^(Layer|Model)/.test(type)) return linear;
  if (type.startsWith('ResidualBlock')) return BasicBlock;
  if (/Dataset/.test(type)) return { length: 1, get: () => x };
  return x;
}

/** Objects whose methods are called: of each class that has some, or of one that extends it. */
const instances: readonly object[] = [
  tensor([1, 2], { dtype: 'int32' }),
  linear,
  new rnn.RNNCell(2, 2),
  new rnn.LSTMCell(2, 2),
  new rnn.GatedCECCell(2, 2),
  new rnn.Recurrent(new rnn.RNNCell(2, 2)),
  new rnn.GRU(2, 2),
];

/** One of them that has the method from the class of this name. */
function instanceOf(
  owner: string,
  method: string,
): Record<string, (...args: unknown[]) => unknown> {
  const has = (one: object): boolean => {
    for (let at: object | null = one; at !== null; at = Object.getPrototypeOf(at) as object | null)
      if (Object.hasOwn(at, method)) return at.constructor.name === owner;
    return false;
  };
  return instances.find(has) as Record<string, (...args: unknown[]) => unknown>; // called below, or the test fails
}

function typesOf(module: Module, params: readonly { start: number; end: number }[]): string[] {
  return params.map(({ start, end }) => {
    const text = module.source.slice(start, end).replace(/ = \{\}$/, '');
    const colon = text.startsWith('{')
      ? text.indexOf(': ', text.lastIndexOf('}:'))
      : text.search(/\??:/);
    return text
      .slice(colon)
      .replace(/^\??:\s*/, '')
      .replace(/ = [^>].*$/s, '');
  });
}

/** Those whose last parameter, or any, is an object of options. */
function withOptions(
  name: string,
  { module }: Declared,
  exported: string,
  method: string | null,
  params: readonly { start: number; end: number }[],
): Callable[] {
  const types = typesOf(module, params);
  const place = types.findLastIndex((type, i) => {
    const { start, end } = params[i]!;
    const text = module.source.slice(start, end);
    if (text.startsWith('...')) return false; // its other overloads have the options in a place of their own
    return (
      /Options\b(?!.*=>)/s.test(type) ||
      /^options\b|^\{.* = \{\}$/s.test(text) ||
      /^\{[^?]*\?:/.test(type) // an interface without a name
    );
  });
  return place < 0 ? [] : [{ name, module, exported, method, types, place }];
}

function callables(name: string, declared: readonly Declared[]): Callable[] {
  const overloads = declared.filter((one) => inner(one).type === 'TSDeclareFunction');
  return (overloads.length > 0 ? overloads : declared).flatMap((one) => {
    const node = inner(one);
    if (node.type === 'FunctionDeclaration' || node.type === 'TSDeclareFunction')
      return withOptions(name, one, name, null, node.params);
    if (node.type === 'VariableDeclaration') {
      const type = node.declarations.find(
        ({ id }) => id.type === 'Identifier' && id.name === name,
      )?.id;
      const annotation = type?.typeAnnotation?.typeAnnotation;
      return annotation?.type === 'TSFunctionType'
        ? withOptions(name, one, name, null, annotation.params)
        : [];
    }
    return node.type === 'ClassDeclaration' ? ofClass(name, one, one.module, new Set()) : [];
  });
}

function inner({ statement }: Declared): Declared['statement'] {
  return statement.type === 'ExportNamedDeclaration' && statement.declaration !== null
    ? statement.declaration
    : statement;
}

/** The constructor and the public methods of a class, those of the classes that it extends too. */
function ofClass(
  exported: string,
  declared: Declared,
  from: Module,
  seen: Set<string>,
): Callable[] {
  const node = inner(declared);
  if (node.type !== 'ClassDeclaration' || node.id === null) return [];
  const owner = node.id.name;
  const own = node.body.body.flatMap((member) => {
    if (member.type !== 'MethodDefinition' || member.key.type !== 'Identifier') return [];
    const method = member.key.name;
    if (seen.has(method) || (member.accessibility ?? 'public') !== 'public') return [];
    seen.add(method);
    if (member.kind !== 'constructor')
      return withOptions(`${owner}.${method}`, declared, owner, method, member.value.params);
    const made = withOptions(exported, declared, exported, '', member.value.params);
    return node.abstract && owner === exported ? [] : made.map((one) => ({ ...one, from }));
  });
  const parent = node.superClass?.type === 'Identifier' ? node.superClass.name : undefined;
  const above = parent === undefined ? undefined : found(declared.module, parent);
  return above === undefined ? own : [...own, ...ofClass(exported, above, from, seen)];
}

/** Where a name of a module is declared: there, or in the file that it comes from. */
function found(module: Module, name: string): Declared | undefined {
  const [here] = declarations(module, name);
  if (here !== undefined) return here;
  for (const statement of module.parsed.program.body) {
    if (statement.type !== 'ImportDeclaration' || !statement.source.value.startsWith('.')) continue;
    if (!statement.specifiers.some(({ local }) => local.name === name)) continue;
    return declarations(load(join(module.path, '..', statement.source.value)), name)[0];
  }
  return undefined;
}

const published = packages().filter((one) => one.published);
const all = published.flatMap(({ dir, manifest }) =>
  Object.values(manifest.exports ?? {})
    .map((entry) => join(dir, entry[sourceCondition]!))
    .flatMap((entry) => [...exportsOf(entry)])
    .flatMap(([name, declared]) => callables(name, declared)),
);

/** Calls it with an option that nothing has, and gives what it throws. */
async function refusal({
  module,
  from = module,
  exported,
  method,
  types,
  place,
}: Callable): Promise<unknown> {
  const exports: Record<string, unknown> = await import(from.path);
  const values = types.slice(0, place).map(argument);
  const given = [...values, { notAnOption: 1 }];
  try {
    // Found in the source as what it is used for here.
    const of = exports[exported] as (new (...args: unknown[]) => unknown) &
      ((...args: unknown[]) => unknown);
    if (method === '') return new of(...given);
    const made = method === null ? of(...given) : instanceOf(exported, method)[method]!(...given);
    const result: unknown = await made;
    const iterator = result as Partial<AsyncGenerator>;
    return iterator?.[Symbol.asyncIterator] === undefined ? result : await iterator.next?.();
  } catch (error) {
    return error;
  }
}

describe('an option that it does not have is refused by', () => {
  const unique = new Map(all.map((one) => [`${one.name} ${one.place} ${one.types.join()}`, one]));
  const called = [...unique.values()].filter(({ name }) => exempt[name] === undefined);
  it.each(called.map((one) => [`${one.name} (${relative(root, one.module.path)})`, one] as const))(
    '%s',
    async (_, callable) => {
      const error = await refusal(callable);
      expect(error).toBeInstanceOf(TypeError);
      expect(String(error)).toMatch(/there is no option "notAnOption".* It has /);
    },
  );

  it('nothing is exempt that takes no options', () => {
    const names = new Set(all.map(({ name }) => name));
    expect(Object.keys(exempt).filter((name) => !names.has(name))).toEqual([]);
    expect(called.length).toBeGreaterThan(150);
    expect(x).toBeInstanceOf(Tensor);
  });
});
