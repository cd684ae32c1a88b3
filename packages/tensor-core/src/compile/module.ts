/**
 * A WebAssembly module that calls kernels: the calls of a plan as functions without parameters, whose
 * arguments are constants, or numbers that they load from the plan's block of memory.
 */
import { argument, assemble, unsigned, type CallArgument } from './encoding.ts';
import { loopFunction, type Loop } from './loop.ts';
import { signatures } from './signatures.gen.ts';

export interface KernelCall {
  readonly kind: 'call';
  readonly kernel: string;
  readonly args: readonly CallArgument[];
}

/**
 * The module; function i of `functions` is exported as `String(i)`. `relaxed` says that the kernels fuse
 * multiply and add, as loops then do, too.
 */
export function encodeModule(
  functions: readonly (readonly (KernelCall | Loop)[])[],
  shared: boolean,
  relaxed: boolean,
): Uint8Array {
  const all = functions.flat();
  const kernels = [...new Set(all.flatMap((c) => (c.kind === 'call' ? [c.kernel] : [])))];
  const loops = all.filter((c) => c.kind === 'loop');
  const index = new Map<string | Loop, number>(kernels.map((kernel, i) => [kernel, i]));
  // Functions of their own, after those that call them: engines optimise what is hot by functions.
  loops.forEach((loop, i) => index.set(loop, kernels.length + functions.length + i));
  return assemble(
    kernels.map((kernel) => ({ from: 'k', name: kernel, type: signatures[kernel]! })),
    [
      ...functions.map((calls, i) => {
        return { name: String(i), type: '', locals: '', code: callAll(calls, index) };
      }),
      ...loops.map((loop, i) => ({ name: `loop ${i}`, ...loopFunction(loop, relaxed) })),
    ],
    shared,
  );
}

function callAll(
  calls: readonly (KernelCall | Loop)[],
  index: ReadonlyMap<string | Loop, number>,
): number[] {
  const code: number[] = [];
  for (const call of calls) {
    if (call.kind === 'loop') code.push(CALL, ...unsigned(index.get(call)!));
    else {
      const [takes = '', gives = ''] = signatures[call.kernel]!.split(':');
      call.args.forEach((arg, i) => code.push(...argument(takes[i]!, arg)));
      code.push(CALL, ...unsigned(index.get(call.kernel)!));
      if (gives !== '') code.push(DROP);
    }
  }
  return code;
}

const CALL = 0x10;
const DROP = 0x1a;
