/** What of a trace is left to do in every call, in order, and which values it takes. */
import type { Kernels } from '../backends/wasm/index.ts';
import { replaceable } from './elementwise.ts';
import { fuse, type GroupItem } from './fuse.ts';
import { decode, rawCalls, symbolsOf, type Call, type Symbols } from './kernel-calls.ts';
import { madeIn } from './returned.ts';
import { split } from './split.ts';
import type {
  GradientRecord,
  HostStep,
  OpStep,
  Operand,
  Trace,
  UploadStep,
  Value,
} from './trace.ts';

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

/** Numbers that leave the plan in memory of their own. */
export interface Output {
  readonly operand: Operand;
  /** Whose gradient it becomes; null for what is returned. */
  readonly owner: Value | null;
  /** It names the rows of a gradient, which follow. */
  readonly isIndex: boolean;
}

/** An argument or captured tensor that is written. */
export interface Written {
  readonly owner: Value;
  readonly value: Value;
  readonly times: number;
}

export interface Schedule {
  readonly items: readonly Item[];
  readonly outputs: readonly Output[];
  readonly written: readonly Written[];
}

/** `mayFuse` says whether calls of a kernel for so many elements may become part of a loop. */
export function schedule(
  trace: Trace,
  kernels: Kernels,
  mayFuse: (kernel: string, elements: number) => boolean,
): Schedule {
  const outputs: Output[] = [...madeIn(trace.returned)].map((operand) => {
    return { operand, owner: null, isIndex: false };
  });
  for (const { owner, after } of trace.gradients) {
    after.forEach((operand, i) => {
      const isIndex = i < after.length - 1;
      if (!isOwnGradient(operand, owner)) outputs.push({ operand, owner, isIndex });
    });
  }
  const written = [...trace.assigned].map(([owner, { value, times }]) => ({ owner, value, times }));
  const leaving = new Set<Value>([
    ...outputs.map(({ operand }) => operand.value),
    ...written.map(({ value }) => value),
  ]);
  const needed = new Set(leaving);
  const items: Item[] = [];
  for (const step of trace.steps.toReversed()) {
    if (step.kind === 'host') items.push(step);
    else if (step.kind === 'upload') {
      if (needed.has(step.value)) items.push(step);
    } else if (step.checked || needed.has(step.output.value)) {
      for (const { value } of step.inputs) needed.add(value);
      const item = itemOf(step, kernels, trace.values);
      items.push(...(item.kind === 'kernels' ? split(item).toReversed() : [item]));
    }
  }
  return { items: fuse(items.toReversed(), leaving, mayFuse), outputs, written };
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

/** True for a gradient that is what it was before. */
export function isOwnGradient(
  { value: { origin } }: Operand,
  owner: GradientRecord['owner'],
): boolean {
  return origin.kind === 'gradient' && origin.owner === owner;
}
