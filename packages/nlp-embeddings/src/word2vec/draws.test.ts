import { Generator } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { AliasTable, Draws } from './draws.ts';

describe('AliasTable', () => {
  it('draws by its chances, and never what has none', () => {
    const weights = Float64Array.of(5, 0, 1, 0.5, 100, 3, 3, 8);
    const table = new AliasTable(weights);
    const draws = new Draws(new Generator(1));
    const seen = new Float64Array(weights.length);
    const n = 200_000;
    for (let i = 0; i < n; i++) seen[table.draw(draws)]!++;
    const total = weights.reduce((a, b) => a + b, 0);
    expect(seen[1]).toBe(0);
    const chi2 = weights.reduce((sum, w, i) => {
      const expected = (n * w) / total;
      return expected === 0 ? sum : sum + (seen[i]! - expected) ** 2 / expected;
    }, 0);
    expect(chi2).toBeLessThan(22.5); // 6 degrees of freedom, 0.1 %
  });

  it('draws the only one there is', () => {
    expect(new AliasTable(Float64Array.of(3)).draw(new Draws(new Generator(1)))).toBe(0);
  });
});

describe('Draws', () => {
  it('gives whole numbers below a bound', () => {
    const draws = new Draws(new Generator(2));
    const seen = new Set(Array.from({ length: 20_000 }, () => draws.below(5)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
  });
});
