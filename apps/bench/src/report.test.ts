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
  goals: [{ atLeast: 5, against: ['tfjs wasm'] }, { atMost: 40 }],
  ours: side('kasane'),
  peers: [side('tfjs wasm'), side('jax-js wasm')],
};

const measured: Measurement = {
  ours: 0.025,
  peers: [
    { name: 'tfjs wasm', value: 0.25, ratio: 10, spread: [8.123, 12.5] },
    { name: 'jax-js wasm', value: null, ratio: null, spread: null, reason: 'results disagree' },
  ],
  profile: {
    steps: 4,
    milliseconds: 1,
    outside: 0.4,
    ops: [{ op: 'matmul', calls: 8, milliseconds: 0.6, bytes: 100, flops: 200 }],
    table: 'op calls\nmatmul 8',
  },
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
      goal: 'at least 5× as fast as tfjs wasm, and at most 40 µs',
      met: true,
    });
  });

  it('has our profile as well if a goal is missed', () => {
    const row = JSON.parse(JSON.stringify(rowOf(workload, { ...measured, ours: 0.041 })));
    expect(row.met).toBe(false);
    expect(row.profile).toEqual({
      steps: 4,
      milliseconds: 1,
      outside: 0.4,
      ops: [{ op: 'matmul', calls: 8, milliseconds: 0.6, bytes: 100, flops: 200 }],
    });
  });

  it('prints as a block of columns, with the reason where a ratio is missing', () => {
    expect(formatRow(workload, measured).split('\n')).toEqual([
      'mlp-tiny: training step',
      '  side               time    we are       spread',
      '  kasane (1 thread)  25 µs',
      '  tfjs wasm          250 µs  10× as fast  8.12–12.5×',
      '  jax-js wasm        results disagree',
      '  goal: at least 5× as fast as tfjs wasm: met',
      '  goal: at most 40 µs: met',
      '',
    ]);
  });

  it('says which goal is missed and prints the profile, or that a goal cannot be judged', () => {
    const end = (changed: Partial<Measurement>): string[] =>
      formatRow(workload, { ...measured, ...changed })
        .split('\n')
        .slice(5);
    expect(end({ ours: 0.041 })).toEqual([
      '  goal: at least 5× as fast as tfjs wasm: met',
      '  goal: at most 40 µs: MISSED',
      '  where the time of 4 steps goes, op by op:',
      '    op calls',
      '    matmul 8',
      '',
    ]);
    expect(end({ ours: 0.041, profile: null })).toHaveLength(3);
    expect(end({ peers: measured.peers.slice(1).concat(measured.peers.slice(1)) })).toEqual([
      '  goal: at least 5× as fast as tfjs wasm: cannot be judged here',
      '  goal: at most 40 µs: met',
      '',
    ]);
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
