import { Generator, randn, tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { GaussianDiffusion } from './gaussian-diffusion.ts';
import { cosineSchedule } from './schedule.ts';

const schedule = cosineSchedule(100);

describe('GaussianDiffusion', () => {
  it.each(['noise', 'data', 'v'] as const)(
    'leads all noise to the only point there is, if the network knows %s',
    (objective) => {
      const diffusion = new GaussianDiffusion(schedule, { objective });
      const point = tensor([[2, -1]]);
      const perfect = (x: Tensor, t: Tensor): Tensor => {
        const step = t.dataSync()[0]!;
        const [a, s] = [schedule.signal[step]!, schedule.noise[step]!];
        const e = x.sub(point.mul(a)).div(s);
        if (objective === 'noise') return e;
        return objective === 'data' ? x.mul(0).add(point) : e.mul(a).sub(point.mul(s));
      };
      const e = randn([6, 2], { generator: new Generator(1) });
      const drawn = diffusion.ddim(perfect, e, { steps: 20 });
      expect(drawn.sub(point).abs().max().item()).toBeLessThan(1e-2);
      const t = tensor([70, 70, 70, 70, 70, 70], { dtype: 'int32' });
      const data = e.mul(0).add(point);
      expect(diffusion.loss(perfect, [data, e, t]).item()).toBeLessThan(1e-8);
    },
  );

  it('names what does not fit', () => {
    const diffusion = new GaussianDiffusion(schedule);
    const x = tensor([[1, 2]]);
    expect(() => diffusion.ddim((p) => p, x, { steps: 101 })).toThrow(/steps must be/);
    expect(() => diffusion.loss((p) => p, [x, x, x])).toThrow(/steps \(N\), got/);
  });
});
