import { backward, gradcheck } from '@kasane/autograd';
import { Embedding } from '@kasane/nn';
import { Generator, randn, tensor, type Tensor } from '@kasane/tensor-core';
import { checkHeld } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packTrees } from './packed-trees.ts';
import { RecursiveNetwork } from './recursive-network.ts';
import type { Tree } from './tree.ts';

const d = 3;
const network = new RecursiveNetwork(d, { bias: true, generator: new Generator(1) });
const [a, b, c] = [0, 1, 2].map((k) => randn([d], { generator: new Generator(k) })) as [
  Tensor,
  Tensor,
  Tensor,
];

/** Binary trees of numbers below 5. */
const trees = fc.letrec<{ tree: Tree<number> }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.nat(4),
    fc.record({ left: tie('tree'), right: tie('tree') }),
  ),
})).tree;

const looked = (tree: Tree<number>, vectors: readonly Tensor[]): Tree<Tensor> =>
  typeof tree === 'number'
    ? vectors[tree]!
    : {
        left: looked((tree as { left: Tree<number> }).left, vectors),
        right: looked((tree as { right: Tree<number> }).right, vectors),
      };

describe('RecursiveNetwork', () => {
  it('gives a leaf as it is', () => {
    expect(network.forward(a)).toBe(a);
  });

  it('is tanh(W [left; right] + b) at a node, with W of shape (d, 2d)', () => {
    expect(network.weight.shape).toEqual([d, 2 * d]);
    const W = network.weight.toArray() as number[][];
    const bias = network.bias!.toArray() as number[];
    const pair = [...a.dataSync(), ...b.dataSync()];
    const want = W.map((row, i) =>
      Math.tanh(row.reduce((sum, w, j) => sum + w * pair[j]!, bias[i]!)),
    );
    const got = network.forward({ left: a, right: b }).dataSync();
    want.forEach((w, i) => expect(got[i]).toBeCloseTo(w, 5));
  });

  it('tells (a b) from (b a), and ((a b) c) from (a (b c))', () => {
    const of = (tree: Tree<Tensor>): string => String(network.forward(tree));
    expect(of({ left: a, right: b })).not.toBe(of({ left: b, right: a }));
    expect(of({ left: { left: a, right: b }, right: c })).not.toBe(
      of({ left: a, right: { left: b, right: c } }),
    );
  });

  it('reads many trees of any shapes at once as it reads each by itself', () => {
    const generator = new Generator(3);
    const embedding = new Embedding(5, d, { generator });
    const vectors = embedding.weight.unbind(0);
    fc.assert(
      fc.property(fc.array(trees, { minLength: 1, maxLength: 4 }), (given) => {
        const packed = packTrees(given);
        const { roots, nodes } = network.forwardPacked(embedding.forward(packed.values), packed);
        expect(nodes.shape).toEqual([packed.size, d]);
        const rows = roots.toArray() as number[][];
        given.forEach((tree, i) => {
          const alone = network.forward(looked(tree, vectors)).dataSync();
          rows[i]!.forEach((v, j) => expect(v).toBeCloseTo(alone[j]!, 5));
        });
      }),
      { numRuns: 30 },
    );
  });

  it('has gradients that agree with finite differences, packed and not', () => {
    const own = new RecursiveNetwork(2, {
      bias: true,
      dtype: 'float64',
      generator: new Generator(1),
    });
    const packed = packTrees([{ left: 0, right: { left: 1, right: 2 } }, 3]);
    const leaves = randn([4, 2], {
      dtype: 'float64',
      generator: new Generator(4),
      requiresGrad: true,
    });
    gradcheck((x: Tensor) => own.forwardPacked(x, packed).roots, [leaves]);
    backward(own.forwardPacked(leaves, packed).roots.sum());
    const together = own.weight.grad!.dataSync();
    own.zeroGrad();
    const [x, y, z] = leaves.detach().unbind(0) as [Tensor, Tensor, Tensor];
    backward(own.forward({ left: x, right: { left: y, right: z } }).sum());
    own.weight.grad!.dataSync().forEach((g, i) => expect(together[i]).toBeCloseTo(g, 10));
  });

  it('reads no trees at all', () => {
    const none = packTrees([]);
    const { nodes, roots } = network.forwardPacked(a.newFull([0, d], 0), none);
    expect([nodes.shape, roots.shape]).toEqual([
      [0, d],
      [0, d],
    ]);
  });

  it('holds the memory of its parameters, and no more', () => {
    checkHeld((o) => new RecursiveNetwork(d, { bias: true, ...o }));
  });

  it.each<[string, () => unknown, string]>([
    ['a node with one child', () => network.forward({ children: [a] }), 'got 1 children'],
    ['a node with three', () => network.forward({ children: [a, b, c] }), 'got 3 children'],
    ['a value beside children', () => network.forward({ value: a, left: b, right: c }), 'got a value beside its children'],
    ['a leaf of another size', () => network.forward({ left: a, right: tensor([1]) }), 'a leaf must be a vector of size 3, got shape [1]'],
    ['three children, packed', () => packed([{ children: [1, 2, 3] }]), 'got 3 children'],
    ['one child, packed', () => packed([{ children: [1] }]), 'got 1 children'],
    ['a value beside children, packed', () => packed([{ value: 1, left: 1, right: 2 }]), 'a value beside its children'],
    ['vectors of another size', () => network.forwardPacked(tensor([[1]]), packTrees([1])), 'inputSize 3 for each of the 1 values of the trees, got shape [1,1]'],
    ['a nonlinearity that is none', () => new RecursiveNetwork(1, { nonlinearity: 'cosine' as 'tanh' }), "got 'cosine'"],
    ['a size that is none', () => new RecursiveNetwork(0), 'size'],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  }); // prettier-ignore
});

function packed(given: readonly Tree<number>[]): unknown {
  const those = packTrees(given);
  return network.forwardPacked(a.newFull([those.values.size, d], 0), those);
}
