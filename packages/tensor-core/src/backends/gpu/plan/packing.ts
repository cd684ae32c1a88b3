/**
 * Where the state of a training stands. What one launch makes is one array, and a parameter is a part of it from the second
 * step on. A kernel is written for the place at which it reads, so before the first step the parameters are copied
 * to where they will be: the kernels of that are then those of all others.
 */
import type { Trace, Value } from '../../../compile/trace.ts';
import type { GpuLaunch } from '../../../op.ts';
import { chain, type Awaitable, type Device } from '../device.ts';
import type { Handle } from '../gpu-js.ts';
import { Part } from '../part.ts';
import type { Program } from './program.ts';

/** WebGPU binds eight arrays, and the result is one of them. */
const ARRAYS = 7;

/** A stretch of an array. */
interface Stretch {
  /** Where a source stands that belongs there; null if it is nobody's. */
  readonly register: number | null;
  readonly offset: number;
  readonly length: number;
}

/** Sources that belong into one array, which a launch will have made at the next call. */
export interface Pack {
  readonly size: number;
  /** All of it, in order. */
  readonly stretches: readonly Stretch[];
  readonly launch: GpuLaunch;
}

/** The value in whose place another will stand when the function is called next. */
export function successorsOf(trace: Trace): ReadonlyMap<Value, Value> {
  const found = new Map([...trace.renewed].map(([first, last]) => [last, first]));
  for (const [owner, { value }] of trace.assigned) found.set(value, owner);
  for (const { origin, ...rest } of trace.values) {
    if (origin.kind !== 'gradient') continue;
    const after = trace.gradients.find(({ owner }) => owner === origin.owner)?.after[0];
    if (after !== undefined) found.set(after.value, trace.values[rest.id]!);
  }
  return found;
}

/** What has to be packed for the program; `successors` say which source a value takes the place of. */
export function packsOf(
  { instructions, registers, tensors }: Program,
  successors: ReadonlyMap<Value, Value>,
): readonly Pack[] {
  const sources = new Set(tensors);
  const places = new Map<number, number>();
  for (const [made, source] of successors) {
    const register = registers.get(made);
    if (register !== undefined && sources.has(source)) places.set(register, registers.get(source)!);
  }
  return instructions.flatMap((one) => {
    if (one.kind !== 'run' || one.lengths.length === 1) return [];
    const stretches: Stretch[] = [];
    let offset = 0;
    one.lengths.forEach((length, i) => {
      stretches.push({ register: places.get(one.made[i]!) ?? null, offset, length });
      offset += length;
    });
    const count = stretches.filter(({ register }) => register !== null).length;
    if (count === 0 || count > ARRAYS) return []; // then kernels are made again
    return [{ size: one.size, stretches, launch: launchOf(stretches) }];
  });
}

/** Brings sources that stand elsewhere to their places; gives what is to be released when they have been used. */
export function packAll(
  device: Device,
  packs: readonly Pack[],
  arrays: (Handle | null)[],
): Awaitable<readonly Handle[]> {
  const released: Handle[] = [];
  const pack = (i: number): Awaitable<readonly Handle[]> => {
    const one = packs[i];
    if (one === undefined) return released;
    const own = one.stretches.filter(({ register }) => register !== null);
    if (own.every((stretch) => isThere(arrays[stretch.register!]!, one.size, stretch)))
      return pack(i + 1);
    const operands = own.map(({ register, length }) => {
      return { handle: arrays[register!]!, size: length, vector: false };
    });
    return chain(device.run(one.launch, one.size, operands), (whole) => {
      const parts = device.parts(
        whole,
        one.stretches.map(({ length }) => length),
      );
      one.stretches.forEach(({ register }, k) => {
        released.push(parts[k]!);
        if (register !== null) arrays[register] = parts[k]!;
      });
      return pack(i + 1);
    });
  };
  return pack(0);
}

function isThere(handle: Handle | null, size: number, { offset }: Stretch): boolean {
  return handle instanceof Part && handle.whole.size === size && handle.offset === offset;
}

function launchOf(stretches: readonly Stretch[]): GpuLaunch {
  const lines: string[] = [];
  const names: string[] = [];
  for (const { register, offset, length } of stretches) {
    let value = '0';
    if (register !== null) {
      value = `a${names.length}[this.thread.x - ${offset}]`;
      names.push(`a${names.length}`);
    }
    lines.push(`if (this.thread.x < ${offset + length}) {`, `return ${value};`, '}');
  }
  return { source: `function (${names.join(', ')}) {\n${lines.join('\n')}\nreturn 0;\n}` };
}
