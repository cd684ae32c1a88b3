/** Plans as text. */
import { bytesPerElement } from '../dtype.ts';
import { formatShape } from '../shape.ts';
import type { Plan } from './plan.ts';
import type { WasmPlan } from './wasm-plan.ts';
import { madeBy, readBy, type Item } from './schedule.ts';
import type { Operand, OpStep } from './trace.ts';

interface Inspected {
  readonly plan: Plan | string | null;
  readonly traces: number;
  readonly replays: number;
  readonly signature: {
    readonly tensors: readonly { readonly shape: readonly number[]; readonly dtype: string }[];
  };
}

const count = (n: number, what: string): string =>
  `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`;

export function inspect(variants: readonly Inspected[]): string {
  if (variants.length === 0) return 'not called yet';
  return variants
    .map(({ plan, traces, replays, signature: { tensors } }) => {
      const given = tensors.map(({ shape, dtype }) => `${dtype} ${formatShape(shape)}`).join(', ');
      const head = `(${given}): ${count(traces, 'call')} traced, ${count(replays, 'call')} replayed`;
      if (plan === null) return `${head}; no two calls in a row have done the same yet`;
      return typeof plan === 'string'
        ? `${head}; runs as it is: ${plan}`
        : `${head}\n${plan.describe()}`;
    })
    .join('\n\n');
}

/** A plan for linear memory: how many ops are left, what memory it takes, and a line for each op or loop. */
export function describe({ schedule, layout, trace }: WasmPlan): string {
  const { items } = schedule;
  const groups = items.filter(({ kind }) => kind === 'group');
  const ops = countOps(items);
  const traced = trace.steps.filter(({ kind }) => kind === 'op').length;
  const inPlace = schedule.written.filter(({ value }) => {
    return layout.places.get(value)?.kind === 'slot' && value.origin.kind === 'op';
  });
  const facts = [
    `${count(ops, 'op')} of ${traced} traced${groups.length === 0 ? '' : `, ${countOps(groups)} of them in ${count(groups.length, 'loop')}`}`,
    `arena ${count(layout.arena, 'byte')}, ${layout.unshared.toLocaleString('en-US')} without sharing`,
    `${count(layout.constants.length, 'constant')}${trace.folded === 0 ? '' : `, ${count(trace.folded, 'op')} of constants computed once`}`,
    `${inPlace.length} of ${schedule.written.length} tensors updated in place`,
  ];
  return [`  ${facts.join('; ')}`, ...items.map((item) => `  ${line(item, layout.places)}`)].join(
    '\n',
  );
}

const countOps = (items: readonly Item[]): number =>
  items.flatMap(opsOf).filter(({ whole }) => whole === undefined).length;

function opsOf(item: Item): readonly OpStep[] {
  if (item.kind === 'group') return item.members.map((member) => member.item.step);
  return item.kind === 'kernels' || item.kind === 'loop' ? [item.step] : [];
}

function line(item: Item, places: WasmPlan['layout']['places']): string {
  if (item.kind === 'host') return 'JavaScript';
  if (item.kind === 'upload') return `random numbers, ${count(item.value.length, 'element')}`;
  const steps = opsOf(item);
  const form = ({ value, shape }: Operand): string => {
    const place = places.get(value)!;
    const where =
      place.kind === 'slot'
        ? `slot ${place.word}`
        : `${place.kind === 'arena' ? '' : 'kept '}@${place.offset}`;
    return `${formatShape(shape)} ${where}`;
  };
  const made = madeBy(item);
  const read = new Map(steps.flatMap(({ inputs }) => inputs).map((one) => [one.value, one]));
  const inputs =
    item.kind === 'group' ? readBy(item).map((value) => read.get(value)!) : steps[0]!.inputs;
  const outputs = steps.map(({ output }) => output).filter(({ value }) => made.includes(value));
  const bytes = outputs.reduce((sum, { size, dtype }) => sum + size * bytesPerElement[dtype], 0);
  const notes = [
    item.kind === 'loop' ? 'plain loop' : '',
    steps.some(({ refresh }) => refresh !== null) ? 'live numbers' : '',
    steps.some(({ checked }) => checked) ? 'checks indices' : '',
  ].filter(Boolean);
  const end = notes.length > 0 ? ` (${notes.join(', ')})` : '';
  const names = steps.map(({ op }) => op.name).join(' + ');
  return `${names} ${inputs.map(form).join(', ')} → ${outputs.map(form).join(', ')}, ${count(bytes, 'byte')}${end}`;
}
