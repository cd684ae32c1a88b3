import { Generator, randn, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import fixture from '../../test/fixtures/diffusion.json' with { type: 'json' };
import { GaussianDiffusion } from './gaussian-diffusion.ts';
import { reversed, type Objective } from './reverse.ts';
import { cosineSchedule, type NoiseSchedule } from './schedule.ts';

const double = (values: number[][]): Tensor => tensor(values, { dtype: 'float64' });
const [x, out, fresh] = [double(fixture.x), double(fixture.out), double(fixture.fresh)];

describe('a step back', () => {
  it.each(fixture.steps)('of $objective from $now is diffusers’, η $eta, clip $clip', (c) => {
    const eta = c.eta === 'ddpm' ? 1 : Number(c.eta);
    const how = { now: c.now, next: c.now - 1, eta, clip: c.clip ?? Infinity };
    const objective = c.objective as Objective; // as the script writes it
    const noise = c.eta === 'ddpm' ? fresh.mul(0) : fresh;
    const moved = reversed(
      cosineSchedule(fixture.timesteps),
      { ...how, objective },
      x,
      out,
      () => noise,
    );
    // Its tables are float32, and the last of them divides by 0.005.
    const error = moved.sub(double(c.prev)).abs().div(double(c.prev).abs().add(1)).max().item();
    expect(error).toBeLessThan(c.now === 7 ? 2e-3 : 1e-5);
    if (c.std === undefined || c.now === 0) return;
    const drawn = reversed(
      cosineSchedule(fixture.timesteps),
      { ...how, objective },
      x,
      out,
      () => fresh,
    );
    expect(drawn.sub(moved).div(fresh).mean().item()).toBeCloseTo(c.std, 5);
  });
});

/** What knows all of data that is N(mean, std²): the mean of what was asked for, given noisy data. */
function ofNormal(
  { signal, noise }: NoiseSchedule,
  objective: Objective,
  [mean, std]: readonly [number, number],
): (x: Tensor, t: Tensor) => Tensor {
  return (at, t) => {
    const step = Number(t.dataSync()[0]);
    const [a, s] = [signal[step]!, noise[step]!];
    const gain = (a * std * std) / (a * a * std * std + s * s);
    const data = at.sub(a * mean).mul(gain).add(mean); // prettier-ignore
    const e = at.sub(data.mul(a)).div(s);
    if (objective === 'noise') return e;
    return objective === 'data' ? data : e.mul(a).sub(data.mul(s));
  };
}

describe('GaussianDiffusion', () => {
  const objectives = ['noise', 'data', 'v'] as const;
  const schedule = cosineSchedule(200);

  it.each(objectives)('makes a normal distribution of noise, if the network knows %s', async (objective) => {
    const diffusion = new GaussianDiffusion(schedule, { objective });
    const generator = new Generator(1);
    const noise = randn([4000, 1], { generator });
    const perfect = ofNormal(schedule, objective, [2, 0.5]);
    const made = [
      await diffusion.ddpm(perfect, noise, { generator }),
      await diffusion.ddim(perfect, noise, { steps: 100 }),
      await diffusion.ddim(perfect, noise, { steps: 100, eta: 0.5, generator }),
    ];
    for (const points of made) {
      expect(points.mean().item()).toBeCloseTo(2, 1);
      expect(points.std().item() / 0.5).toBeGreaterThan(0.95);
      expect(points.std().item() / 0.5).toBeLessThan(1.05);
    }
  }); // prettier-ignore

  it.each(objectives)('has no loss where the network knows %s of the only point there is', (objective) => {
    const diffusion = new GaussianDiffusion(schedule, { objective });
    const t = tensor([70, 70, 70], { dtype: 'int32' });
    const data = zeros([3, 2]).add(2);
    const loss = diffusion.loss(ofNormal(schedule, objective, [2, 0]), data, { t });
    expect(loss.item()).toBeLessThan(1e-8);
  }); // prettier-ignore

  it('holds predicted data between bounds', async () => {
    const diffusion = new GaussianDiffusion(schedule, { objective: 'data' });
    const made = await diffusion.ddpm((p) => p.mul(0).add(9), zeros([2, 1]), { clip: 1 });
    expect(made.toArray()).toEqual([[1], [1]]);
  });

  it('takes pictures, float64 and a seed', async () => {
    const diffusion = new GaussianDiffusion(schedule, { dtype: 'float64' });
    const data = zeros([3, 1, 4, 4], { dtype: 'float64' });
    const generator = (): Generator => new Generator(3);
    const loss = diffusion.loss((p) => p, data, { generator: generator() });
    expect(loss.dtype).toBe('float64');
    const draw = (): Promise<Tensor> =>
      diffusion.ddim((p) => p.mul(0.1), data, { steps: 5, eta: 1, generator: generator() });
    expect((await draw()).toArray()).toEqual((await draw()).toArray());
  });

  it('names what does not fit', async () => {
    const diffusion = new GaussianDiffusion(schedule);
    const point = tensor([[1, 2]]);
    const same = (p: Tensor): Tensor => p;
    await expect(diffusion.ddim(same, point, { steps: 201 })).rejects.toThrow(/steps must be/);
    await expect(diffusion.ddim(same, point, { eta: NaN })).rejects.toThrow(/eta must be from 0 to 1/);
    await expect(diffusion.ddpm(same, point, { clip: 0 })).rejects.toThrow(/clip must be above 0/);
    expect(() => diffusion.loss(same, point, { t: point })).toThrow(/t \(N\), got/);
    const uneven = { signal: schedule.signal, noise: new Float64Array(3) };
    expect(() => new GaussianDiffusion(uneven)).toThrow(/needs a schedule such as/);
  }); // prettier-ignore
});

it('a network that gives another shape is refused, for it would be stretched', async () => {
  const diffusion = new GaussianDiffusion(cosineSchedule(10));
  const narrow = (p: Tensor): Tensor => p.sum(1, { keepdim: true });
  expect(() => diffusion.loss(narrow, zeros([3, 2]))).toThrow(/must give \[3,2\].*got \[3,1\]/);
  await expect(diffusion.ddim(narrow, zeros([3, 2]))).rejects.toThrow(/must give \[3,2\]/);
});
