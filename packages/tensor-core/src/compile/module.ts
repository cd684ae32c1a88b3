/**
 * A WebAssembly module that calls kernels and loops: the calls of a plan as functions without parameters,
 * whose arguments are constants, or numbers that they load from the plan's block of memory.
 */
import { argument, assemble, unsigned, type CallArgument } from './encoding.ts';
import { loopFunction, loopType, type Loop } from './loop.ts';
import { signatures } from '../kernels/signatures.gen.ts';

export interface PlannedCall {
  /** A kernel by name, or a loop that the module brings along. */
  readonly what: string | Loop;
  readonly args: readonly CallArgument[];
}

const CALL = 0x10;
const DROP = 0x1a;

/**
 * The module; function i of `functions` is exported as `String(i)`. `relaxed` says that the kernels fuse
 * multiply and add, as loops then do, too.
 */
export function encodeModule(
  functions: readonly (readonly PlannedCall[])[],
  shared: boolean,
  relaxed: boolean,
): Uint8Array {
  const kernels = new Set<string>();
  // Loops that do the same are one function: it is hot sooner, and optimised sooner.
  const loops = new Map<string, Loop>();
  for (const { what } of functions.flat()) {
    if (typeof what === 'string') kernels.add(what);
    else loops.set(JSON.stringify(what), what);
  }
  const names = [...kernels, ...functions.map((_, i) => String(i)), ...loops.keys()];
  const index = new Map(names.map((name, i) => [name, i]));
  return assemble(
    [...kernels].map((name) => ({ from: 'k', name, type: signatures[name]! })),
    [
      ...functions.map((calls, i) => {
        return { name: String(i), type: '', locals: '', code: callAll(calls, index) };
      }),
      ...[...loops.values()].map((loop, i) => ({ name: `l${i}`, ...loopFunction(loop, relaxed) })),
    ],
    shared,
  );
}

function callAll(
  calls: readonly PlannedCall[],
  index: ReadonlyMap<string, number>,
): readonly number[] {
  const code: number[] = [];
  for (const { what, args } of calls) {
    const isKernel = typeof what === 'string';
    const [takes = '', gives = ''] = (isKernel ? signatures[what]! : loopType(what)).split(':');
    args.forEach((arg, i) => code.push(...argument(takes[i]!, arg)));
    code.push(CALL, ...unsigned(index.get(isKernel ? what : JSON.stringify(what))!));
    if (gives !== '') code.push(DROP);
  }
  return code;
}
