import { Generator, randn, tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import fixture from '../../test/fixtures/diffusion.json' with { type: 'json' };
import { EDM } from './edm.ts';
import { karrasSigmas } from './schedule.ts';

const double = (values: number[][]): Tensor => tensor(values, { dtype: 'float64' });
const [x, out] = [double(fixture.x), double(fixture.out)];

describe('EDM', () => {
  it.each(fixture.edm.rows)('scales the network as diffusers does, σ $sigma', (row) => {
    const sigma = x.newFull([3, 1], row.sigma);
    const seen: Tensor[] = [];
    const denoised = new EDM().denoise(
      (input, time) => {
        seen.push(input.sub(double(row.input)), time.sub(row.time));
        return out;
      },
      x,
      sigma,
    );
    for (const apart of [...seen, denoised.sub(double(row.denoised))]) {
      expect(apart.abs().max().item()).toBeLessThan(1e-6);
    }
  });

  it('weighs the error of data by what makes it the network’s', () => {
    // Σ (F - F*)² with F* = (x - c_skip (x + σ ε)) / c_out, in numbers.
    const [data, noise, sigma, d] = [0.7, -0.4, 1.5, 0.5];
    const both = sigma ** 2 + d ** 2;
    const noisy = data + sigma * noise;
    const wanted = (data - (d ** 2 / both) * noisy) / ((sigma * d) / Math.sqrt(both));
    const given = { noise: double([[noise]]), sigma: double([[sigma]]) };
    const loss = new EDM().loss((p) => p.mul(0).add(0.3), double([[data]]), given);
    expect(loss.item()).toBeCloseTo((0.3 - wanted) ** 2, 10);
  });

  it('makes a normal distribution of noise, if the network knows the data', async () => {
    const [mean, std, edm] = [1, 0.5, new EDM()];
    // Of data N(0, sigmaData²) the network has nothing to say; a mean goes through c_out.
    const knows = (input: Tensor, time: Tensor): Tensor => {
      const sigma = time.mul(4).exp();
      const gain = sigma.div(
        sigma
          .square()
          .add(std * std)
          .sqrt(),
      );
      return input.mul(0).add(gain.mul(mean / std));
    };
    const noise = randn([500, 2], { generator: new Generator(0), dtype: 'float64' });
    // x = mean + (x_max - mean) std / √(std² + σ_max²)
    const expected = noise.mul(80).sub(mean).mul(std / Math.hypot(std, 80)).add(mean); // prettier-ignore
    const error = async (steps: number): Promise<number> => {
      const made = await edm.sample(knows, noise, { steps });
      return made.sub(expected).abs().max().item();
    };
    const [coarse, fine] = [await error(40), await error(80)];
    expect(coarse).toBeLessThan(0.02);
    expect(fine / coarse).toBeLessThan(0.3); // of second order
  });

  it('names what does not fit', async () => {
    expect(() => new EDM({ sigmaData: 0 })).toThrow(/sigmaData must be above 0, got 0/);
    expect(() => new EDM().loss((p) => p, x, { sigma: x })).toThrow(/sigma \(N, 1\), got/);
    const made = new EDM().sample((p) => p, x, { sigmaMax: 0.001 });
    await expect(made).rejects.toThrow(/sigmaMax must be above sigmaMin, got 0.001/);
  });
});

it('karrasSigmas are diffusers’', () => {
  const sigmas = karrasSigmas(6);
  fixture.edm.sigmas.forEach((sigma, i) => expect(sigmas[i]! - sigma).toBeCloseTo(0, 4));
  expect(karrasSigmas(1)).toEqual(Float64Array.of(80, 0));
});
