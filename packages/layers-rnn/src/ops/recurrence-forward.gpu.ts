/**
 * gpu.js kernels of the way forth: one launch for each step, with the same kernel for all. What the steps leave is put
 * together at the end, where gates are computed again for all steps at once.
 */
import type { GpuLaunch, GpuOperand } from '@kasane/tensor-core';
import { Launches, place, type PartName } from './launches.ts';
import { cells, named, sizesOf, type RecurrenceKind, type Sizes } from './recurrence-inputs.ts';
import { layoutOf, type ForwardAttrs } from './recurrence-layout.ts';

/** What gates and states are, from the sums x and s of their inputs' shares and the recurrent products. */
function forwardRule(kind: RecurrenceKind, isPeephole: boolean, hidden: number): string {
  switch (kind) {
    case 'lstm':
    case 'peepholeLstm': {
      const peep = (gate: number, of: string): string =>
        isPeephole ? ` + ${of} * peephole[${gate * hidden} + j]` : '';
      return `
  const before = state[e + rest];
  const written = logistic(x0 + s0${peep(0, 'before')}) * hyperbolicTangent(x2 + s2);
  const next = logistic(x1 + s1${peep(1, 'before')}) * before + written;
  if (slot > 0) { return next; }
  return logistic(x3 + s3${peep(2, 'next')}) * hyperbolicTangent(next);`;
    }
    case 'gru':
      return `
  const n = hyperbolicTangent(x2 + logistic(x0 + s0) * s2);
  return n + logistic(x1 + s1) * (state[e] - n);`;
    default:
      return `
  const sum = x0 + s0;
  return ${{ tanh: 'hyperbolicTangent(sum)', sigmoid: 'logistic(sum)', relu: 'sum <= 0 ? 0 : sum', gruResetBefore: '' }[kind]};`;
  }
}

/** All steps of a recurrence; what they leave is laid out as by the wasm kernel. */
export function gpuForward(
  inputs: readonly GpuOperand[],
  attrs: ForwardAttrs,
): readonly GpuLaunch[] | null {
  const { kind, reverse, keep, names } = attrs;
  if (kind === 'gruResetBefore') return null;
  const { gates, hasCell } = cells[kind];
  const sizes = sizesOf(named(names, inputs));
  const { steps, rows, hidden } = sizes;
  const layout = layoutOf(attrs, sizes);
  const has = (name: PartName): boolean => names.includes(name);
  const state = rows * hidden;
  const width = hasCell ? 2 * state : state;
  const list = Array.from({ length: gates }, (_, g) => g);
  const launches = new Launches(names, inputs.length);
  const first = hasCell
    ? launches.joined([names.indexOf('h0'), names.indexOf('c0')], state)
    : names.indexOf('h0');
  const seen = has('mask') ? ` * mask[row * ${hidden} + k]` : '';
  const step = `
  ${place(state, hidden)}
  const rest = ${hasCell ? state : 0};
  ${list.map((g) => `let s${g} = 0;`).join('\n')}
  for (let k = 0; k < this.constants.hidden; k++) {
    const v = state[row * ${hidden} + k]${seen};
    ${list.map((g) => `s${g} = s${g} + v * weightHh[(${g * hidden} + j) * ${hidden} + k];`).join('\n')}
  }
  ${has('biasHh') ? list.map((g) => `s${g} = s${g} + biasHh[${g * hidden} + j];`).join('\n') : ''}
  const share = at + row * ${gates * hidden} + j;
  ${list.map((g) => `const x${g} = projected[share + ${g * hidden}];`).join('\n')}
  ${has('lengths') ? 'if (lengths[row] <= t) { return state[this.thread.x]; }' : ''}
  ${forwardRule(kind, has('peephole'), hidden)}`;
  const made = [first];
  for (let s = 0; s < steps; s++) {
    const t = reverse ? steps - 1 - s : s;
    const arrays = {
      state: made.at(-1)!,
      ...launches.parts('projected', 'weightHh', 'biasHh', 'peephole', 'mask', 'lengths'),
    };
    made.push(
      launches.add(step, width, arrays, {
        constants: { hidden },
        scalarNames: ['at', 't'],
        scalars: [t * rows * gates * hidden, t],
        alone: true,
      }),
    );
  }
  const all = launches.joined(made, width);
  /** How many steps had been walked at place p of the states. */
  const walked = (p: string): string => (reverse ? `${steps} - ${p}` : p);
  const region = (start: number, length: number, body: string): string =>
    start < 0
      ? ''
      : `if (this.thread.x >= ${start} && this.thread.x < ${start + length}) {
    ${body}
  }`;
  const copied = (start: number, count: number, offset: number): string => `
    const p = floorDiv(this.thread.x - ${start}, ${state});
    const within = this.thread.x - ${start} - p * ${state};
    return states[${count === 1 ? steps * width + offset : `(${walked('p')}) * ${width} + ${offset}`} + within];`;
  const wantsGates = keep && layout.gates >= 0;
  launches.add(
    `
  ${region(layout.states, (steps + 1) * state, copied(layout.states, steps + 1, 0))}
  ${region(layout.lastCell, state, copied(layout.lastCell, 1, state))}
  ${keep ? region(layout.cells, (steps + 1) * state, copied(layout.cells, steps + 1, state)) : ''}
  ${wantsGates ? region(layout.gates, steps * 4 * state, gatesAgain(kind, attrs, layout.gates, sizes, walked)) : ''}
  return 0;`,
    layout.size,
    {
      states: all,
      ...(wantsGates ? launches.parts('projected', 'weightHh', 'biasHh', 'peephole', 'mask') : {}),
    },
    { constants: { hidden } },
  );
  return launches.list;
}

/** The gates that a step left: i f g o, or r z q n. */
function gatesAgain(
  kind: RecurrenceKind,
  { names, reverse }: ForwardAttrs,
  start: number,
  { rows, hidden }: Sizes,
  walked: (p: string) => string,
): string {
  const state = rows * hidden;
  const isGru = kind === 'gru';
  const width = isGru ? state : 2 * state;
  const bias = (gate: string): string =>
    names.includes('biasHh') ? ` + biasHh[${gate} * ${hidden} + j]` : '';
  const share = (gate: string): string =>
    `projected[(t * ${rows} + row) * ${(isGru ? 3 : 4) * hidden} + ${gate} * ${hidden} + j]`;
  const peep = (gate: number, of: string): string =>
    names.includes('peephole') ? ` + ${of} * peephole[${gate * hidden} + j]` : '';
  const rule = isGru
    ? `const q = second${bias('2')};
    if (gate > 1 && gate < 3) { return q; }
    const opened = logistic(${share('own')} + sum${bias('own')});
    if (gate < 2) { return opened; }
    return hyperbolicTangent(${share('2')} + opened * q);`
    : `const total = ${share('gate')} + sum${bias('gate')};
    const before = states[before0 + ${state} + row * ${hidden} + j];
    const after = states[before0 + ${width + state} + row * ${hidden} + j];
    if (gate < 1) { return logistic(total${peep(0, 'before')}); }
    if (gate < 2) { return logistic(total${peep(1, 'before')}); }
    if (gate < 3) { return hyperbolicTangent(total); }
    return logistic(total${peep(2, 'after')});`;
  return `
    const line = floorDiv(this.thread.x - ${start}, ${hidden});
    const j = this.thread.x - ${start} - line * ${hidden};
    const step = floorDiv(line, 4);
    const gate = line - step * 4;
    const t = floorDiv(step, ${rows});
    const row = step - t * ${rows};
    const before0 = (${reverse ? walked('t') + ' - 1' : 't'}) * ${width};
    const own = ${isGru ? 'gate < 2 ? gate : 0' : 'gate'};
    let sum = 0;
    ${isGru ? 'let second = 0;' : ''}
    for (let k = 0; k < this.constants.hidden; k++) {
      const v = states[before0 + row * ${hidden} + k]${names.includes('mask') ? ` * mask[row * ${hidden} + k]` : ''};
      sum = sum + v * weightHh[(own * ${hidden} + j) * ${hidden} + k];
      ${isGru ? `second = second + v * weightHh[(${2 * hidden} + j) * ${hidden} + k];` : ''}
    }
    ${rule}`;
}
