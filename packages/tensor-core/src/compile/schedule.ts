/** What of a trace is left to do in every call, in order, and which values it takes. */
import type { Kernels } from '../backends/wasm/index.ts';
import { replaceable } from './elementwise.ts';
import { fuse, type GroupItem } from './fuse.ts';
import {
  decode,
  rawCalls,
  symbolsOf,
  type Call,
  type Pointer,
  type Symbols,
} from './kernel-calls.ts';
import { leavingWith, outcomeOf, stepsFor, type Outcome } from './outcome.ts';
import { partsIn } from './parts.ts';
import { split } from './split.ts';
import type { HostStep, OpStep, Trace, UploadStep, Value } from './trace.ts';

/** An op with kernels; `dynamicAttrs` if their numbers may change from call to call. */
export interface KernelItem {
  readonly kind: 'kernels';
  readonly step: OpStep;
  readonly calls: readonly Call[];
  readonly symbols: Symbols;
}

/** An op whose plain loop runs. */
export interface LoopItem {
  readonly kind: 'loop';
  readonly step: OpStep;
}

export type Item = KernelItem | LoopItem | GroupItem | HostStep | UploadStep;

export interface Schedule extends Outcome {
  readonly items: readonly Item[];
  /** Values that are where a part of another one is. */
  readonly parts: ReadonlyMap<Value, Pointer>;
}

/** `mayFuse` says whether calls of a kernel for so many elements may become part of a loop. */
export function schedule(
  trace: Trace,
  kernels: Kernels,
  mayFuse: (kernel: string, elements: number) => boolean,
): Schedule {
  const outcome = outcomeOf(trace);
  const leaving = leavingWith(outcome);
  const steps = stepsFor(trace, leaving);
  const parts = partsIn(steps, leaving);
  const items = steps.flatMap((step): readonly Item[] => {
    if (step.kind !== 'op') return [step];
    if (parts.has(step.output.value)) {
      return [{ kind: 'kernels', step, symbols: symbolsOf(step), calls: [] }];
    }
    const item = itemOf(step, kernels, trace.values);
    return item.kind === 'kernels' ? split(item) : [item];
  });
  return { ...outcome, parts, items: fuse(items, leaving, mayFuse) };
}

/** What an item reads from memory. */
export function readBy(item: Item): readonly Value[] {
  if (item.kind === 'group') return item.reads.map(({ value }) => value);
  return 'step' in item ? item.step.inputs.map(({ value }) => value) : [];
}

/** What an item writes to memory. */
export function madeBy(item: Item): readonly Value[] {
  if (item.kind === 'group') return item.makes;
  return 'step' in item ? [item.step.output.value] : [];
}

/** What an item reads only where it then writes: its results may take their place. */
export function replacedBy(item: Item): readonly Value[] {
  if (item.kind === 'group') {
    const { reads } = item;
    const along = (value: Value): boolean =>
      reads.every((one) => one.value !== value || one.walk === 'whole');
    return readBy(item).filter(along);
  }
  return item.kind === 'kernels' ? replaceable(item.calls) : [];
}

function itemOf(step: OpStep, kernels: Kernels, values: readonly Value[]): KernelItem | LoopItem {
  const symbols = symbolsOf(step);
  const calls = rawCalls(step, symbols, step.attrs, kernels);
  if (calls === null) return { kind: 'loop', step };
  return { kind: 'kernels', step, symbols, calls: decode(calls, values) };
}
