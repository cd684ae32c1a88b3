import { gradcheck } from '@kasane/autograd';
import { Generator, randn, tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { mmd } from './mmd.ts';

describe('mmd', () => {
  it('is the sum over pairs that defines it', () => {
    const [x, y] = [
      [0, 1, 3],
      [2, 5],
    ];
    const k = (a: number, b: number): number => Math.exp(-((a - b) ** 2) / 8);
    const within = (2 * (k(0, 1) + k(0, 3) + k(1, 3))) / 6 + k(2, 5);
    const between = x!.flatMap((a) => y!.map((b) => k(a, b))).reduce((a, b) => a + b) / 6;
    const points = (values: number[]) => tensor(values.map((v) => [v]));
    const value = mmd(points(x!), points(y!), { bandwidth: 2 }).item();
    expect(value).toBeCloseTo(within - 2 * between, 5);
  });

  it('is near 0 for samples of one distribution, far from samples of another', () => {
    const generator = new Generator(1);
    const draw = () => randn([300, 2], { generator });
    expect(Math.abs(mmd(draw(), draw()).item())).toBeLessThan(0.01);
    expect(mmd(draw(), draw().add(1)).item()).toBeGreaterThan(0.1);
  });

  it('has gradients, as finite differences say', () => {
    const generator = new Generator(2);
    const [x, y] = [3, 4].map((n) => randn([n, 2], { generator, dtype: 'float64' }));
    const of = (at: Tensor): Tensor => mmd(at, y!, { bandwidth: [0.5, 1] });
    expect(gradcheck(of, [x!])).toBe(true);
  });

  it('names samples and widths that do not fit', () => {
    const x = tensor([[0], [1]]);
    expect(() => mmd(x, tensor([[0, 1]]))).toThrow(/mmd: needs samples/);
    expect(() => mmd(x, x, { bandwidth: 0 })).toThrow(/above 0, got 0/);
    expect(() => mmd(x, x, { bandwidth: [] })).toThrow(/at least one width/);
  });
});
