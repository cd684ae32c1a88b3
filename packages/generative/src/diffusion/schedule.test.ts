import { describe, expect, it } from 'vitest';
import fixture from '../../test/fixtures/diffusion.json' with { type: 'json' };
import { cosineSchedule, linearSchedule } from './schedule.ts';

for (const schedule of [linearSchedule, cosineSchedule]) {
  describe(schedule.name, () => {
    it.each([1, 50, 1000])('falls from signal to noise in %i steps', (timesteps) => {
      const { signal, noise } = schedule(timesteps);
      for (let t = 0; t < timesteps; t++) {
        expect(signal[t]! ** 2 + noise[t]! ** 2).toBeCloseTo(1, 12);
        if (t > 0) expect(signal[t]!).toBeLessThan(signal[t - 1]!);
      }
      if (timesteps > 1) expect(signal.at(-1)!).toBeLessThan(0.02);
    });

    it('refuses no steps', () => {
      expect(() => schedule(0)).toThrow(/timesteps must be a whole number ≥ 1, got 0/);
    });
  });
}

it.each(fixture.schedules.at)('the schedules are diffusers’ at step %i', (t) => {
  const i = fixture.schedules.at.indexOf(t);
  const [linear, cosine] = [linearSchedule(1000), cosineSchedule(1000)];
  expect(linear.signal[t]! ** 2 / fixture.schedules.linear[i]!).toBeCloseTo(1, 3);
  expect(cosine.signal[t]! ** 2 / fixture.schedules.cosine[i]!).toBeCloseTo(1, 2);
});
