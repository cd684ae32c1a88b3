/** Everything public that takes options refuses those that it does not have: found in the sources, and called. */
import { relative } from 'node:path';
import * as rnn from '@kasane/layers-rnn';
import * as nn from '@kasane/nn';
import { tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { given } from './arguments.ts';
import { everything, type Callable } from './callables.ts';
import { root } from './workspace.ts';

/** What takes options, and which of its parameters they are. */
interface WithOptions extends Callable {
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

/** Objects whose methods are called: of each class that has some, or of one that extends it. */
const instances: readonly object[] = [
  tensor([1, 2], { dtype: 'int32' }),
  new nn.Linear(2, 2),
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

/** Those whose last parameter, or any, is an object of options. */
function withOptions(callable: Callable): WithOptions[] {
  const place = callable.parameters.findLastIndex(({ type, text }) => {
    if (text.startsWith('...')) return false; // its other overloads have the options in a place of their own
    return (
      /Options\b(?!.*=>)/s.test(type) ||
      /^options\b|^\{.* = \{\}$/s.test(text) ||
      /^\{[^?]*\?:/.test(type) // an interface without a name
    );
  });
  return place < 0 ? [] : [{ ...callable, place }];
}

const all = everything.flatMap(withOptions);

/** Calls it with an option that nothing has, and gives what it throws. */
async function refusal(callable: WithOptions): Promise<unknown> {
  const { from, exported, of: name, method, place } = callable;
  const exports: Record<string, unknown> = await import(from.path);
  const args = [...given(callable).slice(0, place), { notAnOption: 1 }];
  try {
    // Found in the source as what it is used for here.
    const of = exports[name] as (new (...args: unknown[]) => unknown) &
      ((...args: unknown[]) => unknown);
    if (method === '') return new of(...args);
    const made = method === null ? of(...args) : instanceOf(exported, method)[method]!(...args);
    const result: unknown = await made;
    const iterator = result as Partial<AsyncGenerator>;
    return iterator?.[Symbol.asyncIterator] === undefined ? result : await iterator.next?.();
  } catch (error) {
    return error;
  }
}

describe('an option that it does not have is refused by', () => {
  const unique = new Map(
    all.map((one) => [
      `${one.name} ${one.place} ${one.parameters.map(({ type }) => type).join()}`,
      one,
    ]),
  );
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
  });
});
