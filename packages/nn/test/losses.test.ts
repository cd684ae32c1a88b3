import {
  BCELoss,
  BCEWithLogitsLoss,
  ContrastiveLoss,
  CosineEmbeddingLoss,
  CrossEntropyLoss,
  GaussianNLLLoss,
  HingeEmbeddingLoss,
  HuberLoss,
  KLDivLoss,
  L1Loss,
  MarginRankingLoss,
  MSELoss,
  MultiLabelSoftMarginLoss,
  MultiMarginLoss,
  NLLLoss,
  PoissonNLLLoss,
  SmoothL1Loss,
  SoftMarginLoss,
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

check('margin ranking', (r) => new MarginRankingLoss(r));
check('margin ranking, margin', (r) => new MarginRankingLoss({ margin: 0.5, ...r }));
check('hinge embedding', (r) => new HingeEmbeddingLoss(r));
check('hinge embedding, margin', (r) => new HingeEmbeddingLoss({ margin: 0.5, ...r }));
check('soft margin', (r) => new SoftMarginLoss(r));
check('multi label soft margin', (r) => new MultiLabelSoftMarginLoss(r));
check('multi label soft margin, weight', (r, o) => {
  return new MultiLabelSoftMarginLoss({ weight: weight(o), ...r });
});
check('multi margin', (r) => new MultiMarginLoss(r));
check('multi margin, all options', (r, o) => {
  return new MultiMarginLoss({ p: 2, margin: 0.7, weight: weight(o), ...r });
});
check('multi margin, one sample', (r) => new MultiMarginLoss(r));
check('gaussian nll', (r) => new GaussianNLLLoss(r));
check('gaussian nll, full, one variance a row', (r) => new GaussianNLLLoss({ full: true, ...r }));
check('gaussian nll, eps', (r) => new GaussianNLLLoss({ eps: 0.8, ...r }), {
  noGradcheck: 'below eps the gradient of the variance is that at eps, where the loss is flat',
});
check('poisson nll', (r) => new PoissonNLLLoss(r));
check('poisson nll, full', (r) => new PoissonNLLLoss({ full: true, ...r }));
check('poisson nll, rates', (r) => new PoissonNLLLoss({ logInput: false, eps: 0.01, ...r }));
