import type { Place } from './program-error.ts';

/** The place in a module that an error's stack names first: where its caller went wrong, if the fault was found in a library. */
export function placeIn(stack: string | undefined, module: string): Place | null {
  const at = stack?.indexOf(`${module}:`) ?? -1;
  if (stack === undefined || at < 0) return null;
  const [, line, column] = /^(\d+):(\d+)/.exec(stack.slice(at + module.length + 1)) ?? [];
  return line === undefined ? null : { line: Number(line), column: Number(column) };
}
