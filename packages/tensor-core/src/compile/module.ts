/**
 * A WebAssembly module that calls kernels: the calls of a plan as functions without parameters, whose
 * arguments are constants, or numbers that they load from the plan's block of memory.
 *
 * @see https://webassembly.github.io/spec/core/binary/ for the format
 */
import { signatures } from './signatures.gen.ts';

/** An argument of a call: a number, or what memory holds at an address, plus an offset to an address. */
export type CallArgument =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'load'; readonly address: number; readonly offset: number };

export interface KernelCall {
  readonly kernel: string;
  readonly args: readonly CallArgument[];
}

const TYPES: Readonly<Record<string, number>> = { i: 0x7f, f: 0x7d, d: 0x7c };

/** A function of a module: its name, and its type as in signatures.gen.ts. */
interface Declared {
  readonly name: string;
  readonly type: string;
}

/** The module; function i of `functions` is exported as `String(i)`. */
export function encodeModule(
  functions: readonly (readonly KernelCall[])[],
  shared: boolean,
): Uint8Array {
  const kernels = [...new Set(functions.flat().map(({ kernel }) => kernel))];
  const index = new Map(kernels.map((kernel, i) => [kernel, i]));
  return assemble(
    kernels.map((kernel) => ({ from: 'k', name: kernel, type: signatures[kernel]! })),
    functions.map((calls, i) => ({ name: String(i), type: '', code: body(calls, index) })),
    shared,
  );
}

/** A module that imports the memory and functions, numbered in order, and exports functions made of code. */
export function assemble(
  imports: readonly (Declared & { readonly from: string })[],
  functions: readonly (Declared & { readonly code: readonly number[] })[],
  shared: boolean,
): Uint8Array {
  const types = [...new Set([...imports, ...functions].map(({ type }) => type))];
  const typeBytes = types.map((type) => {
    const [takes = '', gives = ''] = type.split(':');
    return [0x60, ...vector([...takes].map(letter)), ...vector([...gives].map(letter))];
  });
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // \0asm, version 1
    ...section(1, vector(typeBytes)),
    ...section(
      2,
      vector([
        // A memory from 1 to 65536 pages; flag 1 says that there is a maximum, 2 that it is shared.
        [...text('env'), ...text('memory'), 2, shared ? 3 : 1, 1, ...unsigned(65536)],
        ...imports.map(({ from, name, type }) => {
          return [...text(from), ...text(name), 0, ...unsigned(types.indexOf(type))];
        }),
      ]),
    ),
    ...section(3, vector(functions.map(({ type }) => unsigned(types.indexOf(type))))),
    ...section(
      7,
      vector(functions.map(({ name }, i) => [...text(name), 0, ...unsigned(imports.length + i)])),
    ),
    ...section(
      10,
      vector(
        functions.map(({ code }) => [...unsigned(code.length + 2), 0, ...code, 0x0b]), // no locals; end
      ),
    ),
  ]);
}

function body(calls: readonly KernelCall[], index: ReadonlyMap<string, number>): number[] {
  const code: number[] = [];
  for (const { kernel, args } of calls) {
    const [takes = '', gives = ''] = signatures[kernel]!.split(':');
    args.forEach((arg, i) => push(code, takes[i]!, arg));
    code.push(0x10, ...unsigned(index.get(kernel)!)); // call
    if (gives !== '') code.push(0x1a); // drop
  }
  return code;
}

function push(code: number[], type: string, arg: CallArgument): void {
  if (arg.kind === 'load') {
    code.push(0x41, ...signed(arg.address));
    if (type === 'i') code.push(0x28, 2, 0);
    else if (type === 'f') code.push(0x2a, 2, 0);
    else code.push(0x2b, 3, 0);
    if (arg.offset !== 0) code.push(0x41, ...signed(arg.offset), 0x6a); // i32.add
  } else if (type === 'i') code.push(0x41, ...signed(arg.value));
  else {
    const bytes = new DataView(new ArrayBuffer(8));
    if (type === 'f') bytes.setFloat32(0, arg.value, true);
    else bytes.setFloat64(0, arg.value, true);
    code.push(type === 'f' ? 0x43 : 0x44);
    for (let i = 0; i < (type === 'f' ? 4 : 8); i++) code.push(bytes.getUint8(i));
  }
}

const letter = (type: string): number => TYPES[type]!;

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly (number | readonly number[])[]): number[] {
  const bytes = unsigned(items.length);
  // Not with spread or flat(): the code of a long plan has more bytes than a call has arguments.
  for (const item of items) {
    if (typeof item === 'number') bytes.push(item);
    else for (const byte of item) bytes.push(byte);
  }
  return bytes;
}

function text(ascii: string): number[] {
  return [...unsigned(ascii.length), ...[...ascii].map((c) => c.charCodeAt(0))];
}

/** LEB128 */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    bytes.push(value > 0 ? low + 128 : low);
  } while (value > 0);
  return bytes;
}

/** Signed LEB128 of a number taken as 32 bits. */
function signed(value: number): number[] {
  let rest = value | 0;
  const bytes: number[] = [];
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    if ((rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0)) {
      bytes.push(low);
      return bytes;
    }
    bytes.push(low | 128);
  }
}
