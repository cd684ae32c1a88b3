import { describe, expect, it } from 'vitest';
import type { Measurement } from './measure.ts';
import { formatRow, round, rowOf } from './report.ts';
import type { Side, Workload } from './workload.ts';

const side = (name: string): Side => ({
  name,
  prepare: () => Promise.reject(new Error('a report runs nothing')),
});

const workload: Workload = {
  id: 'mlp-tiny',
  title: 'training step',
  unit: 'µs',
  threads: 1,
  goals: [{ atLeast: 5, against: ['tfjs wasm'] }],
  ours: side('kasane'),
  peers: [side('tfjs wasm'), side('jax-js wasm')],
};

const measured: Measurement = {
  ours: 0.025,
  peers: [
    { name: 'tfjs wasm', value: 0.25, ratio: 10, spread: [8.123, 12.5] },
    { name: 'jax-js wasm', value: null, ratio: null, spread: null, reason: 'results disagree' },
  ],
};

describe('a row of the report', () => {
  it('has exactly the fields that --json promises, with times in the unit', () => {
    expect(JSON.parse(JSON.stringify(rowOf(workload, measured)))).toEqual({
      id: 'mlp-tiny',
      unit: 'µs',
      ours: 25,
      threads: 1,
      peers: [
        { name: 'tfjs wasm', value: 250, ratio: 10, spread: [8.123, 12.5] },
        { name: 'jax-js wasm', value: null, ratio: null, spread: null, reason: 'results disagree' },
      ],
      goal: 'at least 5× tfjs wasm',
      met: true,
    });
  });

  it('prints as a block of columns, with the reason where a ratio is missing', () => {
    expect(formatRow(rowOf(workload, measured), workload.title).split('\n')).toEqual([
      'mlp-tiny: training step',
      '  side               time    we are       spread',
      '  kasane (1 thread)  25 µs',
      '  tfjs wasm          250 µs  10× as fast  8.12–12.5×',
      '  jax-js wasm        results disagree',
      '  goal: at least 5× tfjs wasm: met',
      '',
    ]);
  });

  it('says when a goal is missed, or cannot be judged', () => {
    const last = (peers: Measurement['peers']): string =>
      formatRow(rowOf(workload, { ours: 1, peers }), '')
        .split('\n')
        .at(-2)!;
    expect(last([{ name: 'tfjs wasm', value: 2, ratio: 2, spread: [2, 2] }])).toBe(
      '  goal: at least 5× tfjs wasm: not met',
    );
    expect(last([])).toBe('  goal: at least 5× tfjs wasm: cannot be judged here');
  });
});

describe('round', () => {
  it('keeps three digits, and all digits of whole thousands', () => {
    expect([0.123456, 1.005, 72.04, 2345.6, 0].map(round)).toEqual([
      '0.123',
      '1',
      '72',
      '2346',
      '0',
    ]);
  });
});
