/** What docs/guides/op-matrix.md says of gpu() where float32 ends. */
import { describe, expect, it } from 'vitest';
import { gpu } from '../gpu.ts';
import { tensor, type Tensor } from '../index.ts';

const isBrowser = 'document' in globalThis;
const modes = isBrowser ? (['webgl2', 'webgpu'] as const) : (['webasm'] as const);

const spread = (from: number, to: number): Float32Array =>
  Float32Array.from({ length: 5000 }, (_, i) => from + ((to - from) * i) / 5000);

describe.each(modes)('gpu in mode %s', (mode) => {
  const backend = gpu({ mode });
  const worst = async (
    result: Tensor,
    want: (i: number) => number,
    relative: boolean,
  ): Promise<number> => {
    const off = Array.from(await result.data(), (got, i) => {
      return Math.abs(got - want(i)) / (relative ? want(i) : 1);
    });
    return Math.max(...off);
  };

  it.each([
    [1e4, 1e-7],
    [1e5, 1e-6],
    [1e6, 0.04],
    [1e7, 0.5],
  ])('sines and cosines up to %f are off by %f', async (top, limit) => {
    const angles = spread(top / 10, top);
    const x = tensor(angles, { backend });
    expect(await worst(x.sin(), (i) => Math.sin(angles[i]!), false)).toBeLessThan(limit);
    expect(await worst(x.cos(), (i) => Math.cos(angles[i]!), false)).toBeLessThan(limit);
  });

  it('powers up to 10³⁸ are off by 2e-5', async () => {
    const base = Math.fround(1.7);
    const exponents = spread(0.5, 88 / Math.log(base));
    const powers = tensor([base], { backend }).pow(tensor(exponents, { backend }));
    expect(await worst(powers, (i) => base ** exponents[i]!, true)).toBeLessThan(2.1e-5);
  });

  it('subnormal numbers come back as they were, but count as 0 on graphics devices', async () => {
    const values = [1e-40, 3e-42].map(Math.fround);
    const x = tensor(values, { backend });
    expect(Array.from(await x.data())).toEqual(values);
    expect(Array.from(await x.mul(1).data())).toEqual(isBrowser ? [0, 0] : values);
  });
});
