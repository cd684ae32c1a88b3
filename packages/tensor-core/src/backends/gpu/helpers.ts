/**
 * Functions that kernels may call by name; those they mention are compiled with them. They stand here
 * where a device's own function is missing, wrong at the edges or too rough for float32: software
 * WebGL has sines that are off by 2e-4 and a tanh that is NaN at 100.
 *
 * gpu.js declares a helper too early that is called along two paths and calls others itself. So most
 * call none, and those that do are called by one.
 */
import { basic } from './helpers-basic.ts';
import { exponentials } from './helpers-exponential.ts';
import { trigonometry } from './helpers-trigonometry.ts';

const sources: ReadonlyMap<string, string> = new Map(
  [...basic, ...exponentials, ...trigonometry].map((source) => [
    /^function (\w+)/.exec(source)![1]!,
    source,
  ]),
);

/** The sources of the helpers that `source` calls, and of those that they call. */
export function helpersOf(source: string): { source: string; settings: object }[] {
  const found = new Set<string>();
  const visit = (text: string): void => {
    for (const [, name] of text.matchAll(/(?<!\.|function )\b(\w+)\(/g)) {
      const definition = sources.get(name!);
      if (definition === undefined || found.has(name!)) continue;
      visit(definition);
      found.add(name!); // after those it calls
    }
  };
  visit(source);
  return [...found].map((name) => ({ source: sources.get(name)!, settings: {} }));
}
