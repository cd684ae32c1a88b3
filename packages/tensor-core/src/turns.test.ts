import { Turns } from '@kasane/tensor-core/turns';
import { describe, expect, it, vi } from 'vitest';

describe('Turns', () => {
  it('are due when a frame is over, and anew after each', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    const turns = new Turns();
    clock.mockReturnValue(15);
    expect(turns.due).toBe(false);
    clock.mockReturnValue(16);
    expect(turns.due).toBe(true);
    await turns.give();
    expect(turns.due).toBe(false);
    clock.mockRestore();
  });

  it('are given to timers, page and signals', async () => {
    let had = false;
    setTimeout(() => (had = true), 0);
    const turns = new Turns();
    for (let i = 0; i < 1000 && !had; i++) await turns.give();
    expect(had).toBe(true);
  });

  it('end with the reason of a signal', async () => {
    const stop = new AbortController();
    const turns = new Turns(stop.signal);
    stop.abort(new Error('enough'));
    await expect(turns.give()).rejects.toThrow('enough');
    expect(() => new Turns(stop.signal)).toThrow('enough');
  });
});
