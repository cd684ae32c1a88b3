import { backward } from '@kasane/autograd';
import { ReLU, Sequential, type Module } from '@kasane/nn';
import {
  Generator,
  noGrad,
  rand,
  reference,
  wasm,
  withBackend,
  type Backend,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { gpu } from '@kasane/tensor-core/gpu';
import { describe, expect, it } from 'vitest';
import {
  AdaptiveAvgPool2d,
  AvgPool2d,
  BatchNorm2d,
  Conv1d,
  Conv2d,
  Conv3d,
  ConvTranspose2d,
  Fold,
  GlobalMaxPool,
  InstanceNorm2d,
  LocalResponseNorm,
  MaxPool2d,
  PixelShuffle,
  SeparableConv2d,
  Unfold,
  Upsample,
} from '@kasane/layers-cnn';

type Make = (generator: Generator) => Module & { forward(x: Tensor): Tensor };

const nets: Readonly<Record<string, readonly [Shape, Make]>> = {
  'a classifier': [
    [3, 2, 8, 8],
    (generator) =>
      new Sequential(
        new Conv2d(2, 4, 3, { padding: 1, generator }),
        new BatchNorm2d(4),
        new ReLU(),
        new MaxPool2d(2),
        new SeparableConv2d(4, 6, 3, { padding: 'same', generator }),
        new LocalResponseNorm(3, { alpha: 0.5 }),
        new AvgPool2d(2),
        new GlobalMaxPool(),
      ),
  ],
  'an autoencoder': [
    [2, 3, 6, 6],
    (generator) =>
      new Sequential(
        new Conv2d(3, 4, 4, { stride: 2, padding: 1, generator }),
        new InstanceNorm2d(4, { affine: true }),
        new ConvTranspose2d(4, 4, 4, { stride: 2, padding: 1, generator }),
        new AdaptiveAvgPool2d(4),
        new PixelShuffle(2),
        new Upsample({ size: [5, 7] }),
        new Upsample({ scaleFactor: 2, mode: 'bilinear' }),
      ),
  ],
  'blocks and back': [
    [2, 2, 5, 5],
    () => new Sequential(new Unfold(2, { stride: 1 }), new Fold([5, 5], 2)),
  ],
  sequences: [[2, 3, 9], (generator) => new Conv1d(3, 4, 3, { dilation: 2, generator })],
  volumes: [[2, 2, 4, 4, 4], (generator) => new Conv3d(2, 3, 3, { padding: 1, generator })],
};

/** The output, and all gradients, on a backend. */
async function run([shape, make]: readonly [Shape, Make], backend: Backend): Promise<number[][]> {
  const tensors = withBackend(backend, () => {
    const net = make(new Generator(1));
    const x = rand(shape, { generator: new Generator(2), requiresGrad: true });
    const output = net.forward(x);
    backward(output.square().sum());
    return [output, x.grad!, ...net.parameters().map((p) => p.grad!)];
  });
  return Promise.all(tensors.map(async (t) => [...(await t.data())]));
}

for (const [name, net] of Object.entries(nets)) {
  describe(name, () => {
    it('gives the same on reference, wasm and gpu', async () => {
      const want = await run(net, reference());
      for (const backend of [wasm(), gpu({ mode: 'webasm' }), gpu({ mode: 'cpu' })]) {
        const got = await run(net, backend);
        got.forEach((values, i) => {
          const far = values.filter((v, j) => Math.abs(v - want[i]![j]!) > 1e-3);
          expect(far, `tensor ${i} on ${backend.name}`).toEqual([]);
        });
      }
    });

    it('trains compiled as it does eagerly, bit for bit', () => {
      const make = (): ((x: Tensor) => Tensor) => {
        const layer = net[1](new Generator(1));
        return (x) => {
          const loss = layer.forward(x).square().mean();
          if (layer.parameters().length > 0) backward(loss);
          noGrad(() => {
            for (const p of layer.parameters()) {
              p.assign(p.sub(p.grad!.mul(0.1)));
              p.grad = null;
            }
          });
          return loss;
        };
      };
      const [plain, fast] = [make(), compile(make())];
      const generator = new Generator(3);
      for (let i = 0; i < 5; i++) {
        const x = rand(net[0], { generator });
        expect(fast(x).item()).toBe(plain(x).item());
      }
      expect(fast.inspect()).toContain('3 calls replayed');
    });
  });
}
