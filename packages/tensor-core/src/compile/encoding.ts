/**
 * The WebAssembly binary format, as far as it is needed here.
 *
 * @see https://webassembly.github.io/spec/core/binary/
 */

/** A number, or what memory holds at an address, plus an offset to an address. */
export type CallArgument =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'load'; readonly address: number; readonly offset: number };

const TYPES: Readonly<Record<string, number>> = { i: 0x7f, f: 0x7d, d: 0x7c, v: 0x7b };

/** A function of a module: its name, and its type as in kernels/signatures.gen.ts. */
interface Declared {
  readonly name: string;
  readonly type: string;
}

/** A function made of code; `locals` are the types of its variables. */
export interface Defined extends Declared {
  readonly locals: string;
  readonly code: readonly number[];
}

/** A module that imports the memory and functions, numbered in order, and exports functions made of code. */
export function assemble(
  imports: readonly (Declared & { readonly from: string })[],
  functions: readonly Defined[],
  shared: boolean,
): Uint8Array {
  const types = [...new Set([...imports, ...functions].map(({ type }) => type))];
  const typeBytes = types.map((type) => {
    const [takes = '', gives = ''] = type.split(':');
    return [0x60, ...vector([...takes].map(letter)), ...vector([...gives].map(letter))];
  });
  const bodies = functions.map(({ locals, code }) => {
    const body = [...vector([...locals].map((type) => [1, letter(type)])), ...code, 0x0b]; // end
    return [...unsigned(body.length), ...body];
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
    ...section(10, vector(bodies)),
  ]);
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
export function signed(value: number): number[] {
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

/** The bytes of a float32 or float64. */
export function floating(type: 'f' | 'd', value: number): number[] {
  const bytes = new Uint8Array(
    type === 'f' ? Float32Array.of(value).buffer : Float64Array.of(value).buffer,
  );
  return [...bytes]; // every host of WebAssembly that there is has little-endian arrays
}

/** Puts an argument of type `i`, `f` or `d` on the stack. */
export function argument(type: string, arg: CallArgument): number[] {
  if (arg.kind === 'load') {
    const load = type === 'i' ? [0x28, 2, 0] : type === 'f' ? [0x2a, 2, 0] : [0x2b, 3, 0];
    const shift = arg.offset === 0 ? [] : [0x41, ...signed(arg.offset), 0x6a]; // i32.add
    return [0x41, ...signed(arg.address), ...load, ...shift];
  }
  if (type === 'i') return [0x41, ...signed(arg.value)];
  return type === 'f' ? [0x43, ...floating('f', arg.value)] : [0x44, ...floating('d', arg.value)];
}
