/** The entry `@kasane/tensor-core/profile`: where the time of a program goes, op by op. */
import type { Backend, Storage } from './backends/backend.ts';
import { defaultBackend } from './backends/default.ts';
import { reference } from './backends/reference.ts';
import { isWasmAvailable, wasm } from './backends/wasm/index.ts';
import { bytesPerElement, type DType } from './dtype.ts';
import type { OpDef } from './op.ts';
import { formatShape, sizeOf, type Shape } from './shape.ts';
import type { Tensor } from './tensor.ts';

/** What all runs of one op took together. */
export interface OpProfile {
  /** The op's name; `upload` and `assign` stand for data brought in and parameters written. */
  readonly op: string;
  readonly calls: number;
  /** Time in the backend, in milliseconds. */
  readonly milliseconds: number;
  /** Bytes of the inputs and of the output. */
  readonly bytes: number;
  /**
   * Floating-point operations: 2·m·n·k for matrix products and linear maps, what ops such as convolutions say of
   * themselves, none for ops that only move elements, one per element of the largest operand for all others.
   */
  readonly flops: number;
}

/** What `profile` found. */
export interface Profile<T> {
  /** What the function returned. */
  readonly result: T;
  /** Wall time of the whole, in milliseconds. */
  readonly milliseconds: number;
  /** The part of it that was spent outside of backends: shape rules, records for gradients, your code. */
  readonly outside: number;
  /** By op, the costliest first. */
  readonly ops: readonly OpProfile[];
  /** The same as a table, to be printed. */
  toString(): string;
  /** Every call on a time line, as JSON that chrome://tracing and Perfetto read. */
  chromeTrace(): string;
}

// oxlint-disable-next-line no-restricted-properties -- time is what a profiler measures; nothing depends on it
const now = (): number => performance.now();

interface Call {
  readonly op: string;
  readonly start: number;
  readonly end: number;
  readonly bytes: number;
  readonly flops: number;
  readonly detail: string;
}

const moves: ReadonlySet<string> = new Set([
  ...['argsort', 'broadcastTo', 'cast', 'concat', 'flip', 'full', 'gather', 'indexSelect'],
  ...['oneHot', 'pad', 'permute', 'slice', 'topk', 'unslice', 'where'],
]);

function flopsOf<A>(op: OpDef<A>, inputs: readonly Tensor[], attrs: A, out: Shape): number {
  if (op.flops !== undefined) return op.flops(inputs, attrs, out);
  const { name } = op;
  const size = sizeOf(out);
  if (moves.has(name)) return 0;
  if (name === 'matmul' || name === 'linear') {
    const { transposeA } = (attrs ?? {}) as { transposeA?: boolean }; // matmul's; linear has none
    return 2 * size * inputs[0]!.shape.at(transposeA === true ? -2 : -1)!;
  }
  return Math.max(size, ...inputs.map((t) => t.size));
}

const bytesOf = (shape: Shape, dtype: DType): number => sizeOf(shape) * bytesPerElement[dtype];

/**
 * Runs `fn` and measures every op that it runs, at the cost of a few microseconds for each.
 *
 * What is measured is the time in the backend. A GPU works on after its backend has returned, so there
 * only the queueing shows. Throws TypeError if `fn` returns a promise: measure what it does between
 * two awaits.
 *
 * @example
 * import { ones } from '@kasane/tensor-core';
 * import { profile } from '@kasane/tensor-core/profile';
 * const found = profile(() => ones([8, 16]).matmul(ones([16, 4])).sum().item());
 * found.result; // => 512
 * const product = found.ops.find(({ op }) => op === 'matmul')!;
 * [product.calls, product.flops, product.bytes]; // => [1,1024,896]
 */
export function profile<T>(fn: () => T): Profile<T> {
  const calls: Call[] = [];
  const restore = watchedBackends().map((prototype) => instrument(prototype, calls));
  const start = now();
  let result: T;
  try {
    result = fn();
  } finally {
    for (const undo of restore) undo();
  }
  const milliseconds = now() - start;
  if (result instanceof Promise) {
    throw new TypeError(
      'profile: the function returned a promise, and what it does later is not measured. Measure what it does between two awaits.',
    );
  }
  const ops = summarise(calls);
  const inside = ops.reduce((sum, row) => sum + row.milliseconds, 0);
  const outside = Math.max(0, milliseconds - inside);
  return {
    result,
    milliseconds,
    outside,
    ops,
    toString: () => table(ops, milliseconds, outside),
    chromeTrace: () => trace(calls, start),
  };
}

/** The prototypes of the backends there are: all backends of a kind share one. */
function watchedBackends(): Backend[] {
  const instances = [defaultBackend(), reference(), ...(isWasmAvailable() ? [wasm()] : [])];
  // A prototype has the methods of its class, which is all that is touched.
  return [...new Set(instances.map((one) => Object.getPrototypeOf(one) as Backend))];
}

/** Replaces the working methods of a class by ones that note each call; gives what puts them back. */
function instrument(prototype: Backend, calls: Call[]): () => void {
  const { execute, upload, overwrite } = prototype;
  prototype.execute = function timed<A>(
    this: Backend,
    op: OpDef<A>,
    inputs: readonly Tensor[],
    attrs: A,
    shape: Shape,
    dtype: DType,
    into?: Storage,
  ): Storage {
    const start = now();
    const storage = execute.call(this, op as OpDef<unknown>, inputs, attrs, shape, dtype, into);
    const end = now();
    const read = inputs.reduce((sum, t) => sum + bytesOf(t.shape, t.dtype), 0);
    calls.push({
      op: op.name,
      start,
      end,
      bytes: read + bytesOf(shape, dtype),
      flops: flopsOf(op, inputs, attrs, shape),
      detail: `${inputs.map((t) => formatShape(t.shape)).join(' ')} → ${dtype} ${formatShape(shape)}`,
    });
    return storage;
  };
  prototype.upload = function timed(this: Backend, values, dtype): Storage {
    const start = now();
    const storage = upload.call(this, values, dtype);
    const bytes = bytesOf([values.length], dtype);
    const detail = `${dtype} ${formatShape([values.length])}`;
    calls.push({ op: 'upload', start, end: now(), bytes, flops: 0, detail });
    return storage;
  };
  prototype.overwrite = function timed(this: Backend, target, source): void {
    const start = now();
    overwrite.call(this, target, source);
    const bytes = 2 * bytesOf([target.length], target.dtype);
    const detail = `${target.dtype} ${formatShape([target.length])}`;
    calls.push({ op: 'assign', start, end: now(), bytes, flops: 0, detail });
  };
  return () => Object.assign(prototype, { execute, upload, overwrite });
}

function summarise(calls: readonly Call[]): OpProfile[] {
  const rows = new Map<string, { -readonly [K in keyof OpProfile]: OpProfile[K] }>();
  for (const { op, start, end, bytes, flops } of calls) {
    let row = rows.get(op);
    if (row === undefined)
      rows.set(op, (row = { op, calls: 0, milliseconds: 0, bytes: 0, flops: 0 }));
    row.calls++;
    row.milliseconds += end - start;
    row.bytes += bytes;
    row.flops += flops;
  }
  return [...rows.values()].toSorted((a, b) => b.milliseconds - a.milliseconds);
}

function table(ops: readonly OpProfile[], milliseconds: number, outside: number): string {
  const share = (part: number): string =>
    `${((100 * part) / Math.max(milliseconds, 1e-9)).toFixed(1)}%`;
  const rate = (amount: number, ms: number): string =>
    (amount / Math.max(ms, 1e-9) / 1e6).toFixed(2);
  const rows = [
    ['op', 'calls', 'ms', 'share', 'µs/call', 'GB/s', 'GFLOPS'],
    ...ops.map((row) => [
      row.op,
      String(row.calls),
      row.milliseconds.toFixed(3),
      share(row.milliseconds),
      ((1000 * row.milliseconds) / row.calls).toFixed(2),
      rate(row.bytes, row.milliseconds),
      row.flops === 0 ? '' : rate(row.flops, row.milliseconds),
    ]),
    ['outside', '', outside.toFixed(3), share(outside), '', '', ''],
    ['all', '', milliseconds.toFixed(3), '100.0%', '', '', ''],
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** @see Trace Event Format: complete events, with times in microseconds. */
function trace(calls: readonly Call[], origin: number): string {
  const traceEvents = calls.map(({ op, start, end, bytes, flops, detail }) => ({
    name: op,
    cat: 'op',
    ph: 'X',
    ts: (start - origin) * 1000,
    dur: (end - start) * 1000,
    pid: 1,
    tid: 1,
    args: { shapes: detail, bytes, flops },
  }));
  return JSON.stringify({ displayTimeUnit: 'ms', traceEvents });
}
