import { Generator, ones, rand, tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile.ts';
import type { OpDef } from '../op.ts';
import { Rechecks } from './recheck.ts';
import type { OpStep, Trace } from './trace.ts';

/** A trace of `count` ops of `size` elements, as far as its costs go. */
function traceOf(count: number, size: number): Trace {
  const operand = { shape: [size], dtype: 'float32', size };
  const op: Partial<OpDef<unknown>> = { name: 'add' };
  const step: Partial<OpStep> = {
    kind: 'op',
    op: op as OpDef<unknown>,
    inputs: [],
    attrs: undefined,
  };
  const steps = Array.from({ length: count }, () => ({ ...step, output: operand }));
  return { steps } as unknown as Trace; // nothing else of it is asked for
}

/** The replays before which one was done, of so many; `asked` says before which it is asked for. */
function doneAt(rechecks: Rechecks, replays: number, asked: (i: number) => boolean): number[] {
  const found: number[] = [];
  for (let i = 0; i < replays; i++) {
    if (asked(i)) rechecks.ask(i);
    if (!rechecks.isDue(i)) continue;
    found.push(i);
    rechecks.done(i);
  }
  return found;
}

describe('Rechecks', () => {
  it('come after as many calls again, each time', () => {
    const found = doneAt(new Rechecks(traceOf(20, 4), true), 1000, () => false);
    expect(found).toEqual([4, 8, 16, 32, 64, 128, 256, 512]);
  });

  it('come when they are asked for, and only then unless they are wanted', () => {
    expect(doneAt(new Rechecks(traceOf(20, 4), false), 100, () => false)).toEqual([]);
    expect(doneAt(new Rechecks(traceOf(20, 4), false), 100, (i) => i === 30)).toEqual([30]);
  });

  it.each([
    ['small', 4],
    ['large', 1e6],
  ])('of %s ops take half a percent of the time once the first few are done', (_, size) => {
    const count = 20;
    const replays = 1e7;
    const found = doneAt(new Rechecks(traceOf(count, size), true), replays, () => true);
    const replay = count * (0.1 + size / 4000);
    const tracing = (found.length - 12) * (25 * count + replay);
    expect(tracing / (replays * replay)).toBeLessThan(0.005);
    expect(tracing / (replays * replay)).toBeGreaterThan(0.004);
  });
});

describe('compile with verify', () => {
  const x = ones([2]);

  it('throws as soon as it finds that the function has changed', () => {
    let factor = 2;
    const f = compile((t: Tensor) => t.mul(factor), { verify: true });
    for (let i = 0; i < 4; i++) expect(f(x).toArray()).toEqual([2, 2]);
    factor = 3;
    const results: unknown[] = [];
    expect(() => {
      for (let i = 0; i < 4; i++) results.push(f(x).toArray());
    }).toThrow('compile: it depends on a number that changes between calls (mul by 3, was 2).');
    expect(results).toEqual([
      [2, 2],
      [2, 2],
    ]); // made before it was traced again
    expect(f(x).toArray()).toEqual([3, 3]);
    expect(f.inspect()).toContain('runs as it is: it depends on a number');
  });

  it('or tells it and goes on as it is, for arguments of all shapes', () => {
    let factor = 2;
    const reasons: string[] = [];
    const f = compile((t: Tensor) => t.mul(factor), {
      onFallback: (reason) => reasons.push(reason),
    });
    const y = ones([3]);
    for (let i = 0; i < 3; i++) for (const t of [x, y]) f(t);
    factor = 3;
    expect(f(x).toArray()).toEqual([2, 2]);
    f.verify();
    expect(f(x).toArray()).toEqual([3, 3]);
    expect(f(y).toArray()).toEqual([3, 3, 3]);
    expect(reasons).toHaveLength(1);
  });

  it('sees that the function reads values by now', () => {
    let reads = false;
    const f = compile((t: Tensor) => (reads ? t.mul(t.sum().item()) : t.neg()));
    for (let i = 0; i < 3; i++) f(x);
    reads = true;
    f.verify();
    expect(() => f(x)).toThrow('compile: item() reads the result of sum');
  });

  it('changes neither results nor random streams', () => {
    const run = (verify: boolean): number[][] => {
      const generator = new Generator(1);
      const f = compile((t: Tensor) => t.add(rand([2], { generator })), { verify });
      return Array.from({ length: 40 }, (_, i) => [...f(tensor([i, i])).dataSync()]);
    };
    expect(run(true)).toEqual(run(false));
  });
});
