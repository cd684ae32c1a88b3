/** gpu.js kernels of the way back: one launch for each step, with the same kernel for all. */
import type { GpuLaunch, GpuOperand } from '@kasane/tensor-core';
import { Launches, place, type PartName } from './launches.ts';
import { cells, named, sizesOf, type RecurrenceKind } from './recurrence-inputs.ts';
import { backwardLayout, layoutOf, type BackwardAttrs } from './recurrence-layout.ts';

/** Where what a step hands back stands: the gradients of its recurrent sums first. */
function slotsOf(kind: RecurrenceKind): { dc: number; dh: number; count: number } {
  const { gates, hasCell } = cells[kind];
  if (hasCell) return { dc: gates, dh: gates + 1, count: gates + 2 };
  if (kind === 'gru') return { dc: -1, dh: 4, count: 5 };
  return { dc: -1, dh: 1, count: 2 };
}

/** What a step hands back, by slot, from `dh`. */
function backwardRule(
  kind: RecurrenceKind,
  isPeephole: boolean,
  hidden: number,
  state: number,
): string {
  switch (kind) {
    case 'lstm':
    case 'peepholeLstm': {
      const peep = (gate: number, by: string): string =>
        isPeephole ? ` + ${by} * peephole[${gate * hidden} + j]` : '';
      return `
  const gate0 = gatesAt + row * ${4 * hidden} + j;
  const i = reserve[gate0];
  const f = reserve[gate0 + ${hidden}];
  const g = reserve[gate0 + ${2 * hidden}];
  const o = reserve[gate0 + ${3 * hidden}];
  const c = hyperbolicTangent(reserve[cellAfter + e]);
  const d3 = dh * c * o * (1 - o);
  const dc = carry[${4 * state} + e] + dh * o * (1 - c * c)${peep(2, 'd3')};
  const d0 = dc * g * i * (1 - i);
  const d1 = dc * reserve[cellBefore + e] * f * (1 - f);
  if (slot < 1) { return d0; }
  if (slot < 2) { return d1; }
  if (slot < 3) { return dc * i * (1 - g * g); }
  if (slot < 4) { return d3; }
  if (slot < 5) { return dc * f${peep(0, 'd0')}${peep(1, 'd1')}; }
  return 0;`;
    }
    case 'gru':
      return `
  const gate0 = gatesAt + row * ${4 * hidden} + j;
  const r = reserve[gate0];
  const z = reserve[gate0 + ${hidden}];
  const q = reserve[gate0 + ${2 * hidden}];
  const n = reserve[gate0 + ${3 * hidden}];
  const dn = dh * (1 - z) * (1 - n * n);
  if (slot < 1) { return dn * q * r * (1 - r); }
  if (slot < 2) { return dh * (reserve[stateBefore + e] - n) * z * (1 - z); }
  if (slot < 3) { return dn * r; }
  if (slot < 4) { return dn; }
  return dh * z;`;
    default: {
      const slope = {
        tanh: '1 - h * h',
        sigmoid: 'h * (1 - h)',
        relu: 'h > 0 ? 1 : 0',
        gruResetBefore: '',
      }[kind];
      return `
  if (slot > 0) { return 0; }
  const h = reserve[stateAfter + e];
  const slope = ${slope};
  return dh * slope;`;
    }
  }
}

/** The gradients of all steps, laid out as by the wasm kernel; inputs are the parts, the gradient, and what the way there left. */
export function gpuBackward(
  inputs: readonly GpuOperand[],
  attrs: BackwardAttrs,
): readonly GpuLaunch[] | null {
  const { kind, reverse, names } = attrs;
  if (kind === 'gruResetBefore') return null;
  const { gates, hasCell } = cells[kind];
  const sizes = sizesOf(named(names, inputs));
  const { steps, rows, hidden } = sizes;
  const saved = layoutOf({ ...attrs, keep: true }, sizes);
  const layout = backwardLayout(attrs, sizes);
  const has = (name: PartName): boolean => names.includes(name);
  const state = rows * hidden;
  const { dc, dh, count } = slotsOf(kind);
  const [grad, reserve] = [names.length, names.length + 1];
  const launches = new Launches(names, inputs.length);
  const gradStates = hasCell && reverse ? state : 0;
  const gradCell = reverse ? 0 : steps * state;

  // What reaches the state after the last step walked: the gradient of its cell state.
  const begin = hasCell
    ? launches.add(
        `if (this.thread.x >= ${dc * state} && this.thread.x < ${(dc + 1) * state}) {
          return grad[this.thread.x - ${dc * state} + ${gradCell}];
        }
        return 0;`,
        count * state,
        { grad },
      )
    : launches.add('return 0;', count * state, {});
  const products = (of: string): string => `
  let sum = 0;
  for (let k = 0; k < this.constants.hidden; k++) {
    ${Array.from(
      { length: gates },
      (_, g) =>
        `sum = sum + ${of}[${g * state} + row * ${hidden} + k] * weightHh[(${g * hidden} + k) * ${hidden} + j];`,
    ).join('\n')}
  }`;
  const masked = has('mask') ? `sum * mask[row * ${hidden} + j]` : 'sum';
  const step = `
  ${place(state, hidden)}
  ${products('carry')}
  const dh = grad[gradAt + e] + carry[${dh * state} + e] + ${masked};
  ${
    has('lengths')
      ? `if (lengths[row] <= t) {
    if (slot === ${dh}) { return dh; }
    ${hasCell ? `if (slot === ${dc}) { return carry[${dc * state} + e]; }` : ''}
    return 0;
  }`
      : ''
  }
  ${backwardRule(kind, has('peephole'), hidden, state)}`;
  const made: number[] = [];
  for (let s = steps - 1; s >= 0; s--) {
    const t = reverse ? steps - 1 - s : s;
    const [before, after] = reverse ? [t + 1, t] : [t, t + 1];
    const numbers: Record<string, number> = {
      gradAt: gradStates + t * state,
      t,
      gatesAt: saved.gates + t * 4 * state,
      stateBefore: saved.states + before * state,
      stateAfter: saved.states + after * state,
      cellBefore: saved.cells + before * state,
      cellAfter: saved.cells + after * state,
    };
    const arrays = {
      carry: made.at(-1) ?? begin,
      grad,
      reserve,
      ...launches.parts('weightHh', 'peephole', 'mask', 'lengths'),
    };
    made.push(
      launches.add(step, count * state, arrays, {
        constants: { hidden },
        scalarNames: Object.keys(numbers),
        scalars: Object.values(numbers),
        alone: true,
      }),
    );
  }
  const all = launches.joined(made, count * state);
  const wide = gates * hidden;
  const size = layout.count * rows * wide;
  const block = count * state;
  // Step t is the (T - 1 - t)th that was made, or the tth in reverse.
  const blockOf = (t: string): string => `(${reverse ? t : `${steps - 1} - ${t}`}) * ${block}`;
  const own = `back[${blockOf('step')} + gate * ${state} + row * ${hidden} + j]`;
  const atStart = `
  if (step >= ${layout.work}) {
    ${
      hasCell
        ? `if (gate === 1) { return back[${(steps - 1) * block + dc * state} + row * ${hidden} + j]; }`
        : ''
    }
    if (gate > 0 || step > ${layout.work}) { return 0; }
    const last = ${(steps - 1) * block};
    ${products('back').replaceAll('back[', 'back[last + ')}
    return back[${(steps - 1) * block + dh * state} + row * ${hidden} + j] + ${masked};
  }`;
  launches.add(
    `
  const line = floorDiv(this.thread.x, ${hidden});
  const j = this.thread.x - line * ${hidden};
  const all = floorDiv(line, ${gates});
  const gate = line - all * ${gates};
  const step = floorDiv(all, ${rows});
  const row = all - step * ${rows};
  if (step < ${steps}) { return ${own}; }
  ${
    kind === 'gru'
      ? `if (step >= ${layout.projected}) {
    const t = step - ${layout.projected};
    const from = gate < 2 ? gate : 3;
    return back[${blockOf('t')} + from * ${state} + row * ${hidden} + j];
  }`
      : ''
  }
  ${layout.spare > 0 ? atStart : ''}
  return 0;`,
    size,
    { back: all, ...(layout.spare > 0 ? launches.parts('weightHh', 'mask') : {}) },
    { constants: { hidden } },
  );
  return launches.list;
}
