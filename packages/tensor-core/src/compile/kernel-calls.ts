/** Which kernels an op calls, found out by letting it call stand-ins that write down their arguments. */
import type { Kernels } from '../backends/wasm/index.ts';
import type { WasmOperand } from '../op.ts';
import { signatures } from '../kernels/signatures.gen.ts';
import type { OpStep, Operand, Value } from './trace.ts';

/** A place in a value, in bytes from its start. */
export interface Pointer {
  readonly value: Value;
  readonly offset: number;
}

export type Argument = number | Pointer;

export interface Call {
  readonly kernel: string;
  readonly args: readonly Argument[];
}

// Addresses are below 2³², so the distance of two values tells them apart, whatever is added to them.
const DISTANCE = 2 ** 33;

interface RawCall {
  readonly kernel: string;
  readonly args: readonly number[];
}

let log: RawCall[] = [];
const standIns: Record<string, unknown> = {};
for (const kernel of Object.keys(signatures)) {
  standIns[kernel] = (...args: number[]): void => {
    log.push({ kernel, args });
  };
}

/** What tells `op.wasm` of a step where its operands are: places that are decoded later. */
export interface Symbols {
  readonly inputs: readonly WasmOperand[];
  readonly output: WasmOperand;
}

export function symbolsOf({ inputs, output }: OpStep): Symbols {
  return { inputs: inputs.map(symbolic), output: symbolic(output) };
}

/** The calls that the op makes; null if it leaves the work to its plain loop. */
export function rawCalls(
  { op }: OpStep,
  { inputs, output }: Symbols,
  attrs: unknown,
  { scratch }: Kernels,
): readonly RawCall[] | null {
  if (output.size === 0) return [];
  if (op.wasm === undefined) return null;
  log = [];
  standIns['scratch'] = scratch;
  // Every kernel has its stand-in; what kernels give back, ops do not use.
  return op.wasm(standIns as unknown as Kernels, inputs, attrs, output) ? log : null;
}

/** True if argument `i` of a call is a place and not a number. */
export function isPlace({ kernel, args }: RawCall, i: number): boolean {
  return args[i]! >= DISTANCE && signatures[kernel]![i] === 'i';
}

/** The calls with their places decoded. */
export function decode(calls: readonly RawCall[], values: readonly Value[]): readonly Call[] {
  return calls.map((call) => ({
    kernel: call.kernel,
    args: call.args.map((arg, i) => {
      if (!isPlace(call, i)) return arg;
      return { value: values[Math.floor(arg / DISTANCE) - 1]!, offset: arg % DISTANCE };
    }),
  }));
}

function symbolic({ value, shape, dtype, size }: Operand): WasmOperand {
  return { shape, dtype, size, pointer: (value.id + 1) * DISTANCE };
}
