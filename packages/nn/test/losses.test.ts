import {
  BCELoss,
  BCEWithLogitsLoss,
  ContrastiveLoss,
  CosineEmbeddingLoss,
  CrossEntropyLoss,
  HuberLoss,
  KLDivLoss,
  L1Loss,
  MSELoss,
  NLLLoss,
  SmoothL1Loss,
  TripletMarginLoss,
  type Reduction,
} from '@kasane/nn';
import { tensor, type Tensor } from '@kasane/tensor-core';
import {
  goldenCase,
  loadGoldens,
  testLayer,
  type GoldenOptions,
  type LayerTest,
  type TestedLayer,
} from '@kasane/testing';

const goldens = loadGoldens(new URL('./fixtures/losses.json', import.meta.url));
const weight = (o: GoldenOptions): Tensor => tensor([0.5, 2, 1.25, 0.75], o);

type Make = (reduction: { readonly reduction: Reduction }, o: GoldenOptions) => TestedLayer;

function check(name: string, make: Make, rest: Partial<LayerTest> = {}): void {
  for (const reduction of ['none', 'mean', 'sum'] as const) {
    const full = `${name}, ${reduction}`;
    const noEmptyBatch = 'the mean of nothing is NaN';
    testLayer(full, {
      make: (o) => make({ reduction }, o),
      golden: goldenCase(goldens, full),
      ...(reduction === 'none' ? {} : { noEmptyBatch }),
      ...rest,
    });
  }
}

check('mse', (r) => new MSELoss(r));
check('l1', (r) => new L1Loss(r));
check('smooth l1', (r) => new SmoothL1Loss(r));
check('smooth l1, beta 0.3', (r) => new SmoothL1Loss({ beta: 0.3, ...r }));
check('smooth l1, beta 0', (r) => new SmoothL1Loss({ beta: 0, ...r }));
check('huber', (r) => new HuberLoss(r));
check('huber, delta 2.5', (r) => new HuberLoss({ delta: 2.5, ...r }));

check('nll', (r) => new NLLLoss(r));
check('nll, weight and ignoreIndex', (r, o) => {
  return new NLLLoss({ weight: weight(o), ignoreIndex: 0, ...r });
});
check('nll, dense', (r, o) => new NLLLoss({ weight: weight(o), ...r }));

check('cross entropy', (r) => new CrossEntropyLoss(r));
check('cross entropy, one sample', (r) => new CrossEntropyLoss(r));
check('cross entropy, weight', (r, o) => new CrossEntropyLoss({ weight: weight(o), ...r }));
check('cross entropy, ignoreIndex', (r, o) => {
  return new CrossEntropyLoss({ weight: weight(o), ignoreIndex: 3, ...r });
});
check('cross entropy, dense', (r) => new CrossEntropyLoss(r));
check('cross entropy, label smoothing', (r) => {
  return new CrossEntropyLoss({ labelSmoothing: 0.1, ...r });
});
check('cross entropy, all options', (r, o) => {
  return new CrossEntropyLoss({ weight: weight(o), labelSmoothing: 0.1, ...r });
});
check('cross entropy, all ignored', (r) => new CrossEntropyLoss(r), {
  noGradcheck: 'the mean of nothing is NaN',
});
check('cross entropy, probabilities', (r) => new CrossEntropyLoss(r));
check('cross entropy, probabilities, all options', (r, o) => {
  return new CrossEntropyLoss({ weight: weight(o), labelSmoothing: 0.1, ...r });
});

check('bce', (r) => new BCELoss(r));
check('bce, weight', (r, o) => new BCELoss({ weight: weight(o), ...r }));
check('bce, sure', (r) => new BCELoss(r), {
  noGradcheck: 'at 0 and 1 the logarithm is held at -100',
  tolerance64: { rtol: 1e-7, atol: 1e-11 }, // PyTorch has its 1e-12 in float32
});
check('bce with logits', (r) => new BCEWithLogitsLoss(r));
check('bce with logits, weight and posWeight', (r, o) => {
  return new BCEWithLogitsLoss({ weight: weight(o), posWeight: weight(o).add(0.5), ...r });
});

check('kl', (r) => new KLDivLoss(r));
testLayer('kl, batchmean', {
  make: () => new KLDivLoss({ reduction: 'batchmean' }),
  golden: goldenCase(goldens, 'kl, batchmean'),
  noEmptyBatch: 'the mean of nothing is NaN',
});
check('kl, zeros in the target', (r) => new KLDivLoss(r));
check('kl, log target', (r) => new KLDivLoss({ logTarget: true, ...r }));

check('cosine embedding', (r) => new CosineEmbeddingLoss(r));
check('cosine embedding, margin', (r) => new CosineEmbeddingLoss({ margin: -0.5, ...r }));
check('cosine embedding, vectors', (r) => new CosineEmbeddingLoss(r));
check('triplet margin', (r) => new TripletMarginLoss(r));
check('triplet margin, p 1', (r) => new TripletMarginLoss({ margin: 3, p: 1, ...r }));
check('triplet margin, p 3, swap', (r) => {
  return new TripletMarginLoss({ margin: 3, p: 3, swap: true, ...r });
});
check('contrastive', (r) => new ContrastiveLoss({ margin: 4, ...r }));
