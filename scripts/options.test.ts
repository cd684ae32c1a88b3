/** Everything public that takes options refuses those that it does not have: found in the sources, and called. */
import { relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { given } from './arguments.ts';
import { call } from './call.ts';
import { everything, type Callable } from './callables.ts';
import { root } from './workspace.ts';

/** What takes options, and which of its parameters they are. */
interface WithOptions extends Callable {
  readonly place: number;
}

/** Not called, and why. */
const exempt: Readonly<Record<string, string>> = {
  attend: 'is handed what scaledDotProductAttention has checked',
  newParameter: 'is handed the options of the layer that calls it, whatever those are',
  guardedOptions: 'gives whatever options it is given',
  optionsOf: 'is who refuses',
  layerOptions: 'picks what a layer knows',
  initOptions: 'picks what an initialiser knows',
};

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
  const args = [...(await given(callable)).slice(0, callable.place), { notAnOption: 1 }];
  try {
    return await call(callable, args);
  } catch (error) {
    return error;
  }
}

describe('an option that it does not have is refused by', () => {
  const unique = new Map(
    all.map((one) => [
      `${one.module.path} ${one.name} ${one.place} ${one.parameters.map(({ type }) => type).join()}`,
      one,
    ]),
  );
  const called = [...unique.values()].filter(({ name }) => exempt[name] === undefined);
  it.each(called.map((one) => [`${one.name} (${relative(root, one.module.path)})`, one] as const))(
    '%s',
    async (_, callable) => {
      expect(String(await refusal(callable))).toMatch(
        /^TypeError: .*there is no option "notAnOption".* It has /,
      );
    },
  );

  it('nothing is exempt that takes no options', () => {
    const names = new Set(all.map(({ name }) => name));
    expect(Object.keys(exempt).filter((name) => !names.has(name))).toEqual([]);
    expect(called.length).toBeGreaterThan(250);
  });
});
