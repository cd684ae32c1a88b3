import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { recorder } from '../../test/recorder.ts';
import { createProgress } from './progress.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('in a pipe', () => {
  test('a plain line for each tenth of the way, at most one in a second', () => {
    const output = recorder();
    const progress = createProgress('iris', output);
    for (let step = 1; step <= 20; step++) {
      vi.advanceTimersByTime(400);
      progress.update({ type: 'progress', step: step * 500, total: 10_000, loss: 1 / step });
    }
    progress.clear();
    expect(output.text.split('\n')).toEqual([
      'iris: step 2,000 of 10,000, loss 0.25',
      'iris: step 4,000 of 10,000, loss 0.125',
      'iris: step 6,000 of 10,000, loss 0.08333',
      'iris: step 8,000 of 10,000, loss 0.0625',
      'iris: step 10,000 of 10,000, loss 0.05',
      '',
    ]);
  });

  test('nothing of a run that takes no time', () => {
    const output = recorder();
    const progress = createProgress('iris', output);
    for (let step = 1; step <= 10; step++) progress.update({ type: 'progress', step, total: 10 });
    expect(output.text).toBe('');
  });
});

describe('on a terminal', () => {
  test('a bar that redraws itself and disappears', () => {
    const output = recorder({ isTTY: true, columns: 100 });
    const progress = createProgress('iris', output);
    progress.update({ type: 'progress', step: 1, total: 4, loss: 0.5 });
    expect(output.text).toContain(`iris ${'█'.repeat(6)}${'░'.repeat(18)} step 1 of 4, loss 0.5`);
    vi.advanceTimersByTime(100);
    progress.update({ type: 'progress', step: 2, total: 4 });
    expect(output.text).toContain(`iris ${'█'.repeat(12)}${'░'.repeat(12)} step 2 of 4`);
    const before = output.text.length;
    progress.clear();
    // The control sequence that erases a line.
    expect(output.text.slice(before)).toContain('\u001B[2K');
  });

  test('drawn at most every 80 ms, whatever the pace of the run', () => {
    const output = recorder({ isTTY: true, columns: 100 });
    const progress = createProgress('iris', output);
    for (let step = 1; step <= 1000; step++)
      progress.update({ type: 'progress', step, total: 1e4 });
    expect(output.text.match(/step/g)).toHaveLength(1);
  });
});
