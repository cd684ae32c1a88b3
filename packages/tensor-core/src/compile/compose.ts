/** The order of a call: stretches of kernels, and what JavaScript does between them. */
import { bytesPerElement } from '../dtype.ts';
import type { Reading } from './elementwise.ts';
import type { CallArgument } from './encoding.ts';
import type { GroupItem } from './fuse.ts';
import type { Argument } from './kernel-calls.ts';
import type { Layout } from './layout.ts';
import type { Register } from './loop.ts';
import type { PlannedCall } from './module.ts';
import type { KernelItem, Schedule } from './schedule.ts';
import { same, type HostStep, type OpStep, type UploadStep, type Value } from './trace.ts';

/** The numbers of an op's kernel calls that may change from call to call. */
export interface LiveNumbers {
  /** What they were made of last; undefined before the first call. */
  attrs: unknown;
  readonly numbers: readonly {
    readonly call: number;
    readonly argument: number;
    readonly offset: number;
  }[];
}

/** Part of a call. */
export type Action =
  | { readonly kind: 'kernels'; readonly index: number }
  | HostStep
  | UploadStep
  | { readonly kind: 'check'; readonly step: OpStep }
  | { readonly kind: 'loop'; readonly step: OpStep }
  | { readonly kind: 'refresh'; readonly item: KernelItem; readonly live: LiveNumbers };

export interface Composed {
  readonly actions: readonly Action[];
  /** The stretches of kernels, by the index that actions have for them. */
  readonly functions: readonly (readonly PlannedCall[])[];
}

/** Where the live numbers of each op are, 8 bytes each. */
export function numberLives({ items }: Schedule): {
  lives: ReadonlyMap<KernelItem, LiveNumbers>;
  count: number;
} {
  const lives = new Map<KernelItem, LiveNumbers>();
  let count = 0;
  for (const item of items.flatMap(kernelItems)) {
    if (item.step.refresh === null) continue;
    const numbers = item.calls.flatMap(({ args }, call) => {
      return args.flatMap((arg, argument) => {
        return typeof arg === 'number' ? [{ call, argument, offset: 8 * count++ }] : [];
      });
    });
    lives.set(item, { attrs: undefined, numbers });
  }
  return { lives, count };
}

function kernelItems(item: Schedule['items'][number]): readonly KernelItem[] {
  if (item.kind === 'group') return item.members.map((member) => member.item);
  return item.kind === 'kernels' ? [item] : [];
}

/** `base` is the address of the plan's block, `arena` that of its arena. */
export function compose(
  { items }: Schedule,
  layout: Layout,
  lives: ReadonlyMap<KernelItem, LiveNumbers>,
  base: number,
  arena: number,
): Composed {
  const actions: Action[] = [];
  const functions: PlannedCall[][] = [];
  let calls: PlannedCall[] = [];
  // Values of the present stretch: JavaScript that looks at them has to wait for its end.
  let fresh = new Set<Value>();
  const flush = (): void => {
    if (calls.length > 0) actions.push({ kind: 'kernels', index: functions.push(calls) - 1 });
    calls = [];
    fresh = new Set();
  };
  const address = (arg: Argument): CallArgument => {
    if (typeof arg === 'number') return number(arg);
    const place = layout.places.get(arg.value)!;
    if (place.kind !== 'slot') {
      return number((place.kind === 'block' ? base : arena) + place.offset + arg.offset);
    }
    return { kind: 'load', address: base + 4 * place.word, offset: arg.offset };
  };
  const start = (value: Value): CallArgument => address({ value, offset: 0 });
  /** An argument of a call: where live numbers have their place, that. */
  const encode = (item: KernelItem, call: number, argument: number): CallArgument => {
    const live = lives.get(item)?.numbers;
    const own = live?.find((one) => one.call === call && one.argument === argument);
    if (own === undefined) return address(item.calls[call]!.args[argument]!);
    return { kind: 'load', address: base + layout.live + own.offset, offset: 0 };
  };
  const refresh = (item: KernelItem): void => {
    const live = lives.get(item);
    if (live !== undefined) actions.push({ kind: 'refresh', item, live });
  };
  const copy = (to: CallArgument, from: CallArgument, value: Value): void => {
    const bytes = bytesPerElement[value.dtype] * value.length;
    if (bytes > 0) calls.push({ what: 'copy', args: [to, from, number(bytes)] });
  };

  for (const { value, offset } of layout.saved) copy(number(base + offset), start(value), value);
  for (const item of items) {
    switch (item.kind) {
      case 'host':
        actions.push(item);
        break;
      case 'upload':
        actions.push(item);
        break;
      case 'group':
        for (const { item: member } of item.members) refresh(member);
        calls.push(loopOf(item, start, (member, argument) => encode(member, 0, argument)));
        for (const value of item.makes) fresh.add(value);
        break;
      default: {
        const { step } = item;
        const looks = item.kind === 'loop' || step.checked;
        if (looks && step.inputs.some(({ value }) => fresh.has(value))) flush();
        if (step.checked) actions.push({ kind: 'check', step });
        if (item.kind === 'loop') {
          flush();
          actions.push({ kind: 'loop', step });
        } else {
          refresh(item);
          item.calls.forEach(({ kernel, args }, call) => {
            const encoded = args.map((_, i) => encode(item, call, i));
            // What an op writes only in part is copied to its place first, unless it is there already.
            if (kernel !== 'copy' || !same(encoded[0], encoded[1]))
              calls.push({ what: kernel, args: encoded });
          });
          fresh.add(step.output.value);
        }
      }
    }
  }
  const places = new Map(layout.saved.map(({ value, offset }) => [value, offset]));
  const homes = new Set(layout.sources.map(({ word }) => word));
  for (const { from, word } of layout.copies) {
    const kept = homes.has(word) ? places.get(from) : undefined;
    const source = kept === undefined ? start(from) : number(base + kept);
    copy({ kind: 'load', address: base + 4 * word, offset: 0 }, source, from);
  }
  flush();
  return { actions, functions };
}

function loopOf(
  { members, outer, inner, reads, makes }: GroupItem,
  start: (value: Value) => CallArgument,
  encode: (item: KernelItem, argument: number) => CallArgument,
): PlannedCall {
  const steps = new Map(members.map(({ item }, i) => [item.step.output.value, i]));
  const register = ({ value, walk }: Reading): Register => {
    const step = steps.get(value); // of as many elements as the loop, so it is read along
    if (step !== undefined) return { kind: 'step', index: step };
    const index = reads.findIndex((one) => one.value === value && one.walk === walk);
    return { kind: 'read', index };
  };
  return {
    what: {
      reads: reads.map(({ walk }) => walk),
      steps: members.map(({ item, form }) => ({
        kernel: item.calls[0]!.kernel,
        operands: form.operands.map(register),
        numbers: form.numbers.length,
      })),
      writes: makes.map((value) => steps.get(value)!),
    },
    args: [
      ...reads.map(({ value }) => start(value)),
      ...makes.map(start),
      ...[number(outer), number(inner)],
      ...members.flatMap(({ item, form }) => form.numbers.map((i) => encode(item, i))),
    ],
  };
}

const number = (value: number): CallArgument => ({ kind: 'number', value });
