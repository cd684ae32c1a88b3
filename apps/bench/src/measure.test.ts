import { describe, expect, it } from 'vitest';
import { measure, type Runner } from './measure.ts';

interface Behaviour {
  readonly numbers?: readonly number[];
  readonly steps?: number;
  /** Milliseconds per step, round by round. */
  readonly times: readonly (number | Error)[];
  readonly startError?: Error;
}

/** A side that takes the times it is told and writes down when it was called. */
function fake(name: string, log: string[], behaviour: Behaviour): Runner {
  const { numbers = [1, 2], steps = 10, times, startError } = behaviour;
  let round = 0;
  return {
    name,
    async start() {
      log.push(`${name} start`);
      if (startError !== undefined) throw startError;
      return numbers;
    },
    async warmUp() {
      log.push(`${name} warm`);
      return steps;
    },
    async round(count) {
      log.push(`${name} round of ${count}`);
      const time = times[round++]!;
      if (time instanceof Error) throw time;
      return time * count;
    },
    async profile() {
      log.push(`${name} profile`);
      return null;
    },
    stop() {
      log.push(`${name} stop`);
    },
  };
}

describe('measure', () => {
  it('warms every side up, then takes rounds in turn: A B A B', async () => {
    const log: string[] = [];
    const a = fake('A', log, { times: [1, 1], steps: 100 });
    const b = fake('B', log, { times: [2, 2], steps: 5 });
    await measure(a, [b], 2, 0);
    expect(log).toEqual([
      'A start',
      'A warm',
      'B start',
      'B warm',
      'A round of 100',
      'B round of 5',
      'A round of 100',
      'B round of 5',
      'A profile',
      'A stop',
      'B stop',
    ]);
  });

  it('reports medians per step, their ratio, and the extremes of the ratio within a round', async () => {
    const a = fake('A', [], { times: [1, 2, 10] });
    const b = fake('B', [], { times: [6, 6, 20] });
    expect(await measure(a, [b], 3, 0)).toEqual({
      ours: 2,
      peers: [{ name: 'B', value: 6, ratio: 3, spread: [2, 6] }],
      profile: null,
    });
  });

  it('lets a peer that takes seconds for a step leave after three rounds, but never ourselves', async () => {
    const log: string[] = [];
    const a = fake('A', log, { times: [2000, 2000, 2000, 2000, 1000], steps: 1 });
    const b = fake('B', log, { times: [3000, 2000, 2000], steps: 1 });
    const { ours, peers } = await measure(a, [b], 5, 0);
    expect(ours).toBe(2000);
    expect(peers).toEqual([{ name: 'B', value: 2000, ratio: 1, spread: [1, 1.5] }]);
    expect(log.filter((line) => line === 'A round of 1')).toHaveLength(5);
    expect(log.filter((line) => line === 'B round of 1')).toHaveLength(3);
  });

  it('gives no ratio for a peer that computes something else, and does not time it', async () => {
    const log: string[] = [];
    const a = fake('A', log, { times: [1, 1], numbers: [0.25, 0.2] });
    const wrong = fake('W', log, { times: [9, 9], numbers: [0.25, 0.21] });
    const right = fake('R', log, { times: [3, 3], numbers: [0.25, 0.2] });
    const { peers } = await measure(a, [wrong, right], 2, 0);
    expect(peers).toEqual([
      {
        name: 'W',
        value: null,
        ratio: null,
        spread: null,
        reason: 'results disagree: number 2 of 2 is 0.2 against 0.21',
      },
      { name: 'R', value: 3, ratio: 3, spread: [3, 3] },
    ]);
    expect(log).not.toContain('W round of 10');
    expect(log).toContain('W stop');
  });

  it('reports why a peer could not run, at the start or later, and goes on without it', async () => {
    const a = fake('A', [], { times: [1, 1] });
    const absent = fake('absent', [], { times: [], startError: new Error('no such package') });
    const late = fake('late', [], { times: [2, new Error('out of memory')] });
    const good = fake('good', [], { times: [4, 4] });
    const { ours, peers } = await measure(a, [absent, late, good], 2, 0);
    expect(ours).toBe(1);
    expect(peers.map(({ name, ratio, reason }) => [name, ratio, reason])).toEqual([
      ['absent', null, 'no such package'],
      ['late', null, 'out of memory'],
      ['good', 4, undefined],
    ]);
  });

  it('fails if our own side fails, and stops all sides', async () => {
    const log: string[] = [];
    const a = fake('A', log, { times: [new Error('broken')] });
    const b = fake('B', log, { times: [1] });
    await expect(measure(a, [b], 1, 0)).rejects.toThrow('broken');
    expect(log.slice(-2)).toEqual(['A stop', 'B stop']);
  });
});
