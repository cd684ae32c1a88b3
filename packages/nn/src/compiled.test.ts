import { backward } from '@kasane/autograd';
import { Generator, manualSeed, noGrad, rand, scope, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { describe, expect, it } from 'vitest';
import * as nn from './index.ts';
import {
  BatchNorm1d,
  crossEntropy,
  Dropout,
  Linear,
  ReLU,
  Sequential,
  type Module,
} from './index.ts';

/** A net with all that differs between training and evaluation, and its training step. */
function makeNet(): { model: Sequential; step(x: Tensor, labels: Tensor): Tensor } {
  const generator = new Generator(1);
  const model = new Sequential(
    new Linear(6, 8, { generator }),
    new BatchNorm1d(8),
    new ReLU(),
    new Dropout(0.4, { generator }),
    new Linear(8, 3, { generator }),
  );
  const step = (x: Tensor, labels: Tensor): Tensor => {
    const loss = crossEntropy(model.forward(x), labels);
    backward(loss);
    noGrad(() => {
      for (const p of model.parameters()) {
        p.assign(p.sub(p.grad!.mul(0.1)));
        p.grad = null;
      }
    });
    return loss;
  };
  return { model, step };
}

describe('a compiled training step', () => {
  it('trains as the plain one does, bit for bit, through changes of mode and batch size', () => {
    const [plain, fast] = [makeNet(), makeNet()];
    const step = compile(fast.step);
    const predict = compile((x: Tensor) => noGrad(() => fast.model.forward(x)));
    const data = new Generator(7);
    for (let i = 0; i < 24; i++) {
      const n = i % 5 === 4 ? 3 : 8; // a smaller last batch
      const x = rand([n, 6], { generator: data });
      const labels = rand([n, 3], { generator: data }).argmax(1);
      const [want, got] = [plain.step(x, labels), step(x, labels)];
      expect(got.item()).toBe(want.item());
      if (i % 8 !== 7) continue;
      for (const { model } of [plain, fast]) model.eval();
      for (let j = 0; j < 3; j++) {
        const out = noGrad(() => plain.model.forward(x));
        expect(predict(x).dataSync()).toEqual(out.dataSync());
      }
      for (const { model } of [plain, fast]) model.train();
    }
    const [want, got] = [plain.model.stateDict(), fast.model.stateDict()];
    for (const [name, tensor] of Object.entries(want)) {
      expect(got[name]!.dataSync()).toEqual(tensor.dataSync());
    }
    expect(step.inspect()).toContain('18 calls replayed');
  });

  it('draws its masks from the stream that manualSeed starts', () => {
    const dropout = new Dropout(0.5);
    const masks = compile((x: Tensor) => dropout.forward(x));
    const x = rand([100], { generator: new Generator(2) });
    const draw = (f: (x: Tensor) => Tensor): unknown[] => {
      manualSeed(3);
      return Array.from({ length: 5 }, () => scope(() => f(x).toArray()));
    };
    const want = draw((y) => dropout.forward(y));
    expect(draw(masks)).toEqual(want);
    expect(draw(masks)).toEqual(want);
  });
});

describe('a compiled function follows what changes in layers', () => {
  /** One change of a field, as a callback or a schedule makes it. */
  function change<M extends Module & { forward(x: Tensor): Tensor }>(
    name: string,
    make: () => M,
    by: (layer: M) => void,
  ): void {
    it(name, () => {
      const [plain, fast] = [make(), make()];
      const f = compile((x: Tensor) => noGrad(() => fast.forward(x)));
      for (let i = 0; i < 8; i++) {
        if (i === 4) for (const layer of [plain, fast]) by(layer);
        const x = rand([4, 6], { generator: new Generator(i) }).sub(0.5);
        expect(f(x).dataSync()).toEqual(noGrad(() => plain.forward(x)).dataSync());
      }
      const states = [plain, fast].map((layer) => Object.values(layer.stateDict()).map(String));
      expect(states[1]).toEqual(states[0]);
      expect(f.inspect()).not.toContain('as it is');
    });
  }
  const generator = (): Generator => new Generator(3);
  change(
    'p of Dropout',
    () => new Dropout(0.5, { generator: generator() }),
    (layer) => (layer.p = 0.9),
  );
  change(
    'momentum of BatchNorm1d',
    () => new BatchNorm1d(6),
    (layer) => (layer.momentum = 0.5),
  );
  change(
    'eps of BatchNorm1d',
    () => new BatchNorm1d(6),
    (layer) => (layer.eps = 1),
  );
  change(
    'eps of LayerNorm',
    () => new nn.LayerNorm(6),
    (layer) => (layer.eps = 1),
  );
  change(
    'eps of GroupNorm',
    () => new nn.GroupNorm(2, 6),
    (layer) => (layer.eps = 1),
  );
  change(
    'eps of RMSNorm',
    () => new nn.RMSNorm(6),
    (layer) => (layer.eps = 1),
  );
  change(
    'negativeSlope of LeakyReLU',
    () => new nn.LeakyReLU(),
    (layer) => (layer.negativeSlope = 2),
  );
  change(
    'alpha of ELU',
    () => new nn.ELU(),
    (layer) => (layer.alpha = 2),
  );
  change(
    'alpha of CELU',
    () => new nn.CELU(),
    (layer) => (layer.alpha = 2),
  );
  change(
    'beta of Softplus',
    () => new nn.Softplus(),
    (layer) => (layer.beta = 2),
  );
  change(
    'bounds of Hardtanh',
    () => new nn.Hardtanh(),
    (layer) => (layer.maxVal = 0.1),
  );

  change(
    'p of AlphaDropout',
    () => new nn.AlphaDropout(0.5, { generator: generator() }),
    (layer) => (layer.p = 0.9),
  );
  change(
    'bounds of RReLU',
    () => new nn.RReLU(0, 0.1, { generator: generator() }),
    (layer) => (layer.upper = 2),
  );
  change(
    'lambd of Hardshrink and Softshrink',
    () => new Sequential(new nn.Hardshrink(0.01), new nn.Softshrink(0.01)),
    (layers) => {
      for (const layer of layers) Object.assign(layer, { lambd: 0.3 });
    },
  );
  change(
    'threshold of Threshold',
    () => new nn.Threshold(0, 0),
    (layer) => (layer.threshold = 0.3),
  );
  change(
    'value of ConstantPad1d',
    () => new nn.ConstantPad1d(1, 0),
    (layer) => (layer.value = 2),
  );
  const target = rand([4, 6], { generator: new Generator(9) });
  /** One change of a field of a loss, which is seen in its value. */
  function changeOf<L extends Module & { forward(x: Tensor, y: Tensor): Tensor }>(
    name: string,
    make: () => L,
    by: (loss: L) => void,
    labels: Tensor = target,
  ): void {
    it(name, () => {
      const [plain, fast] = [make(), make()];
      const f = compile((x: Tensor) => noGrad(() => fast.forward(x, labels)));
      const values: unknown[] = [];
      for (let i = 0; i < 8; i++) {
        if (i === 4) for (const loss of [plain, fast]) by(loss);
        const x = rand([4, 6], { generator: new Generator(3) }).mul(0.9);
        expect(f(x).dataSync()).toEqual(noGrad(() => plain.forward(x, labels)).dataSync());
        values.push(String(f(x)));
      }
      expect(values[7]).not.toEqual(values[0]);
      expect(f.inspect()).not.toContain('as it is');
    });
  }
  const classes = target.argmax(1);
  const signs = target.slice(1, 0, 1).squeeze(1).greater(0.5).where(1, -1);
  changeOf(
    'reduction of every loss',
    () => new nn.MSELoss(),
    (loss) => (loss.reduction = 'sum'),
  );
  changeOf(
    'beta of SmoothL1Loss',
    () => new nn.SmoothL1Loss(),
    (loss) => (loss.beta *= 0.01),
  );
  changeOf(
    'delta of HuberLoss',
    () => new nn.HuberLoss(),
    (loss) => (loss.delta *= 0.01),
  );
  changeOf(
    'logTarget of KLDivLoss',
    () => new nn.KLDivLoss(),
    (loss) => (loss.logTarget = true),
  );
  changeOf(
    'labelSmoothing of CrossEntropyLoss',
    () => new nn.CrossEntropyLoss(),
    (loss) => (loss.labelSmoothing += 0.5),
    classes,
  );
  changeOf(
    'ignoreIndex of NLLLoss',
    () => new nn.NLLLoss({ weight: rand([6], { generator: new Generator(4) }) }),
    (loss) => (loss.ignoreIndex = classes.dataSync()[0]!),
    classes,
  );
  changeOf(
    'margins of losses of pairs and triplets',
    () => {
      const cosine = new nn.CosineEmbeddingLoss();
      const contrastive = new nn.ContrastiveLoss();
      const triplet = new nn.TripletMarginLoss();
      return Object.assign(new nn.ModuleList([cosine, contrastive, triplet]), {
        forward: (x: Tensor, sides: Tensor) =>
          cosine
            .forward(x, target, sides)
            .add(contrastive.forward(x, target, sides.greater(0).cast('float32')))
            .add(triplet.forward(x, target, target.flip(0))),
      });
    },
    (all) => {
      for (const loss of all) Object.assign(loss, { margin: 0.25 });
    },
    signs,
  );
});
