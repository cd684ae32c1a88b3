import { describe, expect, it } from 'vitest';
import { allMet, describeGoal, inUnit, isMet } from './goal.ts';
import type { Measurement } from './measure.ts';

const peer = (name: string, ratio: number | null): Measurement['peers'][number] =>
  ratio === null
    ? { name, value: null, ratio, spread: null, reason: 'absent' }
    : { name, value: ratio, ratio, spread: [ratio, ratio] };

const base = { ours: 1, profile: null };

describe('a goal against peers', () => {
  const goal = { atLeast: 5, against: ['tfjs wasm', 'tfjs cpu'] };

  it('is about the fastest of the peers it names', () => {
    const measured = (wasm: number, cpu: number): Measurement => ({
      ...base,
      peers: [peer('tfjs wasm', wasm), peer('tfjs cpu', cpu), peer('jax-js wasm', 1)],
    });
    expect(isMet(goal, 'µs', measured(5, 9))).toBe(true);
    expect(isMet(goal, 'µs', measured(4.9, 9))).toBe(false);
  });

  it('may be about ourselves with a BLAS', () => {
    const native = { atLeast: 0.9, against: ['PyTorch 1 thread'], native: true } as const;
    const measured = (own: number | null): Measurement => ({
      ...base,
      peers: [peer('kasane native', own), peer('PyTorch 1 thread', 0.5)],
    });
    expect(describeGoal(native, 'ms')).toBe('native at least 0.9× as fast as PyTorch 1 thread');
    expect(isMet(native, 'ms', measured(0.5))).toBe(true);
    expect(isMet(native, 'ms', measured(0.6))).toBe(false);
    expect(isMet(native, 'ms', measured(null))).toBe(null);
  });

  it('cannot be judged if one of them is missing, unless another one decides', () => {
    const measured = (cpu: number): Measurement => ({
      ...base,
      peers: [peer('tfjs wasm', null), peer('tfjs cpu', cpu), peer('jax-js wasm', 9)],
    });
    expect(isMet(goal, 'µs', measured(9))).toBeNull();
    expect(isMet(goal, 'µs', measured(2))).toBe(false);
    expect(isMet(goal, 'µs', { ...base, peers: [] })).toBeNull();
  });

  it('reads as a sentence', () => {
    expect(describeGoal(goal, 'µs')).toBe(
      'at least 5× as fast as the faster of tfjs wasm and tfjs cpu',
    );
    expect(describeGoal({ atLeast: 1.4, against: ['tfjs wasm'] }, 'ms')).toBe(
      'at least 1.4× as fast as tfjs wasm',
    );
  });
});

describe('a goal for the time', () => {
  it('is in the unit of the row', () => {
    const goal = { atMost: 0.7 };
    expect(isMet(goal, 'µs', { ...base, ours: 0.0007, peers: [] })).toBe(true);
    expect(isMet(goal, 'µs', { ...base, ours: 0.0008, peers: [] })).toBe(false);
    expect(isMet(goal, 'ms', { ...base, ours: 0.6, peers: [] })).toBe(true);
    expect(describeGoal(goal, 'µs')).toBe('at most 0.7 µs');
  });
});

describe('all goals of a row', () => {
  it('are met when each is; one that is not decides, then one that cannot be judged', () => {
    expect(allMet([true, true])).toBe(true);
    expect(allMet([true, null, false])).toBe(false);
    expect(allMet([true, null])).toBeNull();
  });
});

describe('inUnit', () => {
  it('turns milliseconds into the unit', () => {
    expect(inUnit(0.25, 'µs')).toBe(250);
    expect(inUnit(0.25, 'ms')).toBe(0.25);
  });
});
