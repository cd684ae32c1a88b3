/**
 * A WebAssembly module that stands before the kernels: a call with enough work goes to `share`, any other
 * straight to its kernel. Small calls pay for a comparison, those of compiled plans not even for
 * a step through JavaScript.
 */
import { webAssembly, type LinearMemory } from '../backends/wasm/webassembly.ts';
import { assemble, unsigned } from '../compile/encoding.ts';
import { signatures } from '../kernels/signatures.gen.ts';

/** The kernels by name, as JavaScript calls them. */
export type KernelTable = Readonly<Record<string, (...args: number[]) => void>>;

/** When a call is shared: if the product of some of its arguments is at least so much. */
export interface Threshold {
  readonly size: readonly number[];
  readonly from: number;
}

/** The kernels with a gate before each that has a threshold. */
export function gates(
  thresholds: Readonly<Record<string, Threshold>>,
  kernels: KernelTable,
  share: KernelTable,
  memory: LinearMemory,
): KernelTable {
  const names = Object.keys(thresholds);
  const functions = names.map((name, i) => {
    const type = signatures[name]!;
    const passed = [...type].flatMap((_, at) => [0x20, at]); // local.get
    const call = (index: number): number[] => [...passed, 0x10, ...unsigned(index)];
    const code = [
      ...work(thresholds[name]!),
      ...[0x04, 0x40, ...call(names.length + i), 0x05, ...call(i), 0x0b], // if, else, end
    ];
    return { name, type, locals: '', code };
  });
  const imported = ['k', 's'].flatMap((from) => {
    return names.map((name) => ({ from, name, type: signatures[name]! }));
  });
  const bytes = assemble(imported, functions, !(memory.buffer instanceof ArrayBuffer));
  const imports = { env: { memory }, k: kernels, s: share };
  // The module exports a function for each name, with the type of its kernel.
  return new webAssembly!.Instance(new webAssembly!.Module(bytes), imports).exports as KernelTable;
}

/** ∏ size ≥ from, in float64, for the product of three sizes may need more than 32 bits. */
function work({ size, from }: Threshold): number[] {
  const bound = new Uint8Array(Float64Array.of(from).buffer);
  return [
    ...size.flatMap((at, i) => [0x20, at, 0xb8, ...(i === 0 ? [] : [0xa2])]), // f64.convert_i32_u, f64.mul
    ...[0x44, ...bound, 0x66], // f64.const, f64.ge
  ];
}
