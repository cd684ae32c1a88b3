/** The entry `@kasane/tensor-core/profile`: where the time of a program goes, op by op. */
import type { Storage } from './backends/backend.ts';
import { leavingWith, outcomeOf, stepsFor } from './compile/outcome.ts';
import type { Plan } from './compile/plan.ts';
import { bytesPerElement } from './dtype.ts';
import { requireFunction } from './given.ts';
import { observe, type Observer } from './observer.ts';
import type { OpDef, Spec } from './op.ts';
import { formatShape, sizeOf, type Shape } from './shape.ts';

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

/** What the op says of itself, or one for each element of its largest operand. */
function flopsOf<A>(
  op: OpDef<A>,
  inputs: readonly (Spec & { readonly size: number })[],
  attrs: A,
  out: Shape,
): number {
  return (
    op.flops?.(inputs, attrs, out) ?? inputs.reduce((n, { size }) => Math.max(n, size), sizeOf(out))
  );
}

/** What `countFlops` counts. */
export interface FlopCount {
  /** Floating-point operations so far, counted as in `OpProfile`. */
  readonly total: number;
  /** Ends the counting. */
  stop(): void;
}

/**
 * Counts the floating-point operations of all ops that run from now on, those of compiled functions too, whose plans are
 * counted once and then take a tenth of a microsecond longer. Other ops take a quarter of one longer, each. Unlike `profile`, it
 * may go on while something is awaited.
 *
 * An $(m, k) \times (k, n)$ product counts as $2mnk$, other ops as `OpProfile.flops` says.
 *
 * @example
 * import { ones } from '@kasane/tensor-core';
 * import { countFlops } from '@kasane/tensor-core/profile';
 * const count = countFlops();
 * ones([8, 16]).matmul(ones([16, 4]));
 * count.stop();
 * count.total; // => 1024
 */
export function countFlops(): FlopCount {
  let total = 0;
  const plans = new WeakMap<Plan, number>();
  const stop = observe({
    executed(op, inputs, attrs, shape) {
      total += flopsOf(op, inputs, attrs, shape);
    },
    replayed(plan) {
      let flops = plans.get(plan);
      if (flops === undefined) plans.set(plan, (flops = flopsOfPlan(plan)));
      total += flops;
    },
  });
  return {
    get total() {
      return total;
    },
    stop,
  };
}

/** Of the ops that a plan runs: without those that lead to nothing that is wanted. */
function flopsOfPlan({ trace: traced }: Plan): number {
  let flops = 0;
  for (const step of stepsFor(traced, leavingWith(outcomeOf(traced)))) {
    if (step.kind === 'op') flops += flopsOf(step.op, step.inputs, step.attrs, step.output.shape);
  }
  return flops;
}

/**
 * Runs `fn` and measures every op that it runs, at the cost of a few microseconds for each.
 *
 * What is measured is the time in the backend. A GPU works on after its backend has returned, so there
 * only the queueing shows.
 *
 * @throws TypeError if `fn` returns a promise: measure what it does between two awaits.
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
  requireFunction('profile', fn);
  const calls: Call[] = [];
  const stop = observe(recordInto(calls));
  const start = now();
  let result: T;
  try {
    result = fn();
  } finally {
    stop();
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

/** Notes each call of a backend. */
function recordInto(calls: Call[]): Observer {
  let start = 0;
  const begin = (): void => {
    start = now();
  };
  const note = (
    end: number,
    op: string,
    specs: readonly Spec[],
    flops: number,
    detail: string,
  ): void => {
    const bytes = specs.reduce(
      (sum, { shape, dtype }) => sum + sizeOf(shape) * bytesPerElement[dtype],
      0,
    );
    calls.push({ op, start, end, bytes, flops, detail });
  };
  const all = ({ dtype, length }: Storage): Spec => ({ dtype, shape: [length] });
  return {
    starts: begin,
    executed(op, inputs, attrs, shape, { dtype }) {
      const end = now();
      const from = inputs.map((t) => formatShape(t.shape)).join(' ');
      const to = `${dtype} ${formatShape(shape)}`;
      note(
        end,
        op.name,
        [...inputs, { shape, dtype }],
        flopsOf(op, inputs, attrs, shape),
        `${from} → ${to}`,
      );
    },
    uploaded(_, storage) {
      note(now(), 'upload', [all(storage)], 0, `${storage.dtype} [${storage.length}]`);
    },
    assigns: begin,
    overwrote(target) {
      note(now(), 'assign', [all(target), all(target)], 0, `${target.dtype} [${target.length}]`);
    },
  };
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
