/** Which kernels an op calls, found out by letting it call stand-ins that write down their arguments. */
import { bytesPerElement } from '../dtype.ts';
import type { Kernels } from '../backends/wasm/index.ts';
import type { WasmOperand } from '../op.ts';
import { signatures } from './signatures.gen.ts';
import { same, type OpStep, type Operand, type Value } from './trace.ts';

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

const unary = new Set(
  (
    'abs acos asin atan ceil celu clamp cos cosh elu erf exp expm1 floor gelu geluTanh hardsigmoid intToFloat ' +
    'leakyRelu log log1p mish neg reciprocal relu round rsqrt selu sigmoid sign silu sin sinh softplus sqrt ' +
    'square tan tanh'
  ).split(' '),
);
const binary = new Set(
  'add atan2 div maximum minimum mul pow reluGrad sigmoidGrad sub tanhGrad'.split(' '),
);

const updates = new Set('combine combineSquare addQuotient'.split(' '));

/** True for arguments that cannot change from call to call: the whole numbers of updates are sizes. */
export function isSize(kernel: string, i: number): boolean {
  return updates.has(kernel) && signatures[kernel]![i] === 'i';
}

/**
 * Calls that update averages and then a parameter become one that does it in one pass, with the same
 * bits. `last` is the call to come after `calls`, of which it may take the place of some.
 */
export function onePass<A>(
  calls: { readonly kernel: string; readonly args: readonly A[] }[],
  last: { readonly kernel: string; readonly args: readonly A[] },
): { readonly kernel: string; readonly args: readonly A[] } {
  // combine(a, b, out, n, α, β), combineSquare likewise, addQuotient(p, x, v, out, n, α, β, ε)
  const divides = last.kernel === 'addQuotient';
  if (!divides && last.kernel !== 'combine') return last;
  const [p, x] = last.args;
  const [out, n, ...numbers] = last.args.slice(divides ? 3 : 2);
  if (!same(p, out)) return last;
  /** The call `back` before, if it updates `average` in place by a gradient. */
  const update = (kernel: string, average: unknown, back: number): readonly A[] | null => {
    const call = calls.at(-back);
    if (call?.kernel !== kernel) return null;
    const [a, , to, size] = call.args;
    return same(a, average) && same(to, average) && same(size, n) && !same(a, p) ? call.args : null;
  };
  const v = divides ? update('combineSquare', last.args[2], 1) : null;
  if (divides && v === null) return last;
  const m = update('combine', x, divides ? 2 : 1);
  const g = (m ?? v)?.[1];
  if (g === undefined || same(g, p)) return last;
  if (m !== null && v !== null && same(v[1], g) && !same(m[0], v[0]) && !same(g, v[0])) {
    calls.splice(-2);
    const averages = [...m.slice(4), ...v.slice(4)];
    return { kernel: 'momentsStep', args: [p!, m[0]!, v[0]!, g, n!, ...averages, ...numbers] };
  }
  const average = v ?? m!;
  if (v !== null && (!same(x, v[1]) || same(x, v[0]))) return last;
  calls.pop();
  const kernel = v === null ? 'momentumStep' : 'squareStep';
  return { kernel, args: [p!, average[0]!, average[1]!, n!, ...average.slice(4), ...numbers] };
}

const sizeOf = ({ dtype, length }: Value): number => length * bytesPerElement[dtype];

/** The values that calls read only where they then write: their result may take the place of one. */
export function replaceable(calls: readonly Call[]): readonly Value[] {
  const { kernel, args } = calls[0]!;
  const operands: Argument[] = [];
  if (kernel === 'copy') {
    // A result that begins as a copy: the value may be changed where it is if nothing else reads it.
    const [, from, bytes] = args;
    if (typeof from !== 'object' || bytes !== sizeOf(from.value)) return [];
    const rest = calls.slice(1).flatMap((call) => call.args);
    const again = rest.some((arg) => typeof arg === 'object' && arg.value === from.value);
    return again ? [] : [from.value];
  }
  if (calls.length > 1) return [];
  if (unary.has(kernel)) operands.push(args[0]!);
  else if (binary.has(kernel)) {
    // a, b, out, outer, inner, then a's and b's strides
    const inner = args[4]!;
    const whole = (stride: number): boolean =>
      args[stride + 1] === 1 && (args[3] === 1 || args[stride] === inner);
    if (whole(5)) operands.push(args[0]!);
    if (whole(7)) operands.push(args[1]!);
  } else if (kernel === 'combine' || kernel === 'combineSquare') operands.push(...args.slice(0, 2));
  else if (kernel === 'addQuotient') operands.push(...args.slice(0, 3));
  return operands.flatMap((arg) => (typeof arg === 'number' || arg.offset > 0 ? [] : [arg.value]));
}
