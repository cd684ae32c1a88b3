/** Sizes that no tensor can have, and such that take long lists where they should not. */
import {
  arange,
  bernoulli,
  eye,
  full,
  linspace,
  multinomial,
  ones,
  rand,
  randint,
  randn,
  randperm,
  reference,
  ShapeError,
  tensor,
  wasm,
  withBackend,
  zeros,
  type Tensor,
} from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const indices = (): Tensor => tensor(Int32Array.of(0, 1));
const makers: Readonly<Record<string, (n: number) => unknown>> = {
  full: (n) => full([n, 4], 1),
  'full of bool': (n) => full([n, 4], 1, { dtype: 'bool' }),
  eye: (n) => eye(3, n),
  linspace: (n) => linspace(0, 1, n),
  rand: (n) => rand([2, n]),
  randn: (n) => randn([n]),
  randint: (n) => randint(0, 9, [n, 4]),
  randperm: (n) => randperm(n),
  bernoulli: (n) => bernoulli([n], 0.5),
  multinomial: (n) => multinomial(ones([3]), n, { replacement: true }),
  tensor: (n) => tensor([1, 2], [n, 2]),
  newFull: (n) => ones([2]).newFull([n, 2], 0),
  broadcastTo: (n) => ones([4]).broadcastTo([n, 4]),
  'broadcastTo from 1': (n) => ones([1, 4]).broadcastTo([n, 4]),
  'reshape in two': (n) => ones([4]).reshape([-1, n]),
  repeat: (n) => ones([4]).repeat([n, 1]),
  tile: (n) => ones([4]).tile([n]),
  'pad with zeros': (n) => ones([4]).pad([[0, n]]),
  'pad with the edge': (n) => ones([4]).pad([[n, 0]], { mode: 'replicate' }),
  oneHot: (n) => indices().oneHot(n),
  bincount: (n) => indices().bincount({ minlength: n }),
};
const bad = fc.oneof(
  fc.integer({ min: -9, max: -1 }),
  fc.double({ min: 0.01, max: 99.99 }).filter((v) => !Number.isInteger(v)),
  fc.constantFrom(NaN, Infinity, -Infinity, 2 ** 33, 2 ** 53, 1e300),
);

describe('a size that no tensor has', () => {
  it.each(Object.entries(makers))('is refused by %s in one sentence', (_, make) => {
    for (const backend of [wasm(), reference()]) {
      fc.assert(
        fc.property(bad, (n) => {
          let thrown: unknown;
          try {
            withBackend(backend, () => make(n));
          } catch (error) {
            thrown = error;
          }
          expect(thrown).toBeInstanceOf(Error);
          // An error of the library, with the size: not what the engine says.
          expect((thrown as Error).message).toMatch(/^[a-zA-Z]+: .*\d.*\.$/);
        }),
        { numRuns: 30 },
      );
    }
  });

  it('is named with what it would take', () => {
    expect(() => full([2 ** 20, 2 ** 13], 0)).toThrow(
      new ShapeError(
        'full: float32 [1048576,8192] would take 32.0 GiB; the most is 4. Work on parts of it.',
      ),
    );
    expect(() => ones([4]).broadcastTo([-1, 4])).toThrow(
      new ShapeError('broadcastTo: dimensions must be whole numbers ≥ 0, got [-1,4].'),
    );
    expect(() => arange(1e12)).toThrow('arange: float64 [1000000000000] would take 7450.6 GiB');
  });

  it('is refused for results, whatever op makes them', () => {
    for (const backend of [wasm(), reference()]) {
      const [column, row] = [ones([70_000, 1], { backend }), ones([1, 70_000], { backend })];
      const results = {
        add: () => column.add(row),
        less: () => column.less(row),
        matmul: () => column.matmul(row),
        where: () => column.greater(0).where(column, row),
        broadcastTo: () => column.broadcastTo([70_000, 70_000]),
      };
      for (const [name, make] of Object.entries(results)) {
        expect(make).toThrow(new RegExp(`^${name}: [a-z0-9]+ \\[70000,70000\\] would take .* GiB`));
      }
    }
  });
});

it('large tensors of bool are made without a list of their elements', () => {
  const x = zeros([112e6], { dtype: 'bool' });
  expect(x.size).toBe(112e6);
  x.dispose();
  const given = tensor(new Uint8Array(2e7).fill(7), { dtype: 'bool' });
  expect(given.all().item()).toBe(1);
  given.dispose();
});
