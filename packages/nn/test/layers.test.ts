import {
  BatchNorm1d,
  Bilinear,
  CircularPad1d,
  CircularPad2d,
  CircularPad3d,
  ConstantPad1d,
  ConstantPad2d,
  ConstantPad3d,
  CosineSimilarity,
  Embedding,
  Flatten,
  GroupNorm,
  Identity,
  LayerNorm,
  Linear,
  Module,
  ModuleList,
  PairwiseDistance,
  Parameter,
  ParameterList,
  RMSNorm,
  ReLU,
  ReflectionPad1d,
  ReflectionPad2d,
  ReflectionPad3d,
  ReplicationPad1d,
  ReplicationPad2d,
  ReplicationPad3d,
  Sequential,
  Tanh,
  Unflatten,
  ZeroPad1d,
  ZeroPad2d,
  ZeroPad3d,
} from '@kasane/nn';
import { scaledDotProductAttention, type AttentionOptions } from '@kasane/nn/attention';
import { ones, tensor, type Tensor } from '@kasane/tensor-core';
import {
  goldenCase,
  loadGoldens,
  testLayer,
  type GoldenOptions,
  type LayerTest,
  type TestedLayer,
} from '@kasane/testing';

const goldens = loadGoldens(new URL('./fixtures/layers.json', import.meta.url));

function check(
  name: string,
  make: (options: GoldenOptions) => TestedLayer,
  rest: Partial<LayerTest> = {},
): void {
  testLayer(name, { make, golden: goldenCase(goldens, name), ...rest });
}

check('linear', (o) => new Linear(3, 2, o));
check('linear without bias', (o) => new Linear(3, 2, { bias: false, ...o }));
check('linear on a vector', (o) => new Linear(3, 2, o), {
  noEmptyBatch: 'a vector has no batch',
});
check('linear on three dimensions', (o) => new Linear(4, 2, o));
check('bilinear', (o) => new Bilinear(3, 2, 4, o));
check(
  'bilinear without bias, on three dimensions',
  (o) => new Bilinear(4, 2, 2, { bias: false, ...o }),
);
check('embedding', (o) => new Embedding(5, 3, o));
check('embedding with padding', (o) => new Embedding(5, 3, { paddingIdx: 1, ...o }), {
  noGradcheck: 'the vector of padding changes the output but is given no gradient',
});
check('flatten', () => new Flatten());
check('flatten of some dimensions', () => new Flatten(0, 1));
check('identity', () => new Identity());
check('zero pad 1d', () => new ZeroPad1d(2));
check('zero pad 2d', () => new ZeroPad2d([1, 0, 0, 2]));
check('zero pad 3d', () => new ZeroPad3d([1, 2, 0, 1, 2, 0]));
check('constant pad 1d', () => new ConstantPad1d([0, 3], 1.5));
check('constant pad 2d', () => new ConstantPad2d([1, 0, 0, 2], 1.5));
check('constant pad 3d', () => new ConstantPad3d(1, 1.5));
check('reflection pad 1d', () => new ReflectionPad1d([2, 1]));
check('reflection pad 2d', () => new ReflectionPad2d([1, 0, 0, 2]));
check('reflection pad 3d', () => new ReflectionPad3d(1));
check('replication pad 1d', () => new ReplicationPad1d([5, 1]));
check('replication pad 2d', () => new ReplicationPad2d([1, 0, 0, 2]));
check('replication pad 3d', () => new ReplicationPad3d([1, 2, 0, 1, 2, 0]));
check('circular pad 1d', () => new CircularPad1d([4, 1]));
check('circular pad 2d', () => new CircularPad2d([1, 0, 0, 2]));
check('circular pad 3d', () => new CircularPad3d([1, 2, 0, 1, 2, 0]));
check('unflatten', () => new Unflatten(-1, [2, 2]));
check('cosine similarity', () => new CosineSimilarity());
check('cosine similarity, broadcast', () => new CosineSimilarity({ dim: -1, eps: 1 }), {
  noEmptyBatch: 'one of the batches has size 1, to be broadcast',
});
check('pairwise distance', () => new PairwiseDistance());
check(
  'pairwise distance, p 1, keepdim',
  () => new PairwiseDistance({ p: 1, keepdim: true, eps: 0.01 }),
);

check('layer norm', (o) => new LayerNorm(4, o));
check('layer norm over two dimensions', (o) => new LayerNorm([3, 4], { eps: 0.1, ...o }));
check('layer norm without affine', () => new LayerNorm(4, { elementwiseAffine: false }));
// PyTorch's default eps depends on the dtype; the fixture has that of float64.
check('rms norm', (o) => new RMSNorm(4, { eps: 2 ** -52, ...o }));
check('rms norm over two dimensions', (o) => new RMSNorm([3, 4], { eps: 0.1, ...o }));
check('rms norm without affine', () => new RMSNorm(4, { elementwiseAffine: false }));
check('group norm', (o) => new GroupNorm(2, 4, o));
check(
  'group norm on a matrix, without affine',
  () => new GroupNorm(2, 6, { eps: 0.1, affine: false }),
);
check('batch norm', (o) => new BatchNorm1d(3, o));
check('batch norm on sequences', (o) => new BatchNorm1d(3, { eps: 0.01, momentum: 0.3, ...o }));
check('batch norm with cumulative average', (o) => new BatchNorm1d(3, { momentum: null, ...o }));
check('batch norm without affine', (o) => new BatchNorm1d(3, { affine: false, ...o }));
check(
  'batch norm without running statistics',
  (o) => new BatchNorm1d(3, { trackRunningStats: false, ...o }),
);

/** The function as a module, as the suite wants it. */
class Attention extends Module {
  readonly #options: (query: Tensor) => AttentionOptions;

  constructor(options: (query: Tensor) => AttentionOptions) {
    super();
    this.#options = options;
  }

  forward(query: Tensor, key: Tensor, value: Tensor): Tensor {
    return scaledDotProductAttention(query, key, value, this.#options(query));
  }
}

check('attention', () => new Attention(() => ({})));
check('causal attention', () => new Attention(() => ({ isCausal: true })));
check('attention with a mask', () => {
  const mask = [1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1]; // that of the fixture
  return new Attention(({ backend }) => ({
    mask: tensor(mask, [3, 4], { dtype: 'bool', backend }),
  }));
});
check('attention with numbers added, and a scale', () => {
  const bias = Array.from({ length: 24 }, (_, i) => Math.cos(i * 1.7)); // that of the fixture
  return new Attention(({ backend, dtype, shape: [n] }) => ({
    mask: tensor(bias, [2, 1, 3, 4], { dtype, backend }).slice(0, 0, n!),
    scale: 0.3,
  }));
});

check('sequential', (o) => new Sequential(new Linear(3, 4, o), new ReLU(), new Linear(4, 2, o)));

class Residual extends Module {
  readonly firstBlock: Sequential;
  readonly floors: ModuleList<Linear>;
  readonly scales: ParameterList;
  readonly norm: BatchNorm1d;

  constructor(o: GoldenOptions) {
    super();
    this.firstBlock = new Sequential(new Linear(3, 4, o), new Tanh(), new Linear(4, 3, o));
    this.floors = new ModuleList([new Linear(3, 3, o), new Linear(3, 3, { bias: false, ...o })]);
    this.scales = new ParameterList([new Parameter(ones([3], o)), new Parameter(ones([1], o))]);
    this.norm = new BatchNorm1d(3, o);
  }

  forward(x: Tensor): Tensor {
    let y = x.add(this.firstBlock.forward(x));
    for (let i = 0; i < this.floors.length; i++) {
      y = y.add(this.scales.at(i)!.mul(this.floors.at(i)!.forward(y).sigmoid()));
    }
    return this.norm.forward(y);
  }
}

check('nested model', (o) => new Residual(o));
