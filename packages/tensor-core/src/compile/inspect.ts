/** Plans as text. */
import { bytesPerElement } from '../dtype.ts';
import { formatShape } from '../shape.ts';
import type { Plan } from './plan.ts';
import type { Item } from './schedule.ts';
import type { Operand } from './trace.ts';

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
        : `${head}\n${body(plan)}`;
    })
    .join('\n\n');
}

function body({ schedule, layout, trace }: Plan): string {
  const { items } = schedule;
  const ops = items.filter(({ kind }) => kind === 'kernels' || kind === 'loop').length;
  const traced = trace.steps.filter(({ kind }) => kind === 'op').length;
  const inPlace = schedule.written.filter(({ value }) => {
    return layout.places.get(value)?.kind === 'slot' && value.origin.kind === 'op';
  });
  const lines = [
    `  ${count(ops, 'op')} of ${traced} traced; arena ${count(layout.arena, 'byte')}, ${layout.unshared.toLocaleString('en-US')} without sharing; ${count(layout.constants.length, 'constant')}; ${inPlace.length} of ${schedule.written.length} tensors updated in place`,
    ...items.map((item) => `  ${describe(item, layout.places)}`),
  ];
  return lines.join('\n');
}

function describe(item: Item, places: Plan['layout']['places']): string {
  if (item.kind === 'host') return 'JavaScript';
  if (item.kind === 'upload') return `random numbers, ${count(item.value.length, 'element')}`;
  const { op, inputs, output, refresh, checked } = item.step;
  const where = (operand: Operand): string => {
    const place = places.get(operand.value)!;
    return place.kind === 'block' ? `@${place.offset}` : `slot ${place.word}`;
  };
  const form = (operand: Operand): string => `${formatShape(operand.shape)} ${where(operand)}`;
  const bytes = output.size * bytesPerElement[output.dtype];
  const notes = [
    item.kind === 'loop' ? 'plain loop' : '',
    refresh === null ? '' : 'live numbers',
    checked ? 'checks indices' : '',
  ].filter(Boolean);
  const end = notes.length > 0 ? ` (${notes.join(', ')})` : '';
  return `${op.name} ${inputs.map(form).join(', ')} → ${form(output)}, ${count(bytes, 'byte')}${end}`;
}
