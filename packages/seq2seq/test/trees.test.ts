import { Module } from '@kasane/nn';
import { type DType, Generator, randn, type Shape, type Tensor } from '@kasane/tensor-core';
import { type GoldenOptions, loadGoldens, testLayer, wave } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import {
  ChildSumTreeLSTM,
  NaryTreeLSTM,
  packTrees,
  RecursiveNetwork,
  type Tree,
  type TreeNetwork,
} from '@kasane/seq2seq';

const [I, H] = [3, 2];

type Written = readonly [value: number | null, children: readonly Written[]];

/** What the script writes: only numbers, for shapes and inputs follow from the case. */
interface Recorded {
  readonly trees: readonly Written[];
  readonly output: readonly number[];
  readonly inputGradient: readonly number[];
  readonly parameterGradients: Readonly<Record<string, readonly number[]>>;
}

const recorded = loadGoldens<Recorded>(new URL('./fixtures/trees.json', import.meta.url));

const asTree = <T>([value, children]: Written, at: (value: number) => T): Tree<T> => ({
  ...(value === null ? {} : { value: at(value) }),
  children: children.map((child) => asTree(child, at)),
});

/** The outputs at the roots of fixed trees as a layer of the vectors at their nodes. */
class OfTrees extends Module {
  readonly #network: TreeNetwork;
  readonly #trees: readonly Tree<number>[];

  constructor(network: TreeNetwork, trees: readonly Tree<number>[]) {
    super();
    this.#network = network;
    this.#trees = trees;
  }

  override fields(): Iterable<readonly [string, unknown]> {
    return this.#network.fields();
  }

  forward(x: Tensor): Tensor {
    const trees = packTrees(this.#trees, { backend: x.backend });
    return this.#network.forwardPacked(x.indexSelect(0, trees.values), trees).roots.flatten();
  }
}

type Make = (options: Partial<GoldenOptions> & { readonly generator?: Generator }) => TreeNetwork;

const kinds: Readonly<Record<string, Make>> = {
  'Tree-LSTM, childSum': (o) => new ChildSumTreeLSTM(I, H, o),
  'Tree-LSTM, childSum binary': (o) => new ChildSumTreeLSTM(I, H, o),
  'Tree-LSTM, binary': (o) => new NaryTreeLSTM(I, H, 2, o),
  'Tree-LSTM, ternary': (o) => new NaryTreeLSTM(I, H, 3, o),
  'network, recursive': (o) => new RecursiveNetwork(I, { bias: true, ...o }),
};

for (const [name, make] of Object.entries(kinds)) {
  const { trees, output, inputGradient, parameterGradients } = recorded[name.split(', ')[1]!]!;
  const parameters = make({}).namedParameters();
  const inputs: Shape = [inputGradient.length / I, I];
  const written = trees.map((tree) => asTree(tree, (value) => value));
  const shaped = parameters.map(([key, { shape }]) => [key, shape] as const);
  testLayer(`a ${name}`, {
    make: (o) => new OfTrees(make(o), written),
    golden: {
      inputs: [wave(inputs, 0)],
      state: Object.fromEntries(shaped.map(([key, shape], k) => [key, wave(shape, k + 1)])),
      output: { shape: [output.length], data: output },
      inputGradients: [{ shape: inputs, data: inputGradient }],
      parameterGradients: Object.fromEntries(
        shaped.map(([key, shape]) => [key, { shape, data: parameterGradients[key]! }]),
      ),
    },
    noEmptyBatch: 'the trees are the batch',
  });

  describe(`a ${name}`, () => {
    it('reads each tree by itself as it reads many at once', () => {
      const options = { dtype: 'float64' as DType, generator: new Generator(1) };
      const network = make(options);
      const vectors = randn(inputs, options);
      const packed = packTrees(written);
      const { roots } = network.forwardPacked(vectors.indexSelect(0, packed.values), packed);
      const rows = roots.toArray() as number[][];
      trees.forEach((tree, i) => {
        const alone = network.forward(asTree(tree, (value) => vectors.select(0, value)));
        rows[i]!.forEach((v, j) => expect(v).toBeCloseTo(alone.dataSync()[j]!, 12));
      });
    });
  });
}

describe('a Tree-LSTM', () => {
  const x = (n: number): Tensor => randn([n, I], { generator: new Generator(n) });

  it('knows the order of children if it is N-ary, and not if it adds them up', () => {
    const forth = packTrees([{ left: 0, right: 1 }]);
    const vectors = x(2);
    const of = (network: TreeNetwork, given: Tensor): string =>
      String(network.forwardPacked(given, forth).roots);
    const generator = new Generator(1);
    const sum = new ChildSumTreeLSTM(I, H, { generator });
    const nary = new NaryTreeLSTM(I, H, 2, { generator });
    expect(of(sum, vectors.flip([0]))).toBe(of(sum, vectors));
    expect(of(nary, vectors.flip([0]))).not.toBe(of(nary, vectors));
  });

  it('sees absent children as zeros, whatever the others in the batch have', () => {
    const network = new NaryTreeLSTM(I, H, 3, { generator: new Generator(1) });
    const chain = { children: [{ children: [0] }] };
    const alone = packTrees([chain]);
    const wide = packTrees([chain, { children: [1, 2, 3] }]);
    const vectors = x(4);
    const one = network.forwardPacked(vectors.slice(0, 0, 1), alone).roots.select(0, 0);
    const two = network.forwardPacked(vectors, wide).roots.select(0, 0);
    expect(one.sub(two).abs().max().item()).toBeLessThan(1e-6);
  });

  it('refuses more children than it has places for, and vectors that do not fit', () => {
    const network = new NaryTreeLSTM(I, H, 2);
    const many = packTrees([{ children: [0, 1, 2] }]);
    expect(() => network.forwardPacked(x(3), many)).toThrow('at most 2 children, got one with 3');
    expect(() => network.forwardPacked(x(2), packTrees([1]))).toThrow('each of the 1 values');
    expect(() => network.forward(x(1))).toThrow('a vector of inputSize 3, got shape [1,3]');
    expect(() => new NaryTreeLSTM(I, H, 0)).toThrow('n');
    expect(() => new ChildSumTreeLSTM(0, H)).toThrow('inputSize');
  });
});
