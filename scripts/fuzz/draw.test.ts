import { describe, expect, it } from 'vitest';
import { Draw, shrink } from './draw.ts';

const list = (d: Draw): number[] => d.list(d.int(0, 9), () => d.int(0, 999));

describe('Draw', () => {
  it('draws the same from the same seed, and other things from another', () => {
    expect(list(new Draw(5))).toEqual(list(new Draw(5)));
    expect(list(new Draw(5))).not.toEqual(list(new Draw(6)));
  });

  it('draws again what is on its tape, and the least beyond its end', () => {
    const d = new Draw(5);
    const drawn = list(d);
    expect(list(new Draw(d.tape))).toEqual(drawn);
    expect(list(new Draw([3, 7]))).toEqual([7, 0, 0]);
    expect(new Draw([]).pick(['a', 'b'])).toBe('a');
  });

  it('stays in range whatever the tape says', () => {
    expect(new Draw([500]).int(2, 4)).toBe(4);
  });
});

describe('shrink', () => {
  const bounds = { most: 2000, deadline: Infinity };

  it('finds the shortest list with a number that fails', () => {
    const fails = (values: readonly number[]): boolean => values.some((v) => v >= 123);
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8].filter((seed) => fails(list(new Draw(seed))));
    expect(seeds.length).toBeGreaterThan(4);
    for (const seed of seeds) {
      const d = new Draw(seed);
      list(d);
      const least = shrink(d.tape, (tape) => fails(list(new Draw(tape))), bounds);
      expect(list(new Draw(least))).toEqual([123]);
    }
  });

  it('asks no more often than it may', () => {
    let asked = 0;
    const never = (): boolean => ++asked < 0;
    shrink([9, 9, 9, 9], never, { most: 5, deadline: Infinity });
    expect(asked).toBe(5);
  });
});
