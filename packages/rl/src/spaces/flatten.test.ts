import { Generator } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Box } from './box.ts';
import { Dict } from './dict.ts';
import { Discrete } from './discrete.ts';
import { flatten, flattenSpace } from './flatten.ts';
import { MultiBinary } from './multi-binary.ts';
import { MultiDiscrete } from './multi-discrete.ts';
import type { Space } from './space.ts';
import { Text } from './text.ts';
import { Tuple } from './tuple.ts';

const size = fc.integer({ min: 1, max: 4 });
const leaf: fc.Arbitrary<Space<unknown>> = fc.oneof(
  fc.tuple(size, fc.integer({ min: -3, max: 3 })).map(([n, start]) => new Discrete(n, { start })),
  size.map((n) => new Box(-2, 3, { shape: [n] })),
  fc.array(size, { minLength: 1, maxLength: 3 }).map((nvec) => new MultiDiscrete(nvec)),
  size.map((n) => new MultiBinary(n)),
  size.map((n) => new Text(n, { charset: 'añ😀' })),
);
const spaces: fc.Arbitrary<Space<unknown>> = fc.letrec<{ space: Space<unknown> }>((tie) => ({
  space: fc.oneof(
    { maxDepth: 2 },
    leaf,
    fc.array(tie('space'), { minLength: 1, maxLength: 3 }).map((all) => new Tuple(all)),
    fc
      .dictionary(fc.constantFrom('a', 'b', 'c'), tie('space'), { minKeys: 1 })
      .map((all) => new Dict(all)),
  ),
})).space;

describe('flatten', () => {
  test('puts whatever a space draws into the box of flattenSpace', () => {
    fc.assert(
      fc.property(spaces, fc.nat(), (space, seed) => {
        const generator = new Generator(seed);
        const value = flatten(space, space.sample({ generator }));
        expect(flattenSpace(space).contains(value)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('gives values that differ numbers that differ', () => {
    const space = new Tuple<[number, string]>([new Discrete(3), new Text(2, { charset: 'ab' })]);
    const texts = ['a', 'b', 'aa', 'ab', 'ba', 'bb'];
    const all = [0, 1, 2].flatMap((i) => texts.map((text) => flatten(space, [i, text]).join()));
    expect(new Set(all).size).toBe(18);
  });

  test('names spaces of other kinds', () => {
    const odd = { sample: () => 1, contains: (x: unknown): x is number => x === 1 };
    expect(() => flattenSpace(odd)).toThrow(
      'flattenSpace: a space must be one of Box, Discrete, MultiDiscrete, MultiBinary, Text, Tuple and Dict, got ',
    );
    expect(() => flatten(new Discrete(2), 2)).toThrow(
      'flatten: the value must be in Discrete(2), got 2.',
    );
  });
});
